//! From the question of a proxy to the answer: the request of the caller, judged by the same layer as in a service.

use super::answer;
use super::original::{has_content, original};
use super::unfit::Unfit;
use crate::config::{Content, GatewayHeaders, GatewaySettings, Loaded, Proof, Proxy, ServeSettings};
use crate::exit::Failure;
use crate::live::{CommandClock, Live};
use crate::moment;
use crate::serve::log::{Log, Writer};
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use http::{HeaderMap, HeaderName};
use std::sync::Arc;
use tower_service::Service as _;
use wimse::creds::Clock as _;
use wimse::httpsig;
use wimse_tower::{AuthenticateLayer, Authenticated, MtlsSession, Unjudged};

/// Judges what a proxy asks.
pub(super) struct Judge {
    /// The layer, and behind it what says yes.
    judged: Router,
    /// Puts on record what does not come to it.
    layer: AuthenticateLayer,
    proxy: Proxy,
    content: Content,
    headers: Arc<GatewayHeaders>,
    /// Where signatures are accepted.
    signatures: Option<httpsig::Verifier>,
    has_tls: bool,
    clock: Arc<CommandClock>,
    log: Writer,
}

/// Envoy says so where content was longer than what it sends along.
const PARTIAL: HeaderName = HeaderName::from_static("x-envoy-auth-partial-body");

impl Judge {
    pub(super) fn new(
        loaded: &Loaded,
        gateway: &GatewaySettings,
        settings: &ServeSettings,
        layer: AuthenticateLayer,
        live: &Live,
        log: &Log,
    ) -> Result<Self, Failure> {
        let headers = Arc::new(gateway.headers.clone());
        let judged = Router::new().fallback(pass).with_state(Arc::clone(&headers)).layer(layer.clone());
        let accepts_signatures = settings.accepts(Proof::Httpsig);
        let signatures = accepts_signatures.then(|| loaded.signature_verifier()).transpose()?;
        Ok(Self {
            judged,
            layer,
            proxy: gateway.proxy,
            content: gateway.content,
            headers,
            signatures,
            has_tls: gateway.has_tls(),
            clock: Arc::clone(&live.clock),
            log: log.writer(),
        })
    }

    /// Whatever path the proxy asks on.
    pub(super) fn router(self) -> Router {
        Router::new().fallback(ask).with_state(Arc::new(self))
    }

    async fn answer(&self, request: Request) -> Response {
        let (asked, body) = request.into_parts();
        if let Err(code) = self.check_proxy(asked.extensions.get()) {
            let response = answer::forbidden();
            self.refused(&asked.headers, &response, code);
            return response;
        }
        // What is looked for in logs and records.
        let headers = asked.headers.clone();
        let fit = self.check_content(&headers);
        let request = original(asked, body, &self.headers).and_then(|request| fit.map(|()| request));
        match request {
            // A router is always ready.
            Ok(request) => match self.judged.clone().call(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            },
            Err(unfit) => {
                let response = answer::unfit(&unfit);
                self.refused(&headers, &response, unfit.code());
                response
            }
        }
    }

    /// The certificate of the proxy may have expired, or lost its anchor, since the handshake.
    fn check_proxy(&self, session: Option<&MtlsSession>) -> Result<(), &'static str> {
        match session {
            _ if !self.has_tls => Ok(()),
            Some(session) => session.peer(self.clock.now()).map(drop).map_err(|error| error.code()),
            None => Err("gateway.proxy_unknown"),
        }
    }

    /// A signature is over content that the gateway has to see; without it, anybody could put some there. A WPT is over none.
    fn check_content(&self, headers: &HeaderMap) -> Result<(), Unfit> {
        let Some(signatures) = &self.signatures else { return Ok(()) };
        let is_signed = || signatures.is_presented(headers);
        match (self.content, &self.headers.content) {
            (Content::Withheld, Some(name)) => {
                if has_content(headers, name)? && is_signed() {
                    return Err(Unfit::ContentWithheld);
                }
            }
            // In case of doubt it is not whole.
            _ => {
                let is_partial = headers.get_all(PARTIAL).iter().any(|value| value != "false");
                if is_partial && is_signed() {
                    return Err(Unfit::ContentPartial);
                }
            }
        }
        Ok(())
    }

    /// What is refused before the layer is on record, counted and in the log as what the layer refuses.
    fn refused(&self, headers: &HeaderMap, response: &Response, code: &'static str) {
        // Of several, one may be the caller's, and none is what the proxy has said.
        let said = |name: &HeaderName| {
            let mut values = headers.get_all(name).iter();
            let only = values.next().filter(|_| values.next().is_none());
            only.map(|value| String::from_utf8_lossy(value.as_bytes()))
        };
        let (method, target) = (said(&self.headers.method), said(&self.headers.uri));
        let mut unjudged = Unjudged::new(code, response.status(), headers);
        if let Some(method) = &method {
            unjudged = unjudged.method(method);
        }
        // Without the query: it may have secrets.
        if let Some(target) = &target {
            unjudged = unjudged.path(target);
        }
        self.layer.refused(&unjudged);
        self.log.say(Some(format!("{} {unjudged}", moment::show(self.clock.now()))));
    }
}

async fn ask(State(judge): State<Arc<Judge>>, request: Request) -> Response {
    let response = judge.answer(request).await;
    answer::told(response, judge.proxy, &judge.headers)
}

/// Behind the layer: whoever comes here may pass.
async fn pass(State(headers): State<Arc<GatewayHeaders>>, request: Request) -> Response {
    match Authenticated::of(request.extensions()) {
        Some(authenticated) => answer::yes(authenticated.caller(), &headers),
        // A route without the layer is a mistake of the gateway, and opens nothing.
        None => answer::forbidden(),
    }
}
