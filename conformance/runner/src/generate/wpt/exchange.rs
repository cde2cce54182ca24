//! One request with a WIT and a WPT: every part can be changed, and what depends on it follows.
//!
//! A hostile proof is signed after the change, so that it is refused for what is wrong with it. Only where the hash
//! or the signature is what is wrong does it stay behind.

use std::error::Error;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::super::{
    Cases,
    tokens::{
        self, ISSUER_ES256, KeyPair, Members, NOW, ORIGIN, SUBJECT, WORKLOAD_ED25519, WORKLOAD_ES256,
        base64url, confirmation,
    },
};
use crate::vector::{Bytes, Expectation, Vector};

/// A request to be.
#[derive(Clone)]
pub(super) struct Exchange {
    start: String,
    fields: Vec<(String, String)>,
    issuer: KeyPair,
    wit_header: Members,
    wit_claims: Members,
    algorithm: &'static str,
    key: KeyPair,
    header: Members,
    claims: Members,
    payload: Option<Vec<u8>>,
    respell: fn(String) -> String,
    signature: fn(Vec<u8>) -> Vec<u8>,
}

impl Exchange {
    /// `POST /orders` with a proof by an Ed25519 key.
    pub(super) fn ed25519() -> Self {
        Self::of("Ed25519", WORKLOAD_ED25519)
    }

    /// The same by a P-256 key.
    pub(super) fn es256() -> Self {
        Self::of("ES256", WORKLOAD_ES256)
    }

    /// The same by an Ed25519 key whose algorithm has the older name `EdDSA`.
    pub(super) fn eddsa() -> Self {
        Self::of("EdDSA", WORKLOAD_ED25519)
    }

    fn of(algorithm: &'static str, key: KeyPair) -> Self {
        let jwk = key.public().string("alg", algorithm);
        let fields = [("Host", HOST), ("Workload-Identity-Token", "{wit}"), ("Authorization", "WPT {proof}")];
        Self {
            start: "POST /orders HTTP/1.1".to_owned(),
            fields: fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            issuer: ISSUER_ES256,
            wit_header: tokens::wit_header(),
            wit_claims: tokens::wit_claims(key).set("cnf", confirmation(&jwk)),
            algorithm,
            key,
            header: Members::of([]).string("alg", algorithm).string("typ", "wpt+jwt"),
            claims: Members::of([])
                .string("aud", "https://api.example.com/orders")
                .set("exp", NOW + 60)
                .string("jti", JTI)
                .string("wth", "{wth}"),
            payload: None,
            respell: |payload| payload,
            signature: |signature| signature,
        }
    }

    /// Another request line, without the version.
    pub(super) fn start(&self, start: &str) -> Self {
        Self { start: format!("{start} HTTP/1.1"), ..self.clone() }
    }

    /// Sets a field; `{wit}`, `{proof}` and its parts `{h}`, `{p}`, `{s}` stand for the tokens.
    pub(super) fn field(&self, name: &str, value: &str) -> Self {
        let mut changed = self.clone();
        match changed.fields.iter_mut().find(|(field, _)| field == name) {
            Some((_, old)) => value.clone_into(old),
            None => changed.fields.push((name.to_owned(), value.to_owned())),
        }
        changed
    }

    /// Adds a field line, also if the field is there already.
    pub(super) fn line(&self, name: &str, value: &str) -> Self {
        let mut changed = self.clone();
        changed.fields.push((name.to_owned(), value.to_owned()));
        changed
    }

    /// Adds a field line in front of the others.
    pub(super) fn first_line(&self, name: &str, value: &str) -> Self {
        let mut changed = self.clone();
        changed.fields.insert(0, (name.to_owned(), value.to_owned()));
        changed
    }

    /// Removes a field.
    pub(super) fn without(&self, name: &str) -> Self {
        let mut changed = self.clone();
        changed.fields.retain(|(field, _)| field != name);
        changed
    }

    /// Changes the header of the WPT.
    pub(super) fn header(&self, change: impl FnOnce(Members) -> Members) -> Self {
        Self { header: change(self.header.clone()), ..self.clone() }
    }

    /// Changes the claims of the WPT; `{wth}` stands for the hash of the WIT.
    pub(super) fn claims(&self, change: impl FnOnce(Members) -> Members) -> Self {
        Self { claims: change(self.claims.clone()), ..self.clone() }
    }

    /// Sets a claim of the WPT to a string.
    pub(super) fn claim(&self, name: &str, value: &str) -> Self {
        self.claims(|claims| claims.string(name, value))
    }

    /// Sets a claim of the WPT to the text of a JSON value.
    pub(super) fn claim_json(&self, name: &str, value: impl ToString) -> Self {
        self.claims(|claims| claims.set(name, value))
    }

    /// Any bytes as the payload of the WPT.
    pub(super) fn payload(&self, payload: impl AsRef<[u8]>) -> Self {
        Self { payload: Some(payload.as_ref().to_vec()), ..self.clone() }
    }

    /// Another spelling of the encoded payload, which is signed so.
    pub(super) fn respell(&self, respell: fn(String) -> String) -> Self {
        Self { respell, ..self.clone() }
    }

    /// The WPT is signed by another key, whatever the WIT and the header say.
    pub(super) fn signed_by(&self, key: KeyPair) -> Self {
        Self { key, ..self.clone() }
    }

    /// Changes the signature of the WPT after it is made.
    pub(super) fn signature(&self, signature: fn(Vec<u8>) -> Vec<u8>) -> Self {
        Self { signature, ..self.clone() }
    }

