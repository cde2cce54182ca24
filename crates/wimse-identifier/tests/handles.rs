//! External handles and the map from them to identifiers (section 5).
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

use wimse_identifier::{ExternalHandle, HandleError, IdentityMap, WorkloadIdentifier};

fn id(uri: &str) -> WorkloadIdentifier {
    WorkloadIdentifier::parse(uri).unwrap()
}

#[test]
fn dns_names() -> Result<(), HandleError> {
    for (code, refused, accepted, compared) in [
        ("handle.empty", "", "a", "a"),
        ("handle.dns_name", ".", "a.", "a"),
        ("handle.dns_name", "example.com..", "Example.COM.", "example.com"),
        ("handle.dns_name", "a..b", "a.b", "a.b"),
        ("handle.dns_name", ".a", "a", "a"),
        ("handle.dns_name", "-a.b", "a-b.b", "a-b.b"),
        ("handle.dns_name", "a-.b", "_a.b", "_a.b"),
        ("handle.dns_name", "*.example.com", "x.example.com", "x.example.com"),
        ("handle.dns_name", "exämple.com", "xn--exmple-cua.com", "xn--exmple-cua.com"),
        ("handle.dns_name", "example.com:443", "example.com", "example.com"),
        ("handle.dns_name", "example.com/", "example.com", "example.com"),
        ("handle.dns_name", " example.com", "example.com", "example.com"),
    ] {
        assert_eq!(ExternalHandle::dns_name(refused).unwrap_err().code(), code, "{refused}");
        assert_eq!(ExternalHandle::dns_name(accepted)?.as_str(), compared);
    }
    Ok(())
}

#[test]
fn lengths_of_dns_names() {
    let label = |length| "a".repeat(length);
    assert!(ExternalHandle::dns_name(&label(63)).is_ok());
    assert_eq!(ExternalHandle::dns_name(&label(64)), Err(HandleError::DnsName));
    let name = |last| format!("{0}.{0}.{0}.{1}", label(63), label(last));
    assert!(ExternalHandle::dns_name(&name(61)).is_ok());
    assert!(ExternalHandle::dns_name(&format!("{}.", name(61))).is_ok());
    assert_eq!(ExternalHandle::dns_name(&name(62)), Err(HandleError::DnsName));
}

#[test]
fn urls() -> Result<(), HandleError> {
    for (code, refused, accepted, compared) in [
        ("handle.empty", "", "https://a", "https://a/"),
        ("handle.url", "example.com/a", "https://example.com/a", "https://example.com/a"),
        ("handle.url", "//example.com/a", "http://example.com/a", "http://example.com/a"),
        ("handle.url", "https:/example.com", "HTTPS://Example.COM", "https://example.com/"),
        ("handle.url", "https:///a", "https://a/a", "https://a/a"),
        ("handle.url", "https://:443/a", "https://a:443/a", "https://a/a"),
        ("handle.url", "https://a?", "https://a/", "https://a/"),
        ("handle.url", "https://a/b?c", "https://a/b", "https://a/b"),
        ("handle.url", "https://a/b#", "https://a/B", "https://a/B"),
        ("handle.url", "https://u@a/b", "https://a/u@b", "https://a/u@b"),
        ("handle.url", "https://a:65536/", "https://a:65535/", "https://a:65535/"),
        ("handle.url", "https://a:0443/", "https://a:80/", "https://a:80/"),
        ("handle.url", "https://a:+80/", "https://a:/", "https://a/"),
        ("handle.url", "http://a:80:80/", "http://a:80/", "http://a/"),
        ("handle.url", "https://[::1/", "https://[::A]:443/", "https://[::a]/"),
        ("handle.url", "https://[x]/", "https://[::1]:8443/", "https://[::1]:8443/"),
        ("handle.url", "https://a/%zz", "https://a/%7a", "https://a/%7a"),
        ("handle.url", "https://a/é", "https://a/e", "https://a/e"),
        ("handle.url", "https://a b/", "https://a-b/", "https://a-b/"),
        ("handle.url", "1https://a/", "grpc://a:50051", "grpc://a:50051/"),
    ] {
        assert_eq!(ExternalHandle::url(refused).map_err(|error| error.code()), Err(code), "{refused}");
        assert_eq!(ExternalHandle::url(accepted)?.as_str(), compared);
    }
    Ok(())
}

