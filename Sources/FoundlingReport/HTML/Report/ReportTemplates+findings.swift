extension ReportTemplates {
    static let map = """
        <section id="map" aria-labelledby="map-h">
        <h2 id="map-h">Orphans by size</h2>
        <div class="map">{{{svg}}}</div>
        <ul class="legend">
        {{#legend}}
        <li><span class="swatch {{tone}}" aria-hidden="true"></span>{{name}}</li>
        {{/legend}}
        </ul>
        </section>

        """

    static let causes = """
        <section id="causes" aria-labelledby="causes-h">
        <h2 id="causes-h">Causes</h2>
        <div class="scroll" role="region" tabindex="0" aria-labelledby="causes-c">
        <table>
        <caption id="causes-c">Why orphans are orphans, as far as what is there shows it</caption>
        <thead><tr><th scope="col">Cause</th><th scope="col" class="number">Entries</th>\
        <th scope="col" class="number">Size</th><th scope="col">Resources</th><th scope="col">Meaning</th></tr></thead>
        <tbody>
        {{#causes}}
        <tr><th scope="row" class="nowrap">{{cause}}</th><td class="number">{{entries}}</td>\
        <td class="number">{{size}}</td><td>{{resources}}</td><td class="wide">{{meaning}}</td></tr>
        {{/causes}}
        </tbody></table></div>
        </section>

        """

    static let orphans = """
        <section id="orphans" aria-labelledby="orphans-h">
        <h2 id="orphans-h">Orphans</h2>
        <p>{{meaning}}. {{shown}}</p>
        <div class="scroll" role="region" tabindex="0" aria-labelledby="orphans-c">
        <table>
        <caption id="orphans-c">{{caption}}</caption>
        <thead><tr><th scope="col" class="number">Size</th><th scope="col">Path</th>\
        {{#showsFreed}}<th scope="col" class="number">Frees</th>{{/showsFreed}}\
        <th scope="col" class="number">Age</th><th scope="col">Cause</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr><td class="number">{{size}}</td><td class="path"><code>{{path}}</code>
        <details><summary>Evidence<span class="hidden"> for {{path}}</span></summary><div class="detail">
        <dl class="pairs">
        {{#pairs}}
        <dt>{{name}}</dt><dd>{{text}}</dd>
        {{/pairs}}
        </dl></div></details></td>\
        {{#showsFreed}}<td class="number">{{freed}}</td>{{/showsFreed}}\
        <td class="number">{{age}}</td><td class="nowrap">{{cause}}</td></tr>
        {{/rows}}
        </tbody></table></div>
        {{#more}}<p class="more">{{.}}</p>{{/more}}
        </section>

        """

    static let records = """
        <section id="dangling" aria-labelledby="dangling-h">
        <h2 id="dangling-h">Dangling records</h2>
        <p>{{meaning}}. {{shown}}</p>
        <div class="scroll" role="region" tabindex="0" aria-labelledby="dangling-c">
        <table>
        <caption id="dangling-c">Rows, what each requires, and where that should be</caption>
        <thead><tr><th scope="col">Table</th><th scope="col">Key</th><th scope="col">Requires</th>\
        <th scope="col">Missing</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr><th scope="row">{{table}}</th><td><code>{{key}}</code></td><td><code>{{requirement}}</code></td>\
        <td class="path"><code>{{path}}</code>\
        {{#recorded}}<br><span class="remark">recorded as <code>{{.}}</code></span>{{/recorded}}\
        {{#notes}}<br><span class="remark">{{.}}</span>{{/notes}}</td></tr>
        {{/rows}}
        </tbody></table></div>
        {{#more}}<p class="more">{{.}}</p>{{/more}}
        </section>

        """

    static let kept = """
        <section id="kept" aria-labelledby="kept-h">
        <h2 id="kept-h">Kept</h2>
        <p>What no record claims as it is, and what is left alone all the same.</p>
        {{#kinds}}
        <h3 id="{{id}}-h">{{title}}</h3>
        <p>{{meaning}}. {{shown}}</p>
        <div class="scroll" role="region" tabindex="0" aria-labelledby="{{id}}-h">
        <table>
        <thead><tr><th scope="col" class="number">Size</th><th scope="col">Path</th>\
        <th scope="col" class="number">Age</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr><td class="number">{{size}}</td><td class="path"><code>{{path}}</code>\
        {{#remarks}}<br><span class="remark">{{.}}</span>{{/remarks}}</td><td class="number">{{age}}</td></tr>
        {{/rows}}
        </tbody></table></div>
        {{#more}}<p class="more">{{.}}</p>{{/more}}
        {{/kinds}}
        </section>

        """
}
