"""That rules, dashboard, reference, guide and sources speak of the same figures; see script/check-deploy."""

import json
import pathlib
import re
import sys

import yaml

root = pathlib.Path(__file__).resolve().parents[2]
rules_file = root / "deploy/prometheus/foundling.rules.yml"
dashboard_file = root / "deploy/grafana/foundling.json"
reference = (root / "docs/reference/metrics.md").read_text()
guide = (root / "docs/guides/alerts.md").read_text()
tests = yaml.safe_load((root / "deploy/prometheus/foundling.test.yml").read_text())
name = re.compile(r"\b(?:foundling|process)_[a-z0-9_]*[a-z0-9]\b")
findings = []


def complain(place, what):
    findings.append(f"{place}: {what}")


# The table is the list: name and type.
documented = dict(re.findall(r"^\| `([a-z0-9_]+)` \| (\w+) \|", reference, re.M))
if not documented:
    sys.exit("docs/reference/metrics.md: no table of metrics was found")


def known(metric):
    if metric in documented:
        return documented[metric] != "histogram"
    return documented.get(re.sub(r"_(bucket|sum|count)$", "", metric)) == "histogram"


def look(place, text):
    for metric in sorted(set(name.findall(text))):
        if not known(metric):
            complain(place, f"{metric} is not in docs/reference/metrics.md")


rules = yaml.safe_load(rules_file.read_text())
alerts = []

# What the tests expect to fire, and not to: by the name of the alert, or by a question about ALERTS.
fires, silent = set(), set()
every = [rule["alert"] for group in rules["groups"] for rule in group["rules"]]
for test in tests["tests"]:
    for claim in test.get("alert_rule_test", []):
        (fires if claim.get("exp_alerts") else silent).add(claim["alertname"])
    for claim in test.get("promql_expr_test", []):
        asked = re.search(r'alertname=(~?)"([^"]+)"', claim["expr"])
        expected = {re.search(r'alertname="(\w+)"', sample["labels"]).group(1) for sample in claim.get("exp_samples", [])}
        fires |= expected
        if asked:
            silent |= {alert for alert in every if re.fullmatch(asked.group(2), alert)} - expected
for group in rules["groups"]:
    for rule in group["rules"]:
        alert = rule["alert"]
        alerts.append(alert)
        look(f"rule {alert}", rule["expr"])
        notes = rule.get("annotations", {})
        if rule.get("labels", {}).get("severity") not in ("page", "warning", "info"):
            complain(f"rule {alert}", "severity is none of page, warning, info")
        if "Type:" not in notes.get("description", ""):
            complain(f"rule {alert}", "the description does not say what to type")
        if notes.get("runbook_url") != f"docs/guides/alerts.md#{alert.lower()}":
            complain(f"rule {alert}", "runbook_url does not lead to its section of docs/guides/alerts.md")
        if not re.search(rf"^### {alert}$", guide, re.M):
            complain("docs/guides/alerts.md", f"there is no section {alert}")
        for claim, those in (("fires", fires), ("does not fire", silent)):
            if alert not in those:
                complain("foundling.test.yml", f"no test says when {alert} {claim}")
for section in re.findall(r"^### (Foundling\w+)$", guide, re.M):
    if section not in alerts:
        complain("docs/guides/alerts.md", f"{section} is no alert")

dashboard = json.loads(dashboard_file.read_text())
for panel in dashboard["panels"]:
    for target in panel.get("targets", []):
        look(f"panel '{panel['title']}'", target["expr"])
for variable in dashboard["templating"]["list"]:
    look(f"variable {variable['name']}", str(variable.get("definition", "")))
look("docs/reference/metrics.md, Questions", reference.split("## Questions")[-1])

sources = "\n".join(path.read_text() for path in sorted((root / "Sources").rglob("*.swift")))
for metric in sorted(documented):
    if not re.search(rf"\b{metric}\b", sources):
        complain("docs/reference/metrics.md", f"{metric} is nowhere in Sources")

print("\n".join(findings) if findings else f"{len(documented)} metrics, {len(alerts)} alerts")
sys.exit(1 if findings else 0)
