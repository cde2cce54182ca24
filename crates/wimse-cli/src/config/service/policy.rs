//! What a request has to prove, for all paths or for some.

use super::super::problem::Review;
use super::permitted::Permitted;
use super::schema::{Layers, Need, Proof, Route, Serve};
use serde::Serialize;
use std::ops::Range;
use toml::Spanned;
use wimse::creds::pop::LayerPolicy;
use wimse::identifier::IdentifierPolicy;
use wimse_tower::{Policies, Policy};

/// A policy, by the names of the configuration.
#[derive(Debug, Clone, Serialize)]
pub(in crate::config) struct PathPolicy {
    pub(in crate::config) accept: Vec<Proof>,
    pub(in crate::config) need: Need,
    pub(in crate::config) layers: Layers,
    pub(in crate::config) permit: Permitted,
    /// Of the connection, where its peer is another than that of the message.
    pub(in crate::config) connection_permit: Permitted,
    pub(in crate::config) anonymous: bool,
    pub(in crate::config) signed_responses: bool,
}

/// A policy for some paths.
#[derive(Debug, Serialize)]
pub(in crate::config) struct RoutePolicy {
    pub(in crate::config) path: String,
    pub(in crate::config) exact: bool,
    #[serde(flatten)]
    pub(in crate::config) policy: PathPolicy,
}

impl PathPolicy {
    pub(super) fn read(serve: &Serve, identifiers: &IdentifierPolicy, review: &mut Review<'_>) -> Self {
        let policy = Self {
            accept: proofs(&serve.accept, review),
            need: serve.need,
            layers: serve.layers.as_ref().map(|layers| *layers.get_ref()).unwrap_or_default(),
            permit: Permitted::read(&serve.permit, &serve.permit_domains, identifiers, review),
            connection_permit: Permitted::read(
                &serve.connection_permit,
                &serve.connection_permit_domains,
                identifiers,
                review,
            ),
            anonymous: serve.anonymous,
            signed_responses: serve.signed_responses.as_ref().is_some_and(|signed| *signed.get_ref()),
        };
        let spans = Spans {
            layers: serve.layers.as_ref().map(Spanned::span),
            signed_responses: serve.signed_responses.as_ref().map(Spanned::span),
            accept: serve.accept.span(),
        };
        policy.check(&spans, review);
        policy
    }

    /// The policy of a route: what it does not say is as everywhere.
    pub(super) fn of_route(
        &self,
        route: &Route,
        identifiers: &IdentifierPolicy,
        review: &mut Review<'_>,
    ) -> RoutePolicy {
        let mut policy = self.clone();
        let accept_span = route.accept.as_ref().map_or(route.path.span(), Spanned::span);
        if let Some(accept) = &route.accept {
            policy.accept = proofs(accept, review);
            for proof in accept.get_ref().iter().filter(|proof| !self.accept.contains(proof.get_ref())) {
                let message = format!("the service does not accept {}", proof.get_ref().name());
                let fix = "name it in accept of [serve], too: what is accepted anywhere is judged everywhere";
                review.refuse("config.value", proof.span(), message, fix);
            }
        }
        let none = Vec::new;
        if route.permit.is_some() || route.permit_domains.is_some() {
            let (permit, domains) = (route.permit.clone(), route.permit_domains.clone());
            let (permit, domains) = (permit.unwrap_or_else(none), domains.unwrap_or_else(none));
            policy.permit = Permitted::read(&permit, &domains, identifiers, review);
        }
        if route.connection_permit.is_some() || route.connection_permit_domains.is_some() {
            let permit = route.connection_permit.clone().unwrap_or_else(none);
            let domains = route.connection_permit_domains.clone().unwrap_or_else(none);
            policy.connection_permit = Permitted::read(&permit, &domains, identifiers, review);
        }
        policy.need = route.need.unwrap_or(policy.need);
        policy.layers = route.layers.as_ref().map_or(policy.layers, |layers| *layers.get_ref());
        policy.anonymous = route.anonymous.unwrap_or(policy.anonymous);
        if let Some(signed) = &route.signed_responses {
            policy.signed_responses = *signed.get_ref();
        }
        let spans = Spans {
            layers: route.layers.as_ref().map(Spanned::span),
            signed_responses: route.signed_responses.as_ref().map(Spanned::span),
            accept: accept_span,
        };
        policy.check(&spans, review);
        if !Policies::can_be_for(route.path.get_ref()) {
            let message = format!(
                "{:?} does not begin with \"/\", or may be read in more than one way",
                route.path.get_ref()
            );
            review.refuse(
                "config.value",
                route.path.span(),
                message,
                "write a path as it is received, such as /orders",
            );
        }
        RoutePolicy { path: route.path.get_ref().clone(), exact: route.exact, policy }
    }

