extension PageTemplates {
    static let orphans = """
        {{< layout}}{{$main}}
        {{^page.hasScan}}<p class="empty">No scan yet: nothing is known of this store.</p>{{/page.hasScan}}
        {{#page.hasScan}}
        {{#page.mapSVG}}
        <section aria-labelledby="map-h"><h2 id="map-h">Where the space is</h2>
        <div class="panel">{{{page.mapSVG}}}</div>
        <ul class="legend">{{#page.groups}}<li><b>{{size}}</b> in {{count}}: {{name}}</li>{{/page.groups}}</ul></section>
        {{/page.mapSVG}}
        <form class="filters" method="get" action="/orphans">
        <div><label for="resource">Resource</label>
        <select id="resource" name="resource"><option value="">all</option>
        {{#page.resources}}
        <option value="{{value}}"{{#isChosen}} selected{{/isChosen}}>{{name}}</option>
        {{/page.resources}}
        </select></div>
        <div><label for="cause">Cause</label>
        <select id="cause" name="cause"><option value="">all</option>
        {{#page.causes}}
        <option value="{{value}}"{{#isChosen}} selected{{/isChosen}}>{{name}}</option>
        {{/page.causes}}
        </select></div>
        <div><label for="sort">Order</label>
        <select id="sort" name="sort">
        {{#page.sorts}}
        <option value="{{value}}"{{#isChosen}} selected{{/isChosen}}>{{name}}</option>
        {{/page.sorts}}
        </select></div>
        <div><label for="contains">Path holds</label>
        <input type="text" id="contains" name="contains" value="{{page.text}}" autocomplete="off"></div>
        <button class="quiet">Show</button></form>
        {{^page.hasRows}}<p class="empty">{{#page.isFiltered}}Nothing of that kind.{{/page.isFiltered}}\
        {{^page.isFiltered}}No orphans: every entry is claimed, or kept for a reason.{{/page.isFiltered}}</p>{{/page.hasRows}}
        {{/page.hasScan}}
        {{#page.hasRows}}
        {{#frame.mayAct}}
        <form method="post" action="/orphans/act"><input type="hidden" name="csrf" value="{{frame.csrf}}">
        <div class="actions"><button name="act" value="plan">Plan the chosen</button>\
        <button class="quiet" name="act" value="pin">Keep the chosen</button>\
        <label for="why">Why keep</label><input type="text" id="why" name="why" autocomplete="off" maxlength="200"></div>
        {{/frame.mayAct}}
        <div class="scroll" role="region" tabindex="0" aria-label="Orphans"><table>
        <thead><tr>{{#frame.mayAct}}<th scope="col"><label class="hidden" for="all">Choose all</label>\
        <input type="checkbox" id="all" data-all></th>{{/frame.mayAct}}\
        <th scope="col" class="number">Size</th><th scope="col">Path</th><th scope="col">Resource</th>\
        <th scope="col">Last written</th><th scope="col">Known since</th><th scope="col">Cause</th></tr></thead>
        <tbody>
        {{#page.rows}}
        <tr>{{#frame.mayAct}}<td>{{#value}}<label class="hidden" for="{{id}}">Choose {{path}}</label>\
        <input type="checkbox" id="{{id}}" name="path" value="{{value}}">{{/value}}</td>{{/frame.mayAct}}\
        <td class="number">{{size}}</td><td class="path"><code>{{path}}</code>\
        <details><summary>Evidence<span class="hidden"> for {{path}}</span></summary>\
        <ul class="detail">{{#notes}}<li>{{.}}</li>{{/notes}}</ul></details></td>\
        <td>{{resource}}</td><td class="nowrap">{{age}}</td><td class="nowrap">{{seen}}</td><td class="nowrap">{{cause}}</td></tr>
        {{/page.rows}}
        </tbody></table></div>
        {{#frame.mayAct}}</form>{{/frame.mayAct}}
        {{> pager}}
        {{/page.hasRows}}
        {{/main}}{{/layout}}
        """

