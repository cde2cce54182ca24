//! Why what a proxy asks is refused before any proof is judged.

use http::HeaderName;

/// What is wrong with the question. The variants are in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unfit {
    #[error("the proxy does not say the method, in {0}")]
    MethodMissing(HeaderName),
    #[error("{0} is there more than once")]
    MethodRepeated(HeaderName),
    #[error("{0} is no method")]
    MethodInvalid(HeaderName),
    #[error("the proxy does not say the target, in {0}")]
    UriMissing(HeaderName),
    #[error("{0} is there more than once")]
    UriRepeated(HeaderName),
    #[error("{0} is no target that begins with a slash")]
    UriInvalid(HeaderName),
    #[error("the proxy does not say whether there is content, in {0}")]
    ContentMissing(HeaderName),
    #[error("{0} is there more than once")]
    ContentRepeated(HeaderName),
    #[error("the request is signed, and its content is not here")]
    ContentWithheld,
    #[error("the content is not whole")]
    ContentPartial,
}

impl Unfit {
    /// A stable code.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::MethodMissing(_) => "gateway.method_missing",
            Self::MethodRepeated(_) => "gateway.method_repeated",
            Self::MethodInvalid(_) => "gateway.method_invalid",
            Self::UriMissing(_) => "gateway.uri_missing",
            Self::UriRepeated(_) => "gateway.uri_repeated",
            Self::UriInvalid(_) => "gateway.uri_invalid",
            Self::ContentMissing(_) => "gateway.content_missing",
            Self::ContentRepeated(_) => "gateway.content_repeated",
            Self::ContentWithheld => "gateway.content_withheld",
            Self::ContentPartial => "gateway.content_partial",
        }
    }

    /// Whether it is the request that cannot be judged, and not the proxy that asks wrongly.
    pub(super) fn is_of_content(&self) -> bool {
        matches!(self, Self::ContentWithheld | Self::ContentPartial)
    }
}
