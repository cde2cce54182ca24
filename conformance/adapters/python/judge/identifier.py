"""Workload Identifiers and their origins: draft-ietf-wimse-identifier, the canonical proposal, SPIFFE-ID.

By rejection, never by normalization (decision 31).
"""

import ipaddress
import re
from dataclasses import dataclass
from typing import Any

from .refusal import Refused, require

MAX_LENGTH = 2048

_URI_CHARACTERS = re.compile(rb"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*\Z")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(.*)\Z", re.S)
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PERCENT_UNRESERVED = re.compile(r"%(?:4[1-9A-F]|5[0-9A]|6[1-9A-F]|7[0-9A]|3[0-9]|2[DE]|5F|7E)", re.I)
_UNRESERVED = re.compile(r"[A-Za-z0-9\-._~]*\Z")
_REG_NAME = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})*\Z")
_PCHARS = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})*\Z")
_SPIFFE_SEGMENT = re.compile(r"[A-Za-z0-9._-]*\Z")
_CANONICAL_DOMAIN = re.compile(r"[a-z0-9._-]*\Z")
_IPV4 = re.compile(r"\d{1,3}(\.\d{1,3}){3}\Z")
_PORT = re.compile(r".*:[0-9]*\Z", re.S)


@dataclass(frozen=True)
class Policy:
    """Which schemes, and by which rules: "canonical", "spiffe", "baseline" or "generic"."""

    rules: dict[str, str]
    allow_ip: bool = False


def policy_of(value: Any) -> Policy:
    default = {"wimse": "canonical", "spiffe": "spiffe"}
    if value is None or value == "default":
        return Policy(default)
    if value == "baseline":
        return Policy({"wimse": "baseline", "spiffe": "spiffe"})
    return Policy(default | dict.fromkeys(value["generic"], "generic"), value.get("allow_ip", False))


@dataclass(frozen=True)
class Origin:
    scheme: str
    trust_domain: str

    def __str__(self) -> str:
        return f"{self.scheme}://{self.trust_domain}"


@dataclass(frozen=True)
class Identifier:
    origin: Origin
    path: str

    def __str__(self) -> str:
        return f"{self.origin}{self.path}"


def _split(value: bytes, policy: Policy) -> tuple[Origin, str, str]:
    """Origin, path and the kind of rules; RFC 3986 syntax and section 4.1 of the draft are checked here."""
    require(value, "identifier.empty")
    require(len(value) <= MAX_LENGTH, "identifier.too_long")
    require(all(0x20 < byte < 0x7F for byte in value), "identifier.not_ascii", "not printable ASCII")
    require(_URI_CHARACTERS.match(value), "identifier.character")
    text = value.decode("ascii")
    matched = _SCHEME.match(text)
    if not matched:
        raise Refused("identifier.scheme_missing")
    scheme, rest = matched.groups()
    kind = policy.rules.get(scheme)
    if kind is None:
        raise Refused("identifier.scheme_unsupported", scheme)
    require("#" not in rest, "identifier.fragment")
    require("?" not in rest, "identifier.query")
    require(rest.startswith("//"), "identifier.authority_missing")
    authority, slash, path = rest[2:].partition("/")
    require(authority, "identifier.authority_empty")
    require("@" not in authority, "identifier.userinfo")
    _domain(authority, kind, policy.allow_ip)
    return Origin(scheme, authority), slash + path, kind


