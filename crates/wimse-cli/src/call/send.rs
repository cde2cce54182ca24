//! The call itself.

use super::Call;
use super::outcome::Outcome;
use super::transport::{ConnectError, Security, Target, refused};
use super::wire::{Wire, WireError, never};
use crate::config::Loaded;
use crate::exit::Failure;
use crate::input::at_most_one_stdin;
use crate::live::{self, CommandClock, Live, Own};
use crate::refusal::{Refusal, Stop};
use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::{BodyExt as _, Full, Limited};
use std::error::Error;
use std::future::poll_fn;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use tower_layer::Layer as _;
use tower_service::Service;
use wimse::creds::Clock as _;
use wimse::creds::pop::MemoryReplayGuard;
use wimse::httpsig::Answer;
use wimse::mtls::{ExpectedServer, MtlsClient, MtlsError, TlsOptions};
use wimse_tower::client::{ClientError, Peers, Responses, SignLayer};

/// Bytes of a response.
const MAX_BYTES: usize = 16 * 1024 * 1024;
const PLAIN_HTTP: &str =
    "write https://, or add --allow-plain-http if something else than TLS secures the channel";
/// Nonces of responses; there is one.
const NONCES: usize = 16;

/// The configuration, where it is needed, in use.
struct Configured {
    loaded: Loaded,
    live: Live,
    own: Option<Own>,
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
        self.check_options()?;
        let target = self.transport.target(&self.url)?;
        if self.identity.is_mutual() && !target.is_https {
            return Err(Failure::usage("mutual TLS needs an https URL").next("write https://").into());
        }
        let configured = self.configured().await?;
        let configured = configured.as_ref();
        let layer = self.layer(configured)?;
        let security = self.security(&target, configured)?;
        let request = self.request.request(&self.url)?.map(Full::new);
        let server = Arc::new(Mutex::new(None));
        let wire = Wire {
            target,
            security,
            is_printed: self.print_request,
            is_replayed: self.replay,
            server: Arc::clone(&server),
        };
        let called = match layer {
            Some(layer) => match ready(layer.layer(wire), request).await {
                Ok(response) => Ok(receive(response, outcome).await?),
                Err(error) => Err(error),
            },
            None => match wire.send(request.map(|body| body.map_err(never))).await {
                Ok(response) => Ok(receive(response, outcome).await?),
                Err(error) => Err(ClientError::Call(error.into())),
            },
        };
        outcome.connected(server.lock().unwrap_or_else(PoisonError::into_inner).take());
        match called {
            Ok(()) => Ok(None),
            Err(error) => judge(error),
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
        let own = if self.identity.needs_configured() { live::own(&loaded, &live).await? } else { None };
        Ok(Some(Configured { loaded, live, own }))
    }

    fn security(&self, target: &Target, configured: Option<&Configured>) -> Result<Security, Stop> {
        if !target.is_https || (self.print_request && !self.identity.is_mutual()) {
            return Ok(Security::Plain { to_others: self.allow_plain_http });
        }
        let (Some(expected), Some(Configured { loaded, live, own })) =
            (self.expect.as_ref().filter(|_| self.identity.is_mutual()), configured)
        else {
            return self.transport.web(&crate::tls::environment(self.present.given()), target);
        };
        let now = live.clock.now();
        let wic = self.identity.wic(own.as_ref(), &live.environment, now)?;
        let expected = ExpectedServer::Workload(expected.clone());
        let options = TlsOptions::new().alpn(["http/1.1"]);
        let verifier = live.wic_verifier(loaded);
        let client = MtlsClient::with_verifier(&live.environment, wic, verifier, expected, &options);
        let client = client.map_err(Failure::step("TLS cannot be set up"))?;
        Ok(Security::Mutual(client, target.name()?, now))
    }

    /// What attaches the proof; none where a certificate is all there is.
    fn layer(&self, configured: Option<&Configured>) -> Result<Option<SignLayer>, Stop> {
        if !self.identity.proves_message() {
            return Ok(None);
        }
        let source = self.identity.wit(configured.and_then(|configured| configured.own.as_ref()))?;
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

/// Sends it when the service is ready.
async fn ready<S, B>(mut service: S, request: Request<B>) -> Result<S::Response, S::Error>
where
    S: Service<Request<B>>,
{
    poll_fn(|context| service.poll_ready(context)).await?;
    service.call(request).await
}

/// Takes a response whole.
async fn receive<B>(response: Response<B>, outcome: &mut Outcome) -> Result<(), Stop>
where
    B: Body<Data = Bytes>,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let (parts, body) = response.into_parts();
    let content = Limited::new(body, MAX_BYTES).collect().await.map_err(|error| {
        let doing = "the body of the response cannot be read";
        Failure::environment(doing)(io::Error::other(error)).next("look at the service")
    })?;
    let signer = match parts.extensions.get::<Answer>() {
        Some(answer) => answer.peer().map(|peer| peer.identifier().to_string()),
        None => None,
    };
    outcome.answered(parts.version, parts.status, &parts.headers, content.to_bytes(), signer);
    Ok(())
}

/// What an error means: that the request was printed, that something is refused, or that nobody answers.
fn judge(error: ClientError) -> Result<Option<Vec<u8>>, Stop> {
    let error = match error {
        ClientError::Call(inner) => match inner.downcast::<WireError>() {
            Ok(wire) => return of_wire(*wire),
            Err(inner) => ClientError::Call(inner),
        },
        error => error,
    };
    let refusal = Refusal::of(error.code(), &error);
    Err(Stop::Refused(match &error {
        ClientError::PlainHttp => refusal.with_fix(PLAIN_HTTP),
        _ => refusal,
    }))
}

fn of_wire(error: WireError) -> Result<Option<Vec<u8>>, Stop> {
    match error {
        WireError::Printed(request) => Ok(Some(request)),
        WireError::Connect(ConnectError::Refused(error)) => Err(refused(&error).into()),
        WireError::Connect(error @ ConnectError::Certificate(_)) => {
            let refusal = Refusal::of("call.server_certificate", &error);
            let fix = "look whether the URL names the right host, and which CAs are believed: --tls-ca";
            Err(refusal.with_fix(fix).into())
        }
        WireError::Connect(error @ ConnectError::PlainHttp(_)) => {
            Err(Refusal::of(ClientError::PlainHttp.code(), &error).with_fix(PLAIN_HTTP).into())
        }
        WireError::Connect(ConnectError::Network(error)) => {
            let failure = Failure::environment("the service cannot be connected to")(error);
            Err(failure.next("look whether a service listens there").into())
        }
        error => match of_tls(&error) {
            Some(refusal) => Err(refusal.into()),
            None => {
                let failure = Failure::environment("there is no answer")(io::Error::other(error));
                Err(failure.next("look at the service, and into its log").into())
            }
        },
    }
}

/// With TLS 1.3, a server that refuses us says so after the handshake.
fn of_tls(error: &WireError) -> Option<Refusal> {
    let mut cause: Option<&dyn Error> = Some(error);
    while let Some(error) = cause {
        if let Some(refusal) = error.downcast_ref::<io::Error>().and_then(MtlsError::from_io) {
            return Some(refused(&refusal));
        }
        cause = error.source();
    }
    None
}
