//! PKCS#8 (RFC 5958, RFC 5915, RFC 8410) and SPKI (RFC 5480, RFC 8410), DER and PEM.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

use wimse_creds::key::{Algorithm, PublicKey, SigningKey};

// Made with `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256` for these tests, and its public key.
const EC: &str = "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgvEDhlTJcfGbcaMwH
1T8rrnQAXvCRIA6DNFFZc16PfwehRANCAARiZ+PQiYCYD1eo+Ry23HLI/oal9kAo
fd5f9sSEcVtEm7LRDoDYBH4o6o6RmCg4CXWb0fRzf2EHNPQCYW5ZemlC
-----END PRIVATE KEY-----
";
const EC_PUBLIC: &str = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYmfj0ImAmA9XqPkcttxyyP6GpfZA
KH3eX/bEhHFbRJuy0Q6A2AR+KOqOkZgoOAl1m9H0c39hBzT0AmFuWXppQg==
-----END PUBLIC KEY-----
";
// Signature of "wimse" by this key, made with `openssl dgst -sha256 -sign`, as R || S.
const EC_SIGNATURE: &str = "e8b8f22c3a92f92518c7a9236f104ae158afb8999338d4eee1416c7c7223dbe1\
    534b84adb3643f268ee846cf6df7ee7bd08c890b5bd038437cef368759c8862c";
// Made with `openssl genpkey -algorithm ED25519` for these tests, and its public key.
const ED: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIHcD321JkEyCn+Qvz4Ti3agbXMnSfJc0NkyTWZ7+5bqv
-----END PRIVATE KEY-----
";
const ED_PUBLIC: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEA+bNdt1xYFDIwhpXkeZtSo5pXpkuo3BqB8SCen0VkxWQ=
-----END PUBLIC KEY-----
";
// Signature of "wimse" by this key, made with `openssl pkeyutl -sign -rawin`.
const ED_SIGNATURE: &str = "70a70923a2b13ac743699f73465bf04ac779f133f8a0ab091147f7db0aaecd88\
    6f376202766e5240c9882f3a2c73d8e59ae5833a2e586627d82e9e3fcfe47a0b";
// The Ed25519 key under a password, made with `openssl pkcs8 -topk8 -v2 aes-256-cbc`.
const ENCRYPTED: &str = "-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjTPr+BN50IHQICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEL4clgjfHzkjKPHyuzWQPbgEQFjT
kyORimF8yyOGK5ehIVPWyU3kcxC9ihdl7gPXw4EuW0nx5HICWSS8clXYmpxQLk1Q
ysB33eRxNcB4vLTdb5g=
-----END ENCRYPTED PRIVATE KEY-----
";
// The EC key in the form of RFC 5915, made with `openssl ec`.
const SEC1: &str = "-----BEGIN EC PRIVATE KEY-----
MHcCAQEEILxA4ZUyXHxm3GjMB9U/K650AF7wkSAOgzRRWXNej38HoAoGCCqGSM49
AwEHoUQDQgAEYmfj0ImAmA9XqPkcttxyyP6GpfZAKH3eX/bEhHFbRJuy0Q6A2AR+
KOqOkZgoOAl1m9H0c39hBzT0AmFuWXppQg==
-----END EC PRIVATE KEY-----
";
// Made with `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384`.
const P384: &str = "-----BEGIN PRIVATE KEY-----
MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDACBGLYDqTShm3v68iv
OphdAbbooh2gww7Wq3xFFux6Hhbp/5zcf6WrR+L24epsFyChZANiAARLbkD9xlOu
pEHI0a66KYoyQiszmRXs6Qg6rJvQPRVjiAHjyp3JzPAMS+02zwU5FjlJvB42yBR6
HoNvnIaWyM2j+Fkkzqr4/OsqMJuwp2YUEH35TA5N37SLGsjk7ZFxNxc=
-----END PRIVATE KEY-----
";
// The public EC key with a compressed point, made with `openssl ec -pubout -conv_form compressed`.
const COMPRESSED: &str = "-----BEGIN PUBLIC KEY-----
MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgACYmfj0ImAmA9XqPkcttxyyP6GpfZA
KH3eX/bEhHFbRJs=
-----END PUBLIC KEY-----
";
// Another EC key, without its public half, made with `openssl ec -no_public` and `openssl pkcs8 -topk8 -nocrypt`.
const WITHOUT_PUBLIC: &str = "-----BEGIN PRIVATE KEY-----
MEECAQAwEwYHKoZIzj0CAQYIKoZIzj0DAQcEJzAlAgEBBCAdmUyzcUM9HwxOnAvj
hegUjP5h0cm82T404GKJg29yPg==
-----END PRIVATE KEY-----
";

const KEYS: [(Algorithm, &str, &str, &str); 3] = [
    (Algorithm::Es256, EC, EC_PUBLIC, EC_SIGNATURE),
    (Algorithm::Ed25519, ED, ED_PUBLIC, ED_SIGNATURE),
    (Algorithm::EdDsa, ED, ED_PUBLIC, ED_SIGNATURE),
];

