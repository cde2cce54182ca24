//! What a proof binds: the recipient, the WIT, and the context tokens.

use crate::context::{self, Repeated};
use crate::{ProofOptions, ProveError, target};
use http::Request;
use http::header::AUTHORIZATION;
use std::collections::BTreeMap;
use std::fmt;
use wimse_creds::jose::ClaimsWriter;
use wimse_creds::{WORKLOAD_IDENTITY_TOKEN, WorkloadIdentityToken};

/// The claims that tie a proof to one message.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Bound {
    audience: String,
    wit_hash: String,
    txn_token_hash: Option<String>,
    /// `oth` as JSON.
    other_hashes: Option<String>,
}

impl Bound {
    /// Reads a request that is to carry a proof: whether it may, and what the proof has to say of it.
    pub(crate) fn to_request<B>(
        request: &Request<B>,
        options: &ProofOptions,
        wit: &WorkloadIdentityToken,
    ) -> Result<Self, ProveError> {
        let headers = request.headers();
        // WPT-2.2-1, WPT-2.2-2
        if headers.contains_key(AUTHORIZATION) {
            return Err(ProveError::AuthorizationPresent);
        }
        if headers.contains_key(WORKLOAD_IDENTITY_TOKEN) {
            return Err(ProveError::WitPresent);
        }
        // WPT-3.1.1-1
        let agreed = options.agreed_audience();
        if target::is_plain_http(request.uri(), agreed) && !options.is_channel_secure() {
            return Err(ProveError::InsecureChannel);
        }
        let target = match agreed {
            Some(_) => String::new(),
            None => target::audience(request.method(), request.uri())?,
        };
        let (txn_token, context) = context::gather(headers, options.covered_fields())
            .map_err(|Repeated(name)| ProveError::ContextRepeated(name))?;
        Self::to_message(&ProofContext { audience: &target, txn_token, context }, options, wit)
    }

    pub(crate) fn to_message(
        context: &ProofContext<'_>,
        options: &ProofOptions,
        wit: &WorkloadIdentityToken,
    ) -> Result<Self, ProveError> {
        let audience = options.agreed_audience().unwrap_or(context.audience);
        if audience.is_empty() {
            return Err(ProveError::Audience);
        }
        Ok(Self {
            audience: audience.to_owned(),
            wit_hash: context::encode(wit.sha256()),
            txn_token_hash: context.txn_token.map(context::hash_trimmed),
            other_hashes: other_hashes(&context.context)?,
        })
    }

    pub(crate) fn write_to<'a>(&'a self, claims: &mut ClaimsWriter<'a>) {
        claims.text("aud", &self.audience);
        claims.text("wth", &self.wit_hash);
        if let Some(hash) = &self.txn_token_hash {
            claims.text("tth", hash);
        }
        if let Some(hashes) = &self.other_hashes {
            claims.json("oth", hashes);
        }
    }
}

/// What a proof for a message binds, where the message is not an HTTP request.
///
/// `Debug` shows the audience and the names, no tokens.
#[derive(Clone, Default)]
pub struct ProofContext<'a> {
    /// `aud`, unless the options set one.
    pub audience: &'a str,
    /// The transaction token of the message, if there is one.
    pub txn_token: Option<&'a [u8]>,
    /// Other context tokens, by name; the name is lower-cased (WPT-2-11).
    pub context: Vec<(&'a str, &'a [u8])>,
}

impl fmt::Debug for ProofContext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProofContext")
            .field("audience", &self.audience)
            .field("txn_token", &self.txn_token.is_some())
            .field("context", &context::names(&self.context))
            .finish()
    }
}

/// `oth`, unless there is nothing to put in.
fn other_hashes(context: &[(&str, &[u8])]) -> Result<Option<String>, ProveError> {
    let mut hashes = BTreeMap::new();
    for (name, value) in context {
        let name = name.to_ascii_lowercase();
        if hashes.insert(name.clone(), context::hash_trimmed(value)).is_some() {
            return Err(ProveError::ContextRepeated(name));
        }
    }
    let mut members = ClaimsWriter::new();
    for (name, hash) in &hashes {
        members.text(name, hash);
    }
    Ok((!hashes.is_empty()).then(|| members.finish()))
}
