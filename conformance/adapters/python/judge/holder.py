"""The workload that holds a credential: signing with its key (workload-creds 9.5) and making WPTs."""

import json
import re
from typing import Any

from . import audience, jwk, jws, wpt
from .refusal import Refused, require
from .values import b64url, data, json_object, plain

MAX_LIFETIME = 300
LIFETIME = 60
_NONCE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,256}\Z")
_RESERVED = {"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf", "wth", "tth", "oth"}


def check_claim_name(name: str, private: bool) -> None:
    """Sections 5.1.2 and 2.3: private names only where asked for; defined ones not at all."""
    require(name not in _RESERVED, "claim.reserved", name)
    resistant = re.match(r"[A-Za-z][A-Za-z0-9+.-]*:.", name) or re.match(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(/|\Z)", name)
    require(private or resistant, "claim.private", name)


def require_same_key(shown: jwk.Key, private: dict[str, Any]) -> None:
    """The key of the credential, under the algorithm that the credential names."""
    require(private.get("alg", shown.algorithms[0]) in shown.algorithms, "credential.key_mismatch")
    require(jwk.core_of(private) == shown.core, "credential.key_mismatch")


class Holder:
    """A WIT with its private key; the WIT is read, and for others to verify."""

    def __init__(self, token: str, private: dict[str, Any], now: int) -> None:
        compact = jws.parse(token.encode(), "wit")
        claims = json_object(compact.payload, "wit")
        require("cnf" in claims, "wit.cnf_missing")
        confirmation = claims["cnf"].get("jwk") if isinstance(claims["cnf"], dict) else None
        require(isinstance(confirmation, dict), "wit.cnf_jwk_missing")
        self.key = jwk.public_key(confirmation, "wit.cnf_", need_alg=True)
        require_same_key(self.key, private)
        require("exp" in claims, "wit.exp_missing")
        require(now < claims["exp"], "credential.expired")
        self.token, self.private, self.now = token, private, now

    def sign(self, message: bytes) -> bytes:
        return jwk.sign(self.private, self.key.algorithms[0], message)


def credential_sign(given: dict[str, Any], config: dict[str, Any]) -> dict[str, Any]:
    holder = Holder(config["token"], config["key"], config["now"])
    message = data(given["message"])
    signature = holder.sign(message)
    valid = holder.key.verifies(holder.key.algorithms[0], message, signature)
    return {"signature": b64url(signature), "signature_valid": valid}


def _hashes(headers: list[tuple[str, bytes]], names: list[str]) -> dict[str, Any]:
    claims: dict[str, Any] = {}
    others: dict[str, str] = {}
    for name in ["txn-token", *(name for name in names if name != "txn-token")]:
        found = [value for one, value in headers if one == name]
        require(len(found) < 2, "wpt.context_repeated", name)
        if found and name == "txn-token":
            claims["tth"] = wpt.digest(found[0])
        elif found:
            others[name] = wpt.digest(found[0])
    return claims | ({"oth": others} if others else {})


def create(given: dict[str, Any], config: dict[str, Any]) -> dict[str, Any]:
    """A WPT for a request."""
    headers = [(name.lower(), data(value)) for name, value in given.get("headers", [])]
    require(all(name != "authorization" for name, _ in headers), "wpt.authorization_present")
    require(all(name != "workload-identity-token" for name, _ in headers), "wpt.wit_present")
    lifetime = config.get("lifetime", LIFETIME)
    require(0 < lifetime <= MAX_LIFETIME, "wpt.lifetime")
    require(_NONCE.match(config["nonce"]), "nonce.text")
    holder = Holder(config["wit"], config["key"], config["now"])
    aud = config.get("aud")
    require(aud != "", "wpt.audience_empty")
    claims: dict[str, Any] = {
        "aud": audience.of_target(given["uri"], config.get("channel_is_secure", False)) if aud is None else aud,
        "exp": config["now"] + lifetime,
        "jti": config["nonce"],
        "wth": wpt.digest(holder.token.encode()),
    }
    claims |= _hashes(headers, [name.lower() for name in config.get("context_fields", [])])
    for member, private in (("claims", False), ("private_claims", True)):
        for name, value in config.get(member, {}).items():
            check_claim_name(name, private)
            claims[name] = value
    algorithm = holder.key.algorithms[0]
    header = {"alg": algorithm, "typ": "wpt+jwt"}
    token = jws.sign(header, json.dumps(claims, separators=(",", ":"), sort_keys=True).encode(), holder.private)
    compact = jws.parse(token.encode(), "wpt")
    return {
        "authorization": f"WPT {token}",
        "workload_identity_token": holder.token,
        "header": compact.header,
        "claims": plain(json_object(compact.payload, "wpt")),
        "signature_valid": holder.key.verifies(algorithm, compact.signing_input, compact.signature),
    }


def refused_by(action: Any) -> str | None:
    """The code by which something is refused, or None."""
    try:
        action()
    except Refused as refusal:
        return refusal.code
    return None