    static let plan = """
        {{< layout}}{{$main}}
        {{^page.plan}}
        <p class="empty">No plan. A plan says exactly what would be moved aside, and changes nothing.</p>
        {{/page.plan}}
        {{#page.plan}}
        <dl class="pairs"><dt>Would move aside</dt><dd>{{entries}}, {{size}}</dd>\
        <dt>A purge then frees</dt><dd>{{freed}}</dd><dt>Made</dt><dd>{{created}}</dd>\
        <dt>Expires</dt><dd>{{expires}}{{#isExpired}} <span class="badge alarm">expired</span>{{/isExpired}}</dd>\
        <dt>Hash</dt><dd><code>{{hash}}</code></dd>\
        {{#run}}<dt>Carried out</dt><dd>by run <a href="/runs/{{.}}"><code>{{.}}</code></a></dd>{{/run}}</dl>
        {{#trips}}
        <div class="banner caution" role="note"><span class="glyph" aria-hidden="true">!</span>\
        <p><strong>Guard:</strong> {{.}}</p></div>
        {{/trips}}
        {{#notes}}
        <div class="banner info" role="note"><span class="glyph" aria-hidden="true">i</span>\
        <p><strong>Note:</strong> {{.}}</p></div>
        {{/notes}}
        {{#isEmpty}}<p class="empty">Nothing to move aside: no orphan that the plan may take.</p>{{/isEmpty}}
        {{#frame.mayAct}}
        <div class="actions">
        {{#mayApply}}
        <form method="post" action="/plan/apply"><input type="hidden" name="csrf" value="{{frame.csrf}}">\
        <input type="hidden" name="hash" value="{{hash}}">
        {{#needsApproval}}
        <label for="entries">To approve, type how many entries this moves</label>
        <input type="text" inputmode="numeric" autocomplete="off" required id="entries" name="entries">
        {{/needsApproval}}
        <button class="danger">Move {{entries}} aside</button></form>
        {{/mayApply}}
        <form method="post" action="/plan/discard"><input type="hidden" name="csrf" value="{{frame.csrf}}">\
        <input type="hidden" name="hash" value="{{hash}}"><button class="quiet">Discard</button></form>
        </div>
        <p class="remark">What is moved lies in quarantine, and one click puts it back.</p>
        {{/frame.mayAct}}
        <section aria-labelledby="checked-h"><h2 id="checked-h">What was checked</h2>
        <dl class="pairs">{{#checks}}<dt>{{name}}</dt><dd>{{value}}</dd>{{/checks}}</dl></section>
        <section aria-labelledby="items-h"><h2 id="items-h">What goes</h2>
        <div class="scroll" role="region" tabindex="0" aria-label="Items of the plan"><table>
        <thead><tr><th scope="col" class="number">Size</th><th scope="col">Path</th><th scope="col">Resource</th>\
        <th scope="col" class="number">Age</th><th scope="col">Cause</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr><td class="number">{{size}}</td><td class="path"><code>{{path}}</code></td><td>{{resource}}</td>\
        <td class="number">{{age}}</td><td class="nowrap">{{cause}}</td></tr>
        {{/rows}}
        </tbody></table></div>
        {{#more}}<p class="more">{{.}}</p>{{/more}}</section>
        {{/page.plan}}
        {{#frame.mayAct}}
        <section aria-labelledby="make-h"><h2 id="make-h">Make a plan</h2>
        <form class="filters" method="post" action="/plan"><input type="hidden" name="csrf" value="{{frame.csrf}}">
        <div><label for="only">Only</label><select id="only" name="only"><option value="">all resources</option>
        {{#page.resources}}
        <option>{{.}}</option>
        {{/page.resources}}
        </select></div><button class="quiet">Make a plan</button></form></section>
        {{/frame.mayAct}}
        {{#page.hasOthers}}
        <section aria-labelledby="others-h"><h2 id="others-h">Other plans</h2>
        <ul class="detail">{{#page.others}}<li><a href="/plan?hash={{hash}}"><code>{{short}}</code></a>: {{words}}</li>{{/page.others}}</ul></section>
        {{/page.hasOthers}}
        {{/main}}{{/layout}}
        """

