"""The deployment-defined mapping from access handles to identifiers (identifier draft, section 5)."""

import re
from typing import Any
from urllib.parse import urlsplit

from .refusal import Refused, require

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_DNS_NAME = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*\Z")
_PORTS = {"https": 443, "http": 80}


def dns_name(text: str) -> str:
    name = text.lower().removesuffix(".")
    require(_DNS_NAME.match(name), "handle.dns_name", text)
    return name


def _url(text: str) -> str:
    """Scheme-based normalization (RFC 3986 section 6.2.3); no user information, query or fragment."""
    require(text.isascii() and not re.search(r"[\s\\]", text), "handle.url")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise Refused("handle.url", str(error)) from error
    require(parts.scheme and parts.hostname, "handle.url")
    require("@" not in parts.netloc and "?" not in text and "#" not in text, "handle.url")
    shown = "" if port in (None, _PORTS.get(parts.scheme)) else f":{port}"
    return f"{parts.scheme}://{parts.hostname}{shown}{parts.path or '/'}"


def _normal(handle: dict[str, str]) -> tuple[str, str]:
    ((kind, text),) = handle.items()
    require(text, "handle.empty")
    if kind == "key":
        return kind, text
    return kind, dns_name(text) if kind == "dns_name" else _url(text)


def lookup(handle: dict[str, str], table: list[dict[str, Any]]) -> str:
    wanted = _normal(handle)
    for entry in table:
        if _normal(entry["handle"]) == wanted:
            return str(entry["identifier"])
    raise Refused("handle.unmapped")