    /// Changes the header of the WIT.
    pub(super) fn wit_header(&self, change: impl FnOnce(Members) -> Members) -> Self {
        Self { wit_header: change(self.wit_header.clone()), ..self.clone() }
    }

    /// Changes the claims of the WIT.
    pub(super) fn wit_claims(&self, change: impl FnOnce(Members) -> Members) -> Self {
        Self { wit_claims: change(self.wit_claims.clone()), ..self.clone() }
    }

    /// The WIT is signed by another key.
    pub(super) fn issued_by(&self, issuer: KeyPair) -> Self {
        Self { issuer, ..self.clone() }
    }

    /// The public key of the sender.
    pub(super) fn public_jwk(&self) -> String {
        self.key.public().string("alg", self.algorithm).text()
    }

    /// The WIT.
    pub(super) fn wit(&self) -> Result<String, Box<dyn Error>> {
        tokens::sign(self.issuer, &self.wit_header.text(), &self.wit_claims.text())
    }

    /// The WPT.
    pub(super) fn proof(&self) -> Result<String, Box<dyn Error>> {
        let claims = self.claims.text().replace("{wth}", &hash(self.wit()?));
        let payload = (self.respell)(base64url(self.payload.as_deref().unwrap_or(claims.as_bytes())));
        let signing_input = format!("{}.{payload}", base64url(self.header.text()));
        let signature = (self.signature)(self.key.signature(signing_input.as_bytes())?);
        Ok(format!("{signing_input}.{}", base64url(signature)))
    }

    /// The head of the request.
    pub(super) fn request(&self) -> Result<Vec<u8>, Box<dyn Error>> {
        let (wit, proof) = (self.wit()?, self.proof()?);
        let mut parts = proof.splitn(3, '.');
        let [header, payload, signature] = [(); 3].map(|()| parts.next().unwrap_or_default());
        let mut head = self.start.clone();
        for (name, value) in &self.fields {
            let value = value.replace("{wit}", &wit).replace("{proof}", &proof);
            let value = value.replace("{h}", header).replace("{p}", payload).replace("{s}", signature);
            head.push_str(&format!("\r\n{name}: {value}"));
        }
        Ok(format!("{head}\r\n\r\n").into_bytes())
    }

    /// An accepted `wpt.verify` of the request.
    pub(super) fn accepted(
        &self,
        id: &str,
        requirements: &[&str],
        comment: &str,
    ) -> Result<Vector, Box<dyn Error>> {
        Ok(Vector::accepted(id, "wpt.verify", comment)
            .requires(requirements)
            .needs(self.algorithm)
            .input("request", message(&self.request()?))
            .config("now", NOW)
            .config("anchors", tokens::anchors())
            .config("audience", json!({"bases": ["https://api.example.com"]}))
            .output("identifier", SUBJECT)
            .output("trust_domain", ORIGIN.trim_start_matches("wimse://"))
            .output("binding", "wpt")
            .output("covers", json!([]))
            .output("wit_jti", "wit-1")
            .output("jti", JTI))
    }
}

/// A refused request: id, code, the request, what differs from the twin, the attack or the mistake.
pub(super) type Refused = (&'static str, &'static str, Exchange, &'static str, &'static str);

/// Refused requests made from one twin; with a twin for ES256, their ids say so, too.
pub(super) fn refuse(twin: &Vector, rows: impl IntoIterator<Item = Refused>) -> Cases {
    let suffix = if twin.id.ends_with(ES256) { ES256 } else { "" };
    let rows = rows.into_iter().map(|(id, code, exchange, differs, comment)| {
        let id = format!("{}{suffix}", id.trim_end_matches(suffix));
        let request = message(&exchange.request()?);
        Ok(twin.refused(&id, &[code], differs, comment).input("request", request))
    });
    rows.collect()
}

/// The cases, with the requirements that their first code stands for.
pub(super) fn by_code(
    vectors: Vec<Vector>,
    requirements: fn(&str) -> &'static [&'static str],
) -> Vec<Vector> {
    let precise = |vector: Vector| match &vector.expect {
        Expectation::Reject { codes } => {
            let requirements = requirements(codes.first().map(String::as_str).unwrap_or_default());
            vector.requires(requirements)
        }
        Expectation::Accept { .. } | Expectation::Steps { .. } => vector,
    };
    vectors.into_iter().map(precise).collect()
}

/// Another configuration of the recipient, which refuses the request of the twin.
pub(super) fn reconfigured(
    twin: &Vector,
    (id, code, differs, comment): (&str, &str, &str, &str),
    (name, value): (&str, Value),
) -> Vector {
    twin.refused(id, &[code], differs, comment).config(name, value)
}

/// The bytes of an HTTP message, which stay readable with their line ends.
pub(super) fn message(bytes: &[u8]) -> Value {
    let readable = |byte: &u8| byte.is_ascii_graphic() || b" \r\n".contains(byte);
    match std::str::from_utf8(bytes) {
        Ok(text) if bytes.iter().all(readable) => Bytes::Text(text.to_owned()).into(),
        _ => Bytes::from(bytes).into(),
    }
}

/// base64url(SHA-256(value)), as in `wth`, `tth` and `oth`.
pub(super) fn hash(value: impl AsRef<[u8]>) -> String {
    base64url(Sha256::digest(value.as_ref()))
}

/// The end of the ids of cases for ES256.
const ES256: &str = "-es256";
/// The recipient of most cases, as the request names it.
pub(super) const HOST: &str = "api.example.com";
/// The `jti` of most proofs: 16 bytes, 0 to 15.
pub(super) const JTI: &str = "AAECAwQFBgcICQoLDA0ODw";
