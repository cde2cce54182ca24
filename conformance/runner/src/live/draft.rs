//! A request in the making: a good one, until a check changes something.

use http::HeaderMap;
use serde_json::json;
use wimse::creds::{key::SigningKey, pop::Nonce};
use wimse::httpsig::{
    digest::{ContentDigest, DigestAlgorithm},
    message::{Component, ParameterValue, RequestMessage, SignatureInput, TargetContext},
    profile::{TAG, WIMSE_AUD},
};

use super::{
    Binding,
    bench::Bench,
    folder::{CALLER, ISSUER, now},
    token::{SignedBy, Token, hash},
    wire::Message,
};

/// A request, its WIT and its proof. What checks change is public; what depends on it is made in the end.
#[derive(Debug)]
pub(crate) struct Draft<'b> {
    pub(crate) bench: &'b Bench,
    pub(crate) method: &'static str,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) host: String,
    /// Beside `Host` and the proof.
    pub(crate) fields: Vec<(&'static str, String)>,
    pub(crate) content: Vec<u8>,
    pub(crate) wit: Token,
    /// The lines with the WIT: one, unless a check wants others.
    pub(crate) wit_lines: usize,
    /// Once all is signed, another good WIT of the same workload takes the place of the one that was signed.
    pub(crate) wit_is_replaced: bool,
    pub(crate) proof: Proof,
}

/// How possession is proven.
#[derive(Debug)]
pub(crate) enum Proof {
    None,
    Wpt(Token),
    Signature(Signature),
}

/// What a signature covers and says. `None` in a place means that it is made.
#[derive(Clone, Debug)]
pub(crate) struct Signature {
    pub(crate) label: &'static str,
    /// Names of components that are not covered, though they should be.
    pub(crate) omitted: Vec<&'static str>,
    /// Parameters in order.
    pub(crate) parameters: Vec<(&'static str, ParameterValue<'static>)>,
    pub(crate) signed_by: SignedBy,
}

impl<'b> Draft<'b> {
    /// A good GET with that proof, of this moment.
    pub(crate) fn new(bench: &'b Bench, binding: Binding) -> Result<Self, String> {
        let (now, nonce) = (now().as_secs(), random()?);
        let key = public_jwk(bench.caller())?;
        let wit = Token::of(
            json!({"typ": "wit+jwt", "alg": bench.alg(), "kid": bench.kid()}),
            json!({
                "iss": ISSUER, "sub": CALLER, "iat": now, "exp": now + 3600, "jti": random()?,
                "cnf": {"jwk": key},
            }),
            SignedBy::Issuer,
        );
        let proof = match binding {
            Binding::Wpt => Proof::Wpt(Token::of(
                json!({"typ": "wpt+jwt", "alg": bench.alg()}),
                // `wth` is that of the WIT, as long as it is null.
                json!({"aud": bench.audience, "exp": now + 60, "jti": nonce, "wth": null}),
                SignedBy::Workload,
            )),
            Binding::Httpsig => Proof::Signature(Signature {
                label: "wimse",
                omitted: Vec::new(),
                parameters: vec![
                    ("created", ParameterValue::Integer(now)),
                    ("expires", ParameterValue::Integer(now + 60)),
                    ("nonce", ParameterValue::String(nonce.into())),
                    ("tag", ParameterValue::String(TAG.into())),
                    (WIMSE_AUD, ParameterValue::String(bench.audience.clone().into())),
                ],
                signed_by: SignedBy::Workload,
            }),
            Binding::Mtls => Proof::None,
        };
        let target = bench.target_of(binding);
        Ok(Self {
            bench,
            method: "GET",
            target: target.path.clone(),
            host: target.authority.clone(),
            fields: Vec::new(),
            content: Vec::new(),
            wit,
            wit_lines: if binding == Binding::Mtls { 0 } else { 1 },
            wit_is_replaced: false,
            proof,
        })
    }

    /// Claims of the WPT. Of another proof, claims that go nowhere.
    pub(crate) fn wpt(&mut self) -> &mut Token {
        if !matches!(self.proof, Proof::Wpt(_)) {
            self.proof = Proof::Wpt(Token::of(json!({}), json!({}), SignedBy::Nobody));
        }
        match &mut self.proof {
            Proof::Wpt(token) => token,
            _ => &mut self.wit,
        }
    }

    /// Changes what the signature says; nothing, where there is none.
    pub(crate) fn sign(&mut self, change: impl FnOnce(&mut Signature)) {
        if let Proof::Signature(signature) = &mut self.proof {
            change(signature);
        }
    }

