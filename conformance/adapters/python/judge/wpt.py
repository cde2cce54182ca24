"""The Workload Proof Token, recipient: draft-ietf-wimse-wpt-02 section 2 and decisions 5 to 9, 13, 14, 19 to 26."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Any

from . import audience, http_head, jws, replay, wit
from .refusal import Refused, require
from .values import b64url, json_object

MAX_BYTES = 8 * 1024  # decision 19 leaves the number open: that of the vectors
MAX_LIFETIME = 330  # "on the order of minutes": five, and the leeway, as decision 17 has it for signatures
_TOKEN68 = re.compile(rb"[A-Za-z0-9\-._~+/]+=*\Z")


def digest(value: bytes) -> str:
    """base64url(SHA-256(value without white space around it)), decision 26."""
    return b64url(hashlib.sha256(value.strip(b" \t")).digest())


@dataclass
class Accepted:
    identity: wit.Wit
    jti: str
    covers: list[str]

    def outputs(self) -> dict[str, Any]:
        return {
            "identifier": str(self.identity.subject),
            "trust_domain": self.identity.subject.origin.trust_domain,
            "binding": "wpt",
            "covers": self.covers,
            "wit_jti": self.identity.claims.get("jti"),
            "jti": self.jti,
        }


@dataclass
class Context:
    """Tokens beside the proof, by lower-case name, and the names that the recipient understands."""

    txn_token: list[bytes]
    tokens: dict[str, list[bytes]]
    names: list[str]


class Recipient:
    """One recipient with its memory of proofs; the configuration may change between requests."""

    def __init__(self) -> None:
        self.memory: replay.Memory | None = None

    def request(self, request: bytes, config: dict[str, Any]) -> Accepted:
        head = http_head.parse(request)
        names = [name.lower() for name in config.get("context_fields", [])]
        names = [name for name in names if name != "txn-token"]
        tokens = {name: head.values(name) for name in names}
        context = Context(head.values("txn-token"), tokens, names)
        token = http_head.wit_value(head.fields)
        identity = wit.Verifier(config).verify(token)
        proof = _credentials(head.values("authorization"))
        return self.proof(identity, token, proof, head.path, context, config)

    def message(self, given: dict[str, Any], context: Context, config: dict[str, Any]) -> Accepted:
        token = given["wit"].encode()
        identity = wit.Verifier(config).verify(token)
        return self.proof(identity, token, given["proof"].encode(), given.get("path"), context, config)

    def proof(
        self,
        identity: wit.Wit,
        token: bytes,
        proof: bytes,
        path: str | None,
        context: Context,
        config: dict[str, Any],
    ) -> Accepted:
        require(len(proof) <= MAX_BYTES, "wpt.too_large")
        compact = jws.parse(proof, "wpt")
        require("typ" in compact.header, "wpt.typ_missing")
        require(jws.media_type(compact.header["typ"], "wpt+jwt"), "wpt.typ_mismatch")
        require(compact.algorithm == identity.key.algorithms[0], "wpt.alg_mismatch")
        signed = identity.key.verifies(compact.algorithm, compact.signing_input, compact.signature)
        require(signed, "wpt.signature")
        claims = json_object(compact.payload, "wpt")
        leeway = min(config.get("wpt_leeway", wit.LEEWAY), wit.LONGEST_LEEWAY)
        _times(claims, config["now"], leeway, config.get("wpt_max_lifetime", MAX_LIFETIME))
        require("aud" in claims, "wpt.aud_missing")
        require(audience.is_for(audience.claim(claims["aud"]), path, config["audience"]), "wpt.audience_mismatch")
        _hash(claims, "wth", token)
        transaction = _transaction(claims, context)
        covers = _others(claims, context) + transaction
        require("jti" in claims, "wpt.jti_missing")
        jti = claims["jti"]
        require(isinstance(jti, str) and jti, "wpt.jti_malformed")
        self._once(identity, jti, claims["exp"] + leeway, config)
        return Accepted(identity, jti, covers)

    def _once(self, identity: wit.Wit, jti: str, until: replay.Number, config: dict[str, Any]) -> None:
        """Last of all, so that nothing that was refused uses up a jti."""
        if config.get("replay_store") == "unavailable":
            raise Refused("replay.unavailable")
        if self.memory is None:
            self.memory = replay.Memory(**config.get("guard", {}))
        self.memory.remember(identity.key.thumbprint, jti, str(identity.subject), until, config["now"])


def _credentials(values: list[bytes]) -> bytes:
    """Exactly one Authorization field, with the WPT scheme: "WPT" 1*SP token68."""
    require(values, "wpt.authorization_missing")
    require(len(values) == 1, "wpt.authorization_repeated")
    scheme, _, rest = values[0].partition(b" ")
    require(scheme.lower() == b"wpt", "wpt.other_scheme")
    token = rest.lstrip(b" ")
    require(_TOKEN68.match(token), "wpt.credentials")
    return token


def _times(claims: dict[str, Any], now: int, leeway: int, longest: int) -> None:
    require("exp" in claims, "wpt.exp_missing")
    for name in ("exp", "nbf"):
        if name in claims:
            wit.check_date(claims[name], f"wpt.{name}_malformed")
    exp = claims["exp"]
    require(now < exp + leeway, "wpt.expired")
    require(exp - now <= longest, "wpt.lifetime_too_long" if exp <= wit.LAST_DATE else "")
    require("nbf" not in claims or claims["nbf"] <= now + leeway, "wpt.not_yet_valid")


def _hash(claims: dict[str, Any], name: str, value: bytes) -> None:
    require(name in claims, f"wpt.{name}_missing")
    require(isinstance(claims[name], str) and claims[name], f"wpt.{name}_malformed")
    require(hmac.compare_digest(claims[name].encode(), digest(value).encode()), f"wpt.{name}_mismatch")


def _transaction(claims: dict[str, Any], context: Context) -> list[str]:
    require(len(context.txn_token) < 2, "wpt.context_repeated", "Txn-Token")
    if context.txn_token:
        _hash(claims, "tth", context.txn_token[0])
        return ["txn-token"]
    if "tth" in claims:
        require(isinstance(claims["tth"], str) and claims["tth"], "wpt.tth_malformed")
        raise Refused("wpt.tth_without_token")
    return []


def _others(claims: dict[str, Any], context: Context) -> list[str]:
    """Decision 25: each context field covered, each entry understood."""
    for name, values in context.tokens.items():
        require(len(values) < 2, "wpt.context_repeated", name)
    entries = claims.get("oth", {})
    well_formed = isinstance(entries, dict) and all(isinstance(value, str) for value in entries.values())
    require(well_formed, "wpt.oth_malformed")
    for name, value in entries.items():
        require(name in context.names, "wpt.oth_unknown", name)
        found = context.tokens.get(name)
        if not found:
            raise Refused("wpt.oth_without_field", name)
        require(hmac.compare_digest(value.encode(), digest(found[0]).encode()), "wpt.oth_mismatch", name)
    present = [name for name in context.names if context.tokens.get(name)]
    for name in present:
        require(name in entries, "wpt.oth_missing", name)
    return present
