"""Public keys: RFC 7517, 7518, 8037 and decision 30 as a strict layer; `joserfc` imports and verifies."""

import warnings
from dataclasses import dataclass
from typing import Any

from joserfc import jwk as library
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jws import JWSRegistry

from . import edwards
from .refusal import Refused, require
from .values import b64url_decode

warnings.simplefilter("ignore", SecurityWarning)  # the deprecated name EdDSA is for the policy to refuse

SYMMETRIC = {"HS256", "HS384", "HS512"}
ENCRYPTION = {"RSA1_5", "RSA-OAEP", "dir", "ECDH-ES"} | {
    *(f"RSA-OAEP-{size}" for size in (256, 384, 512)),
    *(f"{start}A{size}{end}" for size in (128, 192, 256) for start, end in (("", "KW"), ("", "GCM"), ("", "GCMKW"))),
    *(f"ECDH-ES+A{size}KW" for size in (128, 192, 256)),
    *("PBES2-HS256+A128KW", "PBES2-HS384+A192KW", "PBES2-HS512+A256KW"),
    *("A128CBC-HS256", "A192CBC-HS384", "A256CBC-HS512"),
}
_RSA = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]
CURVES = {
    ("EC", "P-256"): ["ES256"],
    ("EC", "P-384"): ["ES384"],
    ("EC", "P-521"): ["ES512"],
    ("OKP", "Ed25519"): ["Ed25519", "EdDSA"],
}
SIGNATURE = dict.fromkeys(_RSA, "RSA") | {name: kty for (kty, _), names in CURVES.items() for name in names}
_FIELDS = {
    "P-256": 2**256 - 2**224 + 2**192 + 2**96 - 1,
    "P-384": 2**384 - 2**128 - 2**96 + 2**32 - 1,
    "P-521": 2**521 - 1,
}
_SIZES = {"P-256": 32, "P-384": 48, "P-521": 66, "Ed25519": 32}
_PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
MEMBERS = ["kty", "crv", "x", "y", "n", "e"]
_COORDINATES = {"EC": ["x", "y"], "OKP": ["x"], "RSA": ["n", "e"]}


def require_signature_algorithm(name: str, prefix: str) -> None:
    """An asymmetric signature algorithm that is known here; else prefix + none, symmetric, ..."""
    require(name != "none", f"{prefix}none")
    require(name not in SYMMETRIC, f"{prefix}symmetric", name)
    require(name not in ENCRYPTION, f"{prefix}encryption", name)
    require(name in SIGNATURE, f"{prefix}unsupported", name)


@dataclass
class Key:
    """A key that has passed; `core` are the members that make it, `algorithms` what it may be used with."""

    core: dict[str, str]
    algorithms: list[str]
    kid: str | None
    names_alg: bool

    @property
    def thumbprint(self) -> str:
        return library.thumbprint(dict(self.core))

    def verifies(self, algorithm: str, message: bytes, signature: bytes) -> bool:
        model = JWSRegistry(algorithms=[algorithm]).get_alg(algorithm)
        key = library.import_key(dict(self.core))
        model.check_key(key)
        return model.verify(message, signature, key)


def _member(jwk: dict[str, Any], name: str, family: str) -> str:
    require(name in jwk, f"{family}member_missing", name)
    require(isinstance(jwk[name], str), f"{family}member", name)
    return str(jwk[name])


def _usage(jwk: dict[str, Any], family: str, use: str) -> None:
    if "use" in jwk:
        require(isinstance(jwk["use"], str), f"{family}member", "use")
        require(jwk["use"] == use, f"{family}usage", "use")
    if "key_ops" in jwk:
        operations = jwk["key_ops"]
        well_formed = isinstance(operations, list) and all(isinstance(one, str) for one in operations)
        require(well_formed, f"{family}member", "key_ops")
        require("verify" in operations, f"{family}usage", "key_ops")


