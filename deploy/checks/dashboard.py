"""That Grafana can make something of the dashboard; see script/check-deploy.

Writes its queries, as rules, into the file that is named, for promtool to parse: Grafana's variables are replaced.
"""

import json
import pathlib
import re
import sys

import yaml

path = pathlib.Path(__file__).resolve().parents[1] / "grafana/foundling.json"
dashboard = json.loads(path.read_text())
findings, rules, identifiers, places = [], [], set(), []
variables = {variable["name"] for variable in dashboard["templating"]["list"]}
for key in ("title", "uid", "schemaVersion", "panels", "time"):
    if key not in dashboard:
        findings.append(f"there is no {key}")
if dashboard.get("id") is not None:
    findings.append("an id belongs to one Grafana: leave it out")
if not {"datasource", "instance"} <= variables:
    findings.append("it needs the variables datasource and instance")

for panel in dashboard["panels"]:
    title = panel["title"]
    if panel["id"] in identifiers:
        findings.append(f"{title}: its id {panel['id']} is used twice")
    identifiers.add(panel["id"])
    box = panel["gridPos"]
    if box["x"] + box["w"] > 24:
        findings.append(f"{title}: wider than the grid")
    for other, there in places:
        if (box["x"] < there["x"] + there["w"] and there["x"] < box["x"] + box["w"]
                and box["y"] < there["y"] + there["h"] and there["y"] < box["y"] + box["h"]):
            findings.append(f"{title}: lies over {other}")
    places.append((title, box))
    if panel["type"] == "row":
        continue
    if not panel.get("targets"):
        findings.append(f"{title}: asks nothing")
    for target in panel.get("targets", []):
        if target["datasource"]["uid"] != "${datasource}":
            findings.append(f"{title}: names a data source of its own")
        if "$instance" not in target["expr"]:
            findings.append(f"{title}: does not ask for $instance")
        unknown = set(re.findall(r"\$\{?(\w+)", target["expr"])) - variables - {"__rate_interval", "__range"}
        if unknown:
            findings.append(f"{title}: unknown variables {', '.join(sorted(unknown))}")
        expression = target["expr"].replace("$__rate_interval", "5m").replace("$__range", "1d").replace("$instance", ".*")
        rules.append({"record": f"panel_{panel['id']}_{target['refId'].lower()}", "expr": expression})
    if re.search(r"_bytes", " ".join(target["expr"] for target in panel["targets"])):
        unit = panel["fieldConfig"]["defaults"].get("unit")
        overridden = "bytes" in json.dumps(panel["fieldConfig"]["overrides"])
        if unit not in ("bytes", "percentunit") and not overridden:
            findings.append(f"{title}: sizes in the unit '{unit}'")

pathlib.Path(sys.argv[1]).write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))
print("\n".join(findings) if findings else f"{len(identifiers)} panels and rows, {len(rules)} queries")
sys.exit(1 if findings else 0)
