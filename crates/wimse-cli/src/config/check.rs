//! `wimse config check`: what a configuration trusts, or what is wrong with it.

use super::credentials::CredentialSettings;
use super::domain::{TrustedDomain, TrustedKey};
use super::gateway::GatewaySettings;
use super::loaded::Loaded;
use super::locate::find;
use super::problem::Problem;
use super::schema::{Identifiers, Profile, ResponseSigning};
use super::service::ServeSettings;
use super::settings::{Recipient, WitSettings, WptSettings};
use super::signatures::HttpsigSettings;
use super::source::Source;
use crate::exit::{Exit, Failure};
use crate::key::fitting::in_words;
use crate::output::{BOLD, DIM, GREEN, Output, RED, Style, Verdict, YELLOW, wrap};
use crate::refusal::Refusal;
use serde::Serialize;
use std::path::PathBuf;
use wimse::creds::key::Algorithm;
use wimse::creds::pop::Audience;

/// Show what a configuration trusts, or everything that is wrong with it
///
/// Reads the file and all key files that it names. Every problem is told with its line and column.
/// Warnings are about what works and may not be meant; they do not change the exit status.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_long_help = HELP, after_help = "See --help for a whole wimse.toml.")]
pub(crate) struct Check {
    #[arg(help = "Configuration [default: the file named by WIMSE_CONFIG, else ./wimse.toml]")]
    file: Option<PathBuf>,
}

pub(super) const HELP: &str = "\
Examples:
  wimse config check
  wimse config check deploy/wimse.toml
  wimse config check --json | jq '.domains[].keys[].kid'

