//! The section `[serve]`, judged and with its defaults.

mod limits;
mod permitted;
mod policy;
mod replay;
pub(super) mod schema;
#[cfg(test)]
mod tests;
mod text;

use limits::LimitSettings;
pub(super) use permitted::Permitted;
pub(crate) use replay::ReplayChoice;
pub(crate) use schema::{OnError, Proof};

use super::credentials::CredentialSettings;
use super::problem::{Review, whole};
use super::schema::ResponseSigning;
use super::settings::Recipient;
use policy::{PathPolicy, RoutePolicy};
use schema::Serve;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Range;
use std::path::Path;
use toml::Spanned;
use wimse::creds::pop::{Audience, PeerPolicy};
use wimse::identifier::IdentifierPolicy;
use wimse_tower::{ExternalBase, Policies};

/// A service: what it accepts, from whom, and within which limits.
#[derive(Debug, Serialize)]
pub(crate) struct ServeSettings {
    pub(crate) listen: SocketAddr,
    #[serde(flatten)]
    policy: PathPolicy,
    routes: Vec<RoutePolicy>,
    pub(crate) replay: ReplayChoice,
    pub(crate) fence_at_start: bool,
    #[serde(serialize_with = "base")]
    pub(crate) external_base: Option<ExternalBase>,
    path_prefixes: BTreeMap<String, String>,
    pub(crate) unary_methods: Vec<String>,
    pub(crate) limits: LimitSettings,
}

/// What the rest of the file says that a service depends on.
pub(super) struct Surroundings<'a> {
    pub(super) identifiers: &'a IdentifierPolicy,
    pub(super) recipient: &'a Recipient,
    pub(super) credentials: Option<&'a CredentialSettings>,
    pub(super) response_signing: ResponseSigning,
    pub(super) folder: &'a Path,
}

/// Where a service listens unless it is said: this machine only.
const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

impl ServeSettings {
    pub(super) fn read(serve: &Spanned<Serve>, around: &Surroundings<'_>, review: &mut Review<'_>) -> Self {
        let (span, serve) = (serve.span(), serve.get_ref());
        let policy = PathPolicy::read(serve, around.identifiers, review);
        let routes =
            serve.routes.iter().map(|route| policy.of_route(route.get_ref(), around.identifiers, review));
        let routes: Vec<RoutePolicy> = routes.collect();
        let mut prefixes = BTreeMap::new();
        let external_base = external_base(serve, around.recipient, &mut prefixes, review);
        let settings = Self {
            listen: listen(serve.listen.as_ref(), review),
            replay: ReplayChoice::read(&serve.replay, around.folder, review),
            fence_at_start: serve.fence_at_start.as_ref().is_some_and(|fence| *fence.get_ref()),
            external_base,
            path_prefixes: prefixes,
            unary_methods: serve.unary_methods.iter().map(|method| method.get_ref().clone()).collect(),
            limits: LimitSettings::read(&serve.limits, serve.spool.as_ref(), around.folder, review),
            policy,
            routes,
        };
        settings.check(serve, &span, around, review);
        settings
    }

    /// What does not go together with the rest of the file.
    fn check(&self, serve: &Serve, span: &Range<usize>, around: &Surroundings<'_>, review: &mut Review<'_>) {
        let place = |proof: Proof| {
            let named = serve.accept.get_ref().iter().find(|named| *named.get_ref() == proof);
            named.map_or(span.clone(), Spanned::span)
        };
        let messages = [Proof::Wpt, Proof::Httpsig].into_iter().filter(|proof| self.accepts(*proof));
        for proof in messages.filter(|_| around.recipient.audience.is_none()).take(1) {
            let message = "it is not said who we are, so that no proof can be meant for us";
            let fix = "add a section [recipient] with audience-bases = [\"https://api.example.com\"]";
            review.refuse("config.no_audience", place(proof), message, fix);
        }
        let has = |which: fn(&CredentialSettings) -> bool| around.credentials.is_some_and(which);
        if self.accepts(Proof::Mtls) && !has(CredentialSettings::has_wic) {
            let message = "there is no certificate to serve mutual TLS with";
            let fix = "add a section [credentials] with wic = \"orders.crt\" and wic-key = \"orders.key\"";
            review.refuse("config.no_credential", place(Proof::Mtls), message, fix);
        }
        let signs = around.response_signing == ResponseSigning::Always || self.signs_responses();
        if self.accepts(Proof::Httpsig) && signs && !has(CredentialSettings::has_wit) {
            let message = "responses are to be signed, and there is no WIT to sign them with";
            let fix = "add a section [credentials] with wit = \"orders.wit\" and key = \"orders.jwk.json\"";
            let at = serve.signed_responses.as_ref().map_or_else(|| place(Proof::Httpsig), Spanned::span);
            review.refuse("config.no_credential", at, message, fix);
        }
        let is_open = self.policies_read().any(|policy| policy.anonymous || !policy.permit.is_empty());
        if !self.listen.ip().is_loopback() && !self.accepts(Proof::Mtls) {
            let message =
                format!("{} is reached by others, and without TLS: WITs can be read on the way", self.listen);
            let fix = "accept \"mtls\", or listen on this machine behind a proxy that ends TLS";
            let at = serve.listen.as_ref().map_or(span.clone(), Spanned::span);
            review.warn("config.plain_http", at, message, fix);
        }
        // Names that are wrong have been told already.
        if !is_open && review.problems.is_empty() {
            let message = "nobody is permitted: every request is refused";
            let fix = "name who may call: permit = [\"wimse://example.com/billing\"], or permit-domains = [\"wimse://example.com\"]";
            review.refuse("config.nobody_permitted", span.clone(), message, fix);
        }
        if let Some(fence) = serve.fence_at_start.as_ref().filter(|fence| *fence.get_ref())
            && !matches!(self.replay, ReplayChoice::Local)
        {
            let message = "fence-at-start is for replay = \"local\": a shared store has a fence of its own";
            review.warn("config.no_effect", fence.span(), message, "remove the line");
        }
    }

