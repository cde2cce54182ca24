//! What cases with tokens share: the present, fixed keys, anchors, and a signer that signs anything.
//!
//! A hostile token is validly signed, so that it is refused for what is wrong with it and not for its signature:
//! change the members of a header or claims set, and [`sign`] the two texts.

use std::error::Error;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};
use wimse::creds::key::{Backend, KeyError, SigningKey};

/// The present of all cases, unless one says otherwise: 2027-01-15T08:00:00Z.
pub(super) const NOW: u64 = 1_800_000_000;
/// The lifetime of the WIT below, in seconds.
pub(super) const HOUR: u64 = 3600;
/// The origin of the workload below.
pub(super) const ORIGIN: &str = "wimse://example.com";
/// The subject of the WIT below.
pub(super) const SUBJECT: &str = "wimse://example.com/billing";
/// The issuer of the WIT below.
pub(super) const ISSUER: &str = "https://id.example.com";

/// SHA-256 of "wimse conformance: issuer ES256", as a private key.
pub(super) const ISSUER_ES256: KeyPair = KeyPair(
    r#"{"alg":"ES256","crv":"P-256","d":"lBGKkgHVX23I1npRYzmC5T5VnXAdeGInO74WAMtIhKc","kid":"issuer-es256","kty":"EC","x":"0dgdayXaOF0T5oIFlBd2ec02NVNrQaXLd4r6kL9uFug","y":"Va2OKw8aFJGVHuDmbMgO7i7YmiyVvEJ_Lpe3tm7gSOw"}"#,
);
/// SHA-256 of "wimse conformance: next issuer ES256": what the issuer rotates to.
pub(super) const NEXT_ISSUER_ES256: KeyPair = KeyPair(
    r#"{"alg":"ES256","crv":"P-256","d":"GKFjFoKPEud_fK23tkhnENbRCfyBrp2Xs0RPmPHm9hE","kid":"next-es256","kty":"EC","x":"Tvly_w6Z-3ka7doip8nG2hHRipxEE6NKkEuADMxcLMg","y":"H0ADTCRjGjuVHpqo57HXbOykbPG7d_7UZ3Pp-LyPhmM"}"#,
);
/// SHA-256 of "wimse conformance: issuer Ed25519".
pub(super) const ISSUER_ED25519: KeyPair = KeyPair(
    r#"{"alg":"Ed25519","crv":"Ed25519","d":"mZ2sNcqNvoQyGtYPYkLYbvKrm7r3xtv75HYsoOEvXXk","kid":"issuer-ed25519","kty":"OKP","x":"Y9U10mCB1k7oNDcteVktt2RowkCVA03LHs_loIbgEAE"}"#,
);
/// SHA-384 of "wimse conformance: issuer ES384".
pub(super) const ISSUER_ES384: KeyPair = KeyPair(
    r#"{"alg":"ES384","crv":"P-384","d":"ER_vu_v5d21hh8v3DaERuCljf1vYNF5EX1Oppv7SAI56QpHtg-q91y3NlVAjlZZg","kid":"issuer-es384","kty":"EC","x":"7WMjTVeRtFK8Tn-Q7s5KPwt_bs5zLvcu9jL7au6YC2fBYqLPLnD4iTpfho0p10Xf","y":"5OXKzxWMqChA4E4mHE8XmLMfXMI5g7V0LVutv6pODcxV0xyfraqfT0J6ggy1E_8Y"}"#,
);
/// SHA-384 of "wimse conformance: other issuer ES384": somebody with the same kid.
pub(super) const OTHER_ISSUER_ES384: KeyPair = KeyPair(
    r#"{"alg":"ES384","crv":"P-384","d":"h_-llnqyZjf-6GT_mojOGCYEMAqAyP_r8EVc4Q5SSna8a0zaPF5SipnYax5kpowt","kid":"issuer-es384","kty":"EC","x":"Q7GzueKZpYLV8MQ_uZS_VCXvqaMurn6jb-cOFvAg7QDYfdCzXr_MZHSDEaHbhOvM","y":"RT9xdL7Cvj_sRp6zZc9j6Le-W2Y8X2sxg8dX0irzn3mr2sga4scpJTn-1pinbMr4"}"#,
);
/// SHA-256 of "wimse conformance: other issuer ES256": the issuer of another trust domain.
pub(super) const OTHER_ISSUER_ES256: KeyPair = KeyPair(
    r#"{"alg":"ES256","crv":"P-256","d":"gfdcJhMjp4NqvSmKLcCm_lxhKIfqfuC4hxZZ9Cd-osM","kid":"other-es256","kty":"EC","x":"RUNYzU_ZmlEGDl0Cqf2uNNNRifSf-1x4Wmg4GWJwiXY","y":"kfONF8EB_CXmTe8HuEatugvUfLRDDtRKhdK09i_6Ht8"}"#,
);
/// SHA-256 of "wimse conformance: workload ES256".
pub(super) const WORKLOAD_ES256: KeyPair = KeyPair(
    r#"{"alg":"ES256","crv":"P-256","d":"xaEGJR8hTpBPoBktJqnErUiKpAeby1vrRdXG1U9zaFs","kty":"EC","x":"cfPY4DaCJMchvXPfYgx8mivkRbEbD8vkom6H_oAsG5A","y":"RhOqTU2gCWI6gfP4CsUBoTt_2IOu6JLQAdIYtBu_9F4"}"#,
);
/// SHA-256 of "wimse conformance: workload Ed25519".
pub(super) const WORKLOAD_ED25519: KeyPair = KeyPair(
    r#"{"alg":"Ed25519","crv":"Ed25519","d":"JXHvQcCjCdrIcxEtEdos2M_-DubZtH09pIYEunpLEQ8","kty":"OKP","x":"7tuP5zHV74oNRh6Bb3cGkKig9vPMm_eh9_ehbjsF3nY"}"#,
);
/// SHA-256 of "wimse conformance: other workload ES256": a second workload, or an attacker.
pub(super) const OTHER_WORKLOAD_ES256: KeyPair = KeyPair(
    r#"{"alg":"ES256","crv":"P-256","d":"PX52P7_OFsmIMFwUeMnd9J1Xr5lciEsFpjixe9aaTwQ","kty":"EC","x":"0JOSM2XNzuUT-vDMOYJ6-QujUsUnISGfMUaz1NCP-KA","y":"yMh3MdhVYQPcej1wRgkHBhk8f1SbLw_7LdgwAnBvMhQ"}"#,
);
/// SHA-256 of "wimse conformance: other workload Ed25519".
pub(super) const OTHER_WORKLOAD_ED25519: KeyPair = KeyPair(
    r#"{"alg":"Ed25519","crv":"Ed25519","d":"5KIaHpX9VsSNSmDsTe1Fxm745n8rorZ7yRfUoPM9psg","kty":"OKP","x":"gJ4fzcXqw_AUnNkyc5JOsamTeHStZTvqOjX3DlKsmN4"}"#,
);

