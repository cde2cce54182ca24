//! Structured fields (RFC 9651), as far as HTTP signatures need them.

use serde::Deserialize;
use serde_json::json;
use wimse::httpsig::message::{
    FieldType, FieldTypes, Fields as HeaderFields, Message, RequestMessage, Signatures, TargetContext,
};

use super::{
    super::{InvalidCase, Outcome},
    Step, done, refuse,
};
use crate::{Bytes, Case};

/// Accepted when the lines of a field are a structured field of the configured type, with its strict serialisation: what
/// a signature over the field with `sf` is made of (RFC 9421 2.1.1).
pub(super) fn parse(case: &Case) -> Result<Outcome, InvalidCase> {
    let input = case.input_fields();
    let lines: Vec<Bytes> = input.required("lines")?;
    let lines: Result<Vec<_>, _> = lines.iter().map(|line| Ok((FIELD.to_owned(), line.decode()?))).collect();
    let lines = lines.map_err(|error: base64::DecodeError| input.invalid("lines", &error))?;
    let field_type = match case.config_fields().required("type")? {
        Type::Dictionary => FieldType::Dictionary,
        Type::List => FieldType::List,
        Type::Item => FieldType::Item,
    };
    let types = FieldTypes::default().with(FIELD, field_type);
    done(serialized(&lines, &types).map(|text| Outcome::accept([("serialized", json!(text))])))
}

fn serialized(lines: &[(String, Vec<u8>)], types: &FieldTypes) -> Step<String> {
    let covering = [("signature-input", COVERING), ("signature", &b"sig=:AA==:"[..])];
    let signatures = Signatures::parse(HeaderFields::raw(&covering)).map_err(refuse!())?;
    let lines: Vec<(&str, &[u8])> =
        lines.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
    let message = RequestMessage::new("GET", TargetContext::new("/"), HeaderFields::raw(&lines))
        .with_field_types(types);
    let input = signatures.iter().next().map(wimse::httpsig::message::ReceivedSignature::input);
    let input = input.ok_or_else(|| Outcome::reject("httpsig.absent", &"no signature"))?;
    let base = input.base(Message::from(&message)).map_err(refuse!())?;
    let line = base.as_str().lines().next().unwrap_or_default();
    Ok(line.strip_prefix(BEFORE).unwrap_or_default().to_owned())
}

/// The name that the field has here.
const FIELD: &str = "field";
const COVERING: &[u8] = b"sig=(\"field\";sf)";
const BEFORE: &str = "\"field\";sf: ";

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Type {
    Dictionary,
    List,
    Item,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(field_type: &str, lines: &[&str]) -> Outcome {
        let lines: Vec<_> = lines.iter().map(|line| json!({"text": line})).collect();
        let case = Case::of_operation("sfv.parse").with_input("lines", lines).with_config("type", field_type);
        parse(&case).unwrap()
    }

    #[test]
    fn a_field_is_serialised_strictly() {
        let serialized = |text: &str| Outcome::accept([("serialized", json!(text))]);
        assert_eq!(parsed("dictionary", &["a=1,  b; x=?1", "a=(c  d)"]), serialized("a=(c d), b;x"));
        assert_eq!(parsed("list", &["1.50,:YQ==:", "\"q\""]), serialized("1.5, :YQ==:, \"q\""));
        assert_eq!(parsed("item", &[" tok;a=1 "]), serialized("tok;a=1"));
    }

    #[test]
    fn what_is_not_of_its_type_is_refused() {
        for (field_type, lines) in
            [("item", &["1, 2"][..]), ("list", &["a,"]), ("dictionary", &["A=1"]), ("list", &[""])]
        {
            let Outcome::Reject { code, .. } = parsed(field_type, lines) else { panic!("{lines:?}") };
            assert_eq!(code, "httpsig.field_structure", "{lines:?}");
        }
    }
}
