//! The sections `[wit]`, `[wpt]` and `[recipient]`, judged and with their defaults.

use super::algorithms;
use super::problem::{Review, whole};
use super::schema::{self, Identifiers, Profile};
use http::HeaderName;
use serde::{Serialize, Serializer};
use std::time::Duration;
use toml::Spanned;
use wimse::creds::WitPolicy;
use wimse::creds::key::Algorithm;
use wimse::creds::pop::{Audience, AudienceError};
use wimse::identifier::IdentifierPolicy;
use wimse::wpt::Verifier;

/// What a WIT has to be. Times are in seconds.
#[derive(Debug, Serialize)]
pub(super) struct WitSettings {
    pub(super) profile: Profile,
    pub(super) leeway: u64,
    pub(super) max_lifetime: u64,
    pub(super) refuse_eddsa_name: bool,
    #[serde(serialize_with = "algorithms::serialize")]
    pub(super) proof_algorithms: Option<Vec<Algorithm>>,
    pub(super) allow_audience: bool,
    pub(super) require_issuer: bool,
    pub(super) require_token_id: bool,
    pub(super) identifiers: Identifiers,
}

impl WitSettings {
    pub(super) fn read(wit: &schema::Wit, review: &mut Review<'_>) -> Self {
        let proof_algorithms = wit.proof_algorithms.as_ref();
        let settings = Self {
            profile: wit.profile,
            leeway: leeway(wit.leeway.as_ref(), WitPolicy::DEFAULT_LEEWAY, review),
            max_lifetime: lifetime(wit.max_lifetime.as_ref(), WitPolicy::DEFAULT_MAX_LIFETIME, review),
            refuse_eddsa_name: wit.refuse_eddsa_name,
            proof_algorithms: proof_algorithms.and_then(|names| algorithms::read(names, review)),
            allow_audience: wit.allow_audience.as_ref().is_some_and(|allow| *allow.get_ref()),
            require_issuer: wit.require_issuer,
            require_token_id: wit.require_token_id,
            identifiers: wit.identifiers,
        };
        if let (Some(allow), Profile::WitSvid) = (&wit.allow_audience, wit.profile)
            && settings.allow_audience
        {
            let message = "allow-audience does nothing with the profile wit-svid, which never allows \"aud\"";
            review.warn("config.no_effect", allow.span(), message, "remove the line");
        }
        if let (Some(names), Some(algorithms)) = (proof_algorithms, &settings.proof_algorithms) {
            for (name, algorithm) in names.get_ref().iter().zip(algorithms) {
                if !settings.allows(*algorithm) {
                    let message = format!(
                        "{algorithm} is accepted here and refused by the profile or refuse-eddsa-name"
                    );
                    review.warn(
                        "config.no_effect",
                        name.span(),
                        message,
                        "remove the name, or change the other line",
                    );
                }
            }
        }
        settings
    }

    /// Whether the rest of the section allows an algorithm.
    pub(super) fn allows(&self, algorithm: Algorithm) -> bool {
        !(self.profile == Profile::WitSvid && !algorithm.allowed_in_wit_svid()
            || self.refuse_eddsa_name && algorithm == Algorithm::EdDsa)
    }

    pub(super) fn identifier_policy(&self) -> IdentifierPolicy {
        match self.identifiers {
            Identifiers::Canonical => IdentifierPolicy::default(),
            Identifiers::Baseline => IdentifierPolicy::baseline(),
        }
    }

    pub(super) fn policy(&self) -> WitPolicy {
        let policy = match self.profile {
            Profile::Wimse => WitPolicy::default(),
            Profile::WitSvid => WitPolicy::wit_svid(),
        };
        let mut policy = policy
            .leeway(Duration::from_secs(self.leeway))
            .max_lifetime(Duration::from_secs(self.max_lifetime))
            .identifiers(self.identifier_policy());
        if let Some(algorithms) = &self.proof_algorithms {
            policy = policy.proof_algorithms(algorithms.iter().copied());
        }
        if self.refuse_eddsa_name {
            policy = policy.refuse_eddsa_name();
        }
        if self.allow_audience {
            policy = policy.allow_audience();
        }
        if self.require_issuer {
            policy = policy.require_issuer();
        }
        if self.require_token_id {
            policy = policy.require_token_id();
        }
        policy
    }
}

/// What a WPT has to be. Times are in seconds.
#[derive(Debug, Serialize)]
pub(super) struct WptSettings {
    pub(super) leeway: u64,
    pub(super) max_lifetime: u64,
}

impl WptSettings {
    pub(super) fn read(wpt: &schema::Wpt, review: &mut Review<'_>) -> Self {
        Self {
            leeway: leeway(wpt.leeway.as_ref(), Verifier::DEFAULT_LEEWAY, review),
            max_lifetime: lifetime(wpt.max_lifetime.as_ref(), Verifier::DEFAULT_MAX_LIFETIME, review),
        }
    }
}

