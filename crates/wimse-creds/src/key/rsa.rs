//! RSA keys: which are accepted, and their PKCS#1 form (RFC 8017 A.1).

use super::KeyError;
use super::material::Material;
use pkcs1::der::{Decode as _, Encode as _};
use pkcs1::{RsaPrivateKey, RsaPrivateKeyRef, RsaPublicKey, RsaPublicKeyRef, UintRef};
use zeroize::Zeroizing;

/// Refuses what the libraries decide differently: sizes and exponents.
///
/// RFC 7518 3.3 and 3.5 ask for 2,048 bits. More than 8,192 are refused, since one verification costs more than most
/// requests do. The exponent is odd and at least 65,537, as FIPS 186-5 A.1.1 has it, and fits 32 bits.
pub(super) fn check_public(n: &[u8], e: &[u8]) -> Result<(), KeyError> {
    let bits = n.len() * 8 - n.first().map_or(0, |top| top.leading_zeros() as usize);
    if bits < MIN_BITS {
        return Err(KeyError::WeakKey);
    }
    if bits > MAX_BITS || e.len() > 4 {
        return Err(KeyError::Unsupported);
    }
    let exponent = e.iter().fold(0_u32, |value, byte| value << 8 | u32::from(*byte));
    let is_odd = |number: &[u8]| number.last().is_some_and(|byte| byte % 2 == 1);
    if exponent < MIN_EXPONENT || !is_odd(e) || !is_odd(n) || has_roca_fingerprint(n) {
        return Err(KeyError::WeakKey);
    }
    Ok(())
}

/// Whether the modulus is of the generator of CVE-2017-15361 ("ROCA"), whose keys can be factored: it is a power of
/// 65,537 modulo each of these primes. One in about 10^8 other keys is, too.
fn has_roca_fingerprint(n: &[u8]) -> bool {
    let is_power = |prime: u32| {
        let remainder = n.iter().fold(0, |rest, byte| (rest << 8 | u32::from(*byte)) % prime);
        let powers = std::iter::successors(Some(1), |power| Some(power * (MIN_EXPONENT % prime) % prime));
        // The powers repeat after fewer steps than the prime has.
        powers.take(prime as usize).any(|power| power == remainder)
    };
    ROCA_PRIMES.into_iter().all(is_power)
}

const ROCA_PRIMES: [u32; 17] = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];

/// The numbers of a private key in the order of RFC 8017 A.1.2, by their names in a JWK.
pub(super) const PRIVATE_MEMBERS: [&str; 6] = ["d", "p", "q", "dp", "dq", "qi"];

/// Writes `RSAPrivateKey` from `n`, `e` and the numbers of [`PRIVATE_MEMBERS`].
pub(super) fn write_private(
    n: &[u8],
    e: &[u8],
    private: &[Zeroizing<Vec<u8>>; 6],
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let number = |bytes| UintRef::new(bytes).map_err(|_| KeyError::Secret);
    let [d, p, q, dp, dq, qi] = private;
    let key = RsaPrivateKey {
        modulus: number(n)?,
        public_exponent: number(e)?,
        private_exponent: number(d)?,
        prime1: number(p)?,
        prime2: number(q)?,
        exponent1: number(dp)?,
        exponent2: number(dq)?,
        coefficient: number(qi)?,
        other_prime_infos: None,
    };
    key.to_der().map(Zeroizing::new).map_err(|_| KeyError::Secret)
}

/// The public numbers of an `RSAPrivateKey`. Keys of more than two primes are refused.
pub(super) fn public_of_private(der: &[u8]) -> Result<Material, KeyError> {
    let key = RsaPrivateKeyRef::from_der(der).map_err(|_| KeyError::Encoding)?;
    if key.other_prime_infos.is_some() {
        return Err(KeyError::Unsupported);
    }
    Ok(material(&key.public_key()))
}

