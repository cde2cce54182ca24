"""Path validation (RFC 5280 section 6.1) from a leaf over what was sent along to configured anchors.

`cryptography.x509.verification` has the profile of the web: no Ed25519, no CA without a subject key identifier.
So paths are built here, and each signature is checked by `cryptography`.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes

from .certificate import Certificate
from .names import require_constraints
from .refusal import Refused, require

MAX_CERTIFICATES = 6
MAX_STEPS = 64
_WEIGHT = {"unknown_issuer": 0, "signature": 1}  # any other reason says more
_STRONG = (hashes.SHA256, hashes.SHA384, hashes.SHA512)


def _signed(certificate: Certificate, issuer: Certificate) -> bool:
    parsed = certificate.parsed
    if parsed.signature_hash_algorithm is not None and not isinstance(parsed.signature_hash_algorithm, _STRONG):
        return False
    try:
        parsed.verify_directly_issued_by(issuer.parsed)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


class Builder:
    """A search with a bounded number of steps; the reason that says most is the one that is reported."""

    def __init__(self, others: list[Certificate], roots: list[Certificate], now: int, role: str | None, family: str):
        self.others, self.roots, self.now, self.role, self.family = others, roots, now, role, family
        self.steps = 0
        self.reason = Refused(f"{family}.unknown_issuer")

    def build(self, leaf: Certificate) -> list[Certificate]:
        """Leaf first, anchor last."""
        leaf.require_valid(self.now)
        leaf.require_role(self.role)
        path = self._extend([leaf])
        if path is None:
            raise self.reason
        return path

    def _note(self, refusal: Refused) -> None:
        def weight(one: Refused) -> int:
            return _WEIGHT.get(one.code.removeprefix(f"{self.family}."), 2)

        if weight(refusal) > weight(self.reason):
            self.reason = refusal

    def _extend(self, path: list[Certificate]) -> list[Certificate] | None:
        last = path[-1]
        for is_root, issuer in [(True, one) for one in self.roots] + [(False, one) for one in self.others]:
            if issuer.parsed.subject != last.parsed.issuer or any(issuer.parsed == one.parsed for one in path):
                continue
            self.steps += 1
            require(self.steps <= MAX_STEPS, f"{self.family}.chain_too_long", "too much work")
            try:
                self._require_link(path, issuer)
            except Refused as refusal:
                self._note(refusal)
                continue
            found = [*path, issuer] if is_root else self._extend([*path, issuer])
            if found is not None:
                return found
        return None

    def _require_link(self, path: list[Certificate], issuer: Certificate) -> None:
        require(_signed(path[-1], issuer), f"{self.family}.signature")
        issuer.require_issuer(sum(1 for ca in path[1:] if not ca.self_issued))
        issuer.require_valid(self.now)
        # RFC 5280 leaves the usage of a CA open, X509-SVID 4.4 says that validators differ: imposed here.
        issuer.require_role(self.role)
        require_constraints(issuer, path)


def load(chain: list[bytes], family: str, max_certificates: int = MAX_CERTIFICATES) -> list[Certificate]:
    require(chain, f"{family}.empty")
    require(len(chain) <= max_certificates, f"{family}.chain_too_long")
    return [Certificate.load(der, family) for der in chain]
