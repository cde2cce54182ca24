//! Component identifiers (RFC 9421 2).

use super::error::ComponentError;
use super::params::{ParameterRecord, Parameters, Written, read_bare_item};
use super::{Message, ParameterValue, derived, field};
use std::borrow::Cow;
use std::fmt;

/// A component identifier that is understood: to be signed, or looked for in a signature.
///
/// ```
/// use wimse_httpsig::message::Component;
///
/// assert_eq!(Component::PATH.req().to_string(), r#""@path";req"#);
/// assert_eq!(Component::field("example-dict")?.key("a").to_string(), r#""example-dict";key="a""#);
/// assert_eq!(Component::field("Date").unwrap_err().code(), "httpsig.component_name");
/// # Ok::<(), wimse_httpsig::message::ComponentError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Component<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) query_name: Option<Cow<'a, str>>,
    pub(super) key: Option<Cow<'a, str>>,
    pub(super) sf: bool,
    pub(super) bs: bool,
    pub(super) tr: bool,
    pub(super) req: bool,
}

impl Component<'static> {
    /// `@method`: the method of a request (RFC 9421 2.2.1).
    pub const METHOD: Self = Self::named("@method");
    /// `@target-uri`: the target URI of a request (RFC 9421 2.2.2).
    pub const TARGET_URI: Self = Self::named("@target-uri");
    /// `@authority`: host and port of a request (RFC 9421 2.2.3).
    pub const AUTHORITY: Self = Self::named("@authority");
    /// `@scheme`: the scheme of a request (RFC 9421 2.2.4).
    pub const SCHEME: Self = Self::named("@scheme");
    /// `@request-target`: the target as it stands in the request line (RFC 9421 2.2.5).
    pub const REQUEST_TARGET: Self = Self::named("@request-target");
    /// `@path`: the path of a request (RFC 9421 2.2.6).
    pub const PATH: Self = Self::named("@path");
    /// `@query`: the query of a request, with `?` (RFC 9421 2.2.7).
    pub const QUERY: Self = Self::named("@query");
    /// `@status`: the status code of a response (RFC 9421 2.2.9).
    pub const STATUS: Self = Self::named("@status");

    const fn named(name: &'static str) -> Self {
        Self::of_name(Cow::Borrowed(name))
    }
}

impl<'a> Component<'a> {
    /// A field, by its name in lower case (RFC 9421 2.1).
    ///
    /// # Errors
    ///
    /// [`ComponentError::Name`].
    pub fn field(name: impl Into<Cow<'a, str>>) -> Result<Self, ComponentError> {
        let name = name.into();
        if field::is_name(&name) { Ok(Self::of_name(name)) } else { Err(ComponentError::Name) }
    }

    /// One parameter of the query (RFC 9421 2.2.8). `name` is in its encoded form, such as `fa%C3%A7ade`.
    #[must_use]
    pub fn query_param(name: impl Into<Cow<'a, str>>) -> Self {
        Self { query_name: Some(name.into()), ..Self::of_name(Cow::Borrowed("@query-param")) }
    }

    const fn of_name(name: Cow<'a, str>) -> Self {
        Self { name, query_name: None, key: None, sf: false, bs: false, tr: false, req: false }
    }

    /// Of the request that a response answers (`req`, RFC 9421 2.4).
    #[must_use]
    pub fn req(mut self) -> Self {
        self.req = true;
        self
    }

    /// A field in strict structured form (`sf`, RFC 9421 2.1.1).
    #[must_use]
    pub fn sf(mut self) -> Self {
        self.sf = true;
        self
    }

    /// One member of a Dictionary field (`key`, RFC 9421 2.1.2).
    #[must_use]
    pub fn key(mut self, key: impl Into<Cow<'a, str>>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// The lines of a field, each wrapped as bytes (`bs`, RFC 9421 2.1.3).
    #[must_use]
    pub fn bs(mut self) -> Self {
        self.bs = true;
        self
    }

    /// A field of the trailers (`tr`, RFC 9421 2.1.4).
    #[must_use]
    pub fn tr(mut self) -> Self {
        self.tr = true;
        self
    }

    /// The name, without parameters.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it has `req`.
    #[must_use]
    pub fn is_req(&self) -> bool {
        self.req
    }

    /// Whether it has no parameters.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.parameters().next().is_none()
    }

    /// The value in a message, canonicalised: what stands after `: ` in the signature base.
    ///
    /// # Errors
    ///
    /// A [`ComponentError`].
    pub fn value<'m>(&self, message: impl Into<Message<'m>>) -> Result<String, ComponentError> {
        let mut value = String::new();
        self.write_value(message.into(), &mut value)?;
        Ok(value)
    }

    pub(crate) fn write_value(&self, message: Message<'_>, out: &mut String) -> Result<(), ComponentError> {
        if self.name.starts_with('@') {
            derived::write_value(self, message, out)
        } else {
            field::write_value(self, message, out)
        }
    }

    /// The parameters, in the order in which they are written.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = (&'static str, ParameterValue<'_>)> {
        let strings = [("name", &self.query_name), ("key", &self.key)].into_iter();
        let flags = [("sf", self.sf), ("bs", self.bs), ("tr", self.tr), ("req", self.req)].into_iter();
        let strings = strings.filter_map(|(key, value)| Some((key, ParameterValue::from(value.as_deref()?))));
        strings.chain(flags.filter(|flag| flag.1).map(|(key, _)| (key, ParameterValue::Boolean(true))))
    }
}

