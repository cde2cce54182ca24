"""The Workload Identity Certificate: workload-creds 6.1 and 9.4, mutual-tls 3.2, decisions 36 to 39."""

from dataclasses import dataclass
from typing import Any

from cryptography import x509

from . import anchors, certificate, holder, identifier, jwk, names, path
from .certificate import Certificate
from .refusal import Refused, require
from .values import data


@dataclass
class Wic:
    leaf: Certificate
    identity: identifier.Identifier

    def outputs(self) -> dict[str, Any]:
        algorithm, core = certificate.core_of(self.leaf.parsed.public_key())
        return {
            "identifier": str(self.identity),
            "trust_domain": self.identity.origin.trust_domain,
            "origin": str(self.identity.origin),
            "algorithm": algorithm,
            "thumbprint": jwk.Key(core, [algorithm], None, False).thumbprint,
            "expires": self.leaf.end,
            "serial_number": self.leaf.serial,
            "dns_names": self.leaf.names(x509.DNSName),
        }


def identity_of(leaf: Certificate, policy: identifier.Policy) -> identifier.Identifier:
    """Exactly one URI among the names, and that is the identifier."""
    uris = leaf.names(x509.UniformResourceIdentifier)
    require(uris, "wic.uri_missing")
    require(len(uris) == 1, "wic.uri_repeated")
    try:
        return identifier.parse(uris[0].encode(), policy)
    except Refused as refusal:
        raise Refused("wic.uri_not_an_identifier", refusal.code) from refusal


def verify(chain: list[bytes], config: dict[str, Any], role: str | None) -> Wic:
    limit = config.get("max_bytes")
    require(limit is None or sum(map(len, chain)) <= limit, "wic.too_large")
    leaf, *others = path.load(chain, "wic", config.get("max_certificates", path.MAX_CERTIFICATES))
    leaf.require_leaf()
    identity = identity_of(leaf, identifier.policy_of(config.get("identifiers")))
    anchor = anchors.load(config["anchors"], config.get("allow_shared_keys", False)).get(str(identity.origin))
    if anchor is None:
        raise Refused("wic.trust_domain_unknown", str(identity.origin))
    require(anchor.ca_certificates, "wic.anchor_missing")
    roots = [Certificate.load(der, "wic") for der in anchor.ca_certificates]
    path.Builder(others, roots, config["now"], role, "wic").build(leaf)
    require(leaf.serial not in config.get("deny_list", []), "wic.denied")
    if "host" in config:
        names.require_host(leaf, config["host"])
    return Wic(leaf, identity)


def wic_verify(given: dict[str, Any], config: dict[str, Any]) -> dict[str, Any]:
    if "pem" in given:
        chain = certificate.der_of_pem(data(given["pem"]))
    else:
        chain = [data(one) for one in given["chain"]]
    return verify(chain, config, config.get("role")).outputs()


def chain_verify(given: dict[str, Any], config: dict[str, Any]) -> dict[str, Any]:
    """A server by its host name, which need not be a WIC (decision 39)."""
    leaf, *others = path.load([data(one) for one in given["chain"]], "chain")
    leaf.require_leaf()
    roots = [Certificate.load(data(one), "chain") for one in config["roots"]]
    found = path.Builder(others, roots, config["now"], config.get("role"), "chain").build(leaf)
    if "name" in config:
        names.require_host(leaf, config["name"])
    return {
        "anchor": found[-1].serial,
        "valid_from": max(one.start for one in found),
        "valid_until": min(one.end for one in found),
    }


def wic_credential(given: dict[str, Any], config: dict[str, Any]) -> dict[str, Any]:
    """A certificate with its private key, which signs until the certificate expires (workload-creds 9.5)."""
    leaf, *_ = path.load([data(one) for one in given["chain"]], "wic")
    leaf.require_leaf()
    identity = identity_of(leaf, identifier.policy_of(config.get("identifiers")))
    algorithm, core = certificate.core_of(leaf.parsed.public_key())
    key = jwk.Key(core, [algorithm], None, False)
    holder.require_same_key(key, config["key"])
    require(config["now"] < leaf.end, "credential.expired")
    message = b"what a credential signs"
    valid = key.verifies(algorithm, message, jwk.sign(config["key"], algorithm, message))
    return {"identifier": str(identity), "expires": leaf.end, "signature_valid": valid}