/// A fixed key pair, as the text of its private JWK.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeyPair(pub(super) &'static str);

impl KeyPair {
    /// The private JWK, members in lexicographic order.
    pub(super) fn private_jwk(self) -> &'static str {
        self.0
    }

    /// The members of the public JWK; `text()` of it is the JWK.
    pub(super) fn public(self) -> Members {
        let jwk: Map<String, Value> = serde_json::from_str(self.0).unwrap_or_default();
        let mut members: Vec<_> = jwk.into_iter().map(|(name, value)| (name, value.to_string())).collect();
        members.sort();
        let private = ["d", "dp", "dq", "p", "q", "qi"];
        private.into_iter().fold(Members(members), |members, name| members.without(name))
    }

    /// The public JWK as a JSON value.
    pub(super) fn public_jwk(self) -> Value {
        serde_json::from_str(&self.public().text()).unwrap_or_default()
    }

    /// The signature over any bytes; deterministic.
    pub(super) fn signature(self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        signature_by(self.0, message)
    }
}

/// Signs with a private JWK, the same message always to the same signature, whatever the backends of the build.
pub(super) fn signature_by(private_jwk: &str, message: &[u8]) -> Result<Vec<u8>, KeyError> {
    let key = SigningKey::from_jwk(private_jwk)?.with_backend(Backend::Pure)?;
    // This backend needs no random bytes.
    key.sign(message).map_err(|_| KeyError::Random)
}

