//! The identifiers that the draft prints, and near misses of the `wimse` form.

use super::{parse, refuse};
use crate::vector::Vector;

pub(super) fn vectors() -> Vec<Vector> {
    let wimse = parse(
        "identifier-wimse-example",
        "wimse://trust.example.com/service/payment",
        &["ID-4.1-1", "ID-4.1-2", "ID-4.1-3", "ID-4.2-4", "ID-4.4-1", "ID-7.1-1"],
        "A logical workload in the wimse scheme.",
    )
    .source("draft-ietf-wimse-identifier, section 4.4");
    let form = wimse.clone().requires(&["ID-4.4-1"]);

    let mut vectors = vec![wimse];
    vectors.extend(OTHERS.map(|(id, identifier, requirements, comment, section)| {
        parse(id, identifier, requirements, comment)
            .source(&format!("draft-ietf-wimse-identifier, section {section}"))
    }));
    vectors.extend(refuse(
        &form,
        "identifier.authority_missing",
        [
            (
                "identifier-wimse-one-slash",
                "wimse:/trust.example.com/service/payment",
                "one slash after the colon",
                "A typing mistake turns the trust domain into a path segment.",
            ),
            (
                "identifier-wimse-no-slash",
                "wimse:trust.example.com/service/payment",
                "no slashes after the colon",
                "The trust domain becomes part of a rootless path.",
            ),
        ],
    ));
    vectors.extend(refuse(
        &form,
        "identifier.authority_empty",
        [(
            "identifier-wimse-three-slashes",
            "wimse:///trust.example.com/service/payment",
            "three slashes after the colon",
            "The trust domain becomes a path segment of no domain at all.",
        )],
    ));
    vectors.extend(refuse(
        &form,
        "identifier.scheme_unsupported",
        [
            (
                "identifier-wimse-scheme-longer",
                "wimses://trust.example.com/service/payment",
                "a scheme that begins with wimse",
                "A scheme matched by its first letters is another scheme.",
            ),
            (
                "identifier-wimse-scheme-https",
                "https://trust.example.com/service/payment",
                "the scheme https",
                "A web address is taken for an identity.",
            ),
            (
                "identifier-wimse-scheme-urn",
                "urn:wimse://trust.example.com/service/payment",
                "a scheme before the scheme",
                "A search for the form inside of the text finds what the text is not.",
            ),
        ],
    ));
    vectors
}

type Example = (&'static str, &'static str, &'static [&'static str], &'static str, &'static str);

const OTHERS: [Example; 8] = [
    (
        "identifier-wimse-instance-example",
        "wimse://trust.example.com/service/payment/instance/1234",
        &["ID-4.2-4", "ID-4.4-1", "ID-7.1-1"],
        "One instance of a workload in the wimse scheme.",
        "4.4",
    ),
    (
        "identifier-wimse-uuid-example",
        "wimse://prod.corp.example/workload/89a6ec51-f877-44c0-9501-b213597f2d1d",
        &["ID-4.2-3", "ID-4.4-1", "ID-7.1-1"],
        "An opaque name below a fixed segment.",
        "4.4",
    ),
    (
        "identifier-wimse-corp-example",
        "wimse://trust.corp.example.com/workload/af3e86cb-7013-4e33-b717-11c4edd25679",
        &["ID-4.1-1", "ID-4.1-2", "ID-4.1-3", "ID-4.4-1"],
        "The wimse example of the URI requirements.",
        "4.1",
    ),
    (
        "identifier-spiffe-namespace-example",
        "spiffe://incubation.example.org/ns/experimental/analytics/ingest",
        &["ID-4.1-1", "ID-4.1-2", "ID-4.1-3", "ID-4.2-4"],
        "The spiffe example of the URI requirements.",
        "4.1",
    ),
    (
        "identifier-spiffe-opaque-example",
        "spiffe://prod.trust.domain/89a6ec51-f877-44c0-9501-b213597f2d1d",
        &["ID-4.2-3"],
        "A path that only the issuing authority understands.",
        "4.2",
    ),
    (
        "identifier-spiffe-role-example",
        "spiffe://prod.trust.domain/ns/prod-01/sa/foo-service",
        &["ID-4.2-4"],
        "A path that names an application role.",
        "4.2",
    ),
    (
        "identifier-spiffe-role-instance-example",
        "spiffe://prod.trust.domain/ns/prod-01/sa/foo-service/iid-1f814646-87b5-4e26-bb55-1d13caccdd8d",
        &["ID-4.2-4"],
        "A path that names one instance of an application role.",
        "4.2",
    ),
    (
        "identifier-spiffe-opaque-instance-example",
        "spiffe://prod.trust.domain/foo-service/instance/89a6ec51-f877-44c0-9501-b213597f2d1d",
        &["ID-4.2-3", "ID-4.2-4"],
        "An opaque instance name within a role.",
        "4.2",
    ),
];