    static let quarantine = """
        {{< layout}}{{$main}}
        {{^page.hasRows}}<p class="empty">Nothing lies in quarantine.</p>{{/page.hasRows}}
        {{#page.hasRows}}
        <p>{{page.total}}. Restoring puts everything back; purging cannot be undone. {{#page.due}}{{.}}{{/page.due}}</p>
        {{#frame.mayAct}}{{#page.due}}
        <form method="post" action="/quarantine/purge"><input type="hidden" name="csrf" value="{{frame.csrf}}">\
        <label for="due"><input type="checkbox" id="due" name="confirm" value="due" required> Remove for good what is due</label> \
        <button class="danger">Purge what is due</button></form>
        {{/page.due}}{{/frame.mayAct}}
        <div class="scroll" role="region" tabindex="0" aria-label="Runs in quarantine"><table>
        <thead><tr><th scope="col">Run</th><th scope="col" class="number">Size</th><th scope="col">May be purged</th>\
        <th scope="col">By</th>{{#frame.mayAct}}<th scope="col">Act</th>{{/frame.mayAct}}</tr></thead>
        <tbody>
        {{#page.rows}}
        <tr><th scope="row"><a href="/runs/{{run}}"><code>{{run}}</code></a></th><td class="number">{{size}}</td>\
        <td class="nowrap">{{due}}</td>\
        <td class="wide">{{actor}}{{#reason}}<br><span class="remark">{{.}}</span>{{/reason}}</td>\
        {{#frame.mayAct}}<td class="wide"><form method="post" action="/runs/restore">\
        <input type="hidden" name="csrf" value="{{frame.csrf}}"><input type="hidden" name="run" value="{{run}}">\
        <button class="quiet">Restore<span class="hidden"> {{run}}</span></button></form>
        <details><summary>Purge<span class="hidden"> {{run}}</span></summary><form method="post" action="/runs/purge">\
        <input type="hidden" name="csrf" value="{{frame.csrf}}"><input type="hidden" name="run" value="{{run}}">\
        <label for="confirm-{{run}}">Type the run to remove it for good</label>\
        <input type="text" required autocomplete="off" id="confirm-{{run}}" name="confirm"> \
        <button class="danger">Purge<span class="hidden"> {{run}}</span></button></form></details></td>{{/frame.mayAct}}</tr>
        {{/page.rows}}
        </tbody></table></div>
        {{> pager}}
        {{/page.hasRows}}
        {{/main}}{{/layout}}
        """

    static let runs = """
        {{< layout}}{{$main}}
        {{^page.hasRows}}<p class="empty">No run yet: nothing was ever moved.</p>{{/page.hasRows}}
        {{#page.hasRows}}
        <div class="scroll" role="region" tabindex="0" aria-label="Runs"><table>
        <thead><tr><th scope="col">Run</th><th scope="col">By</th>\
        <th scope="col" class="number">Planned</th><th scope="col" class="number">Done</th>\
        <th scope="col" class="number">Skipped</th><th scope="col" class="number">Rescued</th>\
        <th scope="col" class="number">Failed</th><th scope="col">Now</th>\
        {{#frame.mayAct}}<th scope="col">Undo</th>{{/frame.mayAct}}</tr></thead>
        <tbody>
        {{#page.rows}}
        <tr><th scope="row"><a href="/runs/{{run}}"><code>{{run}}</code></a><br><span class="remark">{{started}}</span></th>\
        <td class="wide">{{actor}}{{#reason}}<br><span class="remark">{{.}}</span>{{/reason}}</td>\
        <td class="number">{{planned}}</td><td class="number">{{done}}</td><td class="number">{{skipped}}</td>\
        <td class="number">{{rescued}}</td><td class="number">{{failed}}</td>\
        <td class="nowrap">{{#states}}{{.}}<br>{{/states}}</td>\
        {{#frame.mayAct}}<td>{{#isLying}}<form method="post" action="/runs/restore">\
        <input type="hidden" name="csrf" value="{{frame.csrf}}"><input type="hidden" name="run" value="{{run}}">\
        <button class="quiet">Undo<span class="hidden"> {{run}}</span></button></form>{{/isLying}}</td>{{/frame.mayAct}}</tr>
        {{/page.rows}}
        </tbody></table></div>
        {{> pager}}
        {{/page.hasRows}}
        {{/main}}{{/layout}}
        """

    static let run = """
        {{< layout}}{{$main}}
        <dl class="pairs"><dt>Run</dt><dd><code>{{page.run.run}}</code></dd><dt>Started</dt><dd>{{page.run.started}}</dd>\
        <dt>By</dt><dd>{{page.run.actor}}</dd>{{#page.run.reason}}<dt>Why</dt><dd>{{.}}</dd>{{/page.run.reason}}\
        <dt>In quarantine</dt><dd>{{page.run.size}}</dd><dt>May be purged</dt><dd>{{page.run.due}}</dd></dl>
        {{#frame.mayAct}}{{#page.run.isLying}}<form method="post" action="/runs/restore">\
        <input type="hidden" name="csrf" value="{{frame.csrf}}"><input type="hidden" name="run" value="{{page.run.run}}">\
        <button>Undo: put all of it back</button></form>{{/page.run.isLying}}{{/frame.mayAct}}
        {{^page.hasRows}}<p class="empty">No items.</p>{{/page.hasRows}}
        {{#page.hasRows}}
        <div class="scroll" role="region" tabindex="0" aria-label="Items of the run"><table>
        <thead><tr><th scope="col" class="number">Item</th><th scope="col" class="number">Size</th>\
        <th scope="col">Path</th><th scope="col">Resource</th><th scope="col">State</th>\
        {{#frame.mayAct}}<th scope="col">Undo</th>{{/frame.mayAct}}</tr></thead>
        <tbody>
        {{#page.rows}}
        <tr><td class="number">{{number}}</td><td class="number">{{size}}</td>\
        <td class="path"><code>{{path}}</code>{{#reason}}<br><span class="remark">{{.}}</span>{{/reason}}</td>\
        <td>{{resource}}</td><td><span class="badge {{tone}}">{{state}}</span></td>\
        {{#frame.mayAct}}<td>{{#isLying}}<form method="post" action="/runs/restore">\
        <input type="hidden" name="csrf" value="{{frame.csrf}}"><input type="hidden" name="run" value="{{page.run.run}}">\
        <input type="hidden" name="item" value="{{number}}">\
        <button class="quiet">Restore<span class="hidden"> {{path}}</span></button></form>{{/isLying}}</td>{{/frame.mayAct}}</tr>
        {{/page.rows}}
        </tbody></table></div>
        {{> pager}}
        {{/page.hasRows}}
        {{/main}}{{/layout}}
        """

