/// What was found, and what would be done about it.
extension PageTemplates {
    static let orphans = """
        {{< layout}}{{$main}}
        {{^page.hasScan}}<p class="empty">No scan yet: nothing is known of this store.</p>{{/page.hasScan}}
        {{#page.hasScan}}
        {{#page.mapSVG}}
        <section aria-labelledby="map-h"><h2 id="map-h">Where the space is</h2>
        <div class="panel"><div class="map">{{{page.mapSVG}}}</div>
        <ul class="legend">{{#page.legend}}<li><span class="swatch {{tone}}" aria-hidden="true"></span>\
        <b>{{size}}</b> {{name}}</li>{{/page.legend}}</ul></div>
        <p class="remark">Why they are there: {{#page.groups}}<span class="part">{{count}}, {{size}}: {{name}}.</span> \
        {{/page.groups}}</p></section>
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
        {{^page.isFiltered}}No orphans: every entry is claimed by a record, or kept for a reason.\
        {{/page.isFiltered}}</p>\
        {{/page.hasRows}}
        {{/page.hasScan}}
        {{#page.hasRows}}
        {{#frame.mayAct}}
        <form method="post" action="/orphans/act"><input type="hidden" name="csrf" value="{{frame.csrf}}">
        <button hidden disabled>Enter in a field below sends nothing</button>
        <div class="actions"><button name="act" value="plan">Plan the chosen</button>\
        <div class="group"><label for="why">or keep them, because</label>\
        <input type="text" id="why" name="why" autocomplete="off" maxlength="200" placeholder="a reason for others"> \
        <button class="quiet" name="act" value="pin">Keep the chosen</button></div></div>
        <label class="check" hidden data-all-row><input type="checkbox" data-all> Choose all {{page.count}} on this page</label>
        {{/frame.mayAct}}
        <div class="scroll" role="region" tabindex="0" aria-label="Orphans"><table class="stack">
        <thead><tr>{{#frame.mayAct}}<th scope="col"><span class="hidden">Choose</span></th>{{/frame.mayAct}}\
        <th scope="col" class="number">Size</th><th scope="col">Path</th><th scope="col">Resource</th>\
        <th scope="col" class="number">Untouched</th><th scope="col" class="number">Known</th>\
        <th scope="col">Cause</th></tr></thead>
        <tbody>
        {{#page.rows}}
        <tr>{{#frame.mayAct}}<td>{{#value}}<label class="hidden" for="{{id}}">Choose {{path}}</label>\
        <input type="checkbox" id="{{id}}" name="path" value="{{value}}">{{/value}}</td>{{/frame.mayAct}}\
        <td class="number" data-label="Size">{{size}}</td><td class="path"><code>{{path}}</code>\
        <details><summary>Evidence<span class="hidden"> for {{path}}</span></summary>\
        <ul class="detail">{{#notes}}<li>{{.}}</li>{{/notes}}</ul></details></td>\
        <td data-label="Resource">{{resource}}</td>\
        <td class="number" data-label="Untouched">{{#age}}{{> moment}}{{/age}}{{^age}}–{{/age}}</td>\
        <td class="number" data-label="Known">{{#seen}}{{> moment}}{{/seen}}{{^seen}}–{{/seen}}</td>\
        <td class="nowrap" data-label="Cause">{{cause}}</td></tr>
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
        <p class="empty">No plan yet. A plan says exactly what would be moved aside, and changes nothing.</p>
        {{/page.plan}}
        {{#page.plan}}
        <dl class="pairs"><dt>Would move aside</dt><dd>{{entries}}, {{size}}</dd>\
        <dt>A purge then frees</dt><dd>{{freed}}</dd>\
        <dt>Made</dt><dd>{{#created}}{{> moment}}{{/created}} ago</dd>\
        <dt>Expires</dt><dd>{{#expires}}{{> moment}}{{/expires}}\
        {{#isExpired}} ago <span class="badge alarm">expired</span>{{/isExpired}}</dd>\
        {{#run}}<dt>Carried out</dt><dd>by run <a href="/runs/{{.}}"><code>{{.}}</code></a></dd>{{/run}}</dl>
        {{#needsApproval}}
        <div class="banner caution" role="note"><span class="glyph" aria-hidden="true">!</span>\
        <div><p><strong>Guard:</strong> this goes over limits of the manifest. \
        Is the database the right one, and whole?</p>
        <ul>{{#trips}}<li>{{.}}</li>{{/trips}}</ul></div></div>
        {{/needsApproval}}
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
        <label for="entries">If all that is listed below may go, type how many entries that is:</label>
        <input type="text" inputmode="numeric" autocomplete="off" required id="entries" name="entries">
        {{/needsApproval}}
        <button class="danger">Move {{entries}} aside</button></form>
        {{/mayApply}}
        <form method="post" action="/plan/discard"><input type="hidden" name="csrf" value="{{frame.csrf}}">\
        <input type="hidden" name="hash" value="{{hash}}"><button class="quiet">Discard</button></form>
        </div>
        <p class="remark">What is moved lies in quarantine: Runs puts it back, until it is purged.</p>
        {{/frame.mayAct}}
        <section aria-labelledby="items-h"><h2 id="items-h">What goes</h2>
        <div class="scroll" role="region" tabindex="0" aria-label="Items of the plan"><table class="stack">
        <thead><tr><th scope="col" class="number">Size</th><th scope="col">Path</th><th scope="col">Resource</th>\
        <th scope="col" class="number">Untouched</th><th scope="col">Cause</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr><td class="number" data-label="Size">{{size}}</td><td class="path"><code>{{path}}</code></td>\
        <td data-label="Resource">{{resource}}</td>\
        <td class="number" data-label="Untouched">{{#age}}{{> moment}}{{/age}}{{^age}}–{{/age}}</td>\
        <td class="nowrap" data-label="Cause">{{cause}}</td></tr>
        {{/rows}}
        </tbody></table></div>
        {{#more}}<p class="more">{{.}}</p>{{/more}}</section>
        <section aria-labelledby="checked-h"><h2 id="checked-h">What was checked</h2>
        <dl class="pairs">{{#checks}}<dt>{{name}}</dt><dd>{{value}}</dd>{{/checks}}\
        <dt>Hash of the plan</dt><dd><code>{{hash}}</code></dd></dl></section>
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
        <ul class="detail">{{#page.others}}<li><a href="/plan?hash={{hash}}"><code>{{short}}</code></a>: {{entries}}, \
        made {{#made}}{{> moment}}{{/made}} ago</li>{{/page.others}}</ul></section>
        {{/page.hasOthers}}
        {{/main}}{{/layout}}
        """
}
