//! The target of a request (RFC 9110 7.1) as it was received or configured.

mod authority;
mod error;
mod form;

pub use error::TargetError;

use authority::{normalize, push_authority, scheme_name, split_authority};
use form::Form;
use http::Uri;
use std::borrow::Cow;

/// Scheme, authority and raw target of a request, as received or configured.
///
/// An origin-form target has no scheme and no authority: they come from the connection, from `Host` or `:authority`, or
/// from configuration, and the caller says which to trust. What cannot be derived is refused, never guessed. Of an
/// absolute-form target scheme and authority are taken; given ones must agree with them.
///
/// ```
/// use wimse_httpsig::message::TargetContext;
///
/// let target = TargetContext::new("/orders//7?page=2").scheme("https").authority("API.example.com:443");
/// assert_eq!(target.path("GET")?, "/orders//7");
/// assert_eq!(target.query("GET")?, Some("page=2"));
/// assert_eq!(target.normalized_authority("GET")?, "api.example.com");
///
/// // Nothing says which port is the default one.
/// let refused = TargetContext::new("/").authority("api.example.com:443").normalized_authority("GET");
/// assert_eq!(refused.unwrap_err().code(), "httpsig.target_scheme_unknown");
/// # Ok::<(), wimse_httpsig::message::TargetError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetContext<'a> {
    scheme: Option<Cow<'a, str>>,
    authority: Option<Cow<'a, str>>,
    raw_target: Cow<'a, str>,
    /// Whether `raw_target` is what stood in the request line.
    is_exact: bool,
}

impl<'a> TargetContext<'a> {
    /// The target exactly as it stands in the request line, or in `:path`: `/path?query`, `https://host/path`,
    /// `host:port` (CONNECT) or `*` (OPTIONS).
    #[must_use]
    pub fn new(raw_target: impl Into<Cow<'a, str>>) -> Self {
        Self { scheme: None, authority: None, raw_target: raw_target.into(), is_exact: true }
    }

    /// What an [`http::Uri`] tells: it has dropped a fragment and added a `/` to an empty path.
    ///
    /// That is the target which HTTP clients send. If the URI is absolute, it cannot tell whether the request line was,
    /// and `@request-target` is refused.
    #[must_use]
    pub fn of_uri(uri: &'a Uri) -> Self {
        let (scheme, authority) = (uri.scheme_str(), uri.authority().map(http::uri::Authority::as_str));
        let path_and_query = match uri.path_and_query().map(http::uri::PathAndQuery::as_str) {
            None | Some("") => Cow::Borrowed("/"),
            // Clients send the path that http shows, not the one that it keeps.
            Some(query) if query.starts_with('?') => Cow::Owned(format!("/{query}")),
            Some(path_and_query) => Cow::Borrowed(path_and_query),
        };
        match (scheme, authority) {
            (None, Some(authority)) => Self::new(authority),
            (None, None) => Self::new(path_and_query),
            (Some(scheme), authority) => Self {
                scheme: Some(scheme.into()),
                authority: authority.map(Cow::Borrowed),
                raw_target: path_and_query,
                is_exact: false,
            },
        }
    }

    /// Sets the scheme: `https` or `http`, in any case.
    #[must_use]
    pub fn scheme(mut self, scheme: impl Into<Cow<'a, str>>) -> Self {
        self.scheme = Some(scheme.into());
        self
    }

    /// Sets the authority: host, and port if there is one.
    #[must_use]
    pub fn authority(mut self, authority: impl Into<Cow<'a, str>>) -> Self {
        self.authority = Some(authority.into());
        self
    }