impl fmt::Display for Component<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_quoted(&self.name, f)?;
        for (key, value) in self.parameters() {
            write!(f, ";{key}")?;
            if let ParameterValue::String(value) = value {
                f.write_str("=")?;
                write_quoted(&value, f)?;
            }
        }
        Ok(())
    }
}

fn write_quoted(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// One component of a signature as it was received, understood or not.
#[derive(Clone, Copy)]
pub struct CoveredComponent<'a> {
    text: &'a str,
    record: &'a ComponentRecord,
    parameters: Parameters<'a>,
}

/// Where a component stands in the serialised text, `"name";parameters`, and how its name was written.
#[derive(Debug, Clone)]
pub(crate) struct ComponentRecord {
    pub(crate) start: usize,
    pub(crate) name_end: usize,
    pub(crate) end: usize,
    pub(crate) name: Written,
    /// Which of the parameter records are its own.
    pub(crate) first_parameter: usize,
    pub(crate) end_parameter: usize,
}

impl<'a> CoveredComponent<'a> {
    pub(crate) fn new(text: &'a str, record: &'a ComponentRecord, records: &'a [ParameterRecord]) -> Self {
        let own = &records[record.first_parameter..record.end_parameter];
        Self { text, record, parameters: Parameters::new(text, own) }
    }

    /// The identifier, serialised, with its parameters in the order received: `"@path";req`.
    #[must_use]
    pub fn as_str(&self) -> &'a str {
        &self.text[self.record.start..self.record.end]
    }

    /// The name, without parameters. It may be the name of nothing.
    #[must_use]
    pub fn name(&self) -> Cow<'a, str> {
        if let Some(name) = self.unescaped_name() {
            return Cow::Borrowed(name);
        }
        match read_bare_item(self.quoted_name()) {
            Some(ParameterValue::String(name)) => name,
            _ => Cow::Borrowed(""),
        }
    }

    /// The parameters, known or not.
    #[must_use]
    pub fn parameters(&self) -> Parameters<'a> {
        self.parameters
    }

    /// Whether it has this name and no parameters.
    #[must_use]
    pub fn is_plain(&self, name: &str) -> bool {
        self.parameters.is_empty() && self.has_name(name)
    }

    /// Whether it has this name and the one parameter `req`.
    #[must_use]
    pub fn is_req(&self, name: &str) -> bool {
        self.has_name(name) && self.as_str().get(self.name_bytes()..) == Some(";req")
    }

    /// The identifier, if its parameters are known and of the right types (RFC 9421 2.5).
    ///
    /// # Errors
    ///
    /// [`ComponentError::ParameterUnknown`] or [`ComponentError::ParameterType`].
    pub fn understood(&self) -> Result<Component<'a>, ComponentError> {
        let mut component = Component::of_name(self.name());
        for (key, value) in self.parameters.iter() {
            let flag = match key {
                "sf" => &mut component.sf,
                "bs" => &mut component.bs,
                "tr" => &mut component.tr,
                "req" => &mut component.req,
                "key" | "name" => {
                    let ParameterValue::String(text) = value else {
                        return Err(ComponentError::ParameterType);
                    };
                    *(if key == "key" { &mut component.key } else { &mut component.query_name }) = Some(text);
                    continue;
                }
                _ => return Err(ComponentError::ParameterUnknown),
            };
            // A flag is there or not; `?0` has no meaning.
            *flag = value == ParameterValue::Boolean(true);
            if !*flag {
                return Err(ComponentError::ParameterType);
            }
        }
        Ok(component)
    }

    /// The name, if it has no parameters, and a name that needs no escape, as all names of something do.
    pub(crate) fn plain_name(&self) -> Option<&'a str> {
        self.unescaped_name().filter(|_| self.parameters.is_empty())
    }

    fn has_name(&self, name: &str) -> bool {
        // Most names differ in length already. No name that we look for needs an escape.
        self.name_bytes() == name.len() + 2 && self.unescaped_name() == Some(name)
    }

    fn unescaped_name(&self) -> Option<&'a str> {
        let is_plain = self.record.name == Written::PlainString;
        is_plain.then(|| &self.text[self.record.start + 1..self.record.name_end - 1])
    }

    /// The length of the name with its quotes.
    pub(crate) fn name_bytes(&self) -> usize {
        self.record.name_end - self.record.start
    }

    pub(crate) fn quoted_name(&self) -> &'a str {
        &self.text[self.record.start..self.record.name_end]
    }
}

impl fmt::Debug for CoveredComponent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for CoveredComponent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
