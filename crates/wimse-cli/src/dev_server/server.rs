//! The identity server: who is asking, what for, and what they get.

use super::account;
use super::bindings::{Binding, Bindings, Unbound};
use super::generation::{Generation, Plan};
use super::keys::Keys;
use super::names::Names;
use super::pace::Pace;
use super::published::Published;
use super::refused::Refused;
use super::state::State;
use super::token::{JoinTokens, Ticket};
use crate::config::{Cluster, Lifetimes, RegisteredWorkload, Registry};
use crate::exit::Failure;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Request};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use wimse::creds::key::{PublicKey, Thumbprint};
use wimse::creds::pop::{CheckedProof, MemoryReplayGuard, NonceError};
use wimse::creds::wic::{CertificateRequest, WicTemplate, WorkloadIdentityCertificate};
use wimse::creds::{
    UnixTime, Validity, Verified, WORKLOAD_IDENTITY_TOKEN, WitClaims, WitIssueError, WitPolicy, WitVerifier,
    WorkloadIdentityToken, wit_field,
};
use wimse::identifier::WorkloadIdentifier;
use wimse::wpt::{Verifier, WptError};
use wimse_trust::SteadyClock;
use wimse_trust::protocol::{CredentialRequest, CredentialResponse, ProtocolError};
use zeroize::Zeroizing;

/// Issues WITs and WICs of one trust domain.
pub(crate) struct IdentityServer {
    pub(super) names: Names,
    issuer: String,
    lifetimes: Lifetimes,
    keys: Arc<Keys>,
    tokens: JoinTokens,
    cluster: Option<Cluster>,
    workloads: HashMap<WorkloadIdentifier, Vec<String>>,
    accounts: HashMap<String, WorkloadIdentifier>,
    wits: Arc<WitVerifier>,
    proofs: Verifier,
    seen: MemoryReplayGuard,
    pub(super) bindings: Bindings,
    pub(super) pace: Pace,
    pub(super) clock: Arc<dyn SteadyClock>,
}

/// Who is asking, by what; that is not used up yet.
enum Introduction {
    Token(WorkloadIdentifier, Ticket),
    Account(WorkloadIdentifier),
    /// With the key of the current WIT.
    Proof(Box<Verified<WorkloadIdentityToken>>, Box<CheckedProof>),
}

/// What was issued, to whom, and by what they were known.
#[derive(Debug)]
pub(crate) struct Issued {
    pub(crate) response: CredentialResponse,
    pub(crate) identifier: WorkloadIdentifier,
    pub(crate) by: &'static str,
    pub(crate) what: &'static str,
}

/// Proofs that are remembered; each for some minutes.
const REMEMBERED: usize = 20_000;
/// How long a proof by the current WIT may live: it is made for one request.
const PROOF_LIFETIME: Duration = Duration::from_secs(60);
/// Certificates are valid from a little earlier on, for workloads whose clocks are behind.
const SPARE: Duration = Duration::from_secs(30);

impl IdentityServer {
    /// With the keys of a state, or new ones.
    pub(crate) fn start(
        registry: Registry,
        names: Names,
        state: Option<Arc<State>>,
        clock: Arc<dyn SteadyClock>,
    ) -> Result<Self, Failure> {
        const DOING: &str = "the identity server cannot be set up";
        let now = clock.now();
        let issuer = registry.issuer.clone().unwrap_or_else(|| names.first().to_owned());
        let is_kept = state.as_ref().is_some_and(|state| state.has_keys());
        let keys = Keys::start(Plan::of(&registry), state.clone(), now).map_err(Failure::step(DOING))?;
        let keys = Arc::new(keys);
        let wits = Arc::new(WitVerifier::new(Arc::clone(&keys), WitPolicy::default()));
        let audience = names.audience().map_err(Failure::step(DOING))?;
        let seen = MemoryReplayGuard::new(REMEMBERED);
        let tokens = JoinTokens::new(state);
        let (mut workloads, mut accounts) = (HashMap::new(), HashMap::new());
        for workload in registry.workloads {
            let RegisteredWorkload { identifier, dns_names, join_tokens, service_accounts, .. } = workload;
            join_tokens.into_iter().for_each(|token| tokens.expect(token, &identifier));
            accounts.extend(service_accounts.into_iter().map(|account| (account, identifier.clone())));
            workloads.insert(identifier, dns_names);
        }
        Ok(Self {
            names,
            issuer,
            lifetimes: registry.lifetimes,
            keys,
            tokens,
            cluster: registry.cluster,
            workloads,
            accounts,
            proofs: Verifier::new(Arc::clone(&wits), audience).max_lifetime(PROOF_LIFETIME),
            wits,
            // With keys of before there are WITs of before, and proofs by them.
            seen: if is_kept { seen.with_fence(now) } else { seen },
            bindings: Bindings::default(),
            pace: Pace::new(),
            clock,
        })
    }

