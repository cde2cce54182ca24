//! Identities and anchors that change while connections are open.

use crate::TlsIdentity;
use rustls::SignatureScheme;
use rustls::client::ResolvesClientCert;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use wimse_creds::trust::{DomainAnchors, TrustAnchorSource, TrustAnchors};
use wimse_identifier::Origin;

/// Gives the identity to show in the next handshake.
///
/// It is asked in each handshake, and must not block.
pub trait WicSource: Send + Sync {
    /// The identity, as it is now.
    fn current(&self) -> TlsIdentity;
}

impl WicSource for TlsIdentity {
    fn current(&self) -> TlsIdentity {
        self.clone()
    }
}

impl<S: WicSource + ?Sized> WicSource for Arc<S> {
    fn current(&self) -> TlsIdentity {
        (**self).current()
    }
}

/// Something that is replaced while it is in use: a [`TlsIdentity`], or [`TrustAnchors`].
///
/// Handshakes that have begun end with what they began with, connections that are open stay open, and new handshakes use
/// the new value. Cloning shares it.
///
/// ```
/// use wimse_creds::trust::TrustAnchors;
/// use wimse_mtls::Rotating;
///
/// let anchors = Rotating::new(TrustAnchors::none());
/// // … is given to a server, and later:
/// anchors.replace(TrustAnchors::none());
/// ```
pub struct Rotating<T>(Arc<RwLock<Arc<T>>>);

impl<T> Rotating<T> {
    /// The first value.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(value))))
    }

    /// The value, as it is now.
    #[must_use]
    pub fn current(&self) -> Arc<T> {
        // Nothing panics while it holds the lock, and a value is replaced whole.
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the value.
    pub fn replace(&self, value: T) {
        let value = Arc::new(value);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = value;
    }
}

impl<T> Clone for Rotating<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: fmt::Debug> fmt::Debug for Rotating<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Rotating").field(&self.current()).finish()
    }
}

impl WicSource for Rotating<TlsIdentity> {
    fn current(&self) -> TlsIdentity {
        (*self.current()).clone()
    }
}

impl TrustAnchorSource for Rotating<TrustAnchors> {
    fn anchors_for(&self, origin: &Origin) -> Option<Arc<DomainAnchors>> {
        self.current().anchors_for(origin)
    }
}

/// A source as rustls asks it.
pub(crate) struct Resolver(pub(crate) Arc<dyn WicSource>);

impl ResolvesServerCert for Resolver {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.current().certified_key())
    }
}

impl ResolvesClientCert for Resolver {
    /// Whatever CAs the server names: they are a hint, and a WIMSE server names none.
    fn resolve(&self, _hints: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(self.0.current().certified_key())
    }

    fn has_certs(&self) -> bool {
        true
    }
}

impl fmt::Debug for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Resolver").field(&self.0.current()).finish()
    }
}
