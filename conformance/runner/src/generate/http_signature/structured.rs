//! Structured fields (RFC 9651): what a signature is made of, and what it is written in, is read as the RFC says.

use serde_json::{Value, json};

use super::super::Cases;
use crate::vector::{Bytes, Vector};

pub(super) fn vectors() -> Cases {
    let mut vectors = Vec::new();
    for (id, kind, lines, serialized, comment) in ACCEPTED {
        let case = Vector::accepted(id, "sfv.parse", comment).requires(&["SIG-3-24", "SIG-3-33"]);
        let case = case.config("type", *kind).input("lines", bytes(lines));
        vectors.push(case.output("serialized", json!(serialized)));
    }
    for (kind, rows) in [("item", ITEMS), ("list", LISTS), ("dictionary", DICTIONARIES)] {
        let id = format!("sfv-{kind}");
        let twin = vectors.iter().find(|vector| vector.id == id).cloned().ok_or(kind)?;
        for (end, lines, differs, comment) in rows {
            let refused =
                twin.refused(&format!("{id}-{end}"), &["httpsig.field_structure"], differs, comment);
            // Who reads text reads no other bytes, and says so before.
            let refused =
                if *end == "string-not-ascii" { refused.or_code("httpsig.field_value") } else { refused };
            vectors.push(refused.of(kind).input("lines", bytes(lines)));
        }
    }
    Ok(vectors)
}

fn bytes(lines: &[&str]) -> Value {
    lines.iter().map(|line| Value::from(Bytes::from(line.as_bytes()))).collect()
}

/// Id, type, lines, strict serialisation, comment.
type Accepted = (&'static str, &'static str, &'static [&'static str], &'static str, &'static str);

