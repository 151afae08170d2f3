/// What was moved aside, and what follows from deletions.
extension PageTemplates {
    static let quarantine = """
        {{< layout}}{{$main}}
        {{^page.hasRows}}<p class="empty">Nothing lies in quarantine.</p>{{/page.hasRows}}
        {{#page.hasRows}}
        <p>{{page.total}}. Restoring puts everything of a run back; purging frees the space and cannot be undone. \
        {{#page.due}}{{.}}{{/page.due}}</p>
        {{#frame.mayAct}}{{#page.due}}
        <form method="post" action="/quarantine/purge"><input type="hidden" name="csrf" value="{{frame.csrf}}">\
        <label for="due"><input type="checkbox" id="due" name="confirm" value="due" required> Remove for good what is due</label> \
        <button class="danger">Purge what is due</button></form>
        {{/page.due}}{{/frame.mayAct}}
        <div class="scroll" role="region" tabindex="0" aria-label="Runs in quarantine"><table class="stack">
        <thead><tr><th scope="col">Run</th><th scope="col" class="number">Size</th><th scope="col">May be purged</th>\
        <th scope="col">By</th>{{#frame.mayAct}}<th scope="col">Act</th>{{/frame.mayAct}}</tr></thead>
        <tbody>
        {{#page.rows}}
        <tr><th scope="row" class="nowrap"><a href="/runs/{{run}}"><code>{{run}}</code></a>\
        <br><span class="remark">{{#started}}{{> moment}}{{/started}} ago</span></th>\
        <td class="number" data-label="Size">{{size}}</td>\
        <td class="nowrap" data-label="May be purged">{{#due}}{{> moment}}{{/due}}{{^due}}–{{/due}}</td>\
        <td class="wide" data-label="By">{{actor}}{{#reason}}<br><span class="remark">{{.}}</span>{{/reason}}</td>\
        {{#frame.mayAct}}<td class="wide"><form method="post" action="/runs/restore">\
        <input type="hidden" name="csrf" value="{{frame.csrf}}"><input type="hidden" name="run" value="{{run}}">\
        <button class="quiet">Restore<span class="hidden"> {{run}}</span></button></form>
        {{> purge}}</td>{{/frame.mayAct}}</tr>
        {{/page.rows}}
        </tbody></table></div>
        {{> pager}}
        {{/page.hasRows}}
        {{/main}}{{/layout}}
        """

    /// Behind a fold: it is the one thing that nothing takes back.
    static let purge = """
        <details><summary>Purge<span class="hidden"> {{run}}</span>…</summary><form method="post" action="/runs/purge">\
        <input type="hidden" name="csrf" value="{{frame.csrf}}"><input type="hidden" name="run" value="{{run}}">\
        <label for="confirm-{{run}}">Type <code>{{run}}</code> to remove it for good</label>\
        <input type="text" required autocomplete="off" spellcheck="false" id="confirm-{{run}}" name="confirm"> \
        <button class="danger">Purge<span class="hidden"> {{run}}</span></button></form></details>

        """

