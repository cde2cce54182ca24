//! An identity server: it holds the issuer key of one trust domain, publishes the public part, and issues WITs.

use super::workload::{self, now};
use crate::exit::Failure;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::{get, post};
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderName};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use wimse::creds::key::{Algorithm, PublicKey, SigningKey};
use wimse::creds::pop::Nonce;
use wimse::creds::{Validity, WitClaims, WitIssueError, WorkloadIdentityToken};
use wimse::identifier::WorkloadIdentifier;

/// The lifetime of a WIT.
pub(crate) const HOUR: Duration = Duration::from_secs(3600);

/// One identity server.
#[derive(Debug)]
pub(crate) struct Identity {
    issuer: String,
    key: SigningKey,
    /// Who may come, by a token that each got on another way.
    expected: Mutex<HashMap<String, WorkloadIdentifier>>,
    key_sets_sent: AtomicUsize,
}

/// Good for one WIT for one workload.
#[derive(Debug)]
pub(crate) struct Invitation {
    pub(crate) identifier: WorkloadIdentifier,
    pub(crate) join_token: String,
}

/// What a workload sends to `POST /issue`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct IssueRequest {
    pub(crate) identifier: String,
    pub(crate) jwk: Box<RawValue>,
    pub(crate) join_token: String,
}

impl Identity {
    /// With a new ES256 key. The issuer is the address of the server.
    pub(crate) fn new(issuer: String, key_id: &str) -> Result<Arc<Self>, Failure> {
        let key = SigningKey::generate(Algorithm::Es256).map_err(Failure::step("no issuer key was made"))?;
        Ok(Arc::new(Self {
            issuer,
            key: key.with_key_id(key_id),
            expected: Mutex::default(),
            key_sets_sent: AtomicUsize::new(0),
        }))
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    pub(crate) fn key_id(&self) -> Option<&str> {
        self.key.public_key().key_id()
    }

    /// How often somebody asked for the key set.
    pub(crate) fn key_sets_sent(&self) -> usize {
        self.key_sets_sent.load(Ordering::Relaxed)
    }

    /// Makes a workload known, by a token that it presents once.
    pub(crate) fn invite(&self, identifier: &str) -> Result<Invitation, Failure> {
        let identifier = workload::identifier(identifier)?;
        let join_token =
            Nonce::random().map_err(Failure::step("no join token was made"))?.as_str().to_owned();
        let mut expected = self.expected.lock().unwrap_or_else(PoisonError::into_inner);
        expected.insert(join_token.clone(), identifier.clone());
        Ok(Invitation { identifier, join_token })
    }

    /// Signs claims. The demo calls it directly for WITs of the past, which `POST /issue` does not give.
    pub(crate) fn vouch(&self, claims: WitClaims) -> Result<WorkloadIdentityToken, WitIssueError> {
        claims.issuer(&self.issuer).random_token_id().sign(&self.key)
    }

    /// `GET /.well-known/jwks.json` and `POST /issue`.
    pub(crate) fn router(self: &Arc<Self>) -> Router {
        Router::new()
            .route("/.well-known/jwks.json", get(key_set))
            .route("/issue", post(issue))
            .with_state(Arc::clone(self))
    }
}

type Answer = (StatusCode, [(HeaderName, &'static str); 1], String);

async fn key_set(State(identity): State<Arc<Identity>>) -> Answer {
    identity.key_sets_sent.fetch_add(1, Ordering::Relaxed);
    let keys = format!(r#"{{"keys":[{}]}}"#, identity.key.public_key().to_jwk());
    (StatusCode::OK, [(CONTENT_TYPE, "application/jwk-set+json")], keys)
}

async fn issue(State(identity): State<Arc<Identity>>, body: Bytes) -> Answer {
    match issue_for(&identity, &body) {
        Ok(wit) => (StatusCode::OK, [(CONTENT_TYPE, "application/wit+jwt")], wit.as_str().to_owned()),
        Err(status) => (status, [(CONTENT_TYPE, "text/plain")], String::from("no WIT is issued\n")),
    }
}

fn issue_for(identity: &Identity, body: &[u8]) -> Result<WorkloadIdentityToken, StatusCode> {
    let request: IssueRequest = serde_json::from_slice(body).map_err(|_| StatusCode::BAD_REQUEST)?;
    let key = PublicKey::from_jwk(request.jwk.get()).map_err(|_| StatusCode::BAD_REQUEST)?;
    let invited = {
        let mut expected = identity.expected.lock().unwrap_or_else(PoisonError::into_inner);
        expected.remove(&request.join_token)
    };
    // Who it is comes from the invitation; what the workload says must be the same, as a whole (ID-4.3-3).
    let invited = invited.filter(|invited| invited.as_str() == request.identifier);
    let identifier = invited.ok_or(StatusCode::FORBIDDEN)?;
    let claims = WitClaims::new(identifier, &key, Validity::starting(now(), HOUR));
    identity.vouch(claims).map_err(|_| StatusCode::BAD_REQUEST)
}
