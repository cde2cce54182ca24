//! Default limits, enforced before work is spent.

/// Bytes of a Workload Identity Token: 16 KiB.
pub const TOKEN_BYTES: usize = 16 * 1024;
/// Bytes of a JWK Set or SPIFFE bundle: 1 MiB.
pub const KEY_DOCUMENT_BYTES: usize = 1024 * 1024;
/// Keys of one trust domain.
pub const KEYS_PER_DOMAIN: usize = 256;
/// Entries of the verified-WIT cache.
pub const CACHED_TOKENS: usize = 4096;
/// Bytes of a `kid`, `jti` or `iss` that is issued.
pub const ISSUED_TEXT_BYTES: usize = 1024;
/// Bytes of one certificate: 16 KiB.
#[cfg(feature = "wic")]
pub const CERTIFICATE_BYTES: usize = 16 * 1024;
/// Certificates of a chain, the end entity among them.
#[cfg(feature = "wic")]
pub const CHAIN_CERTIFICATES: usize = 6;
/// Bytes of the certificates of a chain together: 64 KiB.
#[cfg(feature = "wic")]
pub const CHAIN_BYTES: usize = 64 * 1024;
/// Entries of the cache of verified certificates.
#[cfg(feature = "wic")]
pub const CACHED_CERTIFICATES: usize = 1024;
