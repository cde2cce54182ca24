//! The bytes of requests, and what has to come back.

use super::LIFETIME;
use super::callers::now;
use http::Request;
use std::io::Write as _;
use wimse_benches::Error;
use wimse_benches::exchange::unsigned_request;
use wimse_creds::pop::{Nonce, WitCredential};
use wimse_httpsig::message::{RequestMessage, Signatures, TargetContext};
use wimse_httpsig::profile::TAG;
use wimse_httpsig::{RequestOptions, Signer};
use wimse_wpt::{ProofOptions, Prover};

/// How a caller proves who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    Wpt,
    HttpSignature,
}

impl Proof {
    /// As in tables.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Wpt => "WPT",
            Self::HttpSignature => "HTTP signature",
        }
    }

    /// A request with this proof.
    fn proven(self, credential: &WitCredential) -> Result<Request<()>, Error> {
        let mut request = unsigned_request(&[]);
        let own = request.headers().len();
        match self {
            Self::Wpt => {
                let options = ProofOptions::default().lifetime(LIFETIME);
                Prover::with_options(credential, options).attach(&mut request, now(), Nonce::random()?)?;
            }
            Self::HttpSignature => {
                let options = RequestOptions::default().lifetime(LIFETIME);
                // Nothing verifies the response: none is signed.
                let _ = Signer::with_options(credential, options).sign(
                    &mut request,
                    &[],
                    now(),
                    Nonce::random()?,
                )?;
            }
        }
        if request.headers().len() < own + 2 {
            return Err("there is no proof in the request".into());
        }
        Ok(request)
    }

    /// The bytes that the signature of such a proof is over.
    pub(super) fn signed_bytes(self, credential: &WitCredential) -> Result<Vec<u8>, Error> {
        let request = self.proven(credential)?;
        match self {
            Self::Wpt => {
                let token = wimse_wpt::authorization(request.headers())?;
                let (signed, _) = token.rsplit_once('.').ok_or("no signature in the token")?;
                Ok(signed.as_bytes().to_vec())
            }
            Self::HttpSignature => {
                let signatures = Signatures::parse(request.headers())?;
                let message = RequestMessage::of(&request, TargetContext::of_uri(request.uri()));
                Ok(signatures.tagged(TAG)?.input().base(&message)?.as_bytes().to_vec())
            }
        }
    }
}

/// A kind of requests.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    proof: Proof,
    /// Whether the proof stands in the fields where it is looked for.
    shown: bool,
}

impl Kind {
    /// With a proof.
    pub(super) fn with(proof: Proof) -> Self {
        Self { proof, shown: true }
    }

    /// The same bytes, but for the first letter of the names of the fields with the proof: an anonymous request.
    pub(super) fn without(proof: Proof) -> Self {
        Self { proof, shown: false }
    }

    /// One more request, ready to be sent.
    pub(super) fn request(self, credential: &WitCredential) -> Result<Vec<u8>, Error> {
        let request = self.proof.proven(credential)?;
        let (uri, mut bytes) = (request.uri(), Vec::with_capacity(2048));
        let path = uri.path_and_query().ok_or("no path")?;
        let host = uri.authority().ok_or("no authority")?;
        write!(bytes, "{} {path} HTTP/1.1\r\nhost: {host}\r\n", request.method())?;
        for (name, value) in request.headers() {
            let name = name.as_str();
            if self.shown || !PROVING.contains(&name) {
                bytes.extend_from_slice(name.as_bytes());
            } else {
                bytes.push(b'x');
                bytes.extend(name.bytes().skip(1));
            }
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(value.as_bytes());
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"\r\n");
        Ok(bytes)
    }

    /// What stands in the answer.
    pub(super) fn expected(self) -> &'static str {
        match (self.shown, self.proof) {
            (false, _) => "{\"caller\":null,",
            (true, Proof::Wpt) => "\"binding\":\"wpt\"",
            (true, Proof::HttpSignature) => "\"binding\":\"httpsig\"",
        }
    }
}

/// The fields that a proof is in.
const PROVING: [&str; 4] = ["authorization", "signature", "signature-input", "workload-identity-token"];