    /// Makes a join token for a registered workload.
    pub(crate) fn invite(
        &self,
        identifier: &WorkloadIdentifier,
        expires: UnixTime,
    ) -> Result<Zeroizing<String>, NonceError> {
        self.tokens.invite(identifier, expires)
    }

    /// `iss` of its WITs.
    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// What signs now, and what everybody may know.
    pub(crate) fn keys(&self) -> Result<(Arc<Generation>, Arc<Published>), Refused> {
        self.keys.at(self.clock.now())
    }

    /// Signs claims as its own. Nobody can have that over the network.
    pub(crate) fn vouch(
        &self,
        claims: WitClaims,
        signer: &Generation,
    ) -> Result<WorkloadIdentityToken, WitIssueError> {
        claims.issuer(&self.issuer).random_token_id().sign(&signer.key)
    }

    /// Issues what a request asks for. Nothing is used up before everything was checked and made.
    pub(crate) fn issue(&self, request: &Request<()>, content: &[u8]) -> Result<Issued, Refused> {
        let now = self.clock.now();
        let asked = self.read(content, now)?;
        check_keys(&asked)?;
        let introduction = self.introduction(request, now)?;
        let identifier = introduction.identifier();
        let dns_names = self.workloads.get(&identifier).ok_or(Refused::Unregistered)?;
        introduction.check_new(&asked)?;
        let (signer, _) = self.keys.at(now)?;
        let wit = asked.wit_key().map(|key| self.wit(&identifier, key, &signer, now)).transpose()?;
        let wic = asked.certificate_request();
        let wic = wic.map(|request| self.wic(&identifier, request, dns_names, &signer, now)).transpose()?;
        let by = introduction.name();
        let binding = self.bind(&asked, &identifier, now)?;
        self.admit(introduction, now)?;
        binding.keep(now.plus(self.lifetimes.credential()));
        let what = match (&wit, &wic) {
            (Some(_), Some(_)) => "a WIT and a WIC",
            (None, _) => "a WIC",
            (_, None) => "a WIT",
        };
        let mut response = CredentialResponse::default();
        response = wit.iter().fold(response, CredentialResponse::with_wit);
        response = wic.iter().fold(response, CredentialResponse::with_wic);
        Ok(Issued { response, identifier, by, what })
    }

    /// The message, which has to be meant for one of the names.
    fn read(&self, content: &[u8], now: UnixTime) -> Result<CredentialRequest, Refused> {
        let mut refused = ProtocolError::ProofAudience;
        for endpoint in self.names.endpoints() {
            match CredentialRequest::from_json(content, &endpoint, now) {
                Err(ProtocolError::ProofAudience) => refused = ProtocolError::ProofAudience,
                read => return Ok(read?),
            }
        }
        Err(refused.into())
    }

    fn introduction(&self, request: &Request<()>, now: UnixTime) -> Result<Introduction, Refused> {
        if request.headers().contains_key(WORKLOAD_IDENTITY_TOKEN) {
            let proof = self.proofs.check(request, now)?;
            // The proof tells who it is once it is admitted, and it is admitted last.
            let wit = wit_field(request.headers()).map_err(WptError::Wit)?;
            let wit = self.wits.verify(wit, now).map_err(WptError::Wit)?;
            return Ok(Introduction::Proof(Box::new(wit), Box::new(proof)));
        }
        let token = bearer(request.headers())?;
        // A JWS has two dots, a join token has none.
        if token.contains('.') {
            let cluster = self.cluster.as_ref().ok_or(account::AccountError::NoCluster)?;
            let account = account::verify(cluster, token, now)?;
            let identifier = self.accounts.get(&account).ok_or(Refused::Unregistered)?;
            return Ok(Introduction::Account(identifier.clone()));
        }
        let (identifier, ticket) = self.tokens.look(token, now)?;
        Ok(Introduction::Token(identifier, ticket))
    }

