//! The keys and certificates of CAs that most cases with certificates share.

use std::error::Error;

use serde_json::{Value, json};

use super::{
    certificates::Draft,
    keys::Keys,
    tokens::{KeyPair, NOW},
};
use crate::vector::Bytes;

/// SHA-256 of "wimse conformance: CA ES256": the CA of `wimse://example.com`, as a private key.
pub(super) const CA_ES256: KeyPair = KeyPair(
    r#"{"alg":"ES256","crv":"P-256","d":"d5sSSk7bUmmHl3qXe4shGlunOimpljP6MA0YyPbI1rI","kty":"EC","x":"qf2AcUPq3etEpx5HrxIf2lQOHgzHsur5c6thsZXxA3c","y":"KuxVgKRpZZH740xnr_y1bTaPKJRC1og6BynUtGuXmRw"}"#,
);
/// SHA-256 of "wimse conformance: next CA ES256": what that CA rotates to.
pub(super) const NEXT_CA_ES256: KeyPair = KeyPair(
    r#"{"alg":"ES256","crv":"P-256","d":"Am1Q_wlUXt3k9imimPlBn3dePiRF0dzW_m17yJjmTHw","kty":"EC","x":"W40Bp1a3aqreElRMtYEbwDfkIEzlvX6gSwaplyXYLzs","y":"j_X2BJhS3MLFWy8DGdZXsprwjGlVvxKNvBwYHV0IJh8"}"#,
);
/// SHA-256 of "wimse conformance: CA Ed25519".
pub(super) const CA_ED25519: KeyPair = KeyPair(
    r#"{"alg":"Ed25519","crv":"Ed25519","d":"ZY06bj1VVszp355dnTnKp6HXOGpUu0Zl7cDPhBfU_jo","kty":"OKP","x":"FVQidgEtRTq62jKBvptTV3jM17V4djp1OJyY8S6zF2g"}"#,
);
/// SHA-256 of "wimse conformance: other CA ES256": the CA of another trust domain.
pub(super) const OTHER_CA_ES256: KeyPair = KeyPair(
    r#"{"alg":"ES256","crv":"P-256","d":"YBj3FG8ETGgPTJgRSNp8_qxHF0Cyj9u4C6bF_k4_Fnw","kty":"EC","x":"9jfwNzvMDV-BXelRRTq-2ljb155a0DbggvT_5O2HpNc","y":"DLXVlzV8fPUC7Iaw_TYJkNpOpBUPjotb4qAQlXWwnSY"}"#,
);
/// SHA-256 of "wimse conformance: intermediate CA ES256".
pub(super) const BETWEEN_ES256: KeyPair = KeyPair(
    r#"{"alg":"ES256","crv":"P-256","d":"0BxFaJlaENbnISqfc6Pf7m0P-I5m4c4tmWJL0M1H9T0","kty":"EC","x":"5Bd4d6g3JLTAw5PE7hKL_hEMjpThLy_to0uaLVeR5jo","y":"kiIgPIta8KooUqxw1o-mZrRf3HxVt9Rr2mZ5oL2ctpg"}"#,
);
/// SHA-256 of "wimse conformance: host CA ES256": it vouches for DNS names, and for no trust domain.
pub(super) const HOST_CA_ES256: KeyPair = KeyPair(
    r#"{"alg":"ES256","crv":"P-256","d":"DEf0F6lRGHYrqDBWNu7G5fRWQDBvR5k7qXctThAV2wA","kty":"EC","x":"XGkpm6nNCRmjyfxMsvYWovo-75BLEpw9z55OXjh8jJ0","y":"xe6iZTPqYp6cQolkYBWjr3-kTIXR_wMowsYW3fUhldU"}"#,
);
/// SHA-256 of "wimse conformance: server ES256": the workload that is called.
pub(super) const SERVER_ES256: KeyPair = KeyPair(
    r#"{"alg":"ES256","crv":"P-256","d":"gapnI4zYtXMozCwINUEDgbIEFa2Un2QyKvgG0l6LOjE","kty":"EC","x":"4mRrbWXlAhSnsBify_IPz2lngI58lvIExp82F9VRv1s","y":"znAWys6jivHkDWv9jM55gc5WcWicxgTAhhsanJ_aHHU"}"#,
);
/// SHA-256 of "wimse conformance: next workload ES256": what a workload rotates to.
pub(super) const NEXT_WORKLOAD_ES256: KeyPair = KeyPair(
    r#"{"alg":"ES256","crv":"P-256","d":"5mmllJLUCayhnTGP4gsRFcAyfptv5B-OktYTE_b08yk","kty":"EC","x":"3ioCKjhncaJwei-SytlWpe3iaT_7HxAHEQcM0jGfJqA","y":"ltT-nYXbcuBuatqFNEz2cqtP8Q9uG6H6FwlhUCI8ipI"}"#,
);
/// SHA-256 of "wimse conformance: next CA Ed25519".
pub(super) const NEXT_CA_ED25519: KeyPair = KeyPair(
    r#"{"alg":"Ed25519","crv":"Ed25519","d":"LZJB9FUaY84jumHUkXHuyUwc0_UtcRrxxJ5Ru1a49Ro","kty":"OKP","x":"6mPTW6BHm00JI_cuj3BQb60Zae51Q6ObIzejObKY_0I"}"#,
);
/// SHA-256 of "wimse conformance: other CA Ed25519".
pub(super) const OTHER_CA_ED25519: KeyPair = KeyPair(
    r#"{"alg":"Ed25519","crv":"Ed25519","d":"m-eCyMBIMu7ZhuhUiWeY5TRHpeoOCHijxr15psxS6mg","kty":"OKP","x":"7_ZI5iJMdUARai3l-84Wk-qkZwXGB7tAa9gG5RjiFlc"}"#,
);
/// SHA-256 of "wimse conformance: intermediate CA Ed25519".
pub(super) const BETWEEN_ED25519: KeyPair = KeyPair(
    r#"{"alg":"Ed25519","crv":"Ed25519","d":"Lv0Oar0H2qAf6IXvgwxzJijvTlLX_XF7F1eMFrk7cAc","kty":"OKP","x":"Uh6drv2vf0Gqow200yU634IzPjkMwmznEIci4L8dKVU"}"#,
);
/// SHA-256 of "wimse conformance: host CA Ed25519".
pub(super) const HOST_CA_ED25519: KeyPair = KeyPair(
    r#"{"alg":"Ed25519","crv":"Ed25519","d":"PkTaOIY5WafHpGtVsaKjtpdcCqO70VmEeQWrZx0WUC0","kty":"OKP","x":"tcD8_x9CjZHvfDCaVefVn92_MNzOD90b_jsmi0lp4Ww"}"#,
);
/// SHA-256 of "wimse conformance: server Ed25519".
pub(super) const SERVER_ED25519: KeyPair = KeyPair(
    r#"{"alg":"Ed25519","crv":"Ed25519","d":"u1SOGSulSfS2cx67ZnWTjku6zRv61ynFTSWO8qkuGc8","kty":"OKP","x":"7OyK-BYfv1_VRoj2_YabXAKSPz5J-Slj4bh31-gMmMA"}"#,
);
/// SHA-256 of "wimse conformance: next workload Ed25519".
pub(super) const NEXT_WORKLOAD_ED25519: KeyPair = KeyPair(
    r#"{"alg":"Ed25519","crv":"Ed25519","d":"rGQh3QaC1PmIrhGM87rbdr9CQcM6Ylb1gTgIm3NEAQE","kty":"OKP","x":"Ec9VS5a6erUMRkGHv9Q8tE2u_MRVGn5gn7hqZdv9DTk"}"#,
);

