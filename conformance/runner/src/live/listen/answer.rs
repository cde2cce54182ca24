//! A signed response in the making: a good one, until a lesson changes something.

use http::Response;
use serde_json::json;
use wimse::creds::key::SigningKey;
use wimse::httpsig::{
    message::{Component, ParameterValue, RequestMessage, ResponseMessage, SignatureInput},
    profile::{TAG, WIMSE_REQ_NONCE},
};

use crate::live::{
    Folder,
    authority::key_id,
    draft::{digest, public_jwk, random},
    folder::{ISSUER, SERVER, STRANGER, now},
    token::{SignedBy, Token},
    wire::Message,
};

/// Who answers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum By {
    Server,
    /// A workload that is trusted, and is not the server.
    Stranger,
    /// Somebody with a WIT that he has issued himself.
    OtherIssuer,
    /// Somebody with the WIT of the server, without its key.
    OtherKey,
    /// The server, with an old WIT.
    Expired,
}

/// What a signature of a response covers and says.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) by: By,
    pub(super) label: &'static str,
    /// Beside the usual ones.
    pub(super) fields: Vec<(&'static str, String)>,
    /// Names of components that are not covered, though they should be.
    pub(super) omitted: Vec<&'static str>,
    parameters: Vec<(&'static str, ParameterValue<'static>)>,
}

impl Answer {
    /// A good one to a request with that nonce.
    pub(super) fn new(request_nonce: &str) -> Result<Self, String> {
        let now = now().as_secs();
        let text = |text: String| ParameterValue::String(text.into());
        Ok(Self {
            by: By::Server,
            label: "wimse",
            fields: Vec::new(),
            omitted: Vec::new(),
            parameters: vec![
                ("created", ParameterValue::Integer(now)),
                ("expires", ParameterValue::Integer(now + 60)),
                ("nonce", text(random()?)),
                ("tag", text(TAG.to_owned())),
                (WIMSE_REQ_NONCE, text(request_nonce.to_owned())),
            ],
        })
    }

    pub(super) fn set(&mut self, name: &'static str, value: ParameterValue<'static>) {
        self.without(name);
        self.parameters.push((name, value));
    }

    pub(super) fn without(&mut self, name: &str) {
        self.parameters.retain(|(found, _)| *found != name);
    }

    /// Signs the response to that request.
    pub(super) fn finish(self, folder: &Folder, request: &RequestMessage<'_>) -> Result<Message, String> {
        let algorithm = folder.credential("server").map_err(|error| error.to_string())?.algorithm();
        let authority = folder.authority(algorithm).map_err(|error| error.to_string())?;
        let key = || SigningKey::generate(algorithm).map_err(|error| error.to_string());
        let (own, other) = (key()?, key()?);
        let now = now().as_secs();
        let (issued, expires) =
            if self.by == By::Expired { (now - 7200, now - 3600) } else { (now, now + 3600) };
        let subject = if self.by == By::Stranger { STRANGER } else { SERVER };
        let wit = Token::of(
            json!({"typ": "wit+jwt", "alg": algorithm.name(), "kid": key_id(algorithm)}),
            json!({"iss": ISSUER, "sub": subject, "iat": issued, "exp": expires, "cnf": {"jwk": public_jwk(&own)?}}),
            SignedBy::Issuer,
        );
        let issuer = if self.by == By::OtherIssuer { &other } else { &authority.issuer };
        let content = b"{\"hello\":true}".to_vec();
        let mut message = Message { start: "HTTP/1.1 200 OK".to_owned(), ..Message::default() };
        message.add("Content-Type", "application/json");
        message.add("Content-Digest", digest(&content));
        message.add("Workload-Identity-Token", wit.serialize(issuer)?);
        for (name, value) in &self.fields {
            message.add(name, value);
        }
        message.content = content;
        let mut response = Response::new(());
        *response.headers_mut() = message.headers().ok_or("a field is malformed")?;
        let input = self.input().map_err(|error| error.to_string())?;
        let to_sign = ResponseMessage::of(&response).answering(request);
        let key = if self.by == By::OtherKey { &other } else { &own };
        let signature = input.sign(&to_sign, key).map_err(|error| error.to_string())?;
        message.add("Signature-Input", input.to_value().as_bytes());
        message.add("Signature", input.signature_value(&signature).as_bytes());
        Ok(message)
    }

    fn input(&self) -> Result<SignatureInput, wimse::httpsig::message::MakeError> {
        let of_request = [Component::METHOD, Component::PATH, Component::QUERY].map(Component::req);
        let fields = ["content-type", "content-digest", "workload-identity-token"];
        let fields = fields.into_iter().filter_map(|name| Component::field(name).ok());
        let components = [Component::STATUS].into_iter().chain(of_request).chain(fields);
        let components = components.filter(|component| !self.omitted.contains(&component.name()));
        let builder = SignatureInput::builder(self.label).components(components);
        let parameters = self.parameters.iter();
        parameters.fold(builder, |builder, (name, value)| builder.parameter(name, value.clone())).build()
    }
}
