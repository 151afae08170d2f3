"""What schemathesis takes for a mistake and is none, one rule each, with its reason. Everything else counts.

The document says what a text looks like; whether it names anything, only the daemon knows.
"""

import schemathesis
from schemathesis.openapi.checks import RejectedPositiveData


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
    if not isinstance(failure, RejectedPositiveData):
        return True
    try:
        problem = response.json()
    except ValueError:
        return True
    rules = (is_cursor_of_nobody, is_pin_that_ended, is_longer_in_bytes)
    return not any(rule(case, problem) for rule in rules)
