//! What an answer comes to.

use http::StatusCode;

use super::wire::Reply;
use crate::{
    judge::{Judgement, Verdict},
    text::clean,
    vector::Vector,
};

/// As expected.
pub(super) fn pass() -> Judgement {
    Judgement { verdict: Verdict::Pass, reason: None, left_out: Vec::new() }
}

pub(super) fn because(verdict: Verdict, reason: &str) -> Judgement {
    Judgement { verdict, reason: Some(clean(reason)), left_out: Vec::new() }
}

/// Not as expected: a warning where that is no more than recommended, if the run is lenient.
pub(super) fn fail(vector: &Vector, lenient: bool, reason: &str) -> Judgement {
    because(if vector.can_fail && lenient { Verdict::Warn } else { Verdict::Fail }, reason)
}

/// What was decided about a request.
pub(super) enum Decision {
    Accepted(StatusCode),
    Refused(StatusCode),
    /// Neither: a redirection, or a failure of the server.
    Other(StatusCode),
    /// There is no answer.
    None(Judgement),
    /// The connection has ended without one, perhaps with an alert of TLS.
    Closed(String),
}

impl Decision {
    pub(super) fn of(reply: &Reply) -> Self {
        match reply {
            Reply::Response(message) => match message.status() {
                Some(status) if status.is_success() => Self::Accepted(status),
                Some(status) if status.is_client_error() => Self::Refused(status),
                Some(status) => Self::Other(status),
                None => Self::None(because(Verdict::Protocol, "the answer has no status")),
            },
            Reply::Closed => Self::Closed("the connection has ended without an answer".to_owned()),
            Reply::Alert(alert) => Self::Closed(format!("the server has ended TLS: {alert}")),
            Reply::Timeout => Self::None(because(Verdict::Timeout, "no whole answer in time")),
            Reply::Broken(detail) => Self::None(because(Verdict::Error, detail)),
        }
    }

    /// Of a request that is to be accepted.
    pub(super) fn accepted(self, vector: &Vector, lenient: bool) -> Judgement {
        match self {
            Self::Accepted(_) => pass(),
            Self::Refused(status) | Self::Other(status) => {
                fail(vector, lenient, &format!("expected acceptance, found {}", status.as_u16()))
            }
            Self::Closed(how) => because(Verdict::Crash, &how),
            Self::None(judgement) => judgement,
        }
    }

    /// Of a request that is to be refused. The connection may end for one that is malformed, and for whoever may not connect.
    pub(super) fn refused(self, vector: &Vector, lenient: bool, may_end: bool) -> Judgement {
        match self {
            Self::Refused(_) => pass(),
            Self::Closed(_) if may_end => pass(),
            Self::Accepted(status) => {
                fail(vector, lenient, &format!("expected refusal, found {}: accepted", status.as_u16()))
            }
            Self::Other(status) => {
                because(Verdict::Warn, &format!("not accepted; {} does not refuse it", status.as_u16()))
            }
            Self::Closed(how) => because(Verdict::Crash, &how),
            Self::None(judgement) => judgement,
        }
    }
}
