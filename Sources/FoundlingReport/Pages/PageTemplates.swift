/// The frame of the dashboard's pages, and those that only show.
///
/// No style and no script stands in any of them: they come from `/style.css`, and work under `default-src 'self'`.
enum PageTemplates {
    static let layout = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="robots" content="noindex">
        <title>{{frame.title}} – {{frame.store}} – Foundling</title>
        <link rel="stylesheet" href="/style.css">
        </head>
        <body>
        <a class="skip" href="#content">Skip to the content</a>
        <div class="page">
        <header class="top">
        <p class="brand"><a href="/">Foundling</a></p>
        <p class="meta">{{frame.store}}</p>
        </header>
        <nav aria-label="Pages"><ul>
        {{#frame.links}}
        <li><a href="{{href}}"{{#isHere}} aria-current="page"{{/isHere}}>{{name}}</a></li>
        {{/frame.links}}
        </ul></nav>
        <main id="content">
        <h1>{{frame.title}}</h1>
        {{> banners}}
        {{$main}}{{/main}}
        </main>
        <footer>
        {{#frame.who}}
        <form method="post" action="/session/end"><input type="hidden" name="csrf" value="{{frame.csrf}}">\
        <span>Signed in as {{.}}</span> <button class="quiet">Sign out</button></form>
        {{/frame.who}}
        {{^frame.mayAct}}
        <p>This dashboard only shows. Who signs in as an operator may act.</p>
        {{/frame.mayAct}}
        <p>Written {{frame.now}}. Sizes are powers of 1024; times are UTC.</p>
        </footer>
        </div>
        </body>
        </html>

        """

    static let pager = """
        <nav class="pager" aria-label="Parts of the list"><span>{{page.pager.text}}</span>\
        {{#page.pager.previous}}<a class="button quiet" rel="prev" href="{{.}}">Previous</a>{{/page.pager.previous}}\
        {{#page.pager.next}}<a class="button quiet" rel="next" href="{{.}}">Next</a>{{/page.pager.next}}</nav>

        """

    static let overview = """
        {{< layout}}{{$main}}
        <p class="meta">{{#page.scanned}}Last scan {{.}}. {{/page.scanned}}\
        {{#page.nextScan}}Next {{.}}.{{/page.nextScan}}</p>
        {{^page.scanned}}<p class="empty">No scan yet: nothing is known of this store.</p>{{/page.scanned}}
        {{#frame.mayAct}}
        <form method="post" action="/scan"><input type="hidden" name="csrf" value="{{frame.csrf}}">\
        <button{{#page.isScanning}} disabled{{/page.isScanning}}>\
        {{#page.isScanning}}Scanning…{{/page.isScanning}}\
        {{^page.isScanning}}Scan now{{/page.isScanning}}</button></form>
        {{/frame.mayAct}}
        {{#page.scanned}}
        {{#page}}{{> facts}}{{/page}}
        <section aria-labelledby="disk-h"><h2 id="disk-h">Disk</h2>
        <div class="panel">{{{page.gaugeSVG}}}<p>{{page.diskWords}}</p></div></section>
        {{#page.trendSVG}}
        <section aria-labelledby="trend-h"><h2 id="trend-h">Orphaned, scan by scan</h2>
        <div class="panel">{{{page.trendSVG}}}</div></section>
        {{/page.trendSVG}}
        <section aria-labelledby="resources-h"><h2 id="resources-h">Resources</h2>
        <div class="scroll" role="region" tabindex="0" aria-label="Table of resources"><table>
        <thead><tr><th scope="col">Resource</th><th scope="col" class="number">On disk</th>\
        <th scope="col" class="number">In database</th><th scope="col" class="number">Orphaned</th>\
        <th scope="col" class="number">Frees</th><th scope="col">Recovery</th></tr></thead>
        <tbody>
        {{#page.resources}}
        <tr><th scope="row">{{name}}</th><td class="number">{{onDisk}}</td><td class="number">{{inDatabase}}</td>\
        <td class="number">{{orphaned}}{{{shareSVG}}}</td><td class="number">{{frees}}</td><td>{{recovery}}</td></tr>
        {{/page.resources}}
        </tbody></table></div></section>
        {{/page.scanned}}
        {{/main}}{{/layout}}
        """

    static let dangling = """
        {{< layout}}{{$main}}
        <p>Rows whose files are gone. Foundling changes no row: restore the files, or delete the rows.</p>
        {{^page.hasRows}}<p class="empty">No record misses its files.</p>{{/page.hasRows}}
        {{#page.hasRows}}
        <div class="scroll" role="region" tabindex="0" aria-label="Dangling records"><table>
        <thead><tr><th scope="col">Table</th><th scope="col">Key</th><th scope="col">Requires</th>\
        <th scope="col">Missing</th></tr></thead>
        <tbody>
        {{#page.rows}}
        <tr><th scope="row">{{table}}</th><td><code>{{key}}</code></td><td><code>{{requirement}}</code></td>\
        <td class="path"><code>{{path}}</code>{{#notes}}<br><span class="remark">{{.}}</span>{{/notes}}</td></tr>
        {{/page.rows}}
        </tbody></table></div>
        {{> pager}}
        {{/page.hasRows}}
        {{/main}}{{/layout}}
        """

    static let status = """
        {{< layout}}{{$main}}
        <div class="scroll" role="region" tabindex="0" aria-label="Checks"><table>
        <thead><tr><th scope="col">Part</th><th scope="col">State</th><th scope="col">What was seen</th></tr></thead>
        <tbody>
        {{#page.checks}}
        <tr><th scope="row">{{name}}</th><td><span class="badge {{tone}}">{{word}}</span></td>\
        <td class="path">{{detail}}</td></tr>
        {{/page.checks}}
        </tbody></table></div>
        <p class="more">Foundling {{page.version}}</p>
        {{/main}}{{/layout}}
        """
}
