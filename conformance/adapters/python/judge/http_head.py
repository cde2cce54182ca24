"""The head of an HTTP/1.1 request (RFC 9112), read strictly, and the field lines of it."""

import re
from dataclasses import dataclass

from .refusal import Refused, require

_REQUEST_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([\x21-\x7e]+) HTTP/1\.[01]\Z")
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
_VALUE = re.compile(rb"[\t\x20-\x7e\x80-\xff]*\Z")


def field_line(line: bytes) -> tuple[bytes, bytes]:
    """Name in lower case, and value without the white space around it (RFC 9110 5.5, RFC 9112 5.1)."""
    name, colon, value = line.partition(b":")
    require(colon and _NAME.match(name) and _VALUE.match(value), "http.field_line")
    return name.lower(), value.strip(b" \t")


@dataclass
class Head:
    method: str
    target: str
    fields: list[tuple[bytes, bytes]]

    def values(self, name: str) -> list[bytes]:
        return [value for one, value in self.fields if one == name.lower().encode()]

    @property
    def path(self) -> str | None:
        """The raw path of the target; None for CONNECT and `OPTIONS *`, which have none."""
        if self.target.startswith("/"):
            return self.target.partition("?")[0].partition("#")[0]
        absolute = re.match(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*([^?#]*)", self.target)
        if absolute and self.method != "CONNECT":
            return absolute.group(1) or "/"
        return None


def parse(request: bytes) -> Head:
    head, end, _ = request.partition(b"\r\n\r\n")
    require(end, "http.malformed", "no end of the head")
    first, *lines = head.split(b"\r\n")
    matched = _REQUEST_LINE.match(first)
    if not matched:
        raise Refused("http.malformed", "request line")
    try:
        fields = [field_line(line) for line in lines]
    except Refused as refusal:
        raise Refused("http.malformed", "field line") from refusal
    return Head(matched[1].decode(), matched[2].decode(), fields)


def wit_value(fields: list[tuple[bytes, bytes]]) -> bytes:
    """The value of the one Workload-Identity-Token line (workload-creds section 5.1.1, decision 19)."""
    found = [value for name, value in fields if name == b"workload-identity-token"]
    require(found, "wit.field_missing")
    require(len(found) == 1, "wit.field_repeated")
    require(found[0] and found[0].isascii(), "wit.malformed")
    return found[0]
