//! A response and its request: who has to have answered, and what was sent.

use crate::exit::Failure;
use crate::http_file::sending::{self, Scheme};
use crate::http_file::{self, RequestFile};
use crate::input::Input;
use wimse::httpsig::{ExpectedPeer, PendingExchange};
use wimse::identifier::{IdentifierSet, WorkloadIdentifier};

/// Who has to have signed a response: the workload that was called, and not just any of its trust domain.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Expected {
    /// The workload that has to have answered; more than one are alternatives
    #[arg(long, value_name = "ID", requires = "request", conflicts_with = "expect_any")]
    expect: Vec<WorkloadIdentifier>,
    /// Let any trusted workload have answered
    #[arg(long, requires = "request")]
    expect_any: bool,
}

impl Expected {
    /// For requests there is nothing to expect: whoever calls is judged by authorization.
    pub(crate) fn check_unused(&self) -> Result<(), Failure> {
        if self.expect.is_empty() && !self.expect_any {
            return Ok(());
        }
        let failure = Failure::usage("--expect and --expect-any are for responses");
        Err(failure.next("give the response and its request: --response FILE --request FILE"))
    }

    /// The expectation, which has to be stated.
    pub(crate) fn peer(&self) -> Result<ExpectedPeer, Failure> {
        match self.expect.as_slice() {
            [] if self.expect_any => Ok(ExpectedPeer::AnyTrustedWorkload),
            [] => Err(Failure::usage("it is not said who has to have signed the response").next(SAY_WHO)),
            [one] => Ok(ExpectedPeer::Workload(one.clone())),
            several => Ok(ExpectedPeer::OneOf(IdentifierSet::exactly(several.iter().cloned()))),
        }
    }
}

const SAY_WHO: &str = "name the workload that was called: --expect wimse://example.com/orders, or let it be any of those \
                       that the configuration trusts: --expect-any";

/// Reads a request that we have sent ourselves, for its response.
pub(crate) fn read_sent(input: &Input) -> Result<PendingExchange, Failure> {
    let file = http_file::given(input, "request", RequestFile::read)?;
    let (parts, _) = file.to_request().into_parts();
    PendingExchange::of_sent(&parts, &sending::context(&file, Scheme::Https)).map_err(|error| {
        let failure = Failure::unusable(format!("{input} is not a signed request ({})", error.code()))(error);
        failure.next("give the request as it was sent, with its signature: \"wimse httpsig sign\" prints it")
    })
}
