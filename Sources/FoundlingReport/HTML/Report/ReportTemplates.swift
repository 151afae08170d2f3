/// The parts of an HTML report, in the order they are written in.
enum ReportTemplates {
    // The policy lets nothing in from anywhere; styles are the exception, because a file has no other place for them.
    static let head = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" \
        content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="referrer" content="no-referrer">
        <meta name="robots" content="noindex">
        <title>{{title}}</title>
        <style>
        {{{css}}}</style>
        </head>
        <body>
        <a class="skip" href="#content">Skip to the content</a>
        <div class="page">
        <header class="top">
        <p class="brand">Foundling</p>
        <h1>{{heading}}</h1>
        <p class="meta">Scanned {{when}}, against {{database}}</p>
        </header>
        <nav aria-label="Sections"><ul>
        {{#sections}}
        <li><a href="#{{id}}">{{name}}</a></li>
        {{/sections}}
        </ul></nav>
        <main id="content">
        {{> banners}}
        {{#calm}}
        <p class="calm">{{.}}</p>
        {{/calm}}
        {{> facts}}

        """

    static let disk = """
        <section id="disk" aria-labelledby="disk-h">
        <h2 id="disk-h">Disk</h2>
        <div class="panel">
        <p>{{summary}}</p>
        {{> gauge}}
        <dl class="change">
        {{#changes}}
        <div><dt>{{name}}</dt><dd>{{before}}{{#after}} <span aria-hidden="true">→</span>\
        <span class="hidden">after a clean-up</span> {{.}}{{/after}}</dd></div>
        {{/changes}}
        </dl>
        {{#caveats}}
        <p><strong>Mind:</strong> {{.}}</p>
        {{/caveats}}
        </div>
        </section>

        """

    static let resources = """
        <section id="resources" aria-labelledby="resources-h">
        <h2 id="resources-h">Resources</h2>
        <div class="scroll" role="region" tabindex="0" aria-labelledby="resources-c">
        <table>
        <caption id="resources-c">{{total}}</caption>
        <thead><tr><th scope="col">Resource</th><th scope="col" class="number">On disk</th>\
        <th scope="col" class="number">In database</th><th scope="col" class="number">Orphaned</th>\
        {{#sizeTitles}}<th scope="col" class="number">{{.}}</th>{{/sizeTitles}}\
        <th scope="col" class="number">Frees</th><th scope="col">Recovery</th></tr></thead>
        <tbody>
        {{#resources}}
        <tr><th scope="row">{{name}}{{#sources}}<br><span class="remark">+ {{.}}</span>{{/sources}}</th>\
        <td class="number">{{onDisk}}</td><td class="number">{{inDatabase}}</td>\
        <td class="number {{tone}}">{{orphaned}}{{{shareSVG}}}</td>\
        {{#sizes}}<td class="number">{{.}}</td>{{/sizes}}<td class="number">{{frees}}</td>\
        <td class="nowrap"><span class="badge {{badge}}">{{recovery}}</span></td></tr>
        {{/resources}}
        </tbody></table></div>
        </section>

        """

    static let areas = """
        <section id="areas" aria-labelledby="areas-h">
        <h2 id="areas-h">Areas of the disk</h2>
        <div class="scroll" role="region" tabindex="0" aria-labelledby="areas-c">
        <table>
        <caption id="areas-c">{{caption}}</caption>
        <thead><tr><th scope="col" class="number">Size</th><th scope="col" class="number">Share</th>\
        <th scope="col" class="number">Allocated</th><th scope="col">Directory</th></tr></thead>
        <tbody>
        {{#areas}}
        <tr><td class="number">{{size}}</td><td class="number">{{share}}{{{shareSVG}}}</td>\
        <td class="number">{{allocated}}</td><td class="path"><code>{{path}}/</code></td></tr>
        {{/areas}}
        </tbody></table></div>
        {{#more}}<p class="more">{{.}}</p>{{/more}}
        </section>

        """

    static let next = """
        <section id="next" aria-labelledby="next-h">
        <h2 id="next-h">Next</h2>
        <p>Commands to type. None of them removes anything by itself.</p>
        {{#commands}}
        <code class="command">{{.}}</code>
        {{/commands}}
        </section>

        """

    static let certificate = """
        <section id="certificate" aria-labelledby="certificate-h">
        <h2 id="certificate-h">Certificate</h2>
        <p>What was read, whole and without an error, for all of the above.</p>
        <dl class="pairs">
        {{#pairs}}
        <dt>{{name}}</dt><dd>{{text}}</dd>
        {{/pairs}}
        </dl>
        {{#hasSources}}
        <div class="scroll" role="region" tabindex="0" aria-labelledby="certificate-c">
        <table>
        <caption id="certificate-c">Sources, each read in the same snapshot</caption>
        <thead><tr><th scope="col">Resource</th><th scope="col">Source</th>\
        <th scope="col" class="number">Rows</th><th scope="col" class="number">Claims</th>\
        <th scope="col" class="number">Met an entry</th></tr></thead>
        <tbody>
        {{#sources}}
        <tr><th scope="row">{{resource}}</th><td>{{source}}</td><td class="number">{{rows}}</td>\
        <td class="number">{{claims}}</td><td class="number">{{met}}</td></tr>
        {{/sources}}
        </tbody></table></div>
        {{/hasSources}}
        </section>

        """

    static let foot = """
        </main>
        <footer><p>{{note}}</p></footer>
        </div>
        </body>
        </html>

        """
}
