/// The frame of the dashboard's pages, and those that only show.
///
/// No style and no script stands in any of them: they come from files of their own, and work under a policy that allows
/// nothing else.
enum PageTemplates {
    static let layout = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="robots" content="noindex">
        <title>{{frame.title}}{{#frame.store}} – {{.}}{{/frame.store}} – Foundling</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/style.css">
        {{#frame.work}}{{#isFollowed}}<noscript><meta http-equiv="refresh" content="3"></noscript>{{/isFollowed}}{{/frame.work}}
        <script src="/page.js" defer></script>
        </head>
        <body>
        <a class="skip" href="#content">Skip to the content</a>
        <div class="page">
        <header class="top">
        <div><p class="brand"><a href="/">Foundling</a></p>
        {{#frame.store}}<p class="meta">{{.}}</p>{{/frame.store}}</div>
        {{#frame.who}}
        <form class="session" method="post" action="/session/end">\
        <input type="hidden" name="csrf" value="{{frame.csrf}}">\
        <span>Signed in as <b>{{.}}</b></span> <button class="quiet">Sign out</button></form>
        {{/frame.who}}
        {{^frame.mayAct}}{{^frame.isLogin}}
        <p class="session">This dashboard only shows.{{^frame.who}} <a class="button quiet" href="/login">Sign in</a>{{/frame.who}}</p>
        {{/frame.isLogin}}{{/frame.mayAct}}
        </header>
        <nav aria-label="Pages"><ul>
        {{#frame.links}}
        <li><a href="{{href}}"{{#isHere}} aria-current="page"{{/isHere}}>{{name}}</a></li>
        {{/frame.links}}
        </ul></nav>
        <main id="content">
        <h1>{{frame.title}}</h1>
        {{> work}}
        {{> banners}}
        {{$main}}{{/main}}
        </main>
        <footer>
        {{^frame.mayAct}}{{^frame.isLogin}}<p>Who signs in with the token of an operator may act, too.</p>\
        {{/frame.isLogin}}{{/frame.mayAct}}
        <p>As of {{frame.now}}. Sizes are powers of 1024 and what is allocated on the disk; times are UTC.</p>
        </footer>
        </div>
        </body>
        </html>

        """

    /// What is under way, which a script keeps up to date; without one the page loads itself again.
    static let work = """
        {{#frame.work}}
        <section class="work {{tone}}" aria-label="What is under way"\
        {{#isRunning}} data-activity="{{id}}"{{/isRunning}}>
        <p role="status"><strong>{{name}}:</strong> <span data-words>{{#words}}{{> quoted}}{{/words}}</span>\
        {{#link}} <a href="{{href}}">{{name}}</a>{{/link}}</p>
        {{#isRunning}}
        <progress max="100"{{#percent}} value="{{.}}"{{/percent}} aria-label="{{name}}"></progress>
        {{/isRunning}}
        {{#hasHint}}<p class="remark">{{#hint}}{{> quoted}}{{/hint}}</p>{{/hasHint}}
        </section>
        {{/frame.work}}

        """

    /// What a mouse finds by resting on it, "Evidence" or the page of one thing says in words.
    static let moment = "<time datetime=\"{{exact}}\" title=\"{{exact}}\">{{words}}</time>"

    static let pager = """
        <nav class="pager" aria-label="Parts of the list"><span>{{page.pager.text}}</span>\
        {{#page.pager.first}}<a class="button quiet" rel="first" href="{{.}}">First</a>{{/page.pager.first}}\
        {{#page.pager.next}}<a class="button quiet" rel="next" href="{{.}}">Next</a>{{/page.pager.next}}</nav>

        """

    static let overview = """
        {{< layout}}{{$main}}
        <p class="meta">{{#page.scanned}}Last scan {{> moment}} ago. {{/page.scanned}}\
        {{#page.nextScan}}Next {{> moment}}.{{/page.nextScan}}</p>
        {{^page.scanned}}<p class="empty">{{#page.isScanning}}The first scan is under way: what it finds is shown here.\
        {{/page.isScanning}}{{^page.isScanning}}No scan yet: nothing is known of this store. Scan now, or type \
        <code>foundling scan</code>.{{/page.isScanning}}</p>{{/page.scanned}}
        {{#frame.mayAct}}
        <div class="actions">\
        {{#page.hasOrphans}}<form method="post" action="/plan"><input type="hidden" name="csrf" value="{{frame.csrf}}">\
        <button>Plan a clean-up</button></form>{{/page.hasOrphans}}\
        <form method="post" action="/scan"><input type="hidden" name="csrf" value="{{frame.csrf}}">\
        <button{{#page.hasOrphans}} class="quiet"{{/page.hasOrphans}}{{#page.isScanning}} disabled{{/page.isScanning}}>\
        {{#page.isScanning}}Scanning…{{/page.isScanning}}{{^page.isScanning}}Scan now{{/page.isScanning}}\
        </button></form>\
        {{#page.hasOrphans}}<span class="remark">A plan changes nothing: it shows what would be moved aside, and asks.</span>\
        {{/page.hasOrphans}}</div>
        {{/frame.mayAct}}
        {{#page}}{{> facts}}{{/page}}
        {{#page.gauge}}
        <section aria-labelledby="disk-h"><h2 id="disk-h">Disk</h2>
        <div class="panel">
        {{> gauge}}
        <p>{{page.diskWords}}</p>\
        {{#page.growth}}<p class="remark">{{.}}</p>{{/page.growth}}</div></section>
        {{/page.gauge}}
        {{#page.trendSVG}}
        <section aria-labelledby="trend-h"><h2 id="trend-h">Orphaned, scan by scan</h2>
        <div class="panel">{{{page.trendSVG}}}</div></section>
        {{/page.trendSVG}}
        {{#page.scanned}}
        <section aria-labelledby="resources-h"><h2 id="resources-h">Resources</h2>
        <div class="scroll" role="region" tabindex="0" aria-label="Table of resources"><table class="stack">
        <thead><tr><th scope="col">Resource</th><th scope="col" class="number">On disk</th>\
        <th scope="col" class="number">In database</th><th scope="col" class="number">Orphaned</th>\
        <th scope="col" class="number">Size</th><th scope="col" class="number">Frees</th>\
        <th scope="col">Recovery</th></tr></thead>
        <tbody>
        {{#page.resources}}
        <tr><th scope="row"><a href="{{href}}">{{name}}</a></th><td class="number" data-label="On disk">{{onDisk}}</td>\
        <td class="number" data-label="In database">{{inDatabase}}</td>\
        <td class="number" data-label="Orphaned">{{orphaned}}{{{shareSVG}}}</td>\
        <td class="number" data-label="Size">{{size}}</td><td class="number" data-label="Frees">{{frees}}</td>\
        <td data-label="Recovery">{{recovery}}</td></tr>
        {{/page.resources}}
        </tbody></table></div></section>
        {{/page.scanned}}
        {{/main}}{{/layout}}
        """

    static let dangling = """
        {{< layout}}{{$main}}
        <p>Rows whose files are gone. Foundling changes no row: bring the files back, or delete the rows.</p>
        {{^page.hasScan}}<p class="empty">No scan yet: nothing is known of this store.</p>{{/page.hasScan}}
        {{#page.hasScan}}
        {{^page.hasRows}}<p class="empty">No record misses its files.</p>{{/page.hasRows}}
        {{/page.hasScan}}
        {{#page.hasRows}}
        <div class="scroll" role="region" tabindex="0" aria-label="Dangling records"><table class="stack">
        <thead><tr><th scope="col">Table</th><th scope="col">Key</th><th scope="col">Requires</th>\
        <th scope="col">Missing</th><th scope="col">Known since</th></tr></thead>
        <tbody>
        {{#page.rows}}
        <tr><th scope="row">{{table}}</th><td data-label="Key"><code>{{key}}</code></td>\
        <td data-label="Requires"><code>{{requirement}}</code></td>\
        <td class="path" data-label="Missing"><code>{{path}}</code>{{#notes}}<br><span class="remark">{{.}}</span>{{/notes}}</td>\
        <td class="nowrap" data-label="Known since">{{#seen}}{{> moment}} ago{{/seen}}{{^seen}}–{{/seen}}</td></tr>
        {{/page.rows}}
        </tbody></table></div>
        {{> pager}}
        {{/page.hasRows}}
        {{/main}}{{/layout}}
        """

    static let health = """
        {{< layout}}{{$main}}
        <div class="scroll" role="region" tabindex="0" aria-label="Checks"><table class="stack">
        <thead><tr><th scope="col">Part</th><th scope="col">State</th><th scope="col">What was seen</th></tr></thead>
        <tbody>
        {{#page.checks}}
        <tr><th scope="row">{{name}}</th><td><span class="badge {{tone}}">{{word}}</span></td>\
        <td class="path">{{#detail}}{{> quoted}}{{/detail}}\
        {{#hasHint}}<br><span class="remark">{{#hint}}{{> quoted}}{{/hint}}</span>{{/hasHint}}</td></tr>
        {{/page.checks}}
        </tbody></table></div>
        <section aria-labelledby="jobs-h"><h2 id="jobs-h">Schedules</h2>
        <div class="scroll" role="region" tabindex="0" aria-label="Table of schedules"><table class="stack">
        <thead><tr><th scope="col">Job</th><th scope="col">When</th><th scope="col">Next</th>\
        <th scope="col">Last</th></tr></thead>
        <tbody>
        {{#page.jobs}}
        <tr><th scope="row">{{name}}</th><td class="nowrap" data-label="When"><code>{{cron}}</code></td>\
        <td class="nowrap" data-label="Next">{{#next}}{{> moment}}{{/next}}{{^next}}–{{/next}}</td>\
        <td class="wide" data-label="Last"><span class="badge {{tone}}">{{outcome}}</span>{{#last}} {{> moment}} ago{{/last}}\
        {{#note}}<br><span class="remark">{{.}}</span>{{/note}}</td></tr>
        {{/page.jobs}}
        </tbody></table></div></section>
        <section aria-labelledby="workers-h"><h2 id="workers-h">Workers</h2>
        {{^page.hasWorkers}}<p class="empty">No worker has said that it is there.</p>{{/page.hasWorkers}}
        {{#page.hasWorkers}}<ul class="detail">{{#page.workers}}<li>{{.}}</li>{{/page.workers}}</ul>{{/page.hasWorkers}}
        </section>
        <section aria-labelledby="triggers-h"><h2 id="triggers-h">Triggers</h2>
        {{^page.hasTriggers}}<p class="empty">None are known. With triggers the database tells of every deletion: \
        <code>foundling triggers install</code>.</p>{{/page.hasTriggers}}
        {{#page.hasTriggers}}
        <div class="scroll" role="region" tabindex="0" aria-label="Table of triggers"><table class="stack">
        <thead><tr><th scope="col">Table</th><th scope="col">Tells when</th><th scope="col">State</th></tr></thead>
        <tbody>
        {{#page.triggers}}
        <tr><th scope="row">{{table}}</th><td data-label="Tells when">{{event}}</td>\
        <td><span class="badge {{tone}}">{{state}}</span></td></tr>
        {{/page.triggers}}
        </tbody></table></div>
        {{/page.hasTriggers}}
        </section>
        <section aria-labelledby="identities-h"><h2 id="identities-h">What was accepted</h2>
        <dl class="pairs">{{#page.identities}}<dt>{{name}}</dt><dd><code>{{value}}</code></dd>{{/page.identities}}</dl></section>
        {{#page.hasCertificate}}
        <section aria-labelledby="certificate-h"><h2 id="certificate-h">What the last scan read</h2>
        <details class="whole"><summary>Its certificate, in full</summary>
        <dl class="pairs">{{#page.certificate}}<dt>{{name}}</dt><dd><code>{{value}}</code></dd>{{/page.certificate}}</dl>\
        </details></section>
        {{/page.hasCertificate}}
        <p class="more">Foundling {{page.version}}</p>
        {{/main}}{{/layout}}
        """

    static let notice = """
        {{< layout}}{{$main}}
        <div class="banner alarm" role="alert"><span class="glyph" aria-hidden="true">!!</span>
        <p><strong>{{page.word}}:</strong> {{#page.summary}}{{> quoted}}{{/page.summary}}</p></div>
        {{#page.hasHint}}<p><b>What to do:</b> {{#page.hint}}{{> quoted}}{{/page.hint}}.</p>{{/page.hasHint}}
        {{#page.hasDetails}}<ul class="detail">{{#page.details}}<li>{{.}}</li>{{/page.details}}</ul>{{/page.hasDetails}}
        <p><a class="button" href="{{page.back}}">{{page.onward}}</a></p>
        <p class="meta">Code <code>{{page.code}}</code></p>
        {{/main}}{{/layout}}
        """

    static let login = """
        {{< layout}}{{$main}}
        {{#page.mistake}}<div class="banner caution" role="alert"><span class="glyph" aria-hidden="true">!</span>
        <p><strong>Not signed in:</strong> {{.}}</p></div>{{/page.mistake}}
        <form class="panel" method="post" action="/session">
        <input type="hidden" name="next" value="{{page.next}}">
        <input type="text" name="user" value="foundling" autocomplete="username" hidden>
        <label for="token">Token</label>
        <input type="password" id="token" name="token" required autocomplete="current-password" size="60" \
        aria-describedby="token-hint">
        <p class="remark" id="token-hint">It begins with <code>fdl_</code>. On the machine of the daemon this makes one: \
        <code>foundling token create --name NAME --role operator</code></p>
        <p><button>Sign in</button></p></form>
        {{/main}}{{/layout}}
        """
}
