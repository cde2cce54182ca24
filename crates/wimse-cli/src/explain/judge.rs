//! Judging requests as a service does, and responses as a client does.

use super::carried::Carried;
use crate::config::Loaded;
use crate::exit::Failure;
use crate::http_file::{HttpFileError, RequestFile, ResponseFile};
use crate::replay::Memory;
use http::Request;
use wimse::creds::UnixTime;
use wimse::creds::explain::Explanation;
use wimse::creds::pop::ReplayGuard;
use wimse::httpsig::{self, ExpectedPeer, PendingExchange, ResponseVerifier};
use wimse::wpt;

/// A service that accepts WPTs and signatures.
pub(super) struct Service<'a> {
    config: &'a Loaded,
    wpts: wpt::Verifier,
    signatures: httpsig::Verifier,
    memory: Memory,
    now: UnixTime,
}

impl<'a> Service<'a> {
    pub(super) fn new(config: &'a Loaded, now: UnixTime) -> Result<Self, Failure> {
        let (wpts, signatures) = (config.wpt_verifier()?, config.signature_verifier()?);
        Ok(Self { config, wpts, signatures, memory: Memory::default(), now })
    }

    /// Fails where the content cannot be read and decides.
    pub(super) fn explain(&self, file: &RequestFile, carried: Carried) -> Result<Explanation, HttpFileError> {
        let content = match file.message.content() {
            Err(error) if carried.signature => return Err(error),
            content => content.unwrap_or_default(),
        };
        let request = file.to_request().map(|_| content.bytes);
        let looked = self.explain_with(&request, file, carried, &self.memory.looking());
        // Decision 28: of two proofs none is used up while the other one is refused.
        let is_good = looked.is_accepted();
        Ok(if is_good { self.explain_with(&request, file, carried, &self.memory) } else { looked })
    }

    fn explain_with(
        &self,
        request: &Request<Vec<u8>>,
        file: &RequestFile,
        carried: Carried,
        guard: &dyn ReplayGuard,
    ) -> Explanation {
        let wpt = || self.wpts.explain(request, guard, self.now);
        let target = self.config.received_target(&file.target);
        let signature = || self.signatures.explain(request, &target, guard, self.now);
        match carried {
            Carried { wpt: true, signature: false, .. } => wpt(),
            Carried { wpt: false, signature: true, .. } => signature(),
            Carried { wpt: true, signature: true, .. } | Carried { other_signature: true, .. } => {
                signature().join(wpt())
            }
            // Decision 3: the challenge for a WPT comes first.
            _ => wpt().join(signature()),
        }
    }
}

/// A client that has sent a request.
pub(super) struct Client {
    sent: PendingExchange,
    expected: ExpectedPeer,
    verifier: ResponseVerifier,
    memory: Memory,
    now: UnixTime,
}

impl Client {
    pub(super) fn new(config: &Loaded, sent: PendingExchange, expected: ExpectedPeer, now: UnixTime) -> Self {
        Self { sent, expected, verifier: config.response_verifier(), memory: Memory::default(), now }
    }

    /// Fails where the content cannot be read.
    pub(super) fn explain(&self, file: &ResponseFile) -> Result<Explanation, HttpFileError> {
        let (response, content) = (file.to_response(), file.message.content()?.bytes);
        let Self { expected, verifier, memory, now, .. } = self;
        Ok(self.sent.explain_response(&response, &content, verifier, expected, memory, *now))
    }
}