    static let runs = """
        {{< layout}}{{$main}}
        {{^page.hasRows}}<p class="empty">No run yet: nothing was ever moved.</p>{{/page.hasRows}}
        {{#page.hasRows}}
        <div class="scroll" role="region" tabindex="0" aria-label="Runs"><table class="stack">
        <thead><tr><th scope="col">Run</th><th scope="col">By</th>\
        <th scope="col" class="number">Planned</th><th scope="col" class="number">Done</th>\
        <th scope="col" class="number">Skipped</th><th scope="col" class="number">Rescued</th>\
        <th scope="col" class="number">Failed</th><th scope="col">Now</th>\
        {{#frame.mayAct}}<th scope="col">Undo</th>{{/frame.mayAct}}</tr></thead>
        <tbody>
        {{#page.rows}}
        <tr><th scope="row" class="nowrap"><a href="/runs/{{run}}"><code>{{run}}</code></a><br><span class="remark">{{#started}}{{> moment}}{{/started}} ago</span></th>\
        <td class="wide" data-label="By">{{actor}}{{#reason}}<br><span class="remark">{{.}}</span>{{/reason}}</td>\
        <td class="number" data-label="Planned">{{planned}}</td><td class="number" data-label="Done">{{done}}</td>\
        <td class="number" data-label="Skipped">{{skipped}}</td>\
        <td class="number" data-label="Rescued">{{rescued}}</td>\
        <td class="number" data-label="Failed">{{failed}}</td>\
        <td class="nowrap" data-label="Now">{{#states}}<span class="part">{{.}}</span> {{/states}}</td>\
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
        <dl class="pairs"><dt>Run</dt><dd><code>{{page.run.run}}</code></dd><dt>Started</dt><dd>{{#page.run.started}}{{> moment}} ago, {{exact}}{{/page.run.started}}</dd>\
        <dt>By</dt><dd>{{page.run.actor}}</dd>{{#page.run.reason}}<dt>Why</dt><dd>{{.}}</dd>{{/page.run.reason}}\
        <dt>Now</dt><dd>{{#page.run.states}}<span class="part">{{.}}</span> {{/page.run.states}}</dd>\
        {{#page.run.due}}<dt>In quarantine</dt><dd>{{page.run.size}}</dd>\
        <dt>May be purged</dt><dd>{{> moment}}, by itself where the schedule says so</dd>{{/page.run.due}}</dl>
        {{#frame.mayAct}}{{#page.run.isLying}}<div class="actions"><form method="post" action="/runs/restore">\
        <input type="hidden" name="csrf" value="{{frame.csrf}}">\
        <input type="hidden" name="run" value="{{page.run.run}}">\
        <button>Undo: put all of it back</button></form>{{#page.run}}{{> purge}}{{/page.run}}</div>\
        {{/page.run.isLying}}{{/frame.mayAct}}
        {{^page.hasRows}}<p class="empty">No items.</p>{{/page.hasRows}}
        {{#page.hasRows}}
        <div class="scroll" role="region" tabindex="0" aria-label="Items of the run"><table class="stack">
        <thead><tr><th scope="col" class="number">Item</th><th scope="col" class="number">Size</th>\
        <th scope="col">Path</th><th scope="col">Resource</th><th scope="col">State</th>\
        {{#frame.mayAct}}<th scope="col">Undo</th>{{/frame.mayAct}}</tr></thead>
        <tbody>
        {{#page.rows}}
        <tr><td class="number" data-label="Item">{{number}}</td><td class="number" data-label="Size">{{size}}</td>\
        <td class="path"><code>{{path}}</code>{{#reason}}<br><span class="remark">{{.}}</span>{{/reason}}</td>\
        <td data-label="Resource">{{resource}}</td><td><span class="badge {{tone}}">{{state}}</span></td>\
        {{#frame.mayAct}}<td>{{#isLying}}<form method="post" action="/runs/restore">\
        <input type="hidden" name="csrf" value="{{frame.csrf}}">\
        <input type="hidden" name="run" value="{{page.run.run}}">\
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
        {{#page.hasTrouble}}
        <div class="banner alarm" role="alert"><span class="glyph" aria-hidden="true">!!</span>\
        <p><strong>The queue cannot be asked:</strong> {{#page.trouble}}{{> quoted}}{{/page.trouble}}</p></div>
        {{/page.hasTrouble}}
        {{#page.done}}<div class="banner info" role="status"><span class="glyph" aria-hidden="true">i</span>\
        <p><strong>Done:</strong> {{.}}</p></div>{{/page.done}}
        <p>What the database told of deletions. A worker moves the files of each task into quarantine.</p>
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
        <label for="count">More would go than the manifest allows. To approve {{.}}, type how many there are:</label>\
        <input type="text" inputmode="numeric" autocomplete="off" required id="count" name="count"> \
        <button class="danger">Approve all that are held</button></form>
        {{/page.held}}
        {{#page.dead}}
        <form method="post" action="/tasks/retry"><input type="hidden" name="csrf" value="{{frame.csrf}}">\
        <button class="quiet">Retry {{.}}</button></form>
        {{/page.dead}}
        </div>
        {{/frame.mayAct}}
        {{#page.hasOutbox}}
        <p>{{#page.areDone}}<a href="/tasks">What waits</a> · <b>What is done</b>{{/page.areDone}}\
        {{^page.areDone}}<b>What waits</b> · <a href="/tasks?state=done">What is done</a>{{/page.areDone}}</p>
        {{^page.hasRows}}<p class="empty">{{#page.areDone}}No task is done and still remembered.{{/page.areDone}}\
        {{^page.areDone}}No task waits.{{/page.areDone}}</p>{{/page.hasRows}}{{/page.hasOutbox}}
        {{#page.hasRows}}
        <div class="scroll" role="region" tabindex="0" aria-label="Tasks"><table class="stack">
        <thead><tr><th scope="col">Row</th><th scope="col">State</th><th scope="col">What happened</th>\
        <th scope="col" class="number">Attempts</th>{{#frame.mayAct}}<th scope="col">Act</th>{{/frame.mayAct}}</tr></thead>
        <tbody>
        {{#page.rows}}
        <tr><th scope="row">{{resource}} <code>{{key}}</code></th><td><span class="badge {{tone}}">{{state}}</span></td>\
        <td class="wide" data-label="What happened">{{told}}, {{#at}}{{> moment}}{{/at}} ago\
        {{#reason}}<br><span class="remark">{{.}}</span>{{/reason}}</td>\
        <td class="number" data-label="Attempts">{{attempts}}</td>{{#frame.mayAct}}<td><div class="actions">\
        {{#mayRetry}}<form method="post" action="/tasks/retry"><input type="hidden" name="csrf" value="{{frame.csrf}}">\
        <input type="hidden" name="id" value="{{id}}"><button class="quiet">Retry<span class="hidden"> {{key}}</span></button></form>{{/mayRetry}}\
        {{#mayApprove}}<form method="post" action="/tasks/approve">\
        <input type="hidden" name="csrf" value="{{frame.csrf}}"><input type="hidden" name="id" value="{{id}}">\
        <button class="quiet">Approve<span class="hidden"> {{key}}</span></button></form>{{/mayApprove}}\
        {{#mayDrop}}<form method="post" action="/tasks/drop"><input type="hidden" name="csrf" value="{{frame.csrf}}">\
        <input type="hidden" name="id" value="{{id}}"><button class="quiet">Drop<span class="hidden"> {{key}}</span></button></form>{{/mayDrop}}</div></td>{{/frame.mayAct}}</tr>
        {{/page.rows}}
        </tbody></table></div>
        {{> pager}}
        {{/page.hasRows}}
        {{/main}}{{/layout}}
        """
}
