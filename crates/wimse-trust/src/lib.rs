//! Trust anchors and credentials that change while a program runs.

#![forbid(unsafe_code)]

mod anchors;
mod background;
mod clock;
mod credential;
mod http;
mod schedule;

pub use anchors::{
    AnchorFormat, Attempt, DomainState, DomainStatus, LiveAnchors, LiveDomain, RefreshPolicy, SourceError,
    SourceStatus,
};
pub use background::Background;
pub use clock::{SteadyClock, SteadySystemClock};
pub use credential::{
    CredentialFiles, CredentialSource, CredentialStatus, CredentialUnavailable, Enrolment, IdentityServer,
    RenewalError, RenewalPolicy, protocol,
};
pub use http::{AddressPolicy, Endpoint, EndpointError, HttpClient, HttpError, Network, NetworkError};
