//! Sets of identifiers: nothing matches that the policy does not spell out (ID-7.6-1, ID-4.3-3).
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

use wimse_identifier::{IdentifierError, IdentifierPolicy, IdentifierSet, Origin, WorkloadIdentifier};

fn id(uri: &str) -> WorkloadIdentifier {
    IdentifierPolicy::baseline().parse(uri).unwrap()
}

#[test]
fn the_empty_set_contains_nothing() {
    for empty in [
        IdentifierSet::none(),
        IdentifierSet::default(),
        IdentifierSet::exactly([]),
        IdentifierSet::members_of([]),
    ] {
        assert!(empty.is_empty());
        assert!(!empty.contains(&id("wimse://example.com/s")));
        assert!(empty.with(id("wimse://example.com/s")).contains(&id("wimse://example.com/s")));
    }
}

#[test]
fn single_identifiers_match_completely() {
    let set = IdentifierSet::exactly([id("wimse://example.com/ns/db")]).with(id("spiffe://example.org/web"));
    assert!(set.contains(&id("wimse://example.com/ns/db")));
    assert!(set.contains(&id("spiffe://example.org/web")));
    for outside in [
        "wimse://example.com/ns/db/x",
        "wimse://example.com/ns",
        "wimse://example.com/ns/DB",
        "wimse://example.org/ns/db",
        "spiffe://example.com/ns/db",
        "wimse://example.com/ns/%64b",
    ] {
        assert!(!set.contains(&id(outside)), "{outside}");
    }
}

#[test]
fn origins_match_all_their_identifiers() -> Result<(), IdentifierError> {
    let set = IdentifierSet::members_of([Origin::parse("wimse://example.com")?])
        .with_origin(Origin::parse("spiffe://example.org")?);
    assert!(set.contains(&id("wimse://example.com/a")));
    assert!(set.contains(&id("spiffe://example.org/a/b")));
    for outside in ["spiffe://example.com/a", "wimse://example.org/a", "wimse://example.com.evil.example/a"] {
        assert!(!set.contains(&id(outside)), "{outside}");
    }
    Ok(())
}

#[test]
fn subtrees_end_at_segment_boundaries() {
    let set = IdentifierSet::none().with_subtree(id("wimse://example.com/ns/db"));
    assert!(!set.is_empty());
    for inside in
        ["wimse://example.com/ns/db", "wimse://example.com/ns/db/x", "wimse://example.com/ns/db/x/...y"]
    {
        assert!(set.contains(&id(inside)), "{inside}");
    }
    for outside in [
        "wimse://example.com/ns/dbx",
        "wimse://example.com/ns/db.x",
        "wimse://example.com/ns/d",
        "wimse://example.com/ns",
        "wimse://example.com/ns/DB/x",
        "wimse://example.com/x/ns/db",
        "wimse://example.org/ns/db/x",
        "spiffe://example.com/ns/db/x",
        "wimse://example.com/ns/db%2Fx",
    ] {
        assert!(!set.contains(&id(outside)), "{outside}");
    }
}

#[test]
fn nothing_climbs_out_of_a_subtree() {
    let set = IdentifierSet::none().with_subtree(id("wimse://example.com/ns/db"));
    assert!(set.contains(&id("wimse://example.com/ns/db/..x/admin")));
    for outside in [
        "wimse://example.com/ns/db/../admin",
        "wimse://example.com/ns/db/x/./y",
        "wimse://example.com/ns/db//x",
        "wimse://example.com/ns/db/%2e%2E/admin",
        "wimse://example.com/ns/db/..",
    ] {
        assert!(!set.contains(&id(outside)), "{outside}");
        // It is still an identifier, and matches when it is spelt out.
        assert!(set.clone().with(id(outside)).contains(&id(outside)));
    }
}

#[test]
fn the_order_of_additions_does_not_matter() {
    let (a, b) = (id("wimse://example.com/a"), id("wimse://example.com/b"));
    let one = IdentifierSet::none().with(a.clone()).with(b.clone());
    assert_eq!(one, IdentifierSet::exactly([b.clone(), a.clone()]));
    assert_ne!(one, IdentifierSet::exactly([a]).with_subtree(b));
}
