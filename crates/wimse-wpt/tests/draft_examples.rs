//! The examples of the drafts: WIT and WPT verify, and signing again gives the same bytes.
//!
//! `data/wpt-02-eddsa.http` is Figure 5 of draft-ietf-wimse-wpt-02; `data/wpt-after-02-ed25519.http` the same figure of
//! the editor's copy of 22 September 2026. Keys: workload-creds, Figures 5 and 6.

#![allow(clippy::unwrap_used, reason = "a test may")]

use http::{HeaderName, HeaderValue, Request};
use std::sync::Arc;
use std::time::Duration;
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::pop::{Audience, MemoryReplayGuard, Nonce, WitCredential};
use wimse_creds::trust::{DomainAnchors, TrustAnchors};
use wimse_creds::{UnixTime, WitPolicy, WitVerifier, WorkloadIdentityToken};
use wimse_wpt::{ProofOptions, Prover, Verifier};

const ISSUER_KEY: &[u8] = br#"{"keys":[{"kty":"EC","kid":"June 5","crv":"P-256",
    "x":"kXqnA2Op7hgd4zRMbw0iFcc_hDxUxhojxOFVGjE2gks","y":"n__VndPMR021-59UAs0b9qDTFT-EZtT6xSNs_xFskLo"}]}"#;
const WORKLOAD_KEY: &str = r#"{"kty":"OKP","crv":"Ed25519","x":"1CXXvflN_LVVsIsYXsUvB03JmlGWeCHqQVuouCF92bg",
    "d":"sdLX8yCYKqo_XvGBLn-ZWeKT7llYeeQpgeCaXVxb5kY"}"#;
/// `exp` of the WPT in both.
const EXPIRES: UnixTime = UnixTime::from_secs(1_745_510_016);

#[test]
fn the_requests_of_the_drafts_verify() {
    for (example, issued_with) in EXAMPLES {
        let request = parse(example);
        let guard = MemoryReplayGuard::new(10);
        let now = EXPIRES.minus(Duration::from_secs(1));
        let peer = verifier().verify(&request, &guard, now).unwrap();
        assert_eq!(peer.identifier().as_str(), "wimse://example.com/specific-workload", "{issued_with}");
        assert_eq!(verifier().verify(&request, &guard, now).unwrap_err().code(), "wpt.replayed");
        let late = EXPIRES.plus(Duration::from_secs(30));
        assert_eq!(verifier().check(&request, late).unwrap_err().code(), "wpt.expired");
    }
}

#[test]
fn signing_again_gives_the_same_bytes() {
    for (example, algorithm) in EXAMPLES {
        let example = parse(example);
        let wit = example.headers()["workload-identity-token"].to_str().unwrap();
        let key = SigningKey::from_jwk_as(algorithm, WORKLOAD_KEY).unwrap();
        let credential = WitCredential::new(WorkloadIdentityToken::parse(wit).unwrap(), key).unwrap();

        let mut request = Request::post("https://workload.example.com/path").body(()).unwrap();
        let nonce = Nonce::from_text("__bwc4ESC3acc2LTC1-_x").unwrap();
        let options = ProofOptions::default().lifetime(Duration::from_secs(60));
        let now = EXPIRES.minus(Duration::from_secs(60));
        Prover::with_options(&credential, options).attach(&mut request, now, nonce).unwrap();
        for field in ["authorization", "workload-identity-token"] {
            assert_eq!(request.headers()[field], example.headers()[field], "{algorithm} {field}");
        }
    }
}

const EXAMPLES: [(&str, Algorithm); 2] = [
    (include_str!("data/wpt-02-eddsa.http"), Algorithm::EdDsa),
    (include_str!("data/wpt-after-02-ed25519.http"), Algorithm::Ed25519),
];

fn verifier() -> Verifier {
    let domain = DomainAnchors::new("wimse://example.com".parse().unwrap()).with_jwk_set(ISSUER_KEY).unwrap();
    let wits = WitVerifier::new(TrustAnchors::none().with(domain).unwrap(), WitPolicy::default());
    Verifier::new(Arc::new(wits), Audience::base("https://workload.example.com").unwrap())
}

/// Reads the head of an example; all have origin-form targets.
fn parse(example: &str) -> Request<()> {
    let mut lines = example.lines();
    let mut start = lines.next().unwrap().split(' ');
    let mut request = Request::builder().method(start.next().unwrap()).uri(start.next().unwrap());
    for line in lines.take_while(|line| !line.is_empty()) {
        let (name, value) = line.split_once(": ").unwrap();
        request = request.header(name.parse::<HeaderName>().unwrap(), value.parse::<HeaderValue>().unwrap());
    }
    request.body(()).unwrap()
}