#[test]
fn keys_are_exact() -> Result<(), HandleError> {
    assert_eq!(ExternalHandle::key(""), Err(HandleError::Empty));
    assert_eq!(ExternalHandle::key("Mesh/é ")?.as_str(), "Mesh/é ");
    assert_ne!(ExternalHandle::key("Mesh")?, ExternalHandle::key("mesh")?);
    Ok(())
}

#[test]
fn kinds_never_equal_each_other() -> Result<(), HandleError> {
    assert_ne!(ExternalHandle::dns_name("a")?, ExternalHandle::key("a")?);
    assert_ne!(ExternalHandle::url("https://a/")?, ExternalHandle::key("https://a/")?);
    assert_eq!(ExternalHandle::url("https://a/")?.to_string(), "https://a/");
    assert_eq!(format!("{:?}", ExternalHandle::dns_name("a")?), r#"DnsName("a")"#);
    Ok(())
}

#[test]
fn only_what_was_mapped_is_expected() -> Result<(), HandleError> {
    // ID-5-1, ID-5-5
    let mut map = IdentityMap::new();
    assert!(map.is_empty());
    map.insert(ExternalHandle::dns_name("pay.example.com")?, id("wimse://example.com/pay"))?;
    assert_eq!(map.len(), 1);

    let spelt_otherwise = ExternalHandle::dns_name("PAY.example.com.")?;
    assert_eq!(map.expected(&spelt_otherwise), Some(id("wimse://example.com/pay")));
    for unmapped in [
        ExternalHandle::dns_name("example.com")?,
        ExternalHandle::url("https://pay.example.com/")?,
        ExternalHandle::key("pay.example.com")?,
        ExternalHandle::key("wimse://example.com/pay")?,
    ] {
        assert_eq!(map.expected(&unmapped), None, "{unmapped}");
    }
    Ok(())
}

#[test]
fn a_handle_has_one_identifier() -> Result<(), HandleError> {
    let mut map = IdentityMap::new();
    let handle = ExternalHandle::key("pay")?;
    map.insert(handle.clone(), id("wimse://example.com/pay"))?;
    for again in ["wimse://example.com/other", "wimse://example.com/pay"] {
        assert_eq!(map.insert(handle.clone(), id(again)).unwrap_err().code(), "handle.duplicate");
    }
    assert_eq!(map.expected(&handle), Some(id("wimse://example.com/pay")));
    map.insert(ExternalHandle::key("other")?, id("wimse://example.com/pay"))?;
    assert_eq!(map.len(), 2);
    Ok(())
}

#[test]
fn the_callback_is_asked_last() -> Result<(), HandleError> {
    // WIT-1.3-2
    let mut map = IdentityMap::new()
        .with_callback(|handle| (handle.as_str() != "unknown").then(|| id("wimse://example.com/called")));
    map.insert(ExternalHandle::key("table")?, id("wimse://example.com/table"))?;

    assert_eq!(map.expected(&ExternalHandle::key("table")?), Some(id("wimse://example.com/table")));
    assert_eq!(map.expected(&ExternalHandle::key("other")?), Some(id("wimse://example.com/called")));
    assert_eq!(map.expected(&ExternalHandle::key("unknown")?), None);

    let clone = map.clone();
    assert_eq!(clone.expected(&ExternalHandle::key("other")?), Some(id("wimse://example.com/called")));
    assert!(format!("{clone:?}").contains("callback: true"));
    Ok(())
}

#[test]
fn errors_say_why() {
    for error in [HandleError::Empty, HandleError::DnsName, HandleError::Url, HandleError::Duplicate] {
        assert!(error.code().starts_with("handle."));
        assert!(error.to_string().starts_with("the handle "));
    }
}
