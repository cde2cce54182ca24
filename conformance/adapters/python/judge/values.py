"""Byte values of the vectors, strict base64url (RFC 4648, 7515) and strict JSON (RFC 8259)."""

import base64
import binascii
import json
import math
import re
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from .refusal import Refused

# Limits against resource exhaustion, as the vectors have them: the drafts name none.
MAX_DEPTH = 8
MAX_MEMBERS = 1024  # of one object

_BASE64URL = re.compile(rb"[A-Za-z0-9_-]*\Z")


def data(value: Any) -> bytes:
    """A byte value of a vector: text, {"text": ...} or {"base64": ...}."""
    if isinstance(value, str):
        return value.encode()
    if "text" in value:
        return str(value["text"]).encode()
    return base64.b64decode(value["base64"], validate=True)


def shown(value: bytes) -> dict[str, str]:
    """The same way back."""
    try:
        text = value.decode("ascii")
        if text.isprintable():
            return {"text": text}
    except UnicodeDecodeError:
        pass
    return {"base64": base64.b64encode(value).decode()}


def b64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def b64url_decode(value: bytes) -> bytes | None:
    """None unless it is the one canonical encoding: no padding, no stray bits, no other characters."""
    if not _BASE64URL.match(value) or len(value) % 4 == 1:
        return None
    try:
        decoded = base64.urlsafe_b64decode(value + b"=" * (-len(value) % 4))
    except binascii.Error:
        return None
    return decoded if b64url(decoded).encode() == value else None


def _depth(text: str) -> int:
    """The deepest nesting of arrays and objects, without a parse that could run out of stack."""
    deepest = depth = 0
    for mark in re.sub(r'"(?:[^"\\]|\\.)*"', "", text, flags=re.S):
        if mark in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif mark in "]}":
            depth -= 1
    return deepest


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent beyond all bounds
        return Decimal("Infinity")


def json_object(document: bytes, family: str) -> dict[str, Any]:
    """A JSON object, with refusals `family.json`, `.duplicate_member`, `.too_deep`, `.too_many_members`."""

    def pairs(members: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(members) > MAX_MEMBERS:
            raise Refused(f"{family}.too_many_members")
        result = dict(members)
        if len(result) != len(members):
            raise Refused(f"{family}.duplicate_member")
        return result

    def constant(name: str) -> NoReturn:
        raise ValueError(f"{name} is not JSON")

    try:
        text = document.decode("utf-8")
        if _depth(text) > MAX_DEPTH:
            raise Refused(f"{family}.too_deep")
        value = json.loads(text, object_pairs_hook=pairs, parse_constant=constant, parse_float=_number)
        json.dumps(value, ensure_ascii=False, default=str).encode("utf-8")  # no lone surrogates
    except (ValueError, RecursionError) as error:
        raise Refused(f"{family}.json", str(error)) from error
    if not isinstance(value, dict):
        raise Refused(f"{family}.json", "not an object")
    return value


def is_number(value: Any) -> bool:
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def plain(value: Any) -> Any:
    """A parsed JSON value with binary floats, as the protocol prints it; OverflowError where they do not reach."""
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [plain(member) for member in value]
    if isinstance(value, Decimal):
        if abs(value) < 2**63 and value == value.to_integral_value():
            return int(value)
        binary = float(value)
        if math.isinf(binary):
            raise OverflowError(value)
        return binary
    return value
