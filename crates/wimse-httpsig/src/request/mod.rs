//! Signed requests: made by a [`Signer`], verified by a [`Verifier`].

mod checked;
mod draft;
mod inbound;
mod options;
mod pending;
mod presented;
mod remote;
mod signer;
mod verifier;

pub use checked::{CheckedRequest, HeadChecked};
pub use inbound::Inbound;
pub use options::RequestOptions;
pub use pending::PendingExchange;
pub use presented::PresentedSignature;
pub(crate) use presented::covering;
pub use remote::{PreparedRequest, RemoteSigner};
pub use signer::Signer;
pub use verifier::{ResponseSigning, Verifier};
