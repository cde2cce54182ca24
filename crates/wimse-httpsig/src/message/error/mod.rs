//! Why fields, components or signatures were refused.

mod component;
mod field;
mod signature;

pub use component::{BaseError, ComponentError};
pub use field::{FieldError, SelectError};
pub use signature::{MakeError, ParameterError, VerifyError};