#[test]
fn keys_of_openssl() {
    for (algorithm, private, public, signature) in KEYS {
        let key = SigningKey::from_pkcs8_pem(algorithm, private).unwrap();
        assert_eq!(key.algorithm(), algorithm);
        assert_eq!(*key.public_key(), PublicKey::from_spki_pem(algorithm, public).unwrap());
        assert_eq!(key.public_key().to_spki_pem(), public);
        assert!(key.public_key().verify(b"wimse", &bytes(signature)).is_ok());
        assert!(key.public_key().verify(b"Wimse", &bytes(signature)).is_err());
        // Ed25519 is deterministic, so the very bytes come out; ECDSA of openssl is randomised.
        assert_eq!(key.sign(b"wimse").unwrap() == bytes(signature), algorithm != Algorithm::Es256);
        assert_eq!(*key.to_pkcs8_pem().unwrap(), private, "{algorithm}");
    }
    assert!(SigningKey::from_pkcs8_pem(Algorithm::Es256, WITHOUT_PUBLIC).is_ok());
}

#[test]
fn out_and_in_again_is_the_same_key() {
    for algorithm in Algorithm::all() {
        let key = SigningKey::generate(algorithm).unwrap();
        for same in [
            SigningKey::from_pkcs8_der(algorithm, &key.to_pkcs8_der().unwrap()).unwrap(),
            SigningKey::from_pkcs8_pem(algorithm, &key.to_pkcs8_pem().unwrap()).unwrap(),
        ] {
            assert_eq!(same.public_key(), key.public_key());
            assert_eq!(*same.to_private_jwk(), *key.to_private_jwk());
        }
        let public = key.public_key();
        assert_eq!(PublicKey::from_spki_der(algorithm, &public.to_spki_der()).unwrap(), *public);
        assert_eq!(PublicKey::from_spki_pem(algorithm, &public.to_spki_pem()).unwrap(), *public);
    }
}

#[test]
fn a_key_is_read_for_its_own_algorithm_only() {
    for (algorithm, private, public, _) in KEYS {
        let other = if algorithm == Algorithm::Es256 { Algorithm::Ed25519 } else { Algorithm::Es256 };
        assert_eq!(SigningKey::from_pkcs8_pem(other, private).unwrap_err().code(), "key.alg_mismatch");
        assert_eq!(PublicKey::from_spki_pem(other, public).unwrap_err().code(), "key.alg_mismatch");
    }
}

/// Whether an algorithm is in this build.
fn has(name: &str) -> bool {
    Algorithm::all().any(|algorithm| algorithm.name() == name)
}

#[test]
fn other_documents() {
    for (document, code) in [
        (ENCRYPTED.to_owned(), "key.encoding"),
        (SEC1.to_owned(), "key.encoding"),
        (EC_PUBLIC.to_owned(), "key.encoding"),
        (EC.replace("PRIVATE KEY", "EC PRIVATE KEY"), "key.encoding"),
        (EC.replace("PRIVATE KEY", "CERTIFICATE"), "key.encoding"),
        (EC.replacen("PRIVATE KEY", "PUBLIC KEY", 1), "key.encoding"),
        (EC.replace("MIGHAg", "MIGIAg"), "key.encoding"),
        (format!("{EC}{EC}"), "key.encoding"),
        (String::new(), "key.encoding"),
        (P384.to_owned(), if has("ES384") { "key.alg_mismatch" } else { "key.unsupported" }),
    ] {
        let refused = SigningKey::from_pkcs8_pem(Algorithm::Es256, &document);
        assert_eq!(refused.unwrap_err().code(), code, "{document}");
    }
    for (document, code) in [
        (COMPRESSED.to_owned(), "key.encoding"),
        (EC.to_owned(), "key.encoding"),
        (EC_PUBLIC.replace("PUBLIC KEY", "CERTIFICATE"), "key.encoding"),
        (EC_PUBLIC.replace("PUBLIC KEY", "EC PUBLIC KEY"), "key.encoding"),
        (String::new(), "key.encoding"),
    ] {
        let refused = PublicKey::from_spki_pem(Algorithm::Es256, &document);
        assert_eq!(refused.unwrap_err().code(), code, "{document}");
    }
    // An encrypted document without its PEM label.
    let der = der(ENCRYPTED);
    assert_eq!(SigningKey::from_pkcs8_der(Algorithm::Ed25519, &der).unwrap_err().code(), "key.encoding");
}

#[test]
fn trailing_and_missing_bytes() {
    for (algorithm, private, public, _) in KEYS {
        let (private, public) = (der(private), der(public));
        assert!(SigningKey::from_pkcs8_der(algorithm, &private).is_ok());
        assert!(PublicKey::from_spki_der(algorithm, &public).is_ok());
        for (private, public) in [
            ([&private[..], &[0]].concat(), [&public[..], &[0]].concat()),
            ([&private[..], &private].concat(), [&public[..], &public].concat()),
        ] {
            assert_eq!(SigningKey::from_pkcs8_der(algorithm, &private).unwrap_err().code(), "key.encoding");
            assert_eq!(PublicKey::from_spki_der(algorithm, &public).unwrap_err().code(), "key.encoding");
        }
        for end in 0..private.len() {
            assert_eq!(
                SigningKey::from_pkcs8_der(algorithm, &private[..end]).unwrap_err().code(),
                "key.encoding"
            );
        }
        for end in 0..public.len() {
            assert_eq!(
                PublicKey::from_spki_der(algorithm, &public[..end]).unwrap_err().code(),
                "key.encoding"
            );
        }
    }
}

