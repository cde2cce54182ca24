//! What everybody may know: the keys, and the certificates of the CAs.

use super::generation::{Generations, Plan};
use super::refused::RotationError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::Duration;
use wimse::creds::trust::DomainAnchors;

/// The documents of one set of generations.
#[derive(Debug)]
pub(crate) struct Published {
    /// RFC 7517 5.
    pub(crate) jwk_set: String,
    /// SPIFFE Trust Domain and Bundle 4.
    pub(crate) spiffe_bundle: String,
    /// PEM.
    pub(crate) ca_certificates: String,
    /// By which the WITs of this server are verified here.
    pub(crate) anchors: Arc<DomainAnchors>,
    /// How long it may be kept.
    pub(crate) refresh: Duration,
}

impl Published {
    pub(crate) fn of(generations: &Generations, plan: &Plan) -> Result<Self, RotationError> {
        let mut anchors = DomainAnchors::new(plan.origin.clone());
        let (mut keys, mut entries, mut ca_certificates) = (Vec::new(), Vec::new(), String::new());
        for one in &generations.all {
            let key: Map<String, Value> = serde_json::from_str(&one.key.public_key().to_jwk())?;
            anchors = anchors.with_key(one.key.public_key().clone())?;
            entries.push(with(key.clone(), "use", json!("wit-svid")));
            keys.push(with(key, "use", json!("sig")));
            ca_certificates.push_str(&one.authority.certificate().to_pem());
        }
        for one in &generations.all {
            let mut key: Map<String, Value> =
                serde_json::from_str(&one.authority.key().public_key().to_jwk())?;
            // X509-SVID 6.1: `use` and `x5c`; neither `kid` nor `alg`.
            key.retain(|name, _| name != "alg" && name != "kid");
            let certificate = STANDARD.encode(one.authority.certificate().der());
            entries.push(with(with_map(key, "use", json!("x509-svid")), "x5c", json!([certificate])));
        }
        let refresh = plan.lifetimes.refresh;
        let bundle = json!({
            "spiffe_sequence": generations.sequence,
            "spiffe_refresh_hint": refresh.as_secs(),
            "keys": entries,
        });
        Ok(Self {
            jwk_set: json!({ "keys": keys }).to_string(),
            spiffe_bundle: bundle.to_string(),
            ca_certificates,
            anchors: Arc::new(anchors),
            refresh,
        })
    }
}

fn with(key: Map<String, Value>, name: &str, value: Value) -> Value {
    Value::Object(with_map(key, name, value))
}

fn with_map(mut key: Map<String, Value>, name: &str, value: Value) -> Map<String, Value> {
    key.insert(name.to_owned(), value);
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Registry;
    use wimse::creds::UnixTime;
    use wimse::creds::trust::KeyDocument;

    #[test]
    fn what_is_published_is_what_others_read() {
        let registry = Registry::of("wimse://example.com".parse().unwrap());
        let (plan, now) = (Plan::of(&registry), UnixTime::from_secs(1_800_000_000));
        let first = Generations::none().next(&plan, now).unwrap().unwrap();
        let late = now.plus(registry.lifetimes.key).minus(registry.lifetimes.lead());
        let both = first.next(&plan, late).unwrap().unwrap();
        for (generations, count) in [(&first, 1), (&both, 2)] {
            let published = Published::of(generations, &plan).unwrap();
            let set = KeyDocument::jwk_set(published.jwk_set.as_bytes()).unwrap();
            assert_eq!((set.keys().len(), set.skipped().len()), (count, 0));
            assert!(!published.jwk_set.contains("\"d\"") && !published.spiffe_bundle.contains("\"d\""));
            let bundle = KeyDocument::spiffe_bundle(published.spiffe_bundle.as_bytes()).unwrap();
            assert_eq!(bundle.keys(), set.keys());
            assert_eq!(bundle.skipped().len(), 0);
            assert_eq!(bundle.ca_certificates().as_slice().len(), count);
            assert_eq!(bundle.sequence(), Some(generations.sequence));
            assert_eq!(bundle.refresh_hint(), Some(300));
            let domain = DomainAnchors::new(plan.origin.clone());
            let domain = domain.with_ca_certificates_pem(&published.ca_certificates).unwrap();
            assert_eq!(domain.ca_certificates().as_slice(), bundle.ca_certificates().as_slice());
        }
    }
}