    static let tasks = """
        {{< layout}}{{$main}}
        {{#page.trouble}}
        <div class="banner alarm" role="alert"><span class="glyph" aria-hidden="true">!!</span>\
        <p><strong>The queue cannot be asked:</strong> {{.}}</p></div>
        {{/page.trouble}}
        {{^page.hasOutbox}}<p class="empty">This database has no outbox. With one, files follow their records by \
        themselves: <code>foundling triggers install</code>.</p>{{/page.hasOutbox}}
        {{#page.alarms}}
        <div class="banner caution" role="note"><span class="glyph" aria-hidden="true">!</span>\
        <p><strong>Queue:</strong> {{.}}</p></div>
        {{/page.alarms}}
        {{#page}}{{> facts}}{{/page}}
        {{#frame.mayAct}}
        <div class="actions">
        {{#page.held}}
        <form method="post" action="/tasks/approve"><input type="hidden" name="csrf" value="{{frame.csrf}}">\
        <label for="count">To approve {{.}}, type how many there are</label>\
        <input type="text" inputmode="numeric" autocomplete="off" required id="count" name="count"> \
        <button class="danger">Approve all that are held</button></form>
        {{/page.held}}
        {{#page.dead}}
        <form method="post" action="/tasks/retry"><input type="hidden" name="csrf" value="{{frame.csrf}}">\
        <button class="quiet">Retry {{.}}</button></form>
        {{/page.dead}}
        </div>
        {{/frame.mayAct}}
        {{#page.hasOutbox}}{{^page.hasRows}}<p class="empty">No tasks wait.</p>{{/page.hasRows}}{{/page.hasOutbox}}
        {{#page.hasRows}}
        <div class="scroll" role="region" tabindex="0" aria-label="Tasks"><table>
        <thead><tr><th scope="col">Row</th><th scope="col">State</th><th scope="col">What happened</th>\
        <th scope="col" class="number">Attempts</th>{{#frame.mayAct}}<th scope="col">Act</th>{{/frame.mayAct}}</tr></thead>
        <tbody>
        {{#page.rows}}
        <tr><th scope="row">{{resource}} <code>{{key}}</code></th><td><span class="badge {{tone}}">{{state}}</span></td>\
        <td class="wide">{{told}}, {{at}}{{#reason}}<br><span class="remark">{{.}}</span>{{/reason}}</td>\
        <td class="number">{{attempts}}</td>{{#frame.mayAct}}<td class="actions">\
        {{#mayRetry}}<form method="post" action="/tasks/retry"><input type="hidden" name="csrf" value="{{frame.csrf}}">\
        <input type="hidden" name="id" value="{{id}}"><button class="quiet">Retry<span class="hidden"> {{key}}</span></button></form>\
        <form method="post" action="/tasks/drop"><input type="hidden" name="csrf" value="{{frame.csrf}}">\
        <input type="hidden" name="id" value="{{id}}"><button class="danger">Drop<span class="hidden"> {{key}}</span></button></form>{{/mayRetry}}\
        {{#mayApprove}}<form method="post" action="/tasks/approve">\
        <input type="hidden" name="csrf" value="{{frame.csrf}}"><input type="hidden" name="id" value="{{id}}">\
        <button>Approve<span class="hidden"> {{key}}</span></button></form>{{/mayApprove}}</td>{{/frame.mayAct}}</tr>
        {{/page.rows}}
        </tbody></table></div>
        {{> pager}}
        {{/page.hasRows}}
        {{/main}}{{/layout}}
        """
}