/// A JSON object as text: names and values are spelt as given, so that escapes, duplicates and wrong types can be
/// written.
#[derive(Clone, Debug)]
pub(super) struct Members(Vec<(String, String)>);

impl Members {
    /// An object; each value is the text of a JSON value.
    pub(super) fn of<const N: usize>(members: [(&str, &str); N]) -> Self {
        Self(members.map(|(name, value)| (name.to_owned(), value.to_owned())).into())
    }

    /// Sets a member to the text of a JSON value, in its place if it is there.
    #[allow(clippy::needless_pass_by_value, reason = "a literal or a number at most calls")]
    pub(super) fn set(mut self, name: &str, value: impl ToString) -> Self {
        match self.0.iter_mut().find(|(member, _)| member == name) {
            Some((_, old)) => *old = value.to_string(),
            None => self.0.push((name.to_owned(), value.to_string())),
        }
        self
    }

    /// Sets a member to a string.
    pub(super) fn string(self, name: &str, value: &str) -> Self {
        self.set(name, Value::from(value))
    }

    /// Adds a member, also if it is there already.
    #[allow(clippy::needless_pass_by_value, reason = "a literal or a number at most calls")]
    pub(super) fn add(mut self, name: &str, value: impl ToString) -> Self {
        self.0.push((name.to_owned(), value.to_string()));
        self
    }

    /// Removes a member.
    pub(super) fn without(mut self, name: &str) -> Self {
        self.0.retain(|(member, _)| member != name);
        self
    }

    /// The JSON text, without white space.
    pub(super) fn text(&self) -> String {
        let members: Vec<_> = self.0.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        format!("{{{}}}", members.join(","))
    }
}

/// The header of a valid WIT signed by [`ISSUER_ES256`].
pub(super) fn wit_header() -> Members {
    Members::of([("alg", "\"ES256\""), ("kid", "\"issuer-es256\""), ("typ", "\"wit+jwt\"")])
}

/// The claims of a valid WIT of [`SUBJECT`] with the key of a workload.
pub(super) fn wit_claims(workload: KeyPair) -> Members {
    Members::of([])
        .set("cnf", confirmation(&workload.public()))
        .set("exp", NOW + HOUR)
        .set("iat", NOW)
        .string("iss", ISSUER)
        .string("jti", "wit-1")
        .string("sub", SUBJECT)
}

/// The value of `cnf` with this JWK.
pub(super) fn confirmation(jwk: &Members) -> String {
    format!("{{\"jwk\":{}}}", jwk.text())
}

/// A valid WIT of [`SUBJECT`] with the key of a workload, signed by [`ISSUER_ES256`].
pub(super) fn wit(workload: KeyPair) -> Result<String, Box<dyn Error>> {
    sign(ISSUER_ES256, &wit_header().text(), &wit_claims(workload).text())
}

/// A compact JWS of any two texts, signed with any key, whatever the header says.
pub(super) fn sign(key: KeyPair, header: &str, claims: &str) -> Result<String, Box<dyn Error>> {
    sign_parts(key, &base64url(header), &base64url(claims))
}

/// A compact JWS of any two parts that are encoded already.
pub(super) fn sign_parts(key: KeyPair, header: &str, claims: &str) -> Result<String, Box<dyn Error>> {
    let signing_input = format!("{header}.{claims}");
    let signature = key.signature(signing_input.as_bytes())?;
    Ok(format!("{signing_input}.{}", base64url(signature)))
}

/// Base64url without padding.
pub(super) fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The anchors of most cases: [`ISSUER_ES256`] and [`ISSUER_ED25519`] for [`ORIGIN`], [`OTHER_ISSUER_ES256`] for
/// `wimse://other.example`.
pub(super) fn anchors() -> Value {
    json!([
        domain(ORIGIN, &[ISSUER_ES256.public_jwk(), ISSUER_ED25519.public_jwk()]),
        domain("wimse://other.example", &[OTHER_ISSUER_ES256.public_jwk()]),
    ])
}

/// The anchors of one origin: an entry of `config.anchors`.
pub(super) fn domain(origin: &str, keys: &[Value]) -> Value {
    json!({"origin": origin, "jwk_set": {"keys": keys}})
}
