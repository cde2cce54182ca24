//! What a workload asks for.

use super::{ProtocolError, proof};
use serde::Deserialize;
use serde_json::value::RawValue;
use wimse_creds::UnixTime;
use wimse_creds::jose::{Claims, ClaimsWriter};
use wimse_creds::key::{PublicKey, SigningKey};
use wimse_creds::pop::Nonce;
use wimse_creds::wic::CertificateRequest;

/// A request for a WIT, a WIC, or both. The possession of each key in it is proven; who asks, it does not say.
#[derive(Debug, Clone, Default)]
pub struct CredentialRequest {
    wit: Option<(PublicKey, String)>,
    wic: Option<(CertificateRequest, String)>,
}

impl CredentialRequest {
    /// Asks for a WIT that binds this key, and proves possession of it to one identity server, named by the URL of its
    /// endpoint, for a minute.
    ///
    /// # Errors
    ///
    /// [`ProtocolError::Signing`].
    #[allow(clippy::needless_pass_by_value, reason = "a nonce is given away: it is good for one proof")]
    pub fn with_wit_key(
        mut self,
        key: &SigningKey,
        endpoint: &str,
        now: UnixTime,
        nonce: Nonce,
    ) -> Result<Self, ProtocolError> {
        let proof = proof::sign(key, endpoint, now, &nonce)?;
        self.wit = Some((key.public_key().clone(), proof));
        Ok(self)
    }

    /// Asks for a WIC, by a certificate request of this key, and proves possession of it like that of the key of a WIT: the
    /// signature of a certificate request has no addressee and does not age. It should be a key of its own.
    ///
    /// # Errors
    ///
    /// [`ProtocolError::Signing`].
    #[allow(clippy::needless_pass_by_value, reason = "a nonce is given away: it is good for one proof")]
    pub fn with_certificate_request(
        mut self,
        request: CertificateRequest,
        key: &SigningKey,
        endpoint: &str,
        now: UnixTime,
        nonce: Nonce,
    ) -> Result<Self, ProtocolError> {
        let proof = proof::sign(key, endpoint, now, &nonce)?;
        self.wic = Some((request, proof));
        Ok(self)
    }

    /// As it travels.
    #[must_use]
    pub fn to_json(&self) -> String {
        let wit = self.wit.as_ref().map(|(key, proof)| {
            let (key, mut wit) = (key.to_jwk(), ClaimsWriter::new());
            wit.json("jwk", &key);
            wit.text("proof", proof);
            wit.finish()
        });
        let wic = self.wic.as_ref().map(|(request, proof)| {
            let (request, mut wic) = (request.to_pem(), ClaimsWriter::new());
            wic.text("request", &request);
            wic.text("proof", proof);
            wic.finish()
        });
        let mut message = ClaimsWriter::new();
        message.text("schema", SCHEMA);
        wit.iter().for_each(|wit| message.json("wit", wit));
        wic.iter().for_each(|wic| message.json("wic", wic));
        message.finish()
    }

    /// Reads a request of at most 128 KiB, and checks that whoever made it has the keys, and made it for this endpoint.
    ///
    /// # Errors
    ///
    /// A [`ProtocolError`].
    pub fn from_json(json: &[u8], endpoint: &str, now: UnixTime) -> Result<Self, ProtocolError> {
        let message: Message<'_> = read(json, SCHEMA)?;
        let wit = message.wit.map(|wit| {
            let key = PublicKey::from_jwk(wit.jwk.get()).map_err(ProtocolError::Key)?;
            proof::verify(&wit.proof, &key, endpoint, now)?;
            Ok((key, wit.proof))
        });
        let wic = message.wic.map(|wic| {
            let request = CertificateRequest::from_pem(wic.request);
            let request = request.map_err(ProtocolError::CertificateRequest)?;
            let key = proof::as_named(&wic.proof, request.public_key());
            proof::verify(&wic.proof, &key, endpoint, now)?;
            Ok((request, wic.proof))
        });
        let request = Self { wit: wit.transpose()?, wic: wic.transpose()? };
        if request.wit.is_none() && request.wic.is_none() { Err(ProtocolError::Empty) } else { Ok(request) }
    }

    /// The key that a WIT is asked for.
    #[must_use]
    pub fn wit_key(&self) -> Option<&PublicKey> {
        self.wit.as_ref().map(|(key, _)| key)
    }

    /// The request for a WIC.
    #[must_use]
    pub fn certificate_request(&self) -> Option<&CertificateRequest> {
        self.wic.as_ref().map(|(request, _)| request)
    }
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    wit: Option<Wit<'a>>,
    wic: Option<Wic>,
}

#[derive(Deserialize)]
struct Wit<'a> {
    #[serde(borrow)]
    jwk: &'a RawValue,
    proof: String,
}

#[derive(Deserialize)]
struct Wic {
    request: String,
    proof: String,
}

/// Reads a message of a schema. Members that are not known are left to later revisions; none may be there twice.
pub(super) fn read<'a, M: Deserialize<'a>>(json: &'a [u8], schema: &str) -> Result<M, ProtocolError> {
    if json.len() > LIMIT {
        return Err(ProtocolError::TooLarge { limit: LIMIT });
    }
    let members = Claims::parse(json).map_err(|_| ProtocolError::Json)?;
    let found = members.get("schema").and_then(|found| found.string());
    if found.as_deref() != Some(schema) {
        return Err(ProtocolError::Schema);
    }
    serde_json::from_slice(json).map_err(|_| ProtocolError::Json)
}

const SCHEMA: &str = "wimse-credential-request/1";
const LIMIT: usize = 128 * 1024;