const ACCEPTED: &[Accepted] = &[
    ("sfv-item", "item", &["tok;a=1"], "tok;a=1", "A Token with a parameter."),
    ("sfv-item-spaces", "item", &["  tok;  a=1  "], "tok;a=1", "Spaces around, and after a semicolon."),
    ("sfv-item-string", "item", &[r#""a \"b\" \\c""#], r#""a \"b\" \\c""#, "A String with both escapes."),
    ("sfv-item-integer-zero", "item", &["-0"], "0", "There is one zero."),
    ("sfv-item-integer-zeros", "item", &["0042"], "42", "Leading zeros say nothing."),
    ("sfv-item-integer-longest", "item", &["-999999999999999"], "-999999999999999", "Fifteen digits."),
    ("sfv-item-decimal", "item", &["1.50"], "1.5", "Zeros at the end say nothing."),
    ("sfv-item-decimal-whole", "item", &["2.0"], "2.0", "A Decimal stays one."),
    ("sfv-item-bytes", "item", &[":YWJj:"], ":YWJj:", "A Byte Sequence."),
    ("sfv-item-bytes-empty", "item", &["::"], "::", "A Byte Sequence of no bytes."),
    ("sfv-item-boolean", "item", &["?1"], "?1", "A Boolean."),
    ("sfv-item-date", "item", &["@1659578233"], "@1659578233", "A Date."),
    ("sfv-item-display", "item", &["%\"f%c3%bc\""], "%\"f%c3%bc\"", "A Display String."),
    ("sfv-item-true-parameter", "item", &["tok;a=?1"], "tok;a", "A parameter that is true has no value."),
    (
        "sfv-item-parameter-twice",
        "item",
        &["tok;a=1;b=2;a=3"],
        "tok;a=3;b=2",
        "The last value, in the first place.",
    ),
    ("sfv-list", "list", &["a, b;x=1, (c d);y"], "a, b;x=1, (c d);y", "Tokens and an Inner List."),
    ("sfv-list-lines", "list", &["a", "b, c"], "a, b, c", "Lines are joined in their order."),
    ("sfv-list-spaces", "list", &["a ,\tb"], "a, b", "Spaces and tabs around a comma."),
    ("sfv-list-inner-empty", "list", &["()"], "()", "An Inner List of nothing."),
    (
        "sfv-dictionary",
        "dictionary",
        &["a=1, b;x=2, c=(d e)"],
        "a=1, b;x=2, c=(d e)",
        "Members of three kinds.",
    ),
    (
        "sfv-dictionary-twice",
        "dictionary",
        &["a=1, b=2, a=3"],
        "a=3, b=2",
        "The last value, in the first place.",
    ),
    ("sfv-dictionary-lines", "dictionary", &["a=1", "b"], "a=1, b", "Lines are joined in their order."),
    ("sfv-dictionary-false", "dictionary", &["a=?0"], "a=?0", "False is written, true is not."),
];

/// End of the id, lines, what differs, the mistake.
type Refused = (&'static str, &'static [&'static str], &'static str, &'static str);

const ITEMS: &[Refused] = &[
    ("empty", &[""], "nothing", "An Item that is not there."),
    ("two", &["tok, tok"], "two members", "One of several to choose from."),
    ("two-lines", &["tok", "tok"], "two lines", "One of several to choose from."),
    ("rest", &["tok;a=1 x"], "text after the end", "What is left over may mean something to others."),
    ("string-open", &["\"tok"], "a String without its end", "Where it ends is a guess."),
    ("string-escape", &[r#""a\b""#], "an escape that is none", "Readers disagree about what it stands for."),
    ("string-tab", &["\"a\tb\""], "a tab in a String", "A control character in a value."),
    ("string-not-ascii", &["\"\u{fc}\""], "a letter outside ASCII", "Its bytes depend on who reads it."),
    ("integer-long", &["1234567890123456"], "sixteen digits", "A number that some readers round."),
    ("integer-plus", &["+1"], "a plus sign", "No number starts so."),
    ("integer-minus", &["-"], "a minus sign alone", "No number."),
    ("decimal-point", &["1."], "a point at the end", "No number ends so."),
    ("decimal-fraction", &["1.2345"], "four digits after the point", "A number that some readers round."),
    (
        "decimal-long",
        &["1234567890123.1"],
        "thirteen digits before a point",
        "A number that some readers round.",
    ),
    ("boolean-two", &["?2"], "a Boolean that is neither", "Some take it for true."),
    ("boolean-word", &["?true"], "a Boolean as a word", "Some take it for true."),
    ("bytes-open", &[":YWJj"], "a Byte Sequence without its end", "Where it ends is a guess."),
    ("bytes-alphabet", &[":Y*Jj:"], "a letter that is none of base64", "Some skip it."),
    ("date-fraction", &["@1.5"], "a Date with a fraction", "Dates are whole seconds."),
    ("key-capital", &["tok;A=1"], "a parameter in capitals", "Names of parameters have no capitals."),
    (
        "key-digit",
        &["tok;1=1"],
        "a parameter that starts with a digit",
        "Names start with a letter or an asterisk.",
    ),
    ("inner-list", &["(a b)"], "an Inner List", "It is no Item."),
    (
        "space-before",
        &["tok ;a=1"],
        "a space before a semicolon",
        "Readers disagree about where the Item ends.",
    ),
];

const LISTS: &[Refused] = &[
    ("comma-end", &["a, b,"], "a comma at the end", "A member that is not there."),
    ("comma-two", &["a,, b"], "two commas", "A member that is not there."),
    ("comma-first", &[", a"], "a comma at the start", "A member that is not there."),
    (
        "comma-line",
        &["a,", "b"],
        "a comma at the end of a line",
        "A member that is not there, once lines are joined.",
    ),
    ("no-comma", &["a b"], "no comma", "Readers disagree about what the members are."),
    ("inner-open", &["(a b"], "an Inner List without its end", "What follows would be in it."),
    ("inner-comma", &["(a, b)"], "a comma in an Inner List", "Spaces separate its members."),
    ("inner-nested", &["((a))"], "an Inner List in another", "There is one level."),
    ("inner-close", &["a)"], "an end without a start", "What is left over may mean something to others."),
    (
        "inner-stuck",
        &["(\"a\"\"b\")"],
        "no space between members",
        "Readers disagree about what the members are.",
    ),
];

const DICTIONARIES: &[Refused] = &[
    (
        "capital",
        &["A=1"],
        "a name in capitals",
        "Names have no capitals: another reader finds another label.",
    ),
    ("space-before", &["a =1"], "a space before the equals sign", "Readers disagree about the name."),
    ("space-after", &["a= 1"], "a space after the equals sign", "Readers disagree about the value."),
    ("no-value", &["a="], "no value after the equals sign", "A value that is not there."),
    ("no-name", &["=1"], "no name", "A member that nobody can name."),
    ("quoted-name", &["\"a\"=1"], "a name in quotation marks", "A name is no String."),
    ("comma-end", &["a=1,"], "a comma at the end", "A member that is not there."),
    ("semicolon", &["a=1; b=2;"], "a semicolon at the end", "A parameter that is not there."),
    ("item", &["1"], "a number alone", "No name."),
];
