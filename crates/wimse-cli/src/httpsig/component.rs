//! Components as they are written on the command line.

use std::str::FromStr;
use wimse::httpsig::message::{
    AcceptSignature, Component, ComponentError, CoveredComponent, FieldError, Fields, ParameterValue,
    SignatureInput,
};

/// A component to cover besides the usual ones: `@authority`, `idempotency-key`, `content-digest;req`, or as it stands in
/// `Signature-Input`.
#[derive(Debug, Clone)]
pub(super) struct CoverOption(pub(super) Component<'static>);

impl FromStr for CoverOption {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, parameters) = text.split_at(text.find(';').unwrap_or(text.len()));
        let list = if text.starts_with('"') { text.to_owned() } else { format!("\"{name}\"{parameters}") };
        let input = read_input(&list, "").map_err(|error| match error {
            NotUnderstood::Field(error) => error.to_string(),
            NotUnderstood::Form => ONE.to_owned(),
        })?;
        let mut components = input.components();
        match (components.next(), components.next()) {
            (Some(component), None) => owned(component).map(Self).map_err(|error| error.to_string()),
            _ => Err(ONE.to_owned()),
        }
    }
}

const ONE: &str = "expected one component, such as @authority or idempotency-key";

/// Reads a list of components and the parameters of a signature, as they stand in `Signature-Input`.
pub(super) fn read_input(components: &str, parameters: &str) -> Result<SignatureInput, NotUnderstood> {
    let start = if parameters.is_empty() || parameters.starts_with(';') { "" } else { ";" };
    let member = format!("sig=({components}){start}{parameters}");
    let line = [("accept-signature", member.as_bytes())];
    let read = AcceptSignature::parse(Fields::raw(&line)).map_err(|error| match error {
        // It would name a field that nobody has written.
        FieldError::Malformed(_) => NotUnderstood::Form,
        error => NotUnderstood::Field(error),
    })?;
    let mut inputs = read.iter().flat_map(AcceptSignature::requests);
    match (inputs.next(), inputs.next()) {
        (Some(input), None) => Ok(input.clone()),
        _ => Err(NotUnderstood::Form),
    }
}

/// Why components are not understood.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotUnderstood {
    #[error(
        "expected components as they stand in Signature-Input, such as \"@method\" \"content-digest\";req"
    )]
    Form,
    #[error(transparent)]
    Field(FieldError),
}

fn owned(component: CoveredComponent<'_>) -> Result<Component<'static>, ComponentError> {
    // Whether there is anything in it that is not known.
    component.understood()?;
    let name = component.name();
    let text = |key| match component.parameters().get(key) {
        Some(ParameterValue::String(value)) => Some(value.into_owned()),
        _ => None,
    };
    let mut owned = match &*name {
        "@query-param" => Component::query_param(text("name").ok_or(ComponentError::ParameterMissing)?),
        name if name.starts_with('@') => {
            DERIVED.into_iter().find(|one| one.name() == name).ok_or(ComponentError::DerivedUnknown)?
        }
        name => Component::field(name.to_owned())?,
    };
    for (key, _) in component.parameters().iter() {
        owned = match key {
            "sf" => owned.sf(),
            "bs" => owned.bs(),
            "tr" => owned.tr(),
            "req" => owned.req(),
            "key" => owned.key(text("key").unwrap_or_default()),
            _ => owned,
        };
    }
    Ok(owned)
}

const DERIVED: [Component<'static>; 8] = [
    Component::METHOD,
    Component::TARGET_URI,
    Component::AUTHORITY,
    Component::SCHEME,
    Component::REQUEST_TARGET,
    Component::PATH,
    Component::QUERY,
    Component::STATUS,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_are_read_with_and_without_quotes() {
        for (text, expected) in [
            ("@authority", "\"@authority\""),
            ("\"@authority\"", "\"@authority\""),
            ("idempotency-key", "\"idempotency-key\""),
            ("content-digest;req", "\"content-digest\";req"),
            ("@query-param;name=\"a\"", "\"@query-param\";name=\"a\""),
            ("example-dict;key=\"b\"", "\"example-dict\";key=\"b\""),
            ("example;bs;tr", "\"example\";bs;tr"),
        ] {
            let read: CoverOption = text.parse().unwrap();
            assert_eq!(read.0.to_string(), expected, "{text}");
        }
        for text in [
            "",
            "@nothing",
            "Idempotency-Key",
            "a;b",
            "\"a\" \"b\"",
            "\"a",
            "a;req=?0",
            "@query-param",
            "a)(",
        ] {
            assert!(text.parse::<CoverOption>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_list_has_its_parameters() {
        let input = read_input("\"@method\" \"@path\";req", "created=1;tag=\"x\"").unwrap();
        assert_eq!(input.as_str(), "(\"@method\" \"@path\";req);created=1;tag=\"x\"");
        assert_eq!(read_input("", "").unwrap().as_str(), "()");
        for (components, parameters) in
            [("@method", ""), ("\"a\" \"a\"", ""), ("", "created=1, b=()"), ("", "x=")]
        {
            assert!(read_input(components, parameters).is_err(), "{components} {parameters}");
        }
    }
}