def _domain(name: str, kind: str, allow_ip: bool) -> None:
    """The trust domain: RFC 3986 section 3.2.2, and what the scheme adds."""
    if name.startswith("["):
        _ip_literal(name, kind, allow_ip)
        return
    require(not _PORT.match(name), "identifier.port")
    require(":" not in name and "[" not in name and "]" not in name, "identifier.trust_domain_character")
    require(not _BAD_PERCENT.search(name), "identifier.trust_domain_percent_encoding")
    if kind in ("canonical", "spiffe"):
        require("%" not in name, "identifier.trust_domain_percent_encoding")
        require(_CANONICAL_DOMAIN.match(name), "identifier.trust_domain_character")
    if kind == "canonical":
        require(not name.endswith("."), "identifier.trust_domain_trailing_dot")
    if kind == "spiffe":
        require(len(name) <= 255, "identifier.trust_domain_too_long")
        return  # SPIFFE-ID 2.1: names that look like addresses are names
    if kind == "generic":
        require(not _PERCENT_UNRESERVED.search(name), "identifier.trust_domain_percent_encoding")
        require(not re.search(r"[A-Z]", re.sub(r"%..", "", name)), "identifier.trust_domain_character")
    require(_REG_NAME.match(name), "identifier.trust_domain_character")
    if _IPV4.match(name) and all(int(part) <= 255 for part in name.split(".")):
        require(allow_ip and kind == "generic", "identifier.ip_address")


def _ip_literal(name: str, kind: str, allow_ip: bool) -> None:
    literal, bracket, after = name[1:].partition("]")
    require(bracket, "identifier.trust_domain_character")
    require(not (after.startswith(":") and after[1:].isdigit() or after == ":"), "identifier.port")
    require(not after, "identifier.trust_domain_character")
    if kind == "spiffe":
        raise Refused("identifier.trust_domain_character", "no brackets in SPIFFE-ID 2.1")
    if not re.match(r"[vV][0-9A-Fa-f]+\.[A-Za-z0-9\-._~!$&'()*+,;=:]+\Z", literal):
        try:
            ipaddress.IPv6Address(literal)
        except ValueError as error:
            raise Refused("identifier.trust_domain_character", str(error)) from error
        require("%" not in literal, "identifier.trust_domain_character")
    require(allow_ip and kind == "generic", "identifier.ip_address")
    require(literal == literal.lower(), "identifier.trust_domain_character")


def _path(path: str, kind: str) -> None:
    """Section 4.1 (non-empty), decision 32 (no `/` alone, no trailing slash), and what the scheme adds."""
    require(path not in ("", "/"), "identifier.path_empty")
    require(not _BAD_PERCENT.search(path), "identifier.path_percent_encoding")
    require(not path.endswith("/"), "identifier.path_trailing_slash")
    segments = path.split("/")[1:]
    if kind in ("canonical", "spiffe"):
        require("%" not in path, "identifier.path_percent_encoding")
        allowed = _UNRESERVED if kind == "canonical" else _SPIFFE_SEGMENT
        require(all(allowed.match(part) for part in segments), "identifier.path_character")
    require(all(_PCHARS.match(part) for part in segments), "identifier.path_character")
    if kind == "baseline":
        return
    if kind == "generic":
        require(not _PERCENT_UNRESERVED.search(path), "identifier.path_percent_encoding")
    require(all(segments), "identifier.path_empty_segment")
    require(not any(part in (".", "..") for part in segments), "identifier.path_dot_segment")


def parse(value: bytes, policy: Policy) -> Identifier:
    origin, path, kind = _split(value, policy)
    _path(path, kind)
    return Identifier(origin, path)


def parse_origin(value: bytes, policy: Policy) -> Origin:
    """Section 4.6: scheme and trust domain, and no path."""
    origin, path, _ = _split(value, policy)
    require(not path, "identifier.path_not_allowed")
    return origin


def permitted(identifier: Identifier, config: dict[str, Any], policy: Policy) -> bool:
    """Exact identifiers, origins, and subtrees that a policy names explicitly (sections 4.3 and 7.6)."""
    if str(identifier) in config.get("exact", []):
        return True
    if str(identifier.origin) in config.get("origins", []):
        return True
    return any(f"{identifier}/".startswith(f"{tree}/") for tree in config.get("subtrees", []))


def upper_triplets(text: str) -> str:
    """RFC 3986 section 6.2.2.1: the hex digits of percent-encoding without regard to case."""
    return re.sub(r"%[0-9A-Fa-f]{2}", lambda found: found.group().upper(), text)
