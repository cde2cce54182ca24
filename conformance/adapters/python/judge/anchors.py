"""Trust anchors by origin (workload-creds section 3, decisions 12 and 51), JWK Sets and SPIFFE bundles."""

import hashlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from . import identifier, jwk
from .refusal import Refused, require
from .values import data, is_number, json_object

MAX_KEYS = 256


@dataclass
class Bundle:
    keys: list[jwk.Key] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    refresh_hint: int | None = None
    sequence: int | None = None


@dataclass
class Anchor:
    """What is configured for one origin; None of `issuers` or `algorithms` is no restriction."""

    origin: str
    keys: list[jwk.Key]
    issuers: list[str] | None
    algorithms: list[str] | None
    ca_certificates: list[bytes]


def _usable(entry: dict[str, Any], use: str | None) -> bool:
    """Entries for something else are passed over (RFC 7517 section 5, SPIFFE bundle 4.1.3 and 4.2)."""
    if use is not None and entry.get("use") != use:
        return False
    kty, crv, algorithm = entry.get("kty"), entry.get("crv"), entry.get("alg")
    if kty not in ("EC", "OKP", "RSA") or (kty != "RSA" and isinstance(crv, str) and (kty, crv) not in jwk.CURVES):
        return False
    if use is None and isinstance(entry.get("use"), str) and entry["use"] != "sig":
        return False
    return not (isinstance(algorithm, str) and algorithm not in jwk.SIGNATURE and algorithm != "none")


def bundle(document: dict[str, Any], form: str) -> Bundle:
    """What a key set is for; an entry that is meant for us and is broken refuses the whole set.

    RFC 7517 section 5 has a SHOULD for passing such entries over, too; a configuration that is refused is louder.
    """
    entries = document.get("keys")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise Refused("trust.keys")
    require(len(entries) <= MAX_KEYS, "trust.too_many_keys")
    spiffe = form == "spiffe_bundle"
    result = Bundle()
    for place, entry in enumerate(entries):
        if not _usable(entry, "wit-svid" if spiffe else None):
            result.skipped.append(place)
            continue
        key = jwk.public_key(entry, "trust.key_", need_alg=False, use="wit-svid" if spiffe else "sig")
        require(key.kid is not None or not spiffe, "trust.kid_missing")
        require(key.kid is None or all(key.kid != other.kid for other in result.keys), "trust.duplicate_kid")
        result.keys.append(key)
    for name, member in (("refresh_hint", "spiffe_refresh_hint"), ("sequence", "spiffe_sequence")):
        if spiffe and member in document:
            require(is_number(document[member]) and document[member] >= 0, "", member)
            setattr(result, name, document[member])
    return result


def parse_bundle(document: bytes, form: str) -> Bundle:
    return bundle(json_object(document, "trust"), form)


def _keys(entry: dict[str, Any]) -> list[jwk.Key]:
    for form in ("jwk_set", "spiffe_bundle"):
        if form in entry:
            return bundle(entry[form], form).keys
    return []


def load(entries: list[dict[str, Any]], allow_shared: bool = False) -> dict[str, Anchor]:
    """By origin; no origin twice, and no key or CA under two of them (decision 51)."""
    anchors: dict[str, Anchor] = {}
    owners: dict[str, str] = {}
    for entry in entries:
        origin = str(identifier.parse_origin(entry["origin"].encode(), identifier.policy_of(None)))
        require(origin not in anchors, "trust.duplicate_origin")
        issuers = entry.get("issuers")
        for issuer in issuers or []:
            require(urlsplit(issuer).scheme and ":" in issuer, "trust.issuer", issuer)
        authorities = [data(value) for value in entry.get("ca_certificates", [])]
        anchor = Anchor(origin, _keys(entry), issuers, entry.get("algorithms"), authorities)
        names = [key.thumbprint for key in anchor.keys] + [hashlib.sha256(one).hexdigest() for one in authorities]
        for name in names:
            require(allow_shared or owners.setdefault(name, origin) == origin, "trust.shared_key")
        anchors[origin] = anchor
    return anchors
