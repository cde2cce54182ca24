//! What is refused before work is spent on it.

/// Limits for the fields of one message. The defaults are those of this workspace; every one can be set.
///
/// ```
/// use wimse_httpsig::message::Limits;
///
/// let limits = Limits { signatures: 2, ..Limits::default() };
/// assert_eq!(limits.input_bytes, 8 * 1024);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of all `Signature-Input` lines, or of all `Accept-Signature` lines, together: 8 KiB.
    pub input_bytes: usize,
    /// Bytes of all `Signature` lines together: 16 KiB.
    pub signature_bytes: usize,
    /// Signatures in one field: 8.
    pub signatures: usize,
    /// Covered components of one signature: 64.
    pub components: usize,
    /// Parameters of one signature: 32.
    pub parameters: usize,
    /// Parameters of one component: 8.
    pub component_parameters: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            input_bytes: 8 * 1024,
            signature_bytes: 16 * 1024,
            signatures: 8,
            components: 64,
            parameters: 32,
            component_parameters: 8,
        }
    }
}
