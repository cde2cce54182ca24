//! Signed responses: made by a [`ResponseSigner`], verified by a [`ResponseVerifier`].

mod checked;
mod draft;
mod expected;
mod options;
mod remote;
mod signer;
mod verifier;

pub use checked::{Answer, CheckedResponse, ResponseHead, SignedResponse};
pub use expected::ExpectedPeer;
pub use options::ResponseOptions;
pub use remote::{PreparedResponse, RemoteResponseSigner};
pub use signer::ResponseSigner;
pub use verifier::ResponseVerifier;
