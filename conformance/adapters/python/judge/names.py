"""Server names (RFC 9525 section 6.3 and 6.4) and name constraints (RFC 5280 section 4.2.1.10)."""

import ipaddress

from cryptography import x509
from cryptography.x509.oid import ExtensionOID

from .certificate import Certificate
from .refusal import require


def _matches(presented: str, host: str) -> bool:
    """A wildcard is the whole leftmost label and stands for exactly one."""
    presented, host = presented.lower(), host.lower().removesuffix(".")
    if not presented.startswith("*."):
        return "*" not in presented and presented == host
    first, dot, rest = host.partition(".")
    return bool(first and dot) and "*" not in presented[2:] and rest == presented[2:]


def require_host(leaf: Certificate, name: str) -> None:
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        found = any(_matches(one, name) for one in leaf.names(x509.DNSName))
    else:
        found = address in leaf.names(x509.IPAddress)
    require(found, "chain.name_mismatch", name)


def _within(name: str, subtree: str) -> bool:
    name, subtree = name.lower(), subtree.lower().removeprefix(".")
    return not subtree or name == subtree or name.endswith(f".{subtree}")


def require_constraints(ca: Certificate, below: list[Certificate]) -> None:
    """DNS names are compared. Other types are not supported, and so refused, as RFC 5280 wants it."""
    constraints = ca.extensions.get(ExtensionOID.NAME_CONSTRAINTS)
    if constraints is None:
        return
    code = f"{ca.family}.name_constraint"
    permitted, excluded = constraints.permitted_subtrees or [], constraints.excluded_subtrees or []
    require(all(isinstance(one, x509.DNSName) for one in [*permitted, *excluded]), code, "type")
    for certificate in below:
        for name in certificate.names(x509.DNSName):
            require(not permitted or any(_within(name, one.value) for one in permitted), code, name)
            require(not any(_within(name, one.value) for one in excluded), code, name)