#[test]
fn halves_that_do_not_fit() {
    let der = der(EC);
    let point = der.len() - 64;
    // Private scalar 0, the order of the curve, and a valid scalar of another key.
    let order = bytes("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    let scalar = der.windows(4).position(|window| window == [0xbc, 0x40, 0xe1, 0x95]).unwrap();
    for (secret, code) in
        [(vec![0; 32], "key.secret"), (order, "key.secret"), (vec![1; 32], "key.pair_mismatch")]
    {
        let mut changed = der.clone();
        changed[scalar..scalar + 32].copy_from_slice(&secret);
        assert_eq!(SigningKey::from_pkcs8_der(Algorithm::Es256, &changed).unwrap_err().code(), code);
    }
    // Another point beside the right scalar.
    let mut changed = der;
    changed[point] ^= 1;
    assert_eq!(
        SigningKey::from_pkcs8_der(Algorithm::Es256, &changed).unwrap_err().code(),
        "key.pair_mismatch"
    );

    // RFC 5958 version 2, with the public key: [1] IMPLICIT BIT STRING after the seed.
    let public = bytes("f9b35db75c581432308695e4799b52a39a57a64ba8dc1a81f1209e9f4564c564");
    let version_2 = |public: &[u8]| {
        let seed = &self::der(ED)[16..];
        let mut document = bytes("3051020101300506032b657004220420");
        document.extend([seed, &[0x81, 0x21, 0x00], public].concat());
        SigningKey::from_pkcs8_der(Algorithm::Ed25519, &document).map_err(|error| error.code())
    };
    assert!(version_2(&public).is_ok());
    let mut other = public;
    other[0] ^= 1;
    assert_eq!(version_2(&other).unwrap_err(), "key.pair_mismatch");
}

/// RFC 8410 3: the parameters of Ed25519 are absent, also where NULL is the habit.
#[test]
fn ed25519_has_no_parameters() {
    let seed = &der(ED)[16..];
    let private = |algorithm: &str| {
        let head = bytes(&format!("020100{algorithm}04220420"));
        let body = [&head, seed].concat();
        [&[0x30, u8::try_from(body.len()).unwrap()], &body[..]].concat()
    };
    let public = |algorithm: &str| {
        let point = &der(ED_PUBLIC)[12..];
        let body = [&bytes(&format!("{algorithm}032100")), point].concat();
        [&[0x30, u8::try_from(body.len()).unwrap()], &body[..]].concat()
    };
    let (absent, null) = ("300506032b6570", "300706032b65700500");
    assert!(PublicKey::from_spki_der(Algorithm::Ed25519, &public(absent)).is_ok());
    assert!(SigningKey::from_pkcs8_der(Algorithm::Ed25519, &private(absent)).is_ok());
    let code = |error: wimse_creds::KeyError| error.code();
    let refused = PublicKey::from_spki_der(Algorithm::Ed25519, &public(null));
    assert_eq!(refused.map_err(code).unwrap_err(), "key.encoding");
    let refused = SigningKey::from_pkcs8_der(Algorithm::Ed25519, &private(null));
    assert_eq!(refused.map_err(code).unwrap_err(), "key.encoding");
}

/// The small-order and off-curve rules hold for SPKI too.
#[test]
fn points_in_spki() {
    let mut ed = der(ED_PUBLIC);
    let at = ed.len() - 32;
    ed[at..].copy_from_slice(&[0; 32]);
    assert_eq!(PublicKey::from_spki_der(Algorithm::Ed25519, &ed).unwrap_err().code(), "key.weak");
    ed[at] = 2;
    assert_eq!(PublicKey::from_spki_der(Algorithm::Ed25519, &ed).unwrap_err().code(), "key.not_on_curve");
    let mut ec = der(EC_PUBLIC);
    *ec.last_mut().unwrap() ^= 1;
    assert_eq!(PublicKey::from_spki_der(Algorithm::Es256, &ec).unwrap_err().code(), "key.not_on_curve");
    // secp256k1 instead of prime256v1 is a shorter OID; the OID of P-192 has the same length.
    let oid = ec.windows(8).position(|window| window == bytes("2a8648ce3d030107")).unwrap();
    ec[oid + 7] = 1;
    assert_eq!(PublicKey::from_spki_der(Algorithm::Es256, &ec).unwrap_err().code(), "key.unsupported");
}

/// The bytes between the lines of a PEM document.
fn der(pem: &str) -> Vec<u8> {
    use base64::Engine as _;
    let lines: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    base64::engine::general_purpose::STANDARD.decode(lines).unwrap()
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}
