//! Values of RFC 7515 appendix A, RFC 7638 3.1, RFC 8037 appendix A and RFC 9449 6.1, and the folder of such values.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod support;

use wimse_creds::jose;
use wimse_creds::key::{Algorithm, AnchorKey, PublicKey, SigningKey};

/// RFC 7515 A.3.
const ES256_KEY: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#;
const ES256_JWS: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
/// The claims of RFC 7515 A.1 to A.3 and A.5.
const CLAIMS: &[u8] = b"{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";

/// RFC 8037 A.1 and A.4.
const EDDSA_KEY: &str = r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
const EDDSA_JWS: &str = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

/// RFC 7515 A.1, A.2, A.4, A.5, with the code of the refusal. None of them has a `typ`.
const REFUSED: [(&str, &str); 4] = [
    (
        "jws.alg_symmetric",
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    ),
    (
        "jws.alg_unsupported",
        "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
    ),
    (
        "jws.alg_unsupported",
        "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn",
    ),
    // An unsecured JWS has an empty third part, which is refused before its header is read.
    (
        "jws.malformed",
        "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.",
    ),
];

#[test]
fn rfc_7515_a_3_verifies_with_its_key_and_algorithm_only() {
    let key = public(Algorithm::Es256, ES256_KEY);
    assert_eq!(jose::verify(ES256_JWS, &key, &[Algorithm::Es256]).unwrap(), CLAIMS);
    for (algorithm, jwk, allowed) in [
        (Algorithm::Es256, ES256_KEY, Algorithm::Ed25519),
        (Algorithm::EdDsa, EDDSA_KEY, Algorithm::Es256),
        (Algorithm::EdDsa, EDDSA_KEY, Algorithm::EdDsa),
    ] {
        let refused = jose::verify(ES256_JWS, &public(algorithm, jwk), &[allowed]);
        assert_eq!(refused.unwrap_err().code(), "jws.alg_mismatch");
    }
    assert_eq!(jose::verify(ES256_JWS, &key, &[]).unwrap_err().code(), "jws.alg_mismatch");
    let other = SigningKey::generate(Algorithm::Es256).unwrap();
    let refused = jose::verify(ES256_JWS, other.public_key(), &[Algorithm::Es256]);
    assert_eq!(refused.unwrap_err().code(), "jws.signature");
}

#[test]
fn rfc_8037_a_4_verifies_and_is_reproduced() {
    let key = SigningKey::from_jwk_as(Algorithm::EdDsa, EDDSA_KEY).unwrap();
    let payload = jose::verify(EDDSA_JWS, key.public_key(), &[Algorithm::EdDsa]).unwrap();
    assert_eq!(payload, b"Example of Ed25519 signing");
    // The same numbers under the other name of the algorithm: names are compared, not curves.
    let renamed = public(Algorithm::Ed25519, EDDSA_KEY);
    let refused = jose::verify(EDDSA_JWS, &renamed, &[Algorithm::EdDsa, Algorithm::Ed25519]);
    assert_eq!(refused.unwrap_err().code(), "jws.alg_mismatch");

    let parts = jose::CompactJws::split(EDDSA_JWS, 1000).unwrap();
    assert_eq!(key.sign(parts.signing_input()).unwrap(), parts.signature().unwrap());
}

/// Whether an algorithm is in this build.
fn has(name: &str) -> bool {
    Algorithm::all().any(|algorithm| algorithm.name() == name)
}

#[test]
fn other_algorithms_of_rfc_7515_are_refused_by_name() {
    let keys = [public(Algorithm::Es256, ES256_KEY), public(Algorithm::EdDsa, EDDSA_KEY)];
    let all: Vec<Algorithm> = Algorithm::all().collect();
    for (code, jws) in REFUSED {
        let is_known = [("eyJhbGciOiJSUzI1NiJ9.", "RS256"), ("eyJhbGciOiJFUzUxMiJ9.", "ES512")]
            .into_iter()
            .any(|(header, name)| jws.starts_with(header) && has(name));
        let code = if is_known { "jws.alg_mismatch" } else { code };
        for key in &keys {
            assert_eq!(jose::verify(jws, key, &all).unwrap_err().code(), code, "{jws}");
        }
    }
    // "none" with something in the place of the signature.
    let (_, unsecured) = REFUSED[3];
    let error = jose::verify(&format!("{unsecured}AA"), &keys[0], &all).unwrap_err();
    assert_eq!(error.code(), "jws.alg_none");
}

#[test]
fn thumbprints() {
    for (jwk, expected) in [
        // RFC 8037 A.3.
        (
            r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
            "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
        ),
        // RFC 9449 6.1: optional members and the order of members do not count (RFC 7638 3.2).
        (
            r#"{"use":"sig","kid":"1","kty":"EC","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
                "y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA","crv":"P-256","alg":"ES256"}"#,
            "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I",
        ),
    ] {
        let key = AnchorKey::from_jwk(jwk).unwrap();
        assert_eq!(key.thumbprint().to_string(), expected);
        assert_eq!(format!("{:?}", key.thumbprint()), format!("Thumbprint({expected})"));
    }
    // RFC 7638 3.1.
    let rsa = r#"{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256"}"#;
    match AnchorKey::from_jwk(rsa) {
        Ok(key) => assert_eq!(key.thumbprint().to_string(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"),
        Err(error) => assert!(error.code() == "key.unsupported" && !has("RS256"), "{error}"),
    }
}

/// The same values from the folder, and whatever was added to it since.
#[test]
fn the_folder_of_rfc_values() {
    let Some(folder) = support::vectors() else { return };
    let set = support::json(&folder.join("rfc-jose/rfc-jose.json"));
    let all: Vec<Algorithm> = Algorithm::all().collect();
    let mut verified = 0;
    let cases = set["jws"].as_array().unwrap();
    for case in cases {
        let jws = case["compact"].as_str().unwrap();
        match case["alg"].as_str().unwrap().parse() {
            Ok(algorithm) => {
                // Examples carry the private part too; a public key must not.
                let mut jwk = case["jwk"].clone();
                let members = jwk.as_object_mut().unwrap();
                members.retain(|name, _| !["d", "p", "q", "dp", "dq", "qi"].contains(&name.as_str()));
                let key = PublicKey::from_jwk_as(algorithm, &jwk.to_string()).unwrap();
                assert!(jose::verify(jws, &key, &all).is_ok(), "{}", case["id"]);
                verified += 1;
            }
            Err(error) => {
                let expected = format!("jws.{}", error.code().replace('.', "_"));
                let expected = if jws.ends_with('.') { "jws.malformed" } else { &expected };
                let key = public(Algorithm::Es256, ES256_KEY);
                assert_eq!(jose::verify(jws, &key, &all).unwrap_err().code(), expected, "{}", case["id"]);
            }
        }
    }
    assert!(verified >= 3 && cases.len() >= 7, "{verified} of {}", cases.len());

    let mut agreed = 0;
    for case in set["jwk_thumbprint_sha256"].as_array().unwrap() {
        if case["jwk"]["kty"] != "RSA" || has("RS256") {
            let key = AnchorKey::from_jwk(&case["jwk"].to_string()).unwrap();
            assert_eq!(key.thumbprint().to_string(), case["thumbprint"], "{}", case["id"]);
            agreed += 1;
        }
    }
    assert!(agreed >= 2, "{agreed}");
}

/// The public part of an example, for one algorithm.
fn public(algorithm: Algorithm, jwk: &str) -> PublicKey {
    SigningKey::from_jwk_as(algorithm, jwk).unwrap().public_key().clone()
}
