//! A service, for people.

use super::policy::PathPolicy;
use super::schema::{Layers, Need};
use super::{ReplayChoice, ServeSettings};
use crate::config::schema::ResponseSigning;
use crate::output::{BOLD, Style};
use wimse_tower::ExternalBase;

impl ServeSettings {
    /// What `wimse config check` says of it.
    pub(in crate::config) fn text(&self, signing: ResponseSigning, has_wit: bool, style: Style) -> String {
        let mut text = format!("\n{}\n", style.paint("what is served", BOLD));
        let mut line = |name: &str, value: &str| text.push_str(&format!("  {name:<10}  {value}\n"));
        line("listen", &self.listen.to_string());
        let base = self.external_base.as_ref().map(ExternalBase::audience);
        let base = base.as_ref().and_then(|base| base.bases().first()).map_or("none", String::as_str);
        line("dialled as", base);
        for (received, external) in &self.path_prefixes {
            line("", &format!("{received} was dialled as {external}"));
        }
        for (name, value) in lines(&self.policy) {
            line(name, &value);
        }
        line("replay", &self.replay.text());
        if self.fence_at_start && matches!(self.replay, ReplayChoice::Local) {
            line("", "after a start, proofs that were made before are refused");
        }
        let signed = match signing {
            _ if !has_wit => "never signed: there is no WIT to sign with",
            ResponseSigning::Unsupported => "never signed",
            ResponseSigning::WhenRequired => "signed where the request demands it",
            ResponseSigning::Always => "always signed",
        };
        line("responses", signed);
        line("limits", &self.limits.text());
        for route in &self.routes {
            let what = if route.exact { "only" } else { "and beneath" };
            line("route", &format!("{} {what}", route.path));
            for (name, value) in lines(&route.policy) {
                line("", &format!("{name:<8}  {value}"));
            }
        }
        text
    }
}

fn lines(policy: &PathPolicy) -> Vec<(&'static str, String)> {
    let between = if policy.need == Need::All { " and " } else { " or " };
    let proofs: Vec<&str> = policy.accept.iter().map(|proof| proof.name()).collect();
    let mut accepted = proofs.join(between);
    match policy.layers {
        Layers::Either => {}
        Layers::Same => accepted.push_str(", connection and message of the same workload"),
        Layers::Both => accepted.push_str(", of connection and message"),
    }
    if policy.anonymous {
        accepted.push_str(", or nothing at all");
    }
    if policy.signed_responses {
        accepted.push_str("; every response to a signature is signed");
    }
    let names = |names: Vec<String>| if names.is_empty() { "nobody".to_owned() } else { names.join(", ") };
    let mut lines = vec![("accepts", accepted), ("permits", names(policy.permit.names()))];
    if policy.layers == Layers::Both {
        lines.push(("through", names(policy.connection_permit.names())));
    }
    lines
}
