//! Signing what the other side asks for: never less than the profile, and perhaps more.

use super::{
    super::Cases,
    cases::both,
    making::{Made, headers},
    signed::Signed,
};
use crate::vector::{Bytes, Vector};

pub(super) fn vectors() -> Cases {
    both(|request| {
        let mut vectors = of_server(request)?;
        vectors.extend(of_client(request)?);
        Ok(vectors)
    })
}

fn asked(made: Made, wish: &str) -> Made {
    made.with(|vector| vector.input("wanted", Bytes::from(wish.as_bytes())))
}

/// What a server asked for in an earlier response.
fn of_server(request: &Signed) -> Cases {
    let dated = [("Content-Type", "application/json"), ("Date", "Fri, 15 Jan 2027 08:00:00 GMT")];
    let made = |id, requirements, wish: &str, comment| {
        Ok::<_, Box<dyn std::error::Error>>(asked(Made::request(id, request, requirements, comment)?, wish))
    };
    let labelled = |made: Made| made.with(|vector| vector.output("label", "sig9"));
    let twin = labelled(made(
        "sig-wish",
        RULES,
        LESS,
        "Less is asked for than the profile covers, and under a label.",
    )?);
    let twin = twin.vector();
    let more = made(
        "sig-wish-more",
        RULES,
        &format!("sig9=(\"@method\" \"@authority\" \"date\");created;expires{TAGGED}"),
        "More is asked for, and what the profile covers is not left out.",
    )?;
    let more = labelled(more).covers("\"@authority\"").covers("\"date\"");
    let mut vectors = vec![
        twin.clone(),
        more.with(|vector| vector.input("headers", headers(&dated))).vector(),
        made(
            "sig-wish-key",
            &["SIG-3.5-13", "SIG-3-28", "SIG-3-29"],
            &format!("sig9=(\"@method\");created;keyid=\"a\";alg=\"ed25519\"{TAGGED}"),
            "A certain key and algorithm are asked for: that is no signature of the profile.",
        )?
        .vector(),
        made(
            "sig-wish-other-tag",
            RULES,
            "sig9=(\"date\");tag=\"other\"",
            "A signature of another profile.",
        )?
        .vector(),
    ];
    let refused = |id: &str, code: &str, wish: &str, differs, comment| {
        let vector: Vector = twin.refused(id, &[code], differs, comment).requires(&["SIG-3.5-9"]);
        vector.input("wanted", Bytes::from(wish.as_bytes()))
    };
    let of = |component: &str| format!("sig9=({component}){TAGGED}");
    vectors.extend([
        refused(
            "sig-wish-absent",
            "httpsig.component_missing",
            &of("\"x-absent\""),
            "a field that is not there is asked for",
            "What is asked for cannot be signed.",
        ),
        refused(
            "sig-wish-unknown",
            "httpsig.component_unknown",
            &of("\"@unknown\""),
            "a component that is not known is asked for",
            "What is asked for cannot be signed.",
        ),
        refused(
            "sig-wish-status",
            "httpsig.component_wrong_message",
            &of("\"@status\""),
            "the status of a request is asked for",
            "What is asked for cannot be signed.",
        ),
        refused(
            "sig-wish-malformed",
            "httpsig.field_malformed",
            "sig9=((",
            "a field that cannot be read",
            "Nobody knows what is asked for.",
        ),
    ]);
    Ok(vectors)
}

/// What the client asked for in the request that is answered.
fn of_client(request: &Signed) -> Cases {
    let response = request.demanding().response();
    let lines = [("Content-Type", "application/json"), ("Cache-Control", "no-store")];
    let rules = &["SIG-3.5-9", "SIG-3.5-10", "SIG-3.5-13"];
    let less =
        Made::response("sig-wish-response", &response, rules, "Less is asked for than the profile covers.")?;
    let less = asked(less, &format!("sig9=(\"@status\");created{TAGGED}"));
    let more = Made::response("sig-wish-response-more", &response, rules, "More is asked for.")?;
    let more =
        asked(more, &format!("sig9=(\"@status\" \"cache-control\" \"content-digest\";req);created{TAGGED}"));
    let labelled = |made: Made| made.with(|vector| vector.output("label", "sig9"));
    Ok(vec![
        labelled(less).vector(),
        labelled(more)
            .with(|vector| vector.input("headers", headers(&lines)))
            .covers("\"cache-control\"")
            .covers("\"content-digest\";req")
            .vector(),
    ])
}

const TAGGED: &str = ";tag=\"wimse-workload-to-workload\"";
const LESS: &str = "sig9=(\"@method\");created;expires;tag=\"wimse-workload-to-workload\"";
const RULES: &[&str] = &["SIG-3.5-9", "SIG-3.5-12", "SIG-3.5-13"];
