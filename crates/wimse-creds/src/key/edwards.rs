//! Ed25519 encodings that must be refused alike by every backend.
//!
//! Plain verification of several libraries accepts public keys of small order. A non-canonical or small-order
//! public key is refused at import, and a signature whose R is of small order before verification; with plain
//! verification after that, the set of accepted signatures is that of the strict rule, whatever the library.

use super::{KeyError, SignatureError};

/// The five y coordinates (little-endian, sign bit clear) of the eight points of small order.
const SMALL_ORDER_Y: [[u8; 32]; 5] = [
    // y = 0, two points of order 4
    [0; 32],
    // y = 1, the neutral element
    [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    // y = p - 1, the point of order 2
    [
        0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
    ],
    // order 8
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5,
        0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a,
        0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
];

/// Refuses a public key that is not canonical or of small order.
pub(super) fn check_public(encoded: &[u8; 32]) -> Result<(), KeyError> {
    if is_canonical(encoded) && !is_small_order(encoded) { Ok(()) } else { Err(KeyError::WeakKey) }
}

/// Refuses a signature of 64 bytes whose R is of small order.
pub(super) fn check_signature(signature: &[u8]) -> Result<(), SignatureError> {
    match signature.first_chunk() {
        Some(r) if !is_small_order(r) => Ok(()),
        _ => Err(SignatureError),
    }
}

/// Whether the encoded y is below p = 2^255 - 19, the sign bit aside.
fn is_canonical(encoded: &[u8; 32]) -> bool {
    let top_ones = encoded[31] & 0x7f == 0x7f && encoded[1..31].iter().all(|byte| *byte == 0xff);
    !(top_ones && encoded[0] >= 0xed)
}

/// Whether the encoded point is of small order, with either sign bit.
fn is_small_order(encoded: &[u8; 32]) -> bool {
    let mut y = *encoded;
    y[31] &= 0x7f;
    SMALL_ORDER_Y.contains(&y)
}

/// Whether a point has the encoded y: for libraries that look only when they verify.
///
/// x² = (y² - 1) / (d y² + 1), so that numerator times denominator must be a square (RFC 8032 5.1.3).
#[cfg(any(feature = "aws-lc", feature = "josekit"))]
pub(super) fn is_on_curve(encoded: &[u8; 32]) -> bool {
    use crypto_bigint::{JacobiSymbol, U256};

    let mut y = *encoded;
    y[31] &= 0x7f;
    let y = field::Element::new(&U256::from_le_slice(&y));
    let y2 = y.square();
    let one = field::Element::ONE;
    let product = (y2 - one) * (field::Element::new(&D) * y2 + one);
    product.jacobi_symbol_vartime() != JacobiSymbol::MinusOne
}

/// The constant of the curve (RFC 8032 5.1).
#[cfg(any(feature = "aws-lc", feature = "josekit"))]
const D: crypto_bigint::U256 =
    crypto_bigint::U256::from_be_hex("52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3");

#[cfg(any(feature = "aws-lc", feature = "josekit"))]
mod field {
    #![allow(unreachable_pub, missing_docs, reason = "what the macro writes")]
    crypto_bigint::const_monty_params!(
        P,
        crypto_bigint::U256,
        "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed"
    );
    pub(super) type Element = crypto_bigint::modular::ConstMontyForm<P, { crypto_bigint::U256::LIMBS }>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p_is_the_first_non_canonical_y() {
        let mut y = [0xff; 32];
        y[0] = 0xec;
        y[31] = 0x7f;
        assert!(is_canonical(&y), "p - 1");
        y[0] = 0xed;
        assert!(!is_canonical(&y), "p");
        y[31] = 0xff;
        assert!(!is_canonical(&y), "p with the sign bit");
        y[30] = 0xfe;
        assert!(is_canonical(&y));
    }

    #[cfg(feature = "pure")]
    #[test]
    fn the_list_agrees_with_the_curve() {
        for mut y in SMALL_ORDER_Y {
            for sign in [0, 0x80] {
                y[31] = (y[31] & 0x7f) | sign;
                assert!(is_small_order(&y));
                if let Ok(key) = ed25519_dalek::VerifyingKey::from_bytes(&y) {
                    assert!(key.is_weak());
                }
            }
        }
        let base_point: [u8; 32] =
            *b"\x58\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66";
        assert!(!is_small_order(&base_point));
    }

    #[cfg(all(feature = "pure", any(feature = "aws-lc", feature = "josekit")))]
    #[test]
    fn points_are_those_of_the_other_implementation() {
        use sha2::Digest as _;
        let mut on = 0;
        for seed in 0..500_u32 {
            let encoded: [u8; 32] = sha2::Sha256::digest(seed.to_be_bytes()).into();
            let expected = ed25519_dalek::VerifyingKey::from_bytes(&encoded).is_ok();
            assert_eq!(is_on_curve(&encoded), expected, "{encoded:02x?}");
            on += u32::from(expected);
        }
        // Half of all y have a point.
        assert!((150..350).contains(&on), "{on}");
    }
}