A whole wimse.toml; only [[domains]] is needed, and [recipient] where requests are verified:

  [recipient]                                   # who we are
  audience-bases = [\"https://api.example.com\"]  # scheme and authority, as callers see them
  audience-values = []                          # other values of \"aud\", such as names of queues
  context-fields = [\"x-user-context\"]           # header fields that a proof covers in \"oth\"

  [wit]                                         # the values are the defaults
  profile = \"wimse\"                             # or \"wit-svid\"
  leeway = 30                                   # seconds, at most 300
  max-lifetime = 86400                          # seconds
  refuse-eddsa-name = false                     # EdDSA is the older name of Ed25519
  # proof-algorithms = [\"ES256\", \"PS256\"]       # of the keys that a WIT binds; without it: all
  allow-audience = false
  require-issuer = false
  require-token-id = false
  identifiers = \"canonical\"                     # or \"baseline\"

  [wpt]
  leeway = 30
  max-lifetime = 330

  [httpsig]                                     # signed requests and responses
  leeway = 30
  max-lifetime = 330
  min-nonce-chars = 1                           # 11 are 64 bits in base64url
  response-signing = \"when-required\"            # or \"always\", or \"unsupported\"
  require-request-wit = false                   # a response covers the WIT of its request
  require-request-digest = false                # and its Content-Digest
  # scheme = \"https\"                            # where callers cover @scheme or @target-uri
  # authority = \"api.example.com\"               # where callers cover @authority or @target-uri

  [[domains]]                                   # once for each trust domain
  origin = \"wimse://example.com\"
  jwks = [\"issuer.jwks.json\"]                   # JWK Sets; names are relative to this file
  spiffe-bundles = []                           # SPIFFE bundles
  keys = [\"issuer.pub.pem\"]                     # single public keys: JWK, or SPKI as PEM
  jwks-urls = []                                # https, asked by \"wimse serve\" and \"wimse call\"
  spiffe-bundle-urls = []                       # SPIFFE bundle endpoints, the same
  ca-certificates = [\"ca.pem\"]                  # CAs of this trust domain: PEM
  issuers = [\"https://id.example.com\"]          # accepted \"iss\"; none: any
  algorithms = [\"ES256\"]                        # of the issuer; none: those of the keys

  [credentials]                                 # who we are towards others
  wit = \"orders.wit\"                            # for signed responses, and for calls
  key = \"orders.jwk.json\"
  wic = \"orders.crt\"                            # for mutual TLS
  wic-key = \"orders.key\"
  allow-readable-key = false
  # [credentials.server]                        # instead of files: an identity server
  # url = \"https://id.example.com/credentials\"
  # token-file = \"enrolment.token\"
  # token-once = false                          # true for a join token: the WIT is shown after that
  # wit-algorithm = \"ES256\"
  # wic-algorithm = \"ES256\"
  # workload = \"wimse://example.com/orders\"     # nobody else

  [serve]                                       # the service of \"wimse serve\"
  accept = [\"wpt\", \"httpsig\"]                 # required; and \"mtls\", with which it is https
  replay = \"local\"                              # required; or \"off\", or, for several replicas:
  # replay = { shared = { url = \"redis://replay.internal:6379\", on-error = \"deny\" } }
  listen = \"127.0.0.1:8080\"
  need = \"any\"                                  # of what is accepted, or \"all\"
  layers = \"either\"                             # \"same\" workload, or \"both\" with connection-permit
  permit = [\"wimse://example.com/billing\"]      # who may call
  permit-domains = []                           # trust domains whose workloads all may
  anonymous = false                             # whether requests without any proof may
  signed-responses = false                      # every response to a signed request
  external-base = \"https://api.example.com\"     # as callers dial us; without it the first audience-base
  path-prefixes = { \"/\" = \"/shop\" }             # what is received beneath /, was dialled beneath /shop
  fence-at-start = false                        # refuse proofs from before the start
  unary-methods = []                            # of gRPC, which may be signed: \"/pkg.Service/Method\"

  [serve.limits]                                # the values are the defaults; times in seconds
  connections = 1024
  head-bytes = 65536
  head-fields = 100
  streams = 128                                 # at once on a connection of HTTP/2
  handshake-timeout = 10
  head-timeout = 10
  idle-timeout = 60
  stop-grace = 10                               # for open requests, when it ends
  content-bytes = 2097152                       # of one request
  content-total-bytes = 67108864                # of all signed ones in memory
  content-timeout = 30
  remembered-proofs = 1000000

  [[serve.routes]]                              # what differs for a path and all beneath it
  path = \"/health\"
  exact = true                                  # this path alone
  anonymous = true

  [gateway]                                     # how a proxy asks \"wimse gateway\" about its requests
  proxy = \"nginx\"                               # required; or \"caddy\", \"traefik\", \"envoy\"
  listen = \"127.0.0.1:9191\"                     # of this machine, or \"unix:/run/wimse/gateway.sock\"
  proxies = []                                  # who may ask over mutual TLS, from other machines too
  proxy-domains = []
  method-header = \"x-original-method\"           # x-forwarded-method for Caddy and Traefik
  uri-header = \"x-original-uri\"                 # x-forwarded-uri for Caddy and Traefik
  content = \"withheld\"                          # \"forwarded\" by Traefik and Envoy
  content-header = \"x-original-content\"         # \"0\" in it says that there is none
  identity-header = \"wimse-caller\"              # who calls, for the service behind
  status-header = \"wimse-status\"                # for nginx, which knows 401 and 403 alone

  [sources]                                     # how files and URLs are asked; times in seconds
  allow-loopback-http = false                   # for development
  allow-networks = []                           # private ones that URLs may lead to: \"10.0.0.0/8\"
  # ca-certificates = \"web.pem\"                 # of https servers; without it those of the system
  timeout = 10
  interval = 300                                # where a server does not say
  file-interval = 5
  cooldown = 30                                 # after an unknown kid
  max-age = 86400                               # then the last answer counts no more";

const SCHEMA: &str = "wimse-config-check/1";

#[derive(Serialize)]
struct Accepted<'a> {
    file: String,
    recipient: &'a Recipient,
    wit: &'a WitSettings,
    wpt: &'a WptSettings,
    httpsig: &'a HttpsigSettings,
    domains: &'a [TrustedDomain],
    credentials: Option<&'a CredentialSettings>,
    serve: Option<&'a ServeSettings>,
    gateway: Option<&'a GatewaySettings>,
    warnings: &'a [Problem],
}

#[derive(Serialize)]
struct Refused<'a> {
    file: String,
    refusal: Option<Refusal>,
    problems: &'a [Problem],
}

impl Check {
    pub(super) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        let path = find(self.file.as_deref())?;
        let file = path.display().to_string();
        let read = Source::read(path)?.map_err(|problem| vec![*problem]);
        match read.and_then(|source| Loaded::read(&source)) {
            Ok(loaded) => {
                let Loaded { recipient, wit, wpt, httpsig, domains, warnings, .. } = &loaded;
                let (credentials, serve, gateway) = (loaded.credentials(), loaded.serve(), loaded.gateway());
                let body = Accepted {
                    file,
                    recipient,
                    wit,
                    wpt,
                    httpsig,
                    domains,
                    credentials,
                    serve,
                    gateway,
                    warnings,
                };
                output.print(SCHEMA, Verdict::Accepted, &body, |style| accepted(&body, style))
            }
            Err(problems) => {
                let refusal = problems.first();
                let refusal = refusal.map(|first| Refusal::of(first.code, first).with_fix(&*first.fix));
                let body = Refused { file, refusal, problems: &problems };
                output.print(SCHEMA, Verdict::Refused, &body, |style| refused(&body, style))
            }
        }
    }
}

fn refused(body: &Refused<'_>, style: Style) -> String {
    let count = body.problems.len();
    let what = if count == 1 { "one problem".to_owned() } else { format!("{count} problems") };
    let mut text = format!("{} {}: {what}\n", style.paint("✗ refused:", RED), body.file);
    for problem in body.problems {
        text.push_str(&listed(problem, RED, style));
    }
    text
}

fn accepted(body: &Accepted<'_>, style: Style) -> String {
    let mut text = format!("{} {}\n", style.paint("✓ accepted:", GREEN), body.file);
    for domain in body.domains {
        text.push_str(&format!("\n{} {}\n", style.paint("trusted:", BOLD), domain.origin));
        text.push_str(&domain_text(domain, style));
    }
    text.push_str(&format!("\n{}\n", style.paint("who we are", BOLD)));
    text.push_str(&recipient_text(body.recipient));
    text.push_str(&body.credentials.map_or(String::new(), CredentialSettings::text));
    text.push_str(&format!("\n{}\n", style.paint("what is accepted", BOLD)));
    text.push_str(&policy_text(body));
    if let Some(serve) = body.serve {
        let has_wit = body.credentials.is_some_and(CredentialSettings::has_wit);
        text.push_str(&serve.text(body.httpsig.response_signing, has_wit, style));
    }
    text.push_str(&body.gateway.map_or(String::new(), |gateway| gateway.text(style)));
    if !body.warnings.is_empty() {
        text.push_str(&format!("\n{}\n", style.paint("warnings", BOLD)));
    }
    for warning in body.warnings {
        text.push_str(&listed(warning, YELLOW, style));
    }
    text
}

/// Columns of a fix.
const FIX_WIDTH: usize = 98;

/// A problem or a warning, with its place.
fn listed(problem: &Problem, colour: &str, style: Style) -> String {
    let sign = style.paint(if colour == RED { "✗" } else { "!" }, colour);
    let excerpt = problem.excerpt(style).replace('\n', "\n  ");
    let fix = wrap(&problem.fix, FIX_WIDTH).join("\n          ");
    format!("\n  {sign} {problem}{excerpt}\n    fix   {fix}\n")
}

fn domain_text(domain: &TrustedDomain, style: Style) -> String {
    let mut text = String::new();
    for TrustedKey { kid, algorithms, thumbprint, file, .. } in &domain.keys {
        let kid =
            kid.as_ref().map_or("no kid (for tokens without one)".to_owned(), |kid| format!("kid {kid:?}"));
        let source = style.paint(&format!("{thumbprint}  {file}"), DIM);
        text.push_str(&format!("  key         {kid}  {}  {source}\n", in_words(algorithms, "or")));
    }
    text.push_str(&super::authority::text(domain, style));
    for (url, _) in &domain.urls {
        text.push_str(&format!("  source      {}, asked while a service runs\n", url.as_str()));
    }
    if domain.keys.is_empty() && domain.urls.is_empty() {
        text.push_str("  key         none: no token of this domain verifies\n");
    }
    for skipped in &domain.skipped {
        text.push_str(&format!("  skipped     {skipped}\n"));
    }
    text.push_str(&format!("  issuers     {}\n", list(&domain.issuers, "any")));
    let names = domain.algorithms.as_ref().map(|algorithms| names(algorithms));
    text.push_str(&format!("  algorithms  {}\n", list(&names.unwrap_or_default(), "those of the keys")));
    text
}

fn recipient_text(recipient: &Recipient) -> String {
    let audience = recipient.audience.as_ref();
    let bases = audience.map_or(&[][..], Audience::bases);
    let values = audience.map_or(&[][..], Audience::values);
    let fields: Vec<&str> = recipient.context_fields.iter().map(http::HeaderName::as_str).collect();
    format!(
        "  bases       {}\n  values      {}\n  context     {}\n",
        list(bases, "none"),
        list(values, "none"),
        list(&fields, "none besides Txn-Token")
    )
}

fn policy_text(body: &Accepted<'_>) -> String {
    let WitSettings { profile, leeway, max_lifetime, identifiers, .. } = body.wit;
    let profile = match profile {
        Profile::Wimse => "wimse",
        Profile::WitSvid => "wit-svid",
    };
    let identifiers = match identifiers {
        Identifiers::Canonical => "canonical",
        Identifiers::Baseline => "baseline",
    };
    let allowed = Algorithm::all().filter(|algorithm| body.wit.allows(*algorithm));
    let allowed = allowed.filter(|algorithm| {
        body.wit.proof_algorithms.as_ref().is_none_or(|listed| listed.contains(algorithm))
    });
    let allowed: Vec<Algorithm> = allowed.collect();
    let switches = [
        (body.wit.refuse_eddsa_name, "the name EdDSA is refused"),
        (body.wit.allow_audience && body.wit.profile == Profile::Wimse, "\"aud\" in a WIT is allowed"),
        (body.wit.require_issuer, "\"iss\" is required"),
        (body.wit.require_token_id, "\"jti\" is required"),
    ];
    let mut text = format!(
        "  WIT         profile {profile}, {identifiers} identifiers, at most {max_lifetime} s, leeway {leeway} s\n"
    );
    for (_, says) in switches.iter().filter(|(on, _)| *on) {
        text.push_str(&format!("              {says}\n"));
    }
    text.push_str(&format!("  proof keys  {}\n", list(&names(&allowed), "none")));
    let WptSettings { leeway, max_lifetime } = body.wpt;
    text.push_str(&format!("  WPT         at most {max_lifetime} s, leeway {leeway} s\n"));
    text + &signatures_text(body.httpsig)
}

fn signatures_text(httpsig: &HttpsigSettings) -> String {
    let HttpsigSettings { leeway, max_lifetime, min_nonce_chars, scheme, authority, .. } = httpsig;
    let mut text = format!("  signatures  at most {max_lifetime} s, leeway {leeway} s\n");
    let responses = match httpsig.response_signing {
        ResponseSigning::Unsupported => Some("no response is signed: requests that demand it are refused"),
        ResponseSigning::WhenRequired => None,
        ResponseSigning::Always => Some("every response is signed"),
    };
    let lines = [
        responses.map(str::to_owned),
        (*min_nonce_chars > 1).then(|| format!("a nonce has at least {min_nonce_chars} characters")),
        scheme.map(|scheme| format!("@scheme is {}", scheme.name())),
        authority.as_ref().map(|authority| format!("@authority is {authority}")),
        httpsig.require_request_wit.then(|| "a response covers the WIT of its request".to_owned()),
        httpsig.require_request_digest.then(|| "a response covers the digest of its request".to_owned()),
    ];
    for says in lines.into_iter().flatten() {
        text.push_str(&format!("              {says}\n"));
    }
    text
}

fn names(algorithms: &[Algorithm]) -> Vec<&'static str> {
    algorithms.iter().map(|algorithm| algorithm.name()).collect()
}

fn list<T: AsRef<str>>(entries: &[T], none: &str) -> String {
    if entries.is_empty() {
        return none.to_owned();
    }
    entries.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ")
}
