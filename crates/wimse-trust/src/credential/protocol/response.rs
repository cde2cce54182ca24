//! What an identity server issues.

use super::ProtocolError;
use super::request::read;
use serde::Deserialize;
use wimse_creds::WorkloadIdentityToken;
use wimse_creds::jose::ClaimsWriter;
use wimse_creds::wic::WorkloadIdentityCertificate;

/// The credentials that were asked for. Nothing in it is secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct CredentialResponse {
    wit: Option<String>,
    wic: Option<String>,
}

impl CredentialResponse {
    /// With a WIT.
    #[must_use]
    pub fn with_wit(mut self, wit: &WorkloadIdentityToken) -> Self {
        self.wit = Some(wit.as_str().to_owned());
        self
    }

    /// With a WIC and its chain.
    #[must_use]
    pub fn with_wic(mut self, wic: &WorkloadIdentityCertificate) -> Self {
        self.wic = Some(wic.to_pem());
        self
    }

    /// As it travels.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut message = ClaimsWriter::new();
        message.text("schema", SCHEMA);
        self.wit.iter().for_each(|wit| message.text("wit", wit));
        self.wic.iter().for_each(|wic| message.text("wic", wic));
        message.finish()
    }

    /// Reads a response of at most 128 KiB.
    ///
    /// # Errors
    ///
    /// [`ProtocolError::TooLarge`], [`ProtocolError::Json`] or [`ProtocolError::Schema`].
    pub fn from_json(json: &[u8]) -> Result<Self, ProtocolError> {
        read(json, SCHEMA)
    }

    /// The WIT, as it was received.
    #[must_use]
    pub fn wit(&self) -> Option<&str> {
        self.wit.as_deref()
    }

    /// The WIC and its chain in PEM, as they were received.
    #[must_use]
    pub fn wic(&self) -> Option<&str> {
        self.wic.as_deref()
    }
}

const SCHEMA: &str = "wimse-credential-response/1";