    /// A POST with JSON, and with its digest where it is signed.
    pub(crate) fn post(&mut self) {
        self.method = "POST";
        self.content = br#"{"order":7}"#.to_vec();
        self.fields.push(("Content-Type", "application/json".to_owned()));
        if matches!(self.proof, Proof::Signature(_)) {
            self.fields.push(("Content-Digest", digest(&self.content)));
        }
    }

    /// Puts it together.
    pub(crate) fn finish(mut self) -> Result<Message, String> {
        let bench = self.bench;
        let wit = self.wit.serialize(bench.key(self.wit.signed_by, SignedBy::Issuer)?)?;
        let mut message =
            Message { start: format!("{} {} HTTP/1.1", self.method, self.target), ..Message::default() };
        message.add("Host", &self.host);
        for (name, value) in &self.fields {
            message.add(name, value);
        }
        message.content = std::mem::take(&mut self.content);
        for _ in 0..self.wit_lines {
            message.add("Workload-Identity-Token", &wit);
        }
        match self.proof {
            Proof::None => (),
            Proof::Wpt(mut token) => {
                if token.claims.get("wth").is_some_and(serde_json::Value::is_null) {
                    token.claims.insert("wth".to_owned(), hash(&wit).into());
                }
                let proof = token.serialize(bench.key(token.signed_by, SignedBy::Workload)?)?;
                message.add("Authorization", format!("WPT {proof}"));
            }
            Proof::Signature(signature) => {
                signature.attach(bench, self.method, &self.target, &mut message)?;
            }
        }
        if self.wit_is_replaced {
            self.wit.claims.insert("jti".to_owned(), random()?.into());
            let other = self.wit.serialize(bench.key(self.wit.signed_by, SignedBy::Issuer)?)?;
            message.set("Workload-Identity-Token", other);
        }
        Ok(message)
    }
}

/// The fields that a signature covers where they are there (SIG-3-4 to SIG-3-8).
const FIELDS: [&str; 5] =
    ["content-type", "content-digest", "authorization", "txn-token", "workload-identity-token"];

impl Signature {
    /// The value of a parameter; nothing if it is not there.
    pub(crate) fn set(&mut self, name: &'static str, value: ParameterValue<'static>) {
        match self.parameters.iter_mut().find(|(found, _)| *found == name) {
            Some((_, place)) => *place = value,
            None => self.parameters.push((name, value)),
        }
    }

    pub(crate) fn without(&mut self, name: &str) {
        self.parameters.retain(|(found, _)| *found != name);
    }

    fn attach(&self, bench: &Bench, method: &str, target: &str, message: &mut Message) -> Result<(), String> {
        let headers = message.headers().ok_or("a field that is to be signed is malformed")?;
        let (input, signature) = self.sign(bench, method, target, &headers)?;
        let text = |value: &http::HeaderValue| value.as_bytes().to_vec();
        message.add("Signature-Input", text(&input.to_value()));
        message.add("Signature", text(&input.signature_value(&signature)));
        Ok(())
    }

    fn sign(
        &self,
        bench: &Bench,
        method: &str,
        target: &str,
        headers: &HeaderMap,
    ) -> Result<(SignatureInput, Vec<u8>), String> {
        let derived = [Component::METHOD, Component::PATH, Component::QUERY];
        let fields =
            FIELDS.iter().filter(|name| headers.contains_key(**name)).map(|name| Component::field(*name));
        let fields = fields.collect::<Result<Vec<_>, _>>().map_err(|error| error.to_string())?;
        let components = derived.into_iter().chain(fields);
        let components = components.filter(|component| !self.omitted.contains(&component.name()));
        let builder = SignatureInput::builder(self.label).components(components);
        let builder = self
            .parameters
            .iter()
            .fold(builder, |builder, (name, value)| builder.parameter(name, value.clone()));
        let input = builder.build().map_err(|error| error.to_string())?;
        let context =
            TargetContext::new(target).scheme(bench.target.scheme).authority(bench.target.authority.as_str());
        let request = RequestMessage::new(method, context, headers);
        let key = bench.key(self.signed_by, SignedBy::Workload)?;
        let signature = input.sign(&request, key).map_err(|error| error.to_string())?;
        Ok((input, signature))
    }
}

/// The value of `Content-Digest`.
pub(crate) fn digest(content: &[u8]) -> String {
    let value = ContentDigest::of(DigestAlgorithm::Sha256, content).to_value();
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

/// 128 random bits.
pub(crate) fn random() -> Result<String, String> {
    Nonce::random().map(|nonce| nonce.as_str().to_owned()).map_err(|error| error.to_string())
}

/// The public key that a `cnf` carries.
pub(crate) fn public_jwk(key: &SigningKey) -> Result<serde_json::Value, String> {
    serde_json::from_str(&key.public_key().to_jwk()).map_err(|error| error.to_string())
}
