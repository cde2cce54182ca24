"""An independent judge of the vectors: speaks the harness protocol on stdin and stdout.

One JSON object a line: `hello`, then cases, each answered in order with accept, reject, skip or error.
What is supported is in `judge/operations.py`.
"""

import json
import sys
import traceback
from typing import Any

from judge.operations import FEATURES, REVISIONS, SUPPORTED, run
from judge.refusal import Refused, Skipped

VERSION = "0.1.0"


def hello() -> dict[str, Any]:
    return {
        "type": "hello",
        "protocol": 1,
        "name": "python-judge",
        "version": VERSION,
        "language": "Python",
        "operations": sorted(SUPPORTED),
        "revisions": REVISIONS,
        "features": FEATURES,
    }


def judge(case: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = {"type": "result", "seq": case.get("seq")}
    try:
        outputs = run(case["operation"], case.get("input", {}), case.get("config", {}))
        return answer | {"result": "accept", "outputs": outputs}
    except Refused as refusal:
        code = {"code": refusal.code} if refusal.code else {}
        return answer | {"result": "reject"} | code | {"detail": refusal.detail or refusal.code}
    except Skipped as skipped:
        return answer | {"result": "skip", "detail": str(skipped)}
    except Exception as error:  # a defect of this harness, which the report has to show
        traceback.print_exc()
        return answer | {"result": "error", "detail": f"{type(error).__name__}: {error}"}


def main() -> None:
    for line in sys.stdin:
        message = json.loads(line)
        if message.get("type") == "hello":
            answer = hello()
        elif message.get("type") == "case":
            answer = judge(message)
        else:
            continue
        print(json.dumps(answer, allow_nan=False), flush=True)


if __name__ == "__main__":
    main()
