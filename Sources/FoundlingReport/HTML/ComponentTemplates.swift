/// Parts of a page that the report and the dashboard share.
enum ComponentTemplates {
    /// Each severity says its name: a colour is no word.
    static let banners = """
        {{#banners}}
        <div class="banner {{tone}}" role="{{role}}"><span class="glyph" aria-hidden="true">{{glyph}}</span>
        <p><strong>{{word}}:</strong> {{#text}}{{> quoted}}{{/text}}\
        {{#hint}}<span class="next">{{#words}}{{> quoted}}{{/words}}\
        {{#link}} <a href="{{href}}">{{name}}</a>{{/link}}</span>{{/hint}}</p></div>
        {{/banners}}

        """

    /// What stands between backquotes is typed as it is.
    static let quoted = "{{#isCode}}<code>{{text}}</code>{{/isCode}}{{^isCode}}{{text}}{{/isCode}}"

    static let facts = """
        <dl class="facts">
        {{#facts}}
        <div class="card {{tone}}"><dt>{{name}}</dt><dd><span class="figure">{{figure}}</span>\
        {{#remark}} <span class="remark">{{remark}}</span>{{/remark}}</dd></div>
        {{/facts}}
        </dl>

        """

    static let gauge = """
        {{{svg}}}
        <ul class="legend">
        {{#legend}}
        <li><span class="swatch {{tone}}" aria-hidden="true"></span><b>{{size}}</b> {{name}}</li>
        {{/legend}}
        </ul>

        """
}
