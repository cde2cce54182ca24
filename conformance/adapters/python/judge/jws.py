"""Compact JWS: RFC 7515 and decision 13, as a strict layer in front of the signature check of `joserfc`."""

import json
from dataclasses import dataclass
from typing import Any

from . import jwk
from .refusal import require
from .values import b64url, b64url_decode, json_object


@dataclass
class Compact:
    header: dict[str, Any]
    payload: bytes
    signature: bytes
    signing_input: bytes

    @property
    def algorithm(self) -> str:
        return str(self.header["alg"])


def parse(token: bytes, family: str, empty_parts: bool = False) -> Compact:
    """Three parts of canonical base64url, a JSON header, no extension in `crit`, a known signature algorithm."""
    parts = token.split(b".")
    require(len(parts) == 3 and (empty_parts or all(parts)), f"{family}.malformed", "not three parts")
    decoded = [b64url_decode(part) for part in parts]
    require(all(part is not None for part in decoded), f"{family}.base64")
    header = json_object(decoded[0] or b"", family)
    require_header(header, family)
    return Compact(header, decoded[1] or b"", decoded[2] or b"", b".".join(parts[:2]))


def require_header(header: dict[str, Any], family: str) -> None:
    """What a header may say, read or written: RFC 7515 section 4.1, decisions 10 and 13."""
    require("crit" not in header and "b64" not in header, f"{family}.crit")
    for name in ("alg", "typ", "kid"):
        require(isinstance(header.get(name, ""), str), f"{family}.header_parameter", name)
    require("alg" in header, f"{family}.alg_missing")
    jwk.require_signature_algorithm(header["alg"], f"{family}.alg_")


def verify(token: bytes, key: dict[str, Any], algorithms: list[str]) -> bytes:
    """The payload, if the signature is that of `key` by its algorithm, which the caller has to accept."""
    compact = parse(token, "jws", empty_parts=True)
    trusted = jwk.public_key(key, "key.", need_alg=False)
    require(compact.algorithm in algorithms, "jws.alg_mismatch", "not accepted")
    require(compact.algorithm in trusted.algorithms, "jws.alg_mismatch", "not that of the key")
    require(trusted.verifies(compact.algorithm, compact.signing_input, compact.signature), "jws.signature")
    return compact.payload


def sign(header: dict[str, Any], payload: bytes, private: dict[str, Any]) -> str:
    head = json.dumps(header, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()
    message = f"{b64url(head)}.{b64url(payload)}"
    return f"{message}.{b64url(jwk.sign(private, header['alg'], message.encode()))}"


def media_type(value: str, name: str) -> bool:
    """Decision 8: with or without `application/`, and without regard to case."""
    return value.lower() in (name, f"application/{name}")
