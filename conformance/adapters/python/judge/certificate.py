"""One X.509 certificate: `cryptography` parses it, a strict layer says what is refused (RFC 5280, section 4)."""

import base64
import re
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID
from joserfc.jwk import ECKey, OKPKey, RSAKey

from . import jwk
from .refusal import Refused, require

_UNDERSTOOD = {
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.KEY_USAGE,
    ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    ExtensionOID.NAME_CONSTRAINTS,
}
ROLES = {"client": ExtendedKeyUsageOID.CLIENT_AUTH, "server": ExtendedKeyUsageOID.SERVER_AUTH}
_IMPORTERS: list[tuple[Any, Any]] = [
    (ec.EllipticCurvePublicKey, ECKey),
    (ed25519.Ed25519PublicKey, OKPKey),
    (rsa.RSAPublicKey, RSAKey),
]
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----")


def der_of_pem(document: bytes) -> list[bytes]:
    """The certificates of a PEM document (RFC 7468); what stands around them is skipped."""
    try:
        return [base64.b64decode(b"".join(body.split()), validate=True) for body in _PEM.findall(document)]
    except ValueError as error:
        raise Refused("wic.encoding", str(error)) from error


def core_of(key: Any) -> tuple[str, dict[str, str]]:
    """The JOSE algorithm of a public key, and the members of its JWK."""
    for kind, importer in _IMPORTERS:
        if isinstance(key, kind):
            pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            shown = importer.import_key(pem).as_dict(private=False)
            core = {name: str(shown[name]) for name in jwk.MEMBERS if name in shown}
            return "RS256" if "n" in core else jwk.CURVES[(core["kty"], core["crv"])][0], core
    raise Refused("", "a key of a type that is not judged here")


@dataclass
class Certificate:
    parsed: x509.Certificate
    family: str
    extensions: dict[x509.ObjectIdentifier, Any]

    @classmethod
    def load(cls, der: bytes, family: str) -> "Certificate":
        try:
            parsed = x509.load_der_x509_certificate(der)
            require(parsed.version is x509.Version.v3, "", "not version 3: no place for a name")
            found = {extension.oid: extension for extension in parsed.extensions}
        except x509.DuplicateExtension as error:
            raise Refused(f"{family}.extension_repeated", str(error)) from error
        except (ValueError, x509.InvalidVersion, UnsupportedAlgorithm) as error:
            raise Refused(f"{family}.encoding", str(error)) from error
        unknown = [one for one in found.values() if one.critical and one.oid not in _UNDERSTOOD]
        require(not unknown, f"{family}.critical_extension")
        return cls(parsed, family, {oid: extension.value for oid, extension in found.items()})

    @property
    def start(self) -> int:
        return int(self.parsed.not_valid_before_utc.replace(tzinfo=UTC).timestamp())

    @property
    def end(self) -> int:
        """The first second in which it is not valid any more: notAfter is inclusive."""
        return int(self.parsed.not_valid_after_utc.replace(tzinfo=UTC).timestamp()) + 1

    @property
    def serial(self) -> str:
        digits = f"{self.parsed.serial_number:x}"
        return digits if len(digits) % 2 == 0 else f"0{digits}"

    def names(self, kind: Any) -> list[Any]:
        alternative = self.extensions.get(ExtensionOID.SUBJECT_ALTERNATIVE_NAME)
        return list(alternative.get_values_for_type(kind)) if alternative is not None else []

    @property
    def is_ca(self) -> bool:
        constraints = self.extensions.get(ExtensionOID.BASIC_CONSTRAINTS)
        return constraints is not None and constraints.ca

    @property
    def key_usage(self) -> Any:
        return self.extensions.get(ExtensionOID.KEY_USAGE)

    @property
    def self_issued(self) -> bool:
        return self.parsed.subject == self.parsed.issuer

    def require_valid(self, now: int) -> None:
        require(now >= self.start, f"{self.family}.not_yet_valid")
        require(now < self.end, f"{self.family}.expired")

    def require_role(self, role: str | None) -> None:
        """Decision 38: absent is accepted, present has to allow the role."""
        usage = self.extensions.get(ExtensionOID.EXTENDED_KEY_USAGE)
        if usage is not None and role is not None:
            allowed = ROLES[role] in usage or ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE in usage
            require(allowed, f"{self.family}.eku")

    def require_leaf(self) -> None:
        """X509-SVID 5.2 and decision 37: no CA, and a key that signs handshakes and nothing else."""
        require(not self.is_ca, f"{self.family}.ca_as_leaf")
        usage = self.key_usage
        if usage is not None:
            require(not usage.key_cert_sign and not usage.crl_sign, f"{self.family}.key_usage")
            require(usage.digital_signature, f"{self.family}.key_usage")

    def require_issuer(self, below: int) -> None:
        """RFC 5280 section 6.1.4 (k) to (n); `below` is the number of CAs beneath it that are not self-issued."""
        require(self.is_ca, f"{self.family}.issuer_not_ca")
        require(self.key_usage is None or self.key_usage.key_cert_sign, f"{self.family}.issuer_not_ca")
        length = self.extensions[ExtensionOID.BASIC_CONSTRAINTS].path_length
        require(length is None or below <= length, f"{self.family}.path_length")