/// Who we are, as callers see us.
#[derive(Debug, Default, Serialize)]
pub(super) struct Recipient {
    #[serde(flatten, serialize_with = "audience_members")]
    pub(super) audience: Option<Audience>,
    #[serde(serialize_with = "names")]
    pub(super) context_fields: Vec<HeaderName>,
}

impl Recipient {
    pub(super) fn read(recipient: &schema::Recipient, review: &mut Review<'_>) -> Self {
        let mut read = Self::default();
        for base in &recipient.audience_bases {
            let known = read.audience.take();
            let more = match known.clone() {
                Some(audience) => audience.or_base(base.get_ref()),
                None => Audience::base(base.get_ref()),
            };
            read.audience = more.map_err(|error| refuse_audience(&error, base, review)).map_or(known, Some);
        }
        for value in &recipient.audience_values {
            let known = read.audience.take();
            let more = match known.clone() {
                Some(audience) => audience.or_value(value.get_ref()),
                None => Audience::value(value.get_ref()),
            };
            read.audience = more.map_err(|error| refuse_audience(&error, value, review)).map_or(known, Some);
            warn_of_value(value, review);
        }
        for field in &recipient.context_fields {
            read.add_context_field(field, review);
        }
        read
    }

    fn add_context_field(&mut self, field: &Spanned<String>, review: &mut Review<'_>) {
        let Ok(name) = HeaderName::from_bytes(field.get_ref().as_bytes()) else {
            let message = format!("{:?} is not the name of a header field", field.get_ref());
            review.refuse("config.value", field.span(), message, "write a name such as \"x-user-context\"");
            return;
        };
        if self.context_fields.contains(&name) {
            let message = format!("the field {name} is there twice");
            review.refuse("config.value", field.span(), message, "remove one of the two");
            return;
        }
        if matches!(name.as_str(), "txn-token" | "authorization") {
            let message =
                format!("{name} has a place of its own in every proof and is not covered by \"oth\"");
            review.warn("config.no_effect", field.span(), message, "remove the name");
        }
        self.context_fields.push(name);
    }
}

fn refuse_audience(error: &AudienceError, text: &Spanned<String>, review: &mut Review<'_>) {
    let fix = match error {
        AudienceError::Base => {
            "write scheme and authority alone, such as https://api.example.com; what is for one path only belongs into \
             audience-values"
        }
        _ => "write the value as callers put it into \"aud\", without spaces around it",
    };
    review.refuse(error.code(), text.span(), whole(error), fix);
}

fn warn_of_value(value: &Spanned<String>, review: &mut Review<'_>) {
    let text = value.get_ref().to_ascii_lowercase();
    if !text.starts_with("http://") && !text.starts_with("https://") {
        let message =
            format!("{:?} does not bind a proof to a path: it is good for every request", value.get_ref());
        let fix = "prefer audience-bases; keep it for other protocols, or where all routes may share a proof";
        review.warn("config.value_without_path", value.span(), message, fix);
    }
}

/// Of WIT, WPT and signatures: all have the same limit.
pub(super) fn leeway(given: Option<&Spanned<u64>>, default: Duration, review: &mut Review<'_>) -> u64 {
    let Some(given) = given else { return default.as_secs() };
    let limit = WitPolicy::MAX_LEEWAY.as_secs();
    if *given.get_ref() > limit {
        let fix = "set the clocks right; 30 seconds are usual";
        review.refuse(
            "config.value",
            given.span(),
            format!("the leeway is longer than {limit} seconds"),
            fix,
        );
    }
    *given.get_ref()
}

pub(super) fn lifetime(given: Option<&Spanned<u64>>, default: Duration, review: &mut Review<'_>) -> u64 {
    let Some(given) = given else { return default.as_secs() };
    if *given.get_ref() == 0 {
        let fix = format!("write seconds; {} are the default", default.as_secs());
        review.refuse("config.value", given.span(), "a lifetime of 0 seconds accepts nothing", fix);
    }
    *given.get_ref()
}

#[derive(Serialize)]
struct AudienceMembers<'a> {
    audience_bases: &'a [String],
    audience_values: &'a [String],
}

fn audience_members<S: Serializer>(audience: &Option<Audience>, serializer: S) -> Result<S::Ok, S::Error> {
    let members = AudienceMembers {
        audience_bases: audience.as_ref().map_or(&[], Audience::bases),
        audience_values: audience.as_ref().map_or(&[], Audience::values),
    };
    members.serialize(serializer)
}

fn names<S: Serializer>(fields: &[HeaderName], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(fields.iter().map(HeaderName::as_str))
}