    /// Uses up what is good once.
    fn admit(&self, introduction: Introduction, now: UnixTime) -> Result<(), Refused> {
        match introduction {
            Introduction::Token(_, ticket) => self.tokens.use_up(ticket, now),
            Introduction::Account(_) => Ok(()),
            Introduction::Proof(wit, proof) => {
                let peer = proof.admit(&self.seen, now).map_err(WptError::Admit)?;
                if peer.identifier() == wit.subject() { Ok(()) } else { Err(Refused::Unregistered) }
            }
        }
    }

    /// Whoever comes this far has proven that the keys are his; not yet that he is let in.
    fn bind(
        &self,
        asked: &CredentialRequest,
        identifier: &WorkloadIdentifier,
        now: UnixTime,
    ) -> Result<Binding<'_>, Refused> {
        self.bindings.bind(thumbprints(asked), identifier, now).map_err(|unbound| match unbound {
            Unbound::Other => Refused::KeyOfAnother,
            Unbound::Full => Refused::Full,
        })
    }

    fn wit(
        &self,
        identifier: &WorkloadIdentifier,
        key: &PublicKey,
        signer: &Generation,
        now: UnixTime,
    ) -> Result<WorkloadIdentityToken, Refused> {
        let claims = WitClaims::new(identifier.clone(), key, Validity::starting(now, self.lifetimes.wit));
        self.vouch(claims, signer).map_err(Refused::Wit)
    }

    fn wic(
        &self,
        identifier: &WorkloadIdentifier,
        request: &CertificateRequest,
        dns_names: &[String],
        signer: &Generation,
        now: UnixTime,
    ) -> Result<WorkloadIdentityCertificate, Refused> {
        let validity = Validity::starting(now.minus(SPARE), self.lifetimes.wic + SPARE);
        let template = WicTemplate::for_request(request, identifier.clone(), validity);
        let template = dns_names.iter().try_fold(template.map_err(Refused::Wic)?, |template, name| {
            template.dns_name(name).map_err(Refused::Wic)
        });
        signer.authority.issue(&template?).map_err(Refused::Wic)
    }
}

/// A key of its own for each credential.
fn check_keys(asked: &CredentialRequest) -> Result<(), Refused> {
    match thumbprints(asked)[..] {
        [one, other] if one == other => Err(Refused::KeyShared),
        _ => Ok(()),
    }
}

/// Of the keys that credentials are asked for.
fn thumbprints(asked: &CredentialRequest) -> Vec<Thumbprint> {
    let of_wic = asked.certificate_request().map(|request| request.public_key().thumbprint());
    asked.wit_key().map(PublicKey::thumbprint).into_iter().chain(of_wic).collect()
}

/// The one token of `Authorization: Bearer` (RFC 6750 2.1).
fn bearer(headers: &HeaderMap) -> Result<&str, Refused> {
    let mut lines = headers.get_all(AUTHORIZATION).iter();
    let line = lines.next().ok_or(Refused::Unnamed)?;
    if lines.next().is_some() {
        return Err(Refused::Ambiguous);
    }
    let (scheme, token) = line.to_str().ok().and_then(|line| line.split_once(' ')).ok_or(Refused::Unnamed)?;
    let token = token.trim_matches(' ');
    if scheme.eq_ignore_ascii_case("Bearer") && !token.is_empty() { Ok(token) } else { Err(Refused::Unnamed) }
}

impl Introduction {
    fn identifier(&self) -> WorkloadIdentifier {
        match self {
            Self::Token(identifier, _) | Self::Account(identifier) => identifier.clone(),
            Self::Proof(wit, _) => wit.subject().clone(),
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Token(..) => "join token",
            Self::Account(_) => "service account",
            Self::Proof(..) => "WIT",
        }
    }

    /// WIT-9.5-4: not the key that is in use.
    fn check_new(&self, asked: &CredentialRequest) -> Result<(), Refused> {
        let Self::Proof(wit, _) = self else { return Ok(()) };
        let current = wit.confirmation_key().thumbprint();
        if thumbprints(asked).contains(&current) { Err(Refused::KeyReused) } else { Ok(()) }
    }
}

impl fmt::Debug for IdentityServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityServer").field("names", &self.names).finish_non_exhaustive()
    }
}
