"""Issuing a WIC: workload-creds 6.1, mutual-tls 3.2, X509-SVID section 4, decision 38."""

from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc import jwk as library

from . import certificate, handle, holder, identifier, jwk, wic
from .certificate import Certificate
from .refusal import Refused, require
from .values import data, json_object, shown

LIFETIME = 3600


def _requested_key(der: bytes, identity: identifier.Identifier) -> Any:
    """The key of a PKCS#10 request that proves possession of it; what else it asks for is the issuer's to decide."""
    try:
        request = x509.load_der_x509_csr(der)
        extensions = request.extensions
        key = request.public_key()
    except (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension) as error:
        raise Refused("wic.request", str(error)) from error
    require(request.is_signature_valid, "wic.request_signature")
    try:
        alternative = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return key
    uris = alternative.get_values_for_type(x509.UniformResourceIdentifier)
    require(len(uris) <= 1, "wic.request", "more than one URI")
    require(not uris or uris[0] == str(identity), "wic.request_identifier")
    return key


def _public_key(order: dict[str, Any], identity: identifier.Identifier) -> Any:
    if "request" in order:
        return _requested_key(data(order["request"]), identity)
    key = jwk.public_key(json_object(order["key"].encode(), "key"), "key.", need_alg=False)
    return library.import_key(dict(key.core)).public_key


def _host_name(name: str) -> str:
    refused = holder.refused_by(lambda: handle.dns_name(name))
    require(refused is None and name == name.lower(), "wic.issue_dns_name", name)
    return name


def _date(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _extended_key_usage(only_for: str | None) -> x509.ExtendedKeyUsage:
    return x509.ExtendedKeyUsage([oid for role, oid in certificate.ROLES.items() if only_for in (None, role)])


def issue(given: dict[str, Any], config: dict[str, Any]) -> dict[str, Any]:
    order = given["order"]
    identity = identifier.parse(order["identifier"].encode(), identifier.policy_of(config.get("identifiers")))
    require(str(identity.origin) == config["origin"], "wic.issue_other_origin")
    ca, *above = [Certificate.load(data(one), "wic") for one in config["ca_chain"]]
    start, lifetime = order["start"], order.get("lifetime", LIFETIME)
    require(lifetime > 0, "wic.issue_validity")
    require(start + lifetime <= ca.end and start >= ca.start, "wic.issue_outlives_ca")
    hosts = [_host_name(name) for name in order.get("dns_names", [])]
    key = _public_key(order, identity)
    _, ca_core = certificate.core_of(ca.parsed.public_key())
    require(certificate.core_of(key)[1] != ca_core, "wic.issue_issuer_key")
    require(jwk.core_of(config["ca_key"]) == ca_core, "", "the key is not that of the CA")
    names = [x509.UniformResourceIdentifier(str(identity)), *(x509.DNSName(name) for name in hosts)]
    usage = x509.KeyUsage(
        digital_signature=True,
        **dict.fromkeys(
            (
                *("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
                *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
            ),
            False,
        ),
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(ca.parsed.subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_date(start))
        .not_valid_after(_date(start + lifetime - 1))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(_extended_key_usage(order.get("only_for")), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=True)  # RFC 5280: the subject is empty
    )
    private: Any = library.import_key(
        {name: value for name, value in config["ca_key"].items() if name != "alg"}
    ).private_key
    digest = None if isinstance(private, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    made = builder.sign(private, digest)
    chain = [made.public_bytes(Encoding.DER)]
    chain += [one.parsed.public_bytes(Encoding.DER) for one in (ca, *above) if not one.self_issued]
    return _judged(chain, config, start)


def _judged(chain: list[bytes], config: dict[str, Any], now: int) -> dict[str, Any]:
    """What was made, as a verifier sees it."""
    verifier = {"anchors": [{"origin": config["origin"], "ca_certificates": config["root"]}], "now": now}
    found: dict[str, wic.Wic] = {}
    for role in certificate.ROLES:
        try:
            found[role] = wic.verify(chain, verifier, role)
        except Refused as refusal:
            require(refusal.code == "wic.eku", "", str(refusal))
    one = next(iter(found.values()))
    outputs = one.outputs()
    return {
        "chain": [shown(der) for der in chain],
        "identifier": outputs["identifier"],
        "dns_names": outputs["dns_names"],
        "thumbprint": outputs["thumbprint"],
        "start": one.leaf.start,
        "lifetime": one.leaf.end - one.leaf.start,
        "roles": sorted(found),
        "certificates": len(chain),
    }