    fn policies_read(&self) -> impl Iterator<Item = &PathPolicy> {
        std::iter::once(&self.policy).chain(self.routes.iter().map(|route| &route.policy))
    }

    /// Whether some route has all responses signed.
    pub(super) fn signs_responses(&self) -> bool {
        self.policies_read().any(|policy| policy.signed_responses)
    }

    /// Whether this kind of proof is judged.
    pub(crate) fn accepts(&self, proof: Proof) -> bool {
        self.policy.accept.contains(&proof)
    }

    /// What requests have to prove, by their paths.
    pub(crate) fn policies(&self) -> Policies {
        let default = Policies::new(self.policy.policy());
        self.routes.iter().fold(default, |policies, route| match route.exact {
            true => policies.at(&route.path, route.policy.policy()),
            false => policies.beneath(&route.path, route.policy.policy()),
        })
    }

    /// Who is let into a connection of mutual TLS: whoever is permitted anywhere.
    pub(crate) fn at_the_door(&self) -> PeerPolicy {
        let mut all = Permitted::default();
        self.policies_read().for_each(|policy| all.extend(policy.at_the_door()));
        all.policy()
    }
}

fn listen(text: Option<&Spanned<String>>, review: &mut Review<'_>) -> SocketAddr {
    let Some(text) = text else { return LISTEN };
    text.get_ref().parse().unwrap_or_else(|_| {
        let message = format!("{:?} is not an address and a port", text.get_ref());
        let fix = "write an address such as 127.0.0.1:8080 or [::1]:8080; port 0 takes a free one";
        review.refuse("config.value", text.span(), message, fix);
        LISTEN
    })
}

/// As callers see the service: what is said here, else the first of the audience bases.
fn external_base(
    serve: &Serve,
    recipient: &Recipient,
    prefixes: &mut BTreeMap<String, String>,
    review: &mut Review<'_>,
) -> Option<ExternalBase> {
    let known = recipient.audience.as_ref().map_or(&[][..], Audience::bases).first();
    let mut base = match (&serve.external_base, known) {
        (Some(given), _) => match ExternalBase::new(given.get_ref()) {
            Ok(base) => base,
            Err(error) => {
                let fix = "write scheme and authority alone, as callers dial them: https://api.example.com";
                review.refuse(error.code(), given.span(), whole(&error), fix);
                return None;
            }
        },
        (None, Some(known)) => ExternalBase::new(known).ok()?,
        (None, None) => return None,
    };
    if let (Some(given), Some(audience)) = (&serve.external_base, &recipient.audience)
        && !base.audience().bases().iter().all(|base| audience.bases().contains(base))
    {
        let message = "external-base is none of the audience-bases: no WPT can be meant for it";
        review.warn("config.external_base", given.span(), message, "add it to audience-bases of [recipient]");
    }
    for (received, external) in &serve.path_prefixes {
        match base.clone().path_prefix(received, external.get_ref()) {
            Ok(more) => base = more,
            Err(error) => {
                let fix =
                    "write what is received and what callers dial: path-prefixes = { \"/\" = \"/shop\" }";
                review.refuse(error.code(), external.span(), whole(&error), fix);
            }
        }
        prefixes.insert(received.clone(), external.get_ref().clone());
    }
    Some(base)
}

fn base<S: Serializer>(base: &Option<ExternalBase>, serializer: S) -> Result<S::Ok, S::Error> {
    let audience = base.as_ref().map(ExternalBase::audience);
    audience.as_ref().and_then(|audience| audience.bases().first()).serialize(serializer)
}
