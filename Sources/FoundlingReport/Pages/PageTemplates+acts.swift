extension PageTemplates {
    static let orphans = """
        {{< layout}}{{$main}}
        <form class="filters" method="get" action="/orphans"><div><label for="resource">Resource</label>
        <select id="resource" name="resource"><option value="">all</option>
        {{#page.resources}}
        <option{{#isChosen}} selected{{/isChosen}}>{{name}}</option>
        {{/page.resources}}
        </select></div><button class="quiet">Show</button></form>
        {{^page.hasRows}}<p class="empty">No orphans: every entry is claimed, or kept for a reason.</p>{{/page.hasRows}}
        {{#page.hasRows}}
        <div class="scroll" role="region" tabindex="0" aria-label="Orphans, largest first"><table>
        <thead><tr><th scope="col" class="number">Size</th><th scope="col">Path</th><th scope="col">Resource</th>\
        <th scope="col" class="number">Age</th><th scope="col">Cause</th></tr></thead>
        <tbody>
        {{#page.rows}}
        <tr><td class="number">{{size}}</td><td class="path"><code>{{path}}</code>\
        <details><summary>Evidence<span class="hidden"> for {{path}}</span></summary>\
        <ul class="detail">{{#notes}}<li>{{.}}</li>{{/notes}}</ul></details></td>\
        <td>{{resource}}</td><td class="number">{{age}}</td><td class="nowrap">{{cause}}</td></tr>
        {{/page.rows}}
        </tbody></table></div>
        {{> pager}}
        {{#frame.mayAct}}<p><a class="button" href="/plan">Plan their removal</a></p>{{/frame.mayAct}}
        {{/page.hasRows}}
        {{/main}}{{/layout}}
        """

    static let plan = """
        {{< layout}}{{$main}}
        {{^page.plan}}
        <p class="empty">No plan. A plan says exactly what would be moved aside, and changes nothing.</p>
        {{#frame.mayAct}}
        <form method="post" action="/plan"><input type="hidden" name="csrf" value="{{frame.csrf}}">
        <label for="only">Only</label><select id="only" name="only"><option value="">all resources</option>
        {{#page.resources}}
        <option>{{.}}</option>
        {{/page.resources}}
        </select> <button>Make a plan</button></form>
        {{/frame.mayAct}}
        {{/page.plan}}
        {{#page.plan}}
        <dl class="pairs"><dt>Would move aside</dt><dd>{{entries}}, {{size}}</dd>\
        <dt>A purge then frees</dt><dd>{{freed}}</dd><dt>Made</dt><dd>{{created}}</dd>\
        <dt>Expires</dt><dd>{{expires}}{{#isExpired}} <span class="badge alarm">expired</span>{{/isExpired}}</dd>\
        <dt>Hash</dt><dd><code>{{hash}}</code></dd></dl>
        {{#trips}}
        <div class="banner caution" role="note"><span class="glyph" aria-hidden="true">!</span>\
        <p><strong>Guard:</strong> {{.}}</p></div>
        {{/trips}}
        {{#frame.mayAct}}
        <div class="actions">
        {{^isExpired}}
        <form method="post" action="/plan/apply"><input type="hidden" name="csrf" value="{{frame.csrf}}">\
        <input type="hidden" name="hash" value="{{hash}}">
        {{#needsApproval}}
        <label for="entries">To approve, type how many entries this moves</label>
        <input type="text" inputmode="numeric" autocomplete="off" required id="entries" name="entries">
        {{/needsApproval}}
        <button class="danger">Move {{entries}} aside</button></form>
        {{/isExpired}}
        <form method="post" action="/plan/discard"><input type="hidden" name="csrf" value="{{frame.csrf}}">\
        <input type="hidden" name="hash" value="{{hash}}"><button class="quiet">Discard</button></form>
        </div>
        {{/frame.mayAct}}
        <div class="scroll" role="region" tabindex="0" aria-label="Items of the plan"><table>
        <thead><tr><th scope="col" class="number">Size</th><th scope="col">Path</th><th scope="col">Resource</th>\
        <th scope="col" class="number">Age</th><th scope="col">Cause</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr><td class="number">{{size}}</td><td class="path"><code>{{path}}</code></td><td>{{resource}}</td>\
        <td class="number">{{age}}</td><td class="nowrap">{{cause}}</td></tr>
        {{/rows}}
        </tbody></table></div>
        {{#more}}<p class="more">{{.}}</p>{{/more}}
        {{/page.plan}}
        {{/main}}{{/layout}}
        """

    static let quarantine = """
        {{< layout}}{{$main}}
        {{^page.hasRows}}<p class="empty">Nothing lies in quarantine.</p>{{/page.hasRows}}
        {{#page.hasRows}}
        <p>{{page.total}}. Restoring puts everything back; purging cannot be undone.</p>
        <div class="scroll" role="region" tabindex="0" aria-label="Runs in quarantine"><table>
        <thead><tr><th scope="col">Run</th><th scope="col" class="number">Size</th><th scope="col">May be purged</th>\
        <th scope="col">By</th>{{#frame.mayAct}}<th scope="col">Act</th>{{/frame.mayAct}}</tr></thead>
        <tbody>
        {{#page.rows}}
        <tr><th scope="row"><code>{{run}}</code></th><td class="number">{{size}}</td><td class="nowrap">{{due}}</td>\
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
        {{/page.hasRows}}
        {{/main}}{{/layout}}
        """

    static let runs = """
        {{< layout}}{{$main}}
        {{^page.hasRows}}<p class="empty">No run yet: nothing was ever moved.</p>{{/page.hasRows}}
        {{#page.hasRows}}
        <div class="scroll" role="region" tabindex="0" aria-label="Runs"><table>
        <thead><tr><th scope="col">Run</th><th scope="col">Started</th><th scope="col">By</th>\
        <th scope="col" class="number">Planned</th><th scope="col">What became of it</th></tr></thead>
        <tbody>
        {{#page.rows}}
        <tr><th scope="row"><code>{{run}}</code></th><td class="nowrap">{{started}}</td>\
        <td class="wide">{{actor}}{{#reason}}<br><span class="remark">{{.}}</span>{{/reason}}</td>\
        <td class="number">{{planned}}</td><td class="wide">{{#states}}{{.}}<br>{{/states}}</td></tr>
        {{/page.rows}}
        </tbody></table></div>
        {{/page.hasRows}}
        {{/main}}{{/layout}}
        """

    static let tasks = """
        {{< layout}}{{$main}}
        {{#page.alarms}}
        <div class="banner caution" role="note"><span class="glyph" aria-hidden="true">!</span>\
        <p><strong>Queue:</strong> {{.}}</p></div>
        {{/page.alarms}}
        {{#page}}{{> facts}}{{/page}}
        {{^page.hasRows}}<p class="empty">No tasks.</p>{{/page.hasRows}}
        {{#page.hasRows}}
        <div class="scroll" role="region" tabindex="0" aria-label="Tasks"><table>
        <thead><tr><th scope="col">Row</th><th scope="col">State</th><th scope="col">What happened</th>\
        <th scope="col" class="number">Attempts</th>{{#frame.mayAct}}<th scope="col">Act</th>{{/frame.mayAct}}</tr></thead>
        <tbody>
        {{#page.rows}}
        <tr><th scope="row">{{resource}} <code>{{key}}</code></th><td><span class="badge {{tone}}">{{state}}</span></td>\
        <td class="wide">{{told}}, {{at}}{{#reason}}<br><span class="remark">{{.}}</span>{{/reason}}</td>\
        <td class="number">{{attempts}}</td>{{#frame.mayAct}}<td><div class="actions">\
        {{#mayRetry}}<form method="post" action="/tasks/retry"><input type="hidden" name="csrf" value="{{frame.csrf}}">\
        <input type="hidden" name="id" value="{{id}}"><button class="quiet">Retry</button></form>\
        <form method="post" action="/tasks/drop"><input type="hidden" name="csrf" value="{{frame.csrf}}">\
        <input type="hidden" name="id" value="{{id}}"><button class="danger">Drop</button></form>{{/mayRetry}}\
        {{#mayApprove}}<form method="post" action="/tasks/approve">\
        <input type="hidden" name="csrf" value="{{frame.csrf}}"><input type="hidden" name="id" value="{{id}}">\
        <button>Approve</button></form>{{/mayApprove}}</div></td>{{/frame.mayAct}}</tr>
        {{/page.rows}}
        </tbody></table></div>
        {{> pager}}
        {{/page.hasRows}}
        {{/main}}{{/layout}}
        """
}
