"""Real names for requests that schemathesis makes up, and what it takes for a mistake and is none.

The document says what a text looks like; whether it names anything, only the daemon knows.
"""

import json
import os
import pathlib
import re
import urllib.request
import zlib

import schemathesis
from schemathesis.openapi.checks import RejectedPositiveData

RUN, HASH = re.compile("[0-9]{8}-[0-9]{6}-[0-9a-f]{6}"), re.compile("[0-9a-f]{64}")
CURSOR, TIME = re.compile("[A-Za-z0-9_-]{1,2048}"), re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9:.]+([Zz]|[+-][0-9:]+)")


def words(name):
    return [line.strip('"') for line in pathlib.Path(f"{name}.dict").read_text().split()]


def plans():
    """Those that the daemon remembers now: it forgets the oldest."""
    with urllib.request.urlopen(f"{os.environ['API_TEST_URL']}/api/v1/plans") as answer:
        return [plan["hash"] for plan in json.load(answer)["items"]] or ["0" * 64]


@schemathesis.hook
def map_case(context, case):
    """What is well formed and names nothing becomes, mostly, what there is; what is malformed stays as it is."""
    query, body = case.query or {}, case.body
    # By what else there is, so that a seed makes the same requests again.
    drawn = zlib.crc32(repr((case.path_parameters, query, body)).encode())
    if CURSOR.fullmatch(str(query.get("cursor", ""))) and drawn % 8:
        case.query = {name: value for name, value in query.items() if name != "cursor"}
    if HASH.fullmatch(str((case.path_parameters or {}).get("hash", ""))) and drawn % 4:
        known = plans()
        case.path_parameters = {**case.path_parameters, "hash": known[drawn // 4 % len(known)]}
    if isinstance(body, dict) and drawn % 4:
        known = dict(body)
        for field, pattern, real in [("run", RUN, lambda: words("runs")), ("plan", HASH, plans)]:
            if isinstance(known.get(field), str) and pattern.fullmatch(known[field]):
                names = real()
                known[field] = names[drawn // 4 % len(names)]
        if isinstance(known.get("approve"), str) and HASH.fullmatch(known["approve"]):
            known["approve"] = known.get("plan", known["approve"])
        if isinstance(known.get("until"), str) and TIME.fullmatch(known["until"]):
            known["until"] = "2090-01-01T00:00:00Z"
        if known != body:
            case.body = known
    return case


def is_cursor_of_nobody(case, problem):
    """A cursor that is written as cursors are, and that this list never gave out. Anything else about it is the schema's."""
    return problem.get("code") == "cursor-invalid" and "cursor" in (case.query or {})


def is_pin_that_ended(case, problem):
    """A time of the past, or one beyond the year 2255: well written, and no time until which something can be kept."""
    return (
        case.operation.definition.raw.get("operationId") == "pin"
        and isinstance(case.body, dict)
        and "until" in case.body
        and all("'until'" in text for text in problem.get("details") or [problem.get("title", "")])
    )


def is_longer_in_bytes(case, problem):
    """JSON Schema counts characters, the kernel bytes: 4,096 of the one may be more of the other."""
    return any("longer than 4096 bytes" in text for text in problem.get("details", []))


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """One rule each, with its reason. Every other failure counts."""
    if not isinstance(failure, RejectedPositiveData):
        return True
    try:
        problem = response.json()
    except ValueError:
        return True
    rules = (is_cursor_of_nobody, is_pin_that_ended, is_longer_in_bytes)
    return not any(rule(case, problem) for rule in rules)