/// Refuses private numbers out of their range (RFC 8017 3.2), before any library spends work on them: primes of less than a
/// quarter of the modulus, a `d` that is not below it, and exponents and a coefficient that are not below their primes.
pub(super) fn check_private(der: &[u8]) -> Result<(), KeyError> {
    let key = RsaPrivateKeyRef::from_der(der).map_err(|_| KeyError::Encoding)?;
    let below = |number: UintRef<'_>, bound: UintRef<'_>| {
        let (number, bound) = (number.as_bytes(), bound.as_bytes());
        // Without leading zeros, what is shorter is less.
        (number.len(), number) < (bound.len(), bound)
    };
    let (n, p, q) = (key.modulus, key.prime1, key.prime2);
    let is_prime_sized = |prime: UintRef<'_>| {
        let bytes = prime.as_bytes();
        bytes.len() >= n.as_bytes().len() / 4 && bytes.last().is_some_and(|byte| byte % 2 == 1)
    };
    let in_range = below(key.private_exponent, n)
        && below(p, n)
        && below(q, n)
        && is_prime_sized(p)
        && is_prime_sized(q)
        && below(key.exponent1, p)
        && below(key.exponent2, q)
        && below(key.coefficient, p);
    if in_range { Ok(()) } else { Err(KeyError::Secret) }
}

/// The numbers of [`PRIVATE_MEMBERS`] in an `RSAPrivateKey`.
pub(super) fn private_numbers(der: &[u8]) -> Option<[Zeroizing<Vec<u8>>; 6]> {
    let key = RsaPrivateKeyRef::from_der(der).ok()?;
    let [d, p, q, dp, dq, qi] =
        [key.private_exponent, key.prime1, key.prime2, key.exponent1, key.exponent2, key.coefficient]
            .map(|number| Zeroizing::new(number.as_bytes().to_vec()));
    Some([d, p, q, dp, dq, qi])
}

/// Reads `RSAPublicKey`.
pub(super) fn read_public(der: &[u8]) -> Result<Material, KeyError> {
    RsaPublicKeyRef::from_der(der).map(|key| material(&key)).map_err(|_| KeyError::Encoding)
}

/// Writes `RSAPublicKey`.
pub(super) fn write_public(n: &[u8], e: &[u8]) -> Result<Vec<u8>, pkcs1::der::Error> {
    RsaPublicKey { modulus: UintRef::new(n)?, public_exponent: UintRef::new(e)? }.to_der()
}

fn material(key: &RsaPublicKeyRef<'_>) -> Material {
    Material::Rsa { n: key.modulus.as_bytes().into(), e: key.public_exponent.as_bytes().into() }
}

/// Sizes of the keys that we make, the usual one first.
pub(super) const GENERATED_BITS: [u32; 3] = [2048, 3072, 4096];

const MIN_BITS: usize = 2048;
const MAX_BITS: usize = 8192;
const MIN_EXPONENT: u32 = 65_537;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_exponents() {
        let modulus = |bits: usize| {
            let mut n = vec![0xff; bits.div_ceil(8)];
            n[0] >>= n.len() * 8 - bits;
            n
        };
        for (n, e, expected) in [
            (modulus(2048), vec![1, 0, 1], Ok(())),
            (modulus(2047), vec![1, 0, 1], Err(KeyError::WeakKey)),
            (modulus(8192), vec![1, 0, 1], Ok(())),
            (modulus(8193), vec![1, 0, 1], Err(KeyError::Unsupported)),
            (modulus(2048), vec![0xff, 0xff, 0xff, 0xff], Ok(())),
            (modulus(2048), vec![1, 0, 0, 0, 1], Err(KeyError::Unsupported)),
            (modulus(2048), vec![0xff, 0xff], Err(KeyError::WeakKey)),
            (modulus(2048), vec![3], Err(KeyError::WeakKey)),
            (modulus(2048), vec![1, 0, 2], Err(KeyError::WeakKey)),
            (modulus(2048), vec![], Err(KeyError::WeakKey)),
            (vec![], vec![1, 0, 1], Err(KeyError::WeakKey)),
        ] {
            assert_eq!(check_public(&n, &e), expected, "{} bits, e {e:?}", n.len() * 8);
        }
        for (n, expected) in
            [(65_537_u64, true), (65_537 * 65_537, true), (65_539, false), (65_537 * 65_539, false)]
        {
            assert_eq!(has_roca_fingerprint(&n.to_be_bytes()), expected, "{n}");
        }
        let even = [&modulus(2048)[..255], &[0xfe]].concat();
        assert_eq!(check_public(&even, &[1, 0, 1]), Err(KeyError::WeakKey));
    }
}
