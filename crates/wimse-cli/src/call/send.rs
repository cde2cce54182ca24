//! The call itself.

use super::Call;
use super::ended::Ended;
use super::outcome::{Outcome, Received};
use super::transport::{Security, Target};
use super::wire::{Wire, never};
use crate::config::Loaded;
use crate::exit::Failure;
use crate::input::at_most_one_stdin;
use crate::live::{self, CommandClock, Live, Own};
use crate::refusal::Stop;
use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::{BodyExt as _, Full, Limited};
use std::error::Error;
use std::future::poll_fn;
use std::io;
use std::sync::{Arc, PoisonError};
use std::time::Instant;
use tower_layer::Layer as _;
use tower_service::Service;
use wimse::creds::Clock as _;
use wimse::creds::pop::MemoryReplayGuard;
use wimse::httpsig::Answer;
use wimse::mtls::{ExpectedServer, MtlsClient, TlsOptions};
use wimse_tower::client::{ClientError, Peers, Responses, SignLayer};

/// Bytes of a response.
const MAX_BYTES: usize = 16 * 1024 * 1024;
/// Nonces of responses; there is one for each attempt.
const NONCES: usize = 16;

/// The configuration, where it is needed, in use.
struct Configured {
    loaded: Loaded,
    live: Live,
}

/// What an attempt needs, and what it leaves.
struct Prepared<'a> {
    layer: Option<SignLayer>,
    wire: Wire,
    request: Request<Full<Bytes>>,
    own: Option<&'a Own>,
}

impl Call {
    /// Makes the call. Gives the request, where that is to be printed.
    pub(super) async fn call(&self, outcome: &mut Outcome) -> Result<Option<Vec<u8>>, Stop> {
        match tokio::time::timeout(self.patience, self.call_patiently(outcome)).await {
            Ok(called) => called,
            Err(_) => {
                let failure = Failure::forbidden(format!("the call took longer than {:?}", self.patience));
                Err(failure.next("look at the service, or wait longer: --patience").into())
            }
        }
    }

    async fn call_patiently(&self, outcome: &mut Outcome) -> Result<Option<Vec<u8>>, Stop> {
        let start = Instant::now();
        self.check_options()?;
        let target = self.transport.target(&self.url)?;
        if self.identity.is_mutual() && !target.is_https {
            return Err(Failure::usage("mutual TLS needs an https URL").next("write https://").into());
        }
        let configured = self.configured().await?;
        let configured = configured.as_ref();
        let own = self.own(configured).await?;
        let prepared = Prepared {
            layer: self.layer(configured, own.as_ref())?,
            wire: Wire {
                security: self.security(&target, configured, own.as_ref())?,
                target,
                is_printed: self.print_request,
                is_replayed: self.replay,
                server: Arc::default(),
            },
            request: self.request.request(&self.url)?.map(Full::new),
            own: own.as_ref(),
        };
        let mut attempts = self.retry.attempts(self.request.method());
        let ended = loop {
            let ended = prepared.attempt().await;
            let left = self.patience.saturating_sub(start.elapsed());
            let Some(wait) = attempts.again(&ended, left) else { break ended };
            tokio::time::sleep(wait).await;
            prepared.renew().await;
        };
        outcome.attempted(attempts.made());
        outcome.connected(prepared.server());
        match ended {
            Ok(received) => {
                outcome.answered(received);
                Ok(None)
            }
            Err(ended) => ended.judge(),
        }
    }

    /// What clap does not check: standard input can be read once, and an expectation needs something that fulfils it.
    fn check_options(&self) -> Result<(), Failure> {
        if self.expect.is_some() && !self.identity.httpsig && !self.identity.is_mutual() {
            let failure =
                Failure::usage("--expect is about signed responses and mutual TLS, and neither is asked for");
            return Err(failure.next("add --httpsig, or --wic and --wic-key"));
        }
        let data = self.request.input();
        let inputs = [("--wit", &self.identity.wit), ("--key", &self.identity.key), ("--data", &data)];
        at_most_one_stdin(inputs.into_iter().filter_map(|(name, input)| Some((name, input.as_ref()?))))
    }

    /// Reads the configuration only where something of it is needed.
    async fn configured(&self) -> Result<Option<Configured>, Stop> {
        let verifies = self.expect.is_some() && self.identity.httpsig;
        if !verifies && !self.identity.is_mutual() && !self.identity.needs_configured() {
            return Ok(None);
        }
        let loaded = self.config.load()?;
        let live = Live::new(&loaded, self.present.given())?;
        if verifies || self.identity.is_mutual() {
            for attempt in live.anchors.refresh_due().await {
                if let (Err(_), Some(line)) = (&attempt.outcome, live::said(&attempt)) {
                    let _ = io::Write::write_all(&mut io::stderr(), format!("{line}\n").as_bytes());
                }
            }
        }
        Ok(Some(Configured { loaded, live }))
    }

