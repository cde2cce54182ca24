"""The Workload Identity Token: draft-ietf-wimse-workload-creds section 5.1, decisions 8 to 16."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from . import anchors, identifier, jwk, jws
from .refusal import Refused, require
from .values import is_number, json_object, plain

MAX_BYTES = 16 * 1024
LEEWAY = 30
LONGEST_LEEWAY = 300  # decision 14: "up to a few minutes"
MAX_LIFETIME = 24 * 3600
SVID_ALGORITHMS = {f"{kind}{size}" for kind in ("RS", "ES", "PS") for size in (256, 384, 512)}
LAST_DATE = 253402300799  # the end of the year 9999
_OWN = {"sub", "exp", "iat", "nbf", "iss", "jti", "cnf", "aud"}

Number = int | Decimal


@dataclass
class Wit:
    """A token that has been verified."""

    subject: identifier.Identifier
    key: jwk.Key
    claims: dict[str, Any]

    def outputs(self) -> dict[str, Any]:
        claims = self.claims
        shown: dict[str, Any] = {
            "subject": str(self.subject),
            "trust_domain": self.subject.origin.trust_domain,
            "origin": str(self.subject.origin),
            "algorithm": self.key.algorithms[0],
            "thumbprint": self.key.thumbprint,
            "expires": int(claims["exp"]),
            "issued_at": int(claims["iat"]) if "iat" in claims else None,
            "issuer": claims.get("iss"),
            "jti": claims.get("jti"),
        }
        try:
            return shown | {"extra": {name: plain(value) for name, value in claims.items() if name not in _OWN}}
        except OverflowError:
            return shown  # a number that JSON has and binary floats have not


@dataclass
class Verifier:
    """The trusted side: time, anchors and policy."""

    config: dict[str, Any]

    def __post_init__(self) -> None:
        self.now: int = self.config["now"]
        self.anchors = anchors.load(self.config["anchors"], self.config.get("allow_shared_keys", False))
        self.identifiers = identifier.policy_of(self.config.get("identifiers"))
        self.leeway = min(self.config.get("leeway", LEEWAY), LONGEST_LEEWAY)
        self.svid = self.config.get("profile") == "wit-svid"

    def verify(self, token: bytes) -> Wit:
        require(len(token) <= self.config.get("max_bytes", MAX_BYTES), "wit.too_large")
        compact = jws.parse(token, "wit")
        require("typ" in compact.header, "wit.typ_missing")
        require(jws.media_type(compact.header["typ"], "wit+jwt"), "wit.typ_mismatch")
        if self.svid:
            require(compact.header["typ"] == "wit+jwt", "wit.profile_typ")
            require(compact.algorithm in SVID_ALGORITHMS, "wit.profile_alg")
            require("kid" in compact.header, "wit.profile_kid")
        claims = json_object(compact.payload, "wit")
        subject = self._subject(claims)
        anchor = self.anchors.get(str(subject.origin))
        if anchor is None:
            raise Refused("wit.trust_domain_unknown", str(subject.origin))
        self._signature(compact, anchor)
        self._times(claims)
        self._other_claims(claims, anchor)
        return Wit(subject, self._confirmation(claims), claims)

    def _subject(self, claims: dict[str, Any]) -> identifier.Identifier:
        require("sub" in claims, "wit.sub_missing")
        require(isinstance(claims["sub"], str), "wit.sub_malformed")
        try:
            subject = identifier.parse(claims["sub"].encode(), self.identifiers)
        except Refused as refusal:
            raise Refused("wit.sub_not_an_identifier", refusal.code) from refusal
        require(not self.svid or subject.origin.scheme == "spiffe", "wit.profile_sub")
        return subject

    def _signature(self, compact: jws.Compact, anchor: anchors.Anchor) -> None:
        """Decision 12: with kid that key and no other, without it the only one for the algorithm."""
        name = compact.algorithm
        require(anchor.algorithms is None or name in anchor.algorithms, "wit.alg_not_allowed")
        require(not (name == "EdDSA" and self.config.get("refuse_eddsa_name")), "wit.alg_not_allowed")
        if "kid" in compact.header:
            keys = [key for key in anchor.keys if key.kid == compact.header["kid"]]
            require(keys, "wit.kid_unknown")
            require(name in keys[0].algorithms, "wit.alg_mismatch")
        else:
            keys = [key for key in anchor.keys if name in key.algorithms]
            require(keys, "wit.key_missing")
            require(len(keys) == 1, "wit.key_ambiguous")
        require(keys[0].verifies(name, compact.signing_input, compact.signature), "wit.signature")

    def _times(self, claims: dict[str, Any]) -> None:
        require("exp" in claims, "wit.exp_missing")
        for name in ("exp", "iat", "nbf"):
            if name in claims:
                check_date(claims[name], f"wit.{name}_malformed")
        exp, longest = claims["exp"], self.config.get("max_lifetime", MAX_LIFETIME)
        require(self.now < exp + self.leeway, "wit.expired")
        too_long = "wit.lifetime_too_long" if exp <= LAST_DATE else ""  # or malformed: not said
        require(exp - self.now <= longest + self.leeway, too_long)
        require("iat" not in claims or exp - claims["iat"] <= longest, too_long)
        require("nbf" not in claims or claims["nbf"] <= self.now + self.leeway, "wit.not_yet_valid")

    def _other_claims(self, claims: dict[str, Any], anchor: anchors.Anchor) -> None:
        require("aud" not in claims or (self.config.get("allow_audience") and not self.svid), "wit.aud_present")
        for name in ("iss", "jti"):
            if name in claims:
                require(isinstance(claims[name], str) and claims[name], f"wit.{name}_malformed")
        require("iss" in claims or not self.config.get("require_issuer"), "wit.iss_missing")
        if "iss" in claims and anchor.issuers is not None:
            require(claims["iss"] in anchor.issuers, "wit.iss_not_allowed")
        deny_list = self.config.get("deny_list")
        require("jti" in claims or not (deny_list is not None or self.config.get("require_jti")), "wit.jti_missing")
        require(deny_list is None or claims["jti"] not in deny_list, "wit.denied")

    def _confirmation(self, claims: dict[str, Any]) -> jwk.Key:
        require("cnf" in claims, "wit.cnf_missing")
        confirmation = claims["cnf"]
        found = isinstance(confirmation, dict) and isinstance(confirmation.get("jwk"), dict)
        require(found, "wit.cnf_jwk_missing")
        key = jwk.public_key(confirmation["jwk"], "wit.cnf_", need_alg=True)
        name = key.algorithms[0]
        require(not self.svid or name in SVID_ALGORITHMS, "wit.profile_cnf_alg")
        require(not (name == "EdDSA" and self.config.get("refuse_eddsa_name")), "wit.cnf_alg_not_allowed")
        accepted = self.config.get("proof_algorithms")
        require(accepted is None or name in accepted, "wit.cnf_alg_not_allowed")
        return key


def check_date(value: Any, code: str) -> None:
    """A NumericDate (RFC 7519 section 2): a JSON number, here one that a binary float can hold (RFC 8259 section 6)."""
    require(is_number(value), code)
    require(abs(value) < Decimal("1.8e308"), code)
