"""Issuing a WIT: draft-ietf-wimse-workload-creds sections 4 and 5.1."""

import json
from typing import Any
from urllib.parse import urlsplit

from . import holder, identifier, jwk, jws, wit
from .refusal import Refused, require
from .values import json_object, plain

MAX_TEXT = 1024  # of iss, jti and kid: the drafts name no limit, this is that of the vectors


def _holds_identifier(value: Any) -> bool:
    """Section 4: no second Workload Identifier in the token."""
    if isinstance(value, dict):
        return any(_holds_identifier(member) for member in value.values())
    if isinstance(value, list):
        return any(_holds_identifier(member) for member in value)
    if not isinstance(value, str):
        return False
    return holder.refused_by(lambda: identifier.parse(value.encode(), identifier.policy_of(None))) is None


def _text(value: str) -> None:
    require(0 < len(value.encode()) <= MAX_TEXT, "wit.issue_text")


def _claims(request: dict[str, Any], subject: identifier.Identifier, key: dict[str, Any]) -> dict[str, Any]:
    claims: dict[str, Any] = {
        "sub": str(subject),
        "exp": request["start"] + request["lifetime"],
        "cnf": {"jwk": key},
    }
    if not request.get("without_iat"):
        claims["iat"] = request["start"]
    if request.get("nbf"):
        claims["nbf"] = request["start"]
    if "issuer" in request:
        issuer = request["issuer"]
        require(issuer and urlsplit(issuer).scheme and ":" in issuer, "wit.issue_iss")
        _text(issuer)
        claims["iss"] = issuer
    if "jti" in request:
        _text(request["jti"])
        claims["jti"] = request["jti"]
    for claim in request.get("claims", []):
        holder.check_claim_name(claim["name"], claim.get("private", False))
        require(not _holds_identifier(claim["value"]), "claim.second_identifier")
        claims[claim["name"]] = claim["value"]
    return claims


def issue(request: dict[str, Any], config: dict[str, Any]) -> dict[str, Any]:
    private = config["issuer_key"]
    subject = identifier.parse(request["subject"].encode(), identifier.policy_of(config.get("identifiers")))
    members = json_object(request["key"].encode(), "key")
    key = jwk.public_key(members, "key.", need_alg=True)
    trusted = jwk.public_key(jwk.public_part(private), "key.", need_alg=True)
    require(key.core != trusted.core, "wit.issue_issuer_key", "a key is bound to one identifier")
    if trusted.kid is not None:
        _text(trusted.kid)
    require(request["lifetime"] > 0, "wit.issue_validity")
    longest = config.get("max_lifetime", wit.MAX_LIFETIME)
    beyond = request["start"] + request["lifetime"] > wit.LAST_DATE
    require(request["lifetime"] <= longest, "" if beyond else "wit.lifetime_too_long")
    require("jti" in request or not config.get("require_jti"), "wit.jti_missing")
    require("issuer" in request or not config.get("require_issuer"), "wit.iss_missing")
    if config.get("profile") == "wit-svid":
        require(subject.origin.scheme == "spiffe", "wit.profile_sub")
        require(key.algorithms[0] in wit.SVID_ALGORITHMS, "wit.profile_cnf_alg")
        require(trusted.algorithms[0] in wit.SVID_ALGORITHMS, "wit.profile_alg")
        require(trusted.kid is not None, "wit.profile_kid")
    shown = key.core | {"alg": key.algorithms[0]} | ({"kid": key.kid} if key.kid is not None else {})
    claims = _claims(request, subject, shown)
    header = {"alg": trusted.algorithms[0], "typ": "wit+jwt"}
    if trusted.kid is not None:
        header["kid"] = trusted.kid
    payload = json.dumps(claims, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()
    token = jws.sign(header, payload, private)
    compact = jws.parse(token.encode(), "wit")
    valid = trusted.verifies(compact.algorithm, compact.signing_input, compact.signature)
    if not valid:
        raise Refused("wit.issue_issuer_key", "the two parts of the issuer key do not fit")
    return {
        "token": token,
        "header": compact.header,
        "claims": plain(json_object(compact.payload, "wit")),
        "signature_valid": valid,
    }
