//! The `Authorization` field: once, with the scheme `WPT`, with one token.

use super::{
    super::Cases,
    exchange::{Exchange, Refused, refuse},
};

pub(super) fn vectors() -> Cases {
    let proof = Exchange::ed25519();
    let accepted = |id, exchange: Exchange, comment| exchange.accepted(id, RULES, comment);
    let plain = accepted("wpt-authorization", proof.clone(), "One Authorization field with the WPT scheme.")?;
    let field = |value| proof.field("Authorization", value);
    let mut vectors = vec![
        plain.clone(),
        accepted("wpt-scheme-lower-case", field("wpt {proof}"), "The scheme name has no case.")?,
        accepted("wpt-scheme-mixed-case", field("wPt {proof}"), "The scheme name has no case.")?,
        accepted("wpt-scheme-two-spaces", field("WPT  {proof}"), "Between scheme and token is 1*SP.")?,
        accepted(
            "wpt-scheme-many-spaces",
            field("WPT         {proof}"),
            "Between scheme and token is 1*SP.",
        )?,
        accepted(
            "wpt-authorization-trailing-space",
            field("WPT {proof} "),
            "White space around a field value is not part of it.",
        )?,
        accepted(
            "wpt-authorization-tabs-around",
            field("\tWPT {proof}\t"),
            "White space around a field value is not part of it.",
        )?,
        accepted(
            "wpt-field-names-other-case",
            proof.without("Authorization").line("AUTHORIZATION", "WPT {proof}"),
            "Names of header fields have no case.",
        )?,
        accepted(
            "wpt-proxy-authorization-ignored",
            proof.line("Proxy-Authorization", "Basic cHJveHk6cGFzcw=="),
            "Proxy-Authorization is for an intermediary and not looked at.",
        )?,
        accepted(
            "wpt-proxy-authorization-wpt-ignored",
            proof.line("Proxy-Authorization", "WPT a.b.c"),
            "A WPT in Proxy-Authorization is out of scope and not looked at.",
        )?,
    ];
    let showing = |requirements| plain.clone().requires(requirements);
    vectors.extend(refuse(&showing(&["WPT-2-1", "WPT-2-14"]), fields(&proof))?);
    vectors.extend(refuse(&showing(&["WPT-2-1", "WPT-2-15"]), credentials(&proof))?);
    vectors.extend(refuse(&showing(&["WPT-2-14"]), malformed(&proof))?);
    Ok(vectors)
}

fn fields(proof: &Exchange) -> Vec<Refused> {
    let field = |value| proof.field("Authorization", value);
    vec![
        (
            "wpt-authorization-missing",
            "wpt.authorization_missing",
            proof.without("Authorization"),
            "no Authorization field",
            "A WIT alone authenticates nobody.",
        ),
        (
            "wpt-authorization-twice",
            "wpt.authorization_repeated",
            proof.line("Authorization", "WPT {proof}"),
            "the same field line twice",
            "Two fields, even equal ones, can be read differently by two parties.",
        ),
        (
            "wpt-authorization-bearer-second",
            "wpt.authorization_repeated",
            proof.line("Authorization", "Bearer bearer-token"),
            "a second field line with a bearer token",
            "A bearer token beside the proof weakens the request to the bearer token.",
        ),
        (
            "wpt-authorization-bearer-first",
            "wpt.authorization_repeated",
            proof.first_line("authorization", "Bearer bearer-token"),
            "a bearer token in a field line before it",
            "A recipient that takes the last of two fields misses the first.",
        ),
        (
            "wpt-authorization-empty-second",
            "wpt.authorization_repeated",
            proof.line("Authorization", ""),
            "a second, empty field line",
            "An empty field is a field.",
        ),
        (
            "wpt-scheme-bearer",
            "wpt.other_scheme",
            field("Bearer {proof}"),
            "the scheme Bearer",
            "A proof in another scheme is not a proof.",
        ),
        (
            "wpt-scheme-basic",
            "wpt.other_scheme",
            field("Basic dXNlcjpwYXNz"),
            "a password",
            "Another scheme does not authenticate a workload.",
        ),
        (
            "wpt-scheme-dpop",
            "wpt.other_scheme",
            field("DPoP {proof}"),
            "the scheme DPoP",
            "The scheme of another proof of possession is not this one.",
        ),
        (
            "wpt-scheme-missing",
            "wpt.other_scheme",
            field("{proof}"),
            "no scheme",
            "A token without its scheme.",
        ),
        (
            "wpt-scheme-longer",
            "wpt.other_scheme",
            field("WPTX {proof}"),
            "one letter more in the scheme",
            "A prefix test of the scheme lets other schemes in.",
        ),
        (
            "wpt-scheme-media-type",
            "wpt.other_scheme",
            field("wpt+jwt {proof}"),
            "the media type as the scheme",
            "The media type of the token is not the scheme.",
        ),
        (
            "wpt-scheme-tab",
            "wpt.other_scheme",
            field("WPT\t{proof}"),
            "a tab for the space",
            "Between scheme and token are spaces, nothing else.",
        ),
        (
            "wpt-authorization-old-field",
            "wpt.authorization_missing",
            proof.without("Authorization").line("Workload-Proof-Token", "{proof}"),
            "the field name of revision 01",
            "The field Workload-Proof-Token was replaced.",
        ),
        (
            "wpt-authorization-proxy-only",
            "wpt.authorization_missing",
            proof.without("Authorization").line("Proxy-Authorization", "WPT {proof}"),
            "the proof in Proxy-Authorization",
            "Credentials for an intermediary are not for the workload.",
        ),
    ]
}

