"""An independent judge of the vectors: speaks the harness protocol (conformance/PROTOCOL.md) on stdin and stdout.

One JSON object a line: `hello`, then cases, each answered in order with accept, reject, skip or error. What is no
message of the protocol ends it. What is supported is in `judge/operations.py`.
"""

import json
import sys
import traceback
from collections.abc import Iterator
from typing import Any, BinaryIO

from judge.operations import FEATURES, SUPPORTED, run
from judge.refusal import Refused, Skipped

VERSION = "0.1.0"
PROTOCOL = 1
MAX_LINE = 4 * 1024 * 1024


def hello() -> dict[str, Any]:
    return {
        "type": "hello",
        "protocol": PROTOCOL,
        "name": "wimse-adapter-python",
        "version": VERSION,
        "language": "Python",
        "operations": sorted(SUPPORTED),
        "features": FEATURES,
    }


def judge(case: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"result": "accept", "outputs": run(case["operation"], case["input"], case["config"])}
    except Refused as refusal:
        return refusal.result()
    except Skipped as skipped:
        return {"result": "skip", "detail": str(skipped)}
    except Exception as error:  # a defect of this harness or of the case, which the report has to show
        traceback.print_exc()
        return {"result": "error", "detail": f"{type(error).__name__}: {error}"}


def answer(message: Any) -> dict[str, Any]:
    kind = message.get("type") if isinstance(message, dict) else None
    if kind == "hello" and message.get("protocol") == PROTOCOL:
        return hello()
    if kind == "case" and isinstance(message.get("seq"), int):
        return {"type": "result", "seq": message["seq"], **judge(message)}
    raise ValueError(f"neither hello of protocol {PROTOCOL} nor a case")


def lines(stream: BinaryIO) -> Iterator[bytes]:
    while line := stream.readline(MAX_LINE):
        if not line.endswith(b"\n"):
            raise ValueError("a line is too long, or has no end")
        yield line


def main() -> None:
    for line in lines(sys.stdin.buffer):
        print(json.dumps(answer(json.loads(line)), allow_nan=False), flush=True)


if __name__ == "__main__":
    main()