    /// A copy that outlives the request, for a response that is verified later.
    #[must_use]
    pub fn into_owned(self) -> TargetContext<'static> {
        TargetContext {
            scheme: self.scheme.map(|text| match &*text {
                "https" => Cow::Borrowed("https"),
                _ => text.into_owned().into(),
            }),
            authority: self.authority.map(|text| text.into_owned().into()),
            raw_target: self.raw_target.into_owned().into(),
            is_exact: self.is_exact,
        }
    }

    /// The same, without a copy.
    pub(crate) fn borrowed(&self) -> TargetContext<'_> {
        TargetContext {
            scheme: self.scheme.as_deref().map(Cow::Borrowed),
            authority: self.authority.as_deref().map(Cow::Borrowed),
            raw_target: Cow::Borrowed(&self.raw_target),
            is_exact: self.is_exact,
        }
    }

    /// The raw target, as given.
    #[must_use]
    pub fn raw_target(&self) -> &str {
        &self.raw_target
    }

    /// The path as received, nothing decoded or removed; `/` for an empty one (RFC 9421 2.2.6).
    ///
    /// # Errors
    ///
    /// A [`TargetError`]; CONNECT and `OPTIONS *` have no path.
    pub fn path(&self, method: &str) -> Result<&str, TargetError> {
        self.path_of(&self.form(method)?, method)
    }

    fn path_of<'t>(&self, form: &Form<'t>, method: &str) -> Result<&'t str, TargetError> {
        self.check_agreement(form)?;
        match form.path_and_query() {
            // RFC 9110 4.2.3: for OPTIONS an empty path is not "/" but "*".
            None => Err(TargetError::NoPath),
            Some(("", _)) if method == "OPTIONS" => Err(TargetError::NoPath),
            Some(("", _)) => Ok("/"),
            Some((path, _)) => Ok(path),
        }
    }

    /// The query as received, without `?` (RFC 9421 2.2.7).
    ///
    /// # Errors
    ///
    /// As [`path`](Self::path).
    pub fn query(&self, method: &str) -> Result<Option<&str>, TargetError> {
        let (_, query) = self.form(method)?.path_and_query().ok_or(TargetError::NoPath)?;
        Ok(query)
    }

    /// The scheme in lower case (RFC 9421 2.2.4).
    ///
    /// # Errors
    ///
    /// A [`TargetError`]; a CONNECT target has no scheme.
    pub fn normalized_scheme(&self, method: &str) -> Result<&'static str, TargetError> {
        self.scheme_of(&self.form(method)?)
    }

    fn scheme_of(&self, form: &Form<'_>) -> Result<&'static str, TargetError> {
        if matches!(form, Form::Authority(_)) {
            return Err(TargetError::SchemeUnknown);
        }
        self.known_scheme(form)?.ok_or(TargetError::SchemeUnknown)
    }

    /// The authority with a lower-case host and without a default port (RFC 9421 2.2.3). That of CONNECT is its target,
    /// and keeps its port: there is no scheme that would make it a default one.
    ///
    /// # Errors
    ///
    /// A [`TargetError`].
    pub fn normalized_authority(&self, method: &str) -> Result<String, TargetError> {
        let mut authority = String::new();
        self.write_authority(method, &mut authority)?;
        Ok(authority)
    }

    /// `@request-target` (RFC 9421 2.2.5).
    pub(crate) fn request_target(&self, method: &str) -> Result<&str, TargetError> {
        self.form(method)?;
        if self.is_exact { Ok(&self.raw_target) } else { Err(TargetError::RequestTargetUnknown) }
    }

    pub(crate) fn write_authority(&self, method: &str, out: &mut String) -> Result<(), TargetError> {
        self.write_authority_of(&self.form(method)?, out)
    }

    fn write_authority_of(&self, form: &Form<'_>, out: &mut String) -> Result<(), TargetError> {
        if let Form::Authority(authority) = form {
            let (host, port) = split_authority(authority)?;
            push_authority(host, Some(port.ok_or(TargetError::Authority)?), out);
            return Ok(());
        }
        let scheme = self.known_scheme(form)?;
        let received = form.authority().map(|authority| normalize(authority, scheme)).transpose()?;
        let given = self.authority.as_deref().map(|authority| normalize(authority, scheme)).transpose()?;
        let (host, port) = match (received, given) {
            (Some(received), Some(given)) if !received.is(&given) => return Err(TargetError::Conflict),
            (Some(authority), _) | (None, Some(authority)) => (authority.host, authority.port),
            (None, None) => return Err(TargetError::AuthorityUnknown),
        };
        push_authority(host, port, out);
        Ok(())
    }

    /// `@target-uri` (RFC 9421 2.2.2), assembled from normalised parts: equivalent spellings of scheme and authority give
    /// one value, path and query are as received.
    pub(crate) fn write_target_uri(&self, method: &str, out: &mut String) -> Result<(), TargetError> {
        self.write_uri_without_query(method, out)?;
        if let Some(query) = self.query(method)? {
            out.push('?');
            out.push_str(query);
        }
        Ok(())
    }

    /// The same without the query.
    pub(crate) fn write_uri_without_query(&self, method: &str, out: &mut String) -> Result<(), TargetError> {
        let form = self.form(method)?;
        let path = self.path_of(&form, method)?;
        out.push_str(self.scheme_of(&form)?);
        out.push_str("://");
        self.write_authority_of(&form, out)?;
        out.push_str(path);
        Ok(())
    }

    /// A target in absolute form is the one that was given, whatever of it is asked for.
    fn check_agreement(&self, form: &Form<'_>) -> Result<(), TargetError> {
        let Some(received) = form.authority() else { return Ok(()) };
        let scheme = self.known_scheme(form)?;
        match self.authority.as_deref() {
            Some(given) if !normalize(received, scheme)?.is(&normalize(given, scheme)?) => {
                Err(TargetError::Conflict)
            }
            _ => Ok(()),
        }
    }

    fn known_scheme(&self, form: &Form<'_>) -> Result<Option<&'static str>, TargetError> {
        let received = form.scheme().map(scheme_name).transpose()?;
        let given = self.scheme.as_deref().map(scheme_name).transpose()?;
        match (received, given) {
            (Some(received), Some(given)) if received != given => Err(TargetError::Conflict),
            (received, given) => Ok(received.or(given)),
        }
    }

    fn form(&self, method: &str) -> Result<Form<'_>, TargetError> {
        Form::of(&self.raw_target, method)
    }
}
