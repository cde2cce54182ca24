//! Key types and curves: what of a key an algorithm fixes.

use super::spki::{self, ObjectIdentifier};
use super::{Algorithm, KeyError};

/// `kty`, and `crv` where the type has curves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum KeyKind {
    Ec(EcCurve),
    Ed25519,
    Rsa,
}

impl KeyKind {
    /// Refuses a kind that no algorithm of this build is for.
    pub(crate) fn in_this_build(self) -> Result<Self, KeyError> {
        Algorithm::of_kind(self).next().map(|_| self).ok_or(KeyError::Unsupported)
    }

    /// Bytes of a private scalar or seed. An RSA key has many numbers instead.
    pub(crate) fn secret_bytes(self) -> Option<usize> {
        match self {
            Self::Ec(curve) => Some(curve.field_bytes()),
            Self::Ed25519 => Some(32),
            Self::Rsa => None,
        }
    }

    /// The bits that the first byte of a scalar may have: P-521 has 521 bits in 66 bytes.
    pub(crate) fn secret_top(self) -> u8 {
        if self == Self::Ec(EcCurve::P521) { 0x01 } else { 0xff }
    }

    /// Refuses, before any library sees it, a scalar or seed of another length, and a scalar out of range.
    pub(crate) fn check_secret(self, secret: &[u8]) -> Result<(), KeyError> {
        if self.secret_bytes().is_some_and(|bytes| bytes != secret.len()) {
            return Err(KeyError::Secret);
        }
        let Self::Ec(curve) = self else { return Ok(()) };
        // Without branches on the secret: below the order where subtracting the order borrows.
        let (mut borrow, mut any) = (0_u16, 0_u8);
        for (byte, order) in secret.iter().zip(curve.order()).rev() {
            borrow = (u16::from(*byte).wrapping_sub(u16::from(*order)).wrapping_sub(borrow)) >> 15;
            any |= byte;
        }
        if borrow == 1 && any != 0 { Ok(()) } else { Err(KeyError::Secret) }
    }
}

/// A curve of ECDSA keys (RFC 7518 6.2.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum EcCurve {
    P256,
    P384,
    P521,
}

impl EcCurve {
    pub(crate) const ALL: [Self; 3] = [Self::P256, Self::P384, Self::P521];

    /// The name in `crv`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    /// Bytes of a coordinate, and of a private scalar.
    pub(crate) fn field_bytes(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// The order of the base point (SEC 2), big-endian, as long as a scalar.
    fn order(self) -> &'static [u8] {
        match self {
            Self::P256 => &P256_ORDER,
            Self::P384 => &P384_ORDER,
            Self::P521 => &P521_ORDER,
        }
    }

    /// The named curve of RFC 5480 2.1.1.1.
    pub(crate) fn oid(self) -> &'static ObjectIdentifier {
        match self {
            Self::P256 => &spki::P256,
            Self::P384 => &spki::P384,
            Self::P521 => &spki::P521,
        }
    }

    pub(crate) fn of_oid(oid: ObjectIdentifier) -> Option<Self> {
        Self::ALL.into_iter().find(|curve| *curve.oid() == oid)
    }
}

const P256_ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc,
    0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];
const P384_ORDER: [u8; 48] = [
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xc7, 0x63, 0x4d, 0x81, 0xf4, 0x37, 0x2d, 0xdf, 0x58, 0x1a,
    0x0d, 0xb2, 0x48, 0xb0, 0xa7, 0x7a, 0xec, 0xec, 0x19, 0x6a, 0xcc, 0xc5, 0x29, 0x73,
];
const P521_ORDER: [u8; 66] = [
    0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfa,
    0x51, 0x86, 0x87, 0x83, 0xbf, 0x2f, 0x96, 0x6b, 0x7f, 0xcc, 0x01, 0x48, 0xf7, 0x09, 0xa5, 0xd0, 0x3b,
    0xb5, 0xc9, 0xb8, 0x89, 0x9c, 0x47, 0xae, 0xbb, 0x6f, 0xb7, 0x1e, 0x91, 0x38, 0x64, 0x09,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_are_between_zero_and_the_order() {
        for curve in EcCurve::ALL {
            let kind = KeyKind::Ec(curve);
            let order = curve.order().to_vec();
            let mut last = order.clone();
            // Every order here is odd.
            *last.last_mut().unwrap() -= 1;
            let mut first = vec![0; order.len()];
            assert_eq!(kind.check_secret(&first), Err(KeyError::Secret));
            *first.last_mut().unwrap() = 1;
            assert_eq!(kind.check_secret(&first), Ok(()));
            assert_eq!(kind.check_secret(&last), Ok(()));
            assert_eq!(kind.check_secret(&order), Err(KeyError::Secret));
            assert_eq!(kind.check_secret(&vec![0xff; order.len()]), Err(KeyError::Secret));
            assert_eq!(kind.check_secret(&first[1..]), Err(KeyError::Secret));
            assert_eq!(kind.check_secret(&[&[0], &first[..]].concat()), Err(KeyError::Secret));
        }
        assert_eq!(KeyKind::Ed25519.check_secret(&[0; 32]), Ok(()));
        assert_eq!(KeyKind::Ed25519.check_secret(&[0; 31]), Err(KeyError::Secret));
    }
}