/// The name of the CA of `wimse://example.com`.
pub(super) const CA: &str = "CA of example.com";
/// The name of the CA of `wimse://other.example`.
pub(super) const OTHER_CA: &str = "CA of other.example";
/// The name of the CA for DNS names.
pub(super) const HOST_CA: &str = "CA of hosts";
/// The name of the intermediate CA.
pub(super) const BETWEEN: &str = "intermediate CA of example.com";
/// A year, in seconds: the lifetime of the CAs.
pub(super) const YEAR: u64 = 365 * 24 * 3600;

/// A certificate, or why it could not be made.
pub(super) type Certificate = Result<Vec<u8>, Box<dyn Error>>;

/// A root of this name: valid for a year from now.
pub(super) fn root(name: &str, key: KeyPair) -> Certificate {
    Draft::ca(name, name).valid(NOW, NOW + YEAR).sign(key, key)
}

/// The anchors of most cases: one CA for `wimse://example.com`, another for `wimse://other.example`.
pub(super) fn ca_anchors(keys: &Keys) -> Result<Value, Box<dyn Error>> {
    Ok(json!([
        ca_domain("wimse://example.com", [root(CA, keys.ca)?]),
        ca_domain("wimse://other.example", [root(OTHER_CA, keys.other_ca)?]),
    ]))
}

/// The CA certificates of one origin: an entry of `config.anchors`.
pub(super) fn ca_domain(origin: &str, certificates: impl IntoIterator<Item = Vec<u8>>) -> Value {
    json!({"origin": origin, "ca_certificates": chain(certificates)})
}

/// Certificates as a list of byte values.
pub(super) fn chain(certificates: impl IntoIterator<Item = Vec<u8>>) -> Value {
    certificates.into_iter().map(|certificate| Value::from(Bytes::from(&certificate[..]))).collect()
}