    /// The credentials of the folder, else of the configuration.
    async fn own(&self, configured: Option<&Configured>) -> Result<Option<Own>, Stop> {
        match configured.filter(|_| self.identity.needs_configured()) {
            Some(Configured { loaded, live }) => Ok(live::own(loaded, live).await?),
            None => {
                let fixed = self.present.given();
                let (environment, clock) = (crate::tls::environment(fixed), CommandClock::new(fixed));
                Ok(self.identity.of_folder(&environment, &Arc::new(clock)).await?)
            }
        }
    }

    fn security(
        &self,
        target: &Target,
        configured: Option<&Configured>,
        own: Option<&Own>,
    ) -> Result<Security, Stop> {
        if !target.is_https || (self.print_request && !self.identity.is_mutual()) {
            return Ok(Security::Plain { to_others: self.allow_plain_http });
        }
        let (Some(expected), Some(Configured { loaded, live })) =
            (self.expect.as_ref().filter(|_| self.identity.is_mutual()), configured)
        else {
            return self.transport.web(&crate::tls::environment(self.present.given()), target);
        };
        let wic = self.identity.wic(own, &live.environment, live.clock.now())?;
        let expected = ExpectedServer::Workload(expected.clone());
        let options = TlsOptions::new().alpn(["http/1.1"]);
        let verifier = live.wic_verifier(loaded);
        let client = MtlsClient::with_verifier(&live.environment, wic, verifier, expected, &options);
        let client = client.map_err(Failure::step("TLS cannot be set up"))?;
        Ok(Security::Mutual(client, target.name()?, Arc::clone(&live.clock)))
    }

    /// What attaches the proof; none where a certificate is all there is.
    fn layer(&self, configured: Option<&Configured>, own: Option<&Own>) -> Result<Option<SignLayer>, Stop> {
        if !self.identity.proves_message() {
            return Ok(None);
        }
        let source = self.identity.wit(own)?;
        let mut layer = match self.identity.httpsig {
            true => SignLayer::http_signature(source),
            false => SignLayer::proof_token(source),
        };
        if let (Some(expected), Some(Configured { loaded, live, .. })) = (&self.expect, configured)
            && self.identity.httpsig
        {
            let wits = Arc::new(loaded.live_wit_verifier(live.anchors.clone()));
            let verifier = loaded.response_verifier_with(wits);
            let guard = Arc::new(MemoryReplayGuard::new(NONCES));
            let responses =
                Responses::of(verifier, Peers::from(expected.clone()), guard).max_bytes(MAX_BYTES);
            let is_required = self.require_signed_response;
            layer = layer.verify_responses(if is_required { responses } else { responses.or_unsigned() });
        }
        if self.allow_plain_http {
            layer = layer.allow_plain_http();
        }
        let clock = Arc::new(CommandClock::new(self.present.given()));
        Ok(Some(layer.clock(clock).max_bytes(MAX_BYTES)))
    }
}

impl Prepared<'_> {
    /// Sends the request once, with a proof that is made for it.
    async fn attempt(&self) -> Result<Received, Ended> {
        // Whoever was there before may not be there now.
        let _ = self.server();
        let (wire, request) = (self.wire.clone(), self.request.clone());
        match &self.layer {
            Some(layer) => {
                let response = ready(layer.layer(wire), request).await.map_err(Ended::Call)?;
                receive(response).await
            }
            None => {
                let sent = wire.send(request.map(|body| body.map_err(never))).await;
                receive(sent.map_err(|error| Ended::Call(ClientError::Call(error.into())))?).await
            }
        }
    }

    /// Who the connection of the last attempt was with.
    fn server(&self) -> Option<String> {
        self.wire.server.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Renews credentials if it is time. Where that fails, those that are there stay in use until they expire.
    async fn renew(&self) {
        if let Some(own) = self.own {
            let _ = own.source.renew_if_due().await;
        }
    }
}

/// Sends it when the service is ready.
async fn ready<S, B>(mut service: S, request: Request<B>) -> Result<S::Response, S::Error>
where
    S: Service<Request<B>>,
{
    poll_fn(|context| service.poll_ready(context)).await?;
    service.call(request).await
}

/// Takes a response whole.
async fn receive<B>(response: Response<B>) -> Result<Received, Ended>
where
    B: Body<Data = Bytes>,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let (parts, body) = response.into_parts();
    let content = Limited::new(body, MAX_BYTES).collect().await.map_err(|error| {
        let doing = "the body of the response cannot be read";
        let failure = Failure::environment(doing)(io::Error::other(error));
        Ended::Stop(failure.next("look at the service").into())
    })?;
    let signer = match parts.extensions.get::<Answer>() {
        Some(answer) => answer.peer().map(|peer| peer.identifier().to_string()),
        None => None,
    };
    Ok(Received {
        version: parts.version,
        status: parts.status,
        headers: parts.headers,
        content: content.to_bytes(),
        signer,
    })
}
