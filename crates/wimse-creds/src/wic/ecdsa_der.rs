//! ECDSA signatures: two numbers in DER in X.509 (RFC 3279 2.2.3), joined in JWS (RFC 7518 3.4).

use x509_cert::der::asn1::UintRef;
use x509_cert::der::{Decode as _, Encode as _, Reader as _, SliceReader};

/// From DER to R || S of so many bytes in all; `None` for anything but strict DER of numbers that fit.
pub(super) fn to_jws(der: &[u8], signature_bytes: usize) -> Option<Vec<u8>> {
    let mut reader = SliceReader::new(der).ok()?;
    let (r, s) = reader
        .sequence(|numbers| {
            Ok::<_, x509_cert::der::Error>((UintRef::decode(numbers)?, UintRef::decode(numbers)?))
        })
        .ok()?;
    reader.finish().ok()?;
    let half = signature_bytes / 2;
    let mut joined = vec![0; 2 * half];
    for (number, room) in [r, s].iter().zip(joined.chunks_exact_mut(half)) {
        let digits = number.as_bytes();
        let start = half.checked_sub(digits.len())?;
        room[start..].copy_from_slice(digits);
    }
    Some(joined)
}

/// From R || S to DER; `None` for an odd length.
pub(super) fn from_jws(signature: &[u8]) -> Option<Vec<u8>> {
    if !signature.len().is_multiple_of(2) {
        return None;
    }
    let (r, s) = signature.split_at(signature.len() / 2);
    let numbers = [UintRef::new(r).ok()?, UintRef::new(s).ok()?];
    let numbers = numbers.map(|number| number.to_der());
    Some(super::der::sequence(&numbers.into_iter().collect::<Result<Vec<_>, _>>().ok()?.concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways() {
        for (joined, der) in [
            (&[0, 1, 0, 2][..], &[0x30, 6, 2, 1, 1, 2, 1, 2][..]),
            (&[0x80, 0, 0x7f, 0xff], &[0x30, 9, 2, 3, 0, 0x80, 0, 2, 2, 0x7f, 0xff]),
        ] {
            assert_eq!(from_jws(joined).as_deref(), Some(der));
            assert_eq!(to_jws(der, 4).as_deref(), Some(joined));
        }
        assert_eq!(from_jws(&[1, 2, 3]), None);
    }

    #[test]
    fn one_encoding_per_signature() {
        for (what, der) in [
            ("a leading zero", &[0x30, 7, 2, 2, 0, 1, 2, 1, 2][..]),
            ("a negative number", &[0x30, 6, 2, 1, 0x80, 2, 1, 2]),
            ("a number too long", &[0x30, 8, 2, 3, 1, 0, 0, 2, 1, 2]),
            ("one number", &[0x30, 3, 2, 1, 1]),
            ("three numbers", &[0x30, 9, 2, 1, 1, 2, 1, 2, 2, 1, 3]),
            ("bytes behind", &[0x30, 6, 2, 1, 1, 2, 1, 2, 0]),
            ("a long form of the length", &[0x30, 0x81, 6, 2, 1, 1, 2, 1, 2]),
            ("an indefinite length", &[0x30, 0x80, 2, 1, 1, 2, 1, 2, 0, 0]),
            ("a set", &[0x31, 6, 2, 1, 1, 2, 1, 2]),
            ("nothing", &[]),
        ] {
            assert_eq!(to_jws(der, 4), None, "{what}");
        }
    }
}
