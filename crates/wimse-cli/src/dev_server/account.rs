//! Tokens of Kubernetes service accounts.

use crate::config::Cluster;
use std::time::Duration;
use wimse::creds::UnixTime;
use wimse::creds::jose::{self, Bound, ClaimValue, Claims, CompactJws, JoseError, JoseHeader};
use wimse::creds::limits::TOKEN_BYTES;

/// Why a token says nothing of who is asking.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AccountError {
    #[error("no Kubernetes cluster is configured")]
    NoCluster,
    #[error("the service-account token is not a JWS")]
    Malformed(#[source] JoseError),
    #[error("the service-account token has another \"typ\"")]
    Type,
    #[error("no key of the cluster fits the service-account token")]
    Key,
    #[error("the service-account token is not signed by the cluster")]
    Signature(#[source] JoseError),
    #[error("the service-account token has no usable {0:?}")]
    Claim(&'static str),
    #[error("the service-account token is of another issuer")]
    Issuer,
    #[error("the service-account token is for another audience")]
    Audience,
    #[error("the service-account token has expired")]
    Expired,
    #[error("the service-account token is not valid yet")]
    NotYetValid,
    #[error("the service-account token names two service accounts")]
    Subject,
}

impl AccountError {
    /// The stable code.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NoCluster => "service_account.no_cluster",
            Self::Malformed(_) => "service_account.malformed",
            Self::Type => "service_account.typ",
            Self::Key => "service_account.key",
            Self::Signature(_) => "service_account.signature",
            Self::Claim(_) => "service_account.claim",
            Self::Issuer => "service_account.issuer",
            Self::Audience => "service_account.audience",
            Self::Expired => "service_account.expired",
            Self::NotYetValid => "service_account.not_yet_valid",
            Self::Subject => "service_account.subject",
        }
    }
}

/// Verifies a token; gives the `sub`, such as `system:serviceaccount:shop:billing`.
pub(crate) fn verify(cluster: &Cluster, token: &str, now: UnixTime) -> Result<String, AccountError> {
    let header = CompactJws::split(token, TOKEN_BYTES).and_then(|jws| jws.header());
    let header = header.map_err(AccountError::Malformed)?;
    let header = JoseHeader::parse(&header).map_err(AccountError::Malformed)?;
    // A WIT or a proof that the same key has signed is none of these.
    if header.typ().is_some_and(|typ| !typ.eq_ignore_ascii_case("JWT")) {
        return Err(AccountError::Type);
    }
    let key = cluster.key(header.key_id(), header.algorithm()).ok_or(AccountError::Key)?;
    let payload = jose::verify(token, key, &[key.algorithm()]).map_err(AccountError::Signature)?;
    let claims = Claims::parse(&payload).map_err(AccountError::Malformed)?;
    let text = |name| claims.get(name).and_then(ClaimValue::string).ok_or(AccountError::Claim(name));
    if text("iss")? != cluster.issuer {
        return Err(AccountError::Issuer);
    }
    if !is_for(&claims, &cluster.audience)? {
        return Err(AccountError::Audience);
    }
    let expires = claims.get("exp").and_then(|value| value.numeric_date(Bound::End));
    if now >= expires.ok_or(AccountError::Claim("exp"))?.plus(LEEWAY) {
        return Err(AccountError::Expired);
    }
    if let Some(start) = claims.get("nbf") {
        let start = start.numeric_date(Bound::Start).ok_or(AccountError::Claim("nbf"))?;
        if now.plus(LEEWAY) < start {
            return Err(AccountError::NotYetValid);
        }
    }
    let subject = text("sub")?.into_owned();
    check_account(&payload, &subject)?;
    Ok(subject)
}

/// One audience, or several of which one is meant.
fn is_for(claims: &Claims<'_>, audience: &str) -> Result<bool, AccountError> {
    let found = claims.get("aud").ok_or(AccountError::Claim("aud"))?;
    if let Some(one) = found.string() {
        return Ok(one == audience);
    }
    let several = found.strings().ok_or(AccountError::Claim("aud"))?;
    Ok(several.iter().any(|one| one == audience))
}

/// Namespace and name stand there twice; they must say the same.
fn check_account(payload: &[u8], subject: &str) -> Result<(), AccountError> {
    let payload: serde_json::Value = serde_json::from_slice(payload).unwrap_or_default();
    let bound = &payload["kubernetes.io"];
    if bound.is_null() {
        return Ok(());
    }
    let (space, name) = (bound["namespace"].as_str(), bound["serviceaccount"]["name"].as_str());
    let (Some(space), Some(name)) = (space, name) else { return Err(AccountError::Claim("kubernetes.io")) };
    if subject == format!("system:serviceaccount:{space}:{name}") {
        Ok(())
    } else {
        Err(AccountError::Subject)
    }
}

const LEEWAY: Duration = Duration::from_secs(30);