fn credentials(proof: &Exchange) -> Vec<Refused> {
    let field = |id, value, differs, comment| {
        (id, "wpt.credentials", proof.field("Authorization", value), differs, comment)
    };
    vec![
        field("wpt-credentials-empty", "WPT", "no credentials", "A scheme alone proves nothing."),
        field("wpt-credentials-spaces", "WPT  ", "spaces for credentials", "A scheme alone proves nothing."),
        field(
            "wpt-credentials-two",
            "WPT {proof} {proof}",
            "the token twice",
            "With two tokens, two parties may take different ones.",
        ),
        field(
            "wpt-credentials-list",
            "WPT {proof}, WPT {proof}",
            "a list of two credentials",
            "The field is not a list.",
        ),
        field(
            "wpt-credentials-list-bearer",
            "WPT {proof}, Bearer bearer-token",
            "a bearer token after a comma",
            "The field is not a list: a bearer token cannot be put beside the proof.",
        ),
        field("wpt-credentials-comma", "WPT {proof},", "a comma after it", "A list of one is not one token."),
        field(
            "wpt-credentials-parameter",
            "WPT token={proof}",
            "the token as a parameter",
            "The scheme has a token68, no parameters.",
        ),
        field(
            "wpt-credentials-quoted",
            "WPT \"{proof}\"",
            "quotation marks",
            "The token is not a quoted string.",
        ),
        field(
            "wpt-credentials-tab",
            "WPT \t{proof}",
            "a tab after the space",
            "Between scheme and token are spaces, nothing else.",
        ),
        field(
            "wpt-credentials-inner-space",
            "WPT {h}. {p}.{s}",
            "a space inside of the token",
            "White space in a token is not skipped.",
        ),
        field(
            "wpt-credentials-beyond-ascii",
            "WPT {proof}\u{e9}",
            "a letter beyond ASCII",
            "A byte that no token has is not skipped.",
        ),
        field(
            "wpt-credentials-json",
            "WPT {\"protected\":\"{h}\",\"payload\":\"{p}\",\"signature\":\"{s}\"}",
            "the JSON serialization",
            "A WPT is a JWS in compact serialization.",
        ),
        field(
            "wpt-credentials-padding-inside",
            "WPT {h}=.{p}.{s}",
            "padding inside of the token",
            "token68 has \"=\" at its end only.",
        ),
    ]
}

/// Refused before a field is looked at.
fn malformed(proof: &Exchange) -> Vec<Refused> {
    let head = |id, exchange, differs, comment| (id, "http.malformed", exchange, differs, comment);
    vec![
        head(
            "wpt-authorization-folded",
            proof.field("Authorization", "WPT\r\n {proof}"),
            "a folded line",
            "A folded line is read in different ways by different parties.",
        ),
        head(
            "wpt-authorization-nul",
            proof.field("Authorization", "WPT {proof}\0"),
            "a NUL after the token",
            "A NUL ends the value for some parties and not for others.",
        ),
        head(
            "wpt-authorization-bare-line-end",
            proof.field("Authorization", "WPT {proof}\nX-Rest: "),
            "a bare line feed in the value",
            "A bare line feed smuggles a second field.",
        ),
        head(
            "wpt-authorization-space-before-colon",
            proof.without("Authorization").line("Authorization ", "WPT {proof}"),
            "a space before the colon",
            "A name that ends in a space is another name for some parties.",
        ),
    ]
}

const RULES: &[&str] = &["WPT-2-1", "WPT-2-14", "WPT-2-15"];
