"""Real names for the bodies that schemathesis makes up, and what it takes for a mistake and is none.

The document says what a text looks like; whether it names anything, only the daemon knows.
"""

import pathlib
import re
import zlib

import schemathesis
from schemathesis.openapi.checks import RejectedPositiveData

RUN, HASH = re.compile("[0-9]{8}-[0-9]{6}-[0-9a-f]{6}"), re.compile("[0-9a-f]{64}")


def words(name):
    return [line.strip('"') for line in pathlib.Path(f"{name}.dict").read_text().split()]


@schemathesis.hook
def map_body(context, body):
    """Runs and plans that there are, where well-formed ones that there are not were made up: in three of four."""
    if not isinstance(body, dict):
        return body
    for field, pattern, name in [("run", RUN, "runs"), ("plan", HASH, "hashes")]:
        made = body.get(field)
        if isinstance(made, str) and pattern.fullmatch(made):
            drawn = zlib.crc32(repr(sorted(body.items(), key=repr)).encode())
            if drawn % 4:
                real = words(name)
                body = {**body, field: real[drawn // 4 % len(real)]}
                if "approve" in body and drawn % 8 < 6:
                    body["approve"] = body[field]
    return body


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