def _numbers(jwk: dict[str, Any], kty: str, crv: str, family: str) -> None:
    """Lengths and encodings; then the point or the modulus itself."""
    raw: dict[str, bytes] = {}
    for name in _COORDINATES[kty]:
        decoded = b64url_decode(_member(jwk, name, family).encode())
        if decoded is None:
            raise Refused(f"{family}member", f"{name} is not base64url")
        size = _SIZES.get(crv)
        require(decoded and (size is None or len(decoded) == size), f"{family}member", f"length of {name}")
        require(size is not None or decoded[0] != 0, f"{family}member", f"{name} has leading zeros")
        raw[name] = decoded
    if kty == "RSA":
        require(int.from_bytes(raw["n"]).bit_length() >= 2048, f"{family}weak", "modulus")
        exponent = int.from_bytes(raw["e"])
        require(exponent >= 3 and exponent & 1 and int.from_bytes(raw["n"]) & 1, f"{family}weak", "exponent")
    elif kty == "EC":
        # SEC 1 section 2.3.5: coordinates are reduced; the library takes others, too.
        reduced = all(int.from_bytes(value) < _FIELDS[crv] for value in raw.values())
        require(reduced, f"{family}not_on_curve")
    else:
        # RFC 8032 5.1.3: y >= p does not decode. Whether that is "weak" or "not on the curve" is a matter of words.
        require(edwards.is_canonical(raw["x"]), "", "not a canonical point")
        point = edwards.decode(raw["x"])
        if point is None:
            raise Refused(f"{family}not_on_curve")
        # rfc8725bis 3.4: invalid points, such as those of small order, are refused.
        require(not edwards.has_small_order(point), f"{family}weak", "small order")


def public_key(jwk: Any, family: str, need_alg: bool, use: str = "sig") -> Key:
    """A public key for signatures, with refusals `family` + alg_missing, member, private_member, ..."""
    kty = _member(jwk, "kty", family)
    require(kty != "oct", f"{family}symmetric")
    require(kty in _COORDINATES, f"{family}unsupported", kty)
    require(not _PRIVATE & jwk.keys(), f"{family}private_member")
    require(isinstance(jwk.get("kid", ""), str), f"{family}member", "kid")
    algorithm = None
    if "alg" in jwk or need_alg:
        require("alg" in jwk, f"{family}alg_missing")
        algorithm = _member(jwk, "alg", family)
        require_signature_algorithm(algorithm, f"{family}alg_")
        require(SIGNATURE[algorithm] == kty, f"{family}alg_mismatch", algorithm)
    crv = "" if kty == "RSA" else _member(jwk, "crv", family)
    algorithms = _RSA if kty == "RSA" else CURVES.get((kty, crv))
    if algorithms is None:
        raise Refused(f"{family}unsupported", crv)
    require(algorithm is None or algorithm in algorithms, f"{family}alg_mismatch")
    _usage(jwk, family, use)
    _numbers(jwk, kty, crv, family)
    names = ["kty", "crv"] if crv else ["kty"]
    core = {name: jwk[name] for name in names + _COORDINATES[kty]}
    try:
        library.import_key(dict(core)).public_key  # noqa: B018 - the library loads the key here
    except (ValueError, JoseError) as error:
        raise Refused(f"{family}{'weak' if kty == 'RSA' else 'not_on_curve'}", str(error)) from error
    return Key(core, [algorithm] if algorithm else list(algorithms), jwk.get("kid"), algorithm is not None)


def sign(private: dict[str, Any], algorithm: str, message: bytes) -> bytes:
    """A signature with a private JWK of the configuration."""
    members = {name: value for name, value in private.items() if name not in ("alg", "kid", "use", "key_ops")}
    model = JWSRegistry(algorithms=[algorithm]).get_alg(algorithm)
    key = library.import_key(members)
    model.check_key(key)
    return model.sign(message, key)


def public_part(private: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in private.items() if name not in _PRIVATE}


def core_of(private: dict[str, Any]) -> dict[str, str]:
    """The members that make the public key of a private JWK, as the private part has it."""
    members = {name: value for name, value in private.items() if name not in ("alg", "kid", "use", "key_ops")}
    key = library.import_key(members)
    shown = key.as_dict(private=False)
    return {name: str(shown[name]) for name in MEMBERS if name in shown}
