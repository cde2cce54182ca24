//! Why the identity server refuses a request.

use super::account::AccountError;
use http::StatusCode;
use wimse::creds::WitIssueError;
use wimse::creds::key::KeyError;
use wimse::creds::pop::{AdmitError, ReplayError};
use wimse::creds::wic::WicIssueError;
use wimse::wpt::WptError;
use wimse_trust::protocol::ProtocolError;

/// In the order in which the checks run. The sender learns the status and nothing else; the rest is for the log.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    /// Perhaps a page in a browser, whose name was made to lead here.
    #[error("the request is for another host than this server")]
    Host,
    #[error("too many requests")]
    Pace,
    #[error("there is nothing at this path")]
    Path,
    #[error("another method is needed here")]
    Method,
    #[error("the content is not \"application/json\"")]
    ContentType,
    #[error("the content is longer than it may be")]
    TooLarge,
    #[error("the content did not come whole, or not in time")]
    Content,
    #[error(transparent)]
    Message(#[from] ProtocolError),
    /// The protocol asks for a key of its own for each.
    #[error("the WIT and the WIC are asked for with one key")]
    KeyShared,
    #[error("the request does not say who is asking")]
    Unnamed,
    #[error("the request says more than once who is asking")]
    Ambiguous,
    #[error("the join token is not known")]
    TokenUnknown,
    #[error("the join token has expired")]
    TokenExpired,
    #[error("the join token was used before")]
    TokenUsed,
    #[error(transparent)]
    Account(#[from] AccountError),
    #[error(transparent)]
    Proof(#[from] WptError),
    #[error("the workload is not registered")]
    Unregistered,
    /// WIT-9.5-4: keys are new for each credential.
    #[error("the key is that of the current WIT")]
    KeyReused,
    #[error("the WIT cannot be issued")]
    Wit(#[source] WitIssueError),
    #[error("the WIC cannot be issued")]
    Wic(#[source] WicIssueError),
    /// WIT-9.5-2.
    #[error("the key is bound to another workload")]
    KeyOfAnother,
    #[error("too many keys are in use")]
    Full,
    #[error("the next signing key cannot be made")]
    Rotation(#[from] RotationError),
    #[error("the state cannot be written")]
    State(#[source] std::io::Error),
    #[error("the work was given up")]
    Cancelled,
}

/// Why there is no next signing key.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RotationError {
    #[error("no key could be made")]
    Key(#[from] KeyError),
    #[error("no CA could be made")]
    Authority(#[from] WicIssueError),
    #[error("the published keys do not go together")]
    Anchors(#[from] wimse::creds::trust::TrustError),
    #[error("the published keys cannot be written as JSON")]
    Document(#[from] serde_json::Error),
}

impl Refused {
    /// The stable code.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Host => "dev_server.host",
            Self::Pace => "dev_server.pace",
            Self::Path => "dev_server.path",
            Self::Method => "dev_server.method",
            Self::ContentType => "dev_server.content_type",
            Self::TooLarge => "dev_server.too_large",
            Self::Content => "dev_server.content",
            Self::Message(error) => error.code(),
            Self::KeyShared => "dev_server.key_shared",
            Self::Unnamed => "dev_server.unnamed",
            Self::Ambiguous => "dev_server.ambiguous",
            Self::TokenUnknown => "join_token.unknown",
            Self::TokenExpired => "join_token.expired",
            Self::TokenUsed => "join_token.used",
            Self::Account(error) => error.code(),
            Self::Proof(error) => error.code(),
            Self::Unregistered => "dev_server.unregistered",
            Self::KeyReused => "dev_server.key_reused",
            Self::Wit(error) => error.code(),
            Self::Wic(error) => error.code(),
            Self::KeyOfAnother => "dev_server.key_of_another",
            Self::Full => "dev_server.full",
            Self::Rotation(_) => "dev_server.rotation",
            Self::State(_) => "dev_server.state",
            Self::Cancelled => "dev_server.cancelled",
        }
    }

    /// As docs/identity-server says.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Host => StatusCode::MISDIRECTED_REQUEST,
            Self::Pace => StatusCode::TOO_MANY_REQUESTS,
            Self::Path => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::ContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Content => StatusCode::REQUEST_TIMEOUT,
            Self::Message(_) | Self::KeyShared | Self::KeyReused | Self::Wit(_) => StatusCode::BAD_REQUEST,
            Self::Unnamed
            | Self::Ambiguous
            | Self::TokenUnknown
            | Self::TokenExpired
            | Self::TokenUsed
            | Self::Account(_) => StatusCode::UNAUTHORIZED,
            // A store that is full is not the fault of the sender.
            Self::Proof(WptError::Admit(AdmitError::Replay(ReplayError::Replayed))) => {
                StatusCode::UNAUTHORIZED
            }
            Self::Proof(WptError::Admit(AdmitError::Replay(_))) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Proof(_) => StatusCode::UNAUTHORIZED,
            Self::Unregistered | Self::KeyOfAnother | Self::Wic(WicIssueError::RequestIdentifier) => {
                StatusCode::FORBIDDEN
            }
            Self::Wic(_) => StatusCode::BAD_REQUEST,
            Self::Full | Self::Rotation(_) | Self::State(_) | Self::Cancelled => {
                StatusCode::SERVICE_UNAVAILABLE
            }
        }
    }
}