    /// What can never be met.
    fn check(&self, spans: &Spans, review: &mut Review<'_>) {
        let has_message = self.accept.iter().any(|proof| *proof != Proof::Mtls);
        if self.layers != Layers::Either && !(has_message && self.accept.contains(&Proof::Mtls)) {
            let message = "peers of both layers are wanted, and proofs of both are not accepted";
            let fix = "accept \"mtls\" and one of \"wpt\" and \"httpsig\", or write layers = \"either\"";
            let span = spans.layers.clone().unwrap_or_else(|| spans.accept.clone());
            review.refuse("config.value", span, message, fix);
        }
        if self.layers != Layers::Both && !self.connection_permit.is_empty() {
            let message = "connection-permit counts only with layers = \"both\"";
            review.warn(
                "config.no_effect",
                spans.accept.clone(),
                message,
                "remove it, or write layers = \"both\"",
            );
        }
        if self.signed_responses && !self.accept.contains(&Proof::Httpsig) {
            let message = "signed responses are answers to signed requests, which are not accepted";
            let span = spans.signed_responses.clone().unwrap_or_else(|| spans.accept.clone());
            review.refuse("config.value", span, message, "accept \"httpsig\", or remove signed-responses");
        }
    }

    pub(super) fn policy(&self) -> Policy {
        let accept = self.accept.iter().map(|proof| proof.binding());
        let permitted = self.permit.policy();
        let layers = match self.layers {
            Layers::Either => LayerPolicy::Either(permitted),
            Layers::Same => LayerPolicy::Same(permitted),
            Layers::Both => {
                LayerPolicy::Both { transport: self.connection_permit.policy(), application: permitted }
            }
        };
        let mut policy = match self.need {
            Need::Any => Policy::any_of(accept, layers),
            Need::All => Policy::all_of(accept, layers),
        };
        if self.anonymous {
            policy = policy.or_anonymous();
        }
        if self.signed_responses {
            policy = policy.signed_responses();
        }
        policy
    }

    /// Who may make a connection at all.
    pub(super) fn at_the_door(&self) -> &Permitted {
        if self.layers == Layers::Both { &self.connection_permit } else { &self.permit }
    }
}

/// Where in the file it stands.
struct Spans {
    layers: Option<Range<usize>>,
    signed_responses: Option<Range<usize>>,
    accept: Range<usize>,
}

fn proofs(accept: &Spanned<Vec<Spanned<Proof>>>, review: &mut Review<'_>) -> Vec<Proof> {
    if accept.get_ref().is_empty() {
        let message = "an empty list of proofs accepts nothing";
        review.refuse(
            "config.value",
            accept.span(),
            message,
            "name some of \"wpt\", \"httpsig\" and \"mtls\"",
        );
    }
    let mut proofs: Vec<Proof> = Vec::new();
    for proof in accept.get_ref() {
        if proofs.contains(proof.get_ref()) {
            let message = format!("{} is there twice", proof.get_ref().name());
            review.refuse("config.value", proof.span(), message, "remove one of the two");
        } else {
            proofs.push(*proof.get_ref());
        }
    }
    proofs
}
