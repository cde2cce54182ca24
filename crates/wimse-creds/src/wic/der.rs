//! The little DER that is written by hand.

/// A SEQUENCE around what is already encoded.
pub(super) fn sequence(content: &[u8]) -> Vec<u8> {
    value(0x30, &[content])
}

/// A `SubjectPublicKeyInfo` of the content of its algorithm identifier and the key bits (RFC 5280 4.1.2.7).
pub(super) fn public_key_info(algorithm: &[u8], key: &[u8]) -> Vec<u8> {
    value(0x30, &[&sequence(algorithm), &value(0x03, &[&[0], key])])
}

fn value(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut encoded = vec![tag];
    if let Ok(short @ 0..0x80) = u8::try_from(length) {
        encoded.push(short);
    } else {
        let bytes = length.to_be_bytes();
        let skipped = bytes.iter().take_while(|byte| **byte == 0).count();
        // A length has at most eight bytes.
        encoded.push(0x80 | u8::try_from(bytes.len() - skipped).unwrap_or(u8::MAX));
        encoded.extend(&bytes[skipped..]);
    }
    encoded.extend(parts.iter().copied().flatten());
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths() {
        for (length, head) in [
            (0, &[0x30, 0][..]),
            (0x7f, &[0x30, 0x7f]),
            (0x80, &[0x30, 0x81, 0x80]),
            (0x100, &[0x30, 0x82, 1, 0]),
        ] {
            let encoded = sequence(&vec![7; length]);
            assert_eq!(&encoded[..head.len()], head);
            assert_eq!(encoded.len(), head.len() + length);
        }
    }
}
