//! Signatures with a key (RFC 9421 3).

use super::error::{MakeError, ParameterError, VerifyError};
use super::{Message, ReceivedSignature, SignatureInput};
use wimse_creds::key::{Algorithm, PublicKey, SigningKey};

impl ReceivedSignature {
    /// Verifies the signature over a message with a key, and with the algorithm of the key only.
    ///
    /// Who says that the key is the right one, which components must be covered, and which times are acceptable
    /// ([`SignatureInput::check_validity`]) is the caller: RFC 9421 1.4 lists what an application must decide.
    ///
    /// ```
    /// use wimse_creds::key::{Algorithm, SigningKey};
    /// use wimse_httpsig::message::{Component, RequestMessage, SignatureInput, Signatures, TargetContext};
    ///
    /// let key = SigningKey::generate(Algorithm::Ed25519)?;
    /// let mut request = http::Request::get("https://api.example.com/orders?page=2").body(())?;
    ///
    /// let input = SignatureInput::builder("sig1")
    ///     .components([Component::METHOD, Component::AUTHORITY, Component::PATH, Component::QUERY])
    ///     .tag("example")
    ///     .build()?;
    /// let uri = request.uri().clone();
    /// let signature = input.sign(&RequestMessage::of(&request, TargetContext::of_uri(&uri)), &key)?;
    /// input.attach(request.headers_mut(), &signature)?;
    ///
    /// let message = RequestMessage::of(&request, TargetContext::of_uri(&uri));
    /// let received = Signatures::parse(request.headers())?.into_tagged("example")?;
    /// received.verify(&message, key.public_key())?;
    ///
    /// let other = RequestMessage::new("DELETE", TargetContext::of_uri(&uri), request.headers());
    /// assert_eq!(received.verify(&other, key.public_key()).unwrap_err().code(), "httpsig.signature");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A [`VerifyError`].
    pub fn verify<'m>(&self, message: impl Into<Message<'m>>, key: &PublicKey) -> Result<(), VerifyError> {
        let input = self.input();
        if input.components().len() == 0 {
            return Err(VerifyError::NothingCovered);
        }
        if !is_algorithm_of(input, key).map_err(VerifyError::Parameter)? {
            return Err(VerifyError::AlgorithmMismatch);
        }
        if self.signature().len() != key.signature_bytes() {
            return Err(VerifyError::SignatureLength);
        }
        let base = input.base(message).map_err(VerifyError::Base)?;
        key.verify(base.as_bytes(), self.signature()).map_err(|_| VerifyError::Signature)
    }
}

impl SignatureInput {
    /// Signs a message.
    ///
    /// # Errors
    ///
    /// [`MakeError::NothingCovered`], [`MakeError::AlgorithmMismatch`] or [`MakeError::Base`].
    pub fn sign<'m>(&self, message: impl Into<Message<'m>>, key: &SigningKey) -> Result<Vec<u8>, MakeError> {
        if self.components().len() == 0 {
            return Err(MakeError::NothingCovered);
        }
        if !is_algorithm_of(self, key.public_key()).unwrap_or(false) {
            return Err(MakeError::AlgorithmMismatch);
        }
        let base = self.base(message).map_err(MakeError::Base)?;
        key.sign(base.as_bytes()).map_err(MakeError::Signing)
    }
}

/// RFC 9421 3.2 step 6: where `alg` is there it must be the algorithm of the key.
fn is_algorithm_of(input: &SignatureInput, key: &PublicKey) -> Result<bool, ParameterError> {
    let Some(name) = input.algorithm_name()? else { return Ok(true) };
    Ok(Some(&*name) == registered_name(key.algorithm()))
}

/// The name in the registry "HTTP Signature Algorithms" (RFC 9421 6.2.2), which is not that of JOSE.
fn registered_name(algorithm: Algorithm) -> Option<&'static str> {
    match algorithm {
        Algorithm::Es256 => Some("ecdsa-p256-sha256"),
        Algorithm::Es384 => Some("ecdsa-p384-sha384"),
        Algorithm::Ed25519 | Algorithm::EdDsa => Some("ed25519"),
        Algorithm::Rs256 => Some("rsa-v1_5-sha256"),
        Algorithm::Ps512 => Some("rsa-pss-sha512"),
        _ => None,
    }
}
