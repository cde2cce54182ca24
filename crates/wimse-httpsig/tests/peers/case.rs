//! What is varied, and the messages that are exchanged.

use crate::loopback::Loopback;
use crate::peer::{Package, Peer};
use http::{HeaderMap, HeaderValue, Method, Request, Response, Uri};
use hyper::body::Bytes;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use wimse_creds::UnixTime;
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_httpsig::message::{Component, SignatureInput};

/// Of the signatures that are looked for.
pub(crate) const TAG: &str = "example";

/// From `created` to `expires`.
pub(crate) const LIFETIME: Duration = Duration::from_secs(240);

/// Ed25519 or ES256, with content or without.
pub(crate) struct Case {
    pub(crate) key: SigningKey,
    pub(crate) has_content: bool,
}

impl Case {
    /// Runs a test with every peer and every case.
    pub(crate) fn each(mut test: impl FnMut(&Loopback, &mut Peer, &Arc<Self>)) {
        let loopback = Loopback::new();
        for peer in &mut Peer::all() {
            for algorithm in [Algorithm::Ed25519, Algorithm::Es256] {
                for has_content in [true, false] {
                    let key = SigningKey::generate(algorithm).unwrap();
                    test(&loopback, peer, &Arc::new(Self { key, has_content }));
                }
            }
        }
    }

    /// A request that is not signed. The one without content has no query.
    pub(crate) fn request(&self, authority: &str) -> Request<Bytes> {
        let mut request = Request::new(self.content());
        let (method, target) =
            if self.has_content { (Method::POST, "/orders/7?page=2") } else { (Method::GET, "/orders//%37") };
        *request.method_mut() = method;
        *request.uri_mut() = Uri::from_static(target);
        request.headers_mut().insert("host", authority.parse().unwrap());
        self.add_fields(request.headers_mut());
        request
    }

    /// A response that is not signed.
    pub(crate) fn response(&self) -> Response<Bytes> {
        let mut response = Response::new(self.content());
        self.add_fields(response.headers_mut());
        response
    }

    fn content(&self) -> Bytes {
        Bytes::from_static(if self.has_content { br#"{"amount": 7}"# } else { b"" })
    }

    fn add_fields(&self, headers: &mut HeaderMap) {
        headers.append("x-tenant", HeaderValue::from_static("acme"));
        headers.append("x-tenant", HeaderValue::from_static("eu, \"west\""));
        if self.has_content {
            headers.insert("content-type", HeaderValue::from_static("application/json"));
        }
    }

    /// In the registry "HTTP Signature Algorithms".
    pub(crate) fn algorithm_name(&self) -> &'static str {
        if self.key.algorithm() == Algorithm::Es256 { "ecdsa-p256-sha256" } else { "ed25519" }
    }

    /// Everything of the request that a package can cover.
    pub(crate) fn request_input(&self, package: &Package) -> SignatureInput {
        let mut components = vec![
            Component::METHOD,
            Component::TARGET_URI,
            Component::AUTHORITY,
            Component::SCHEME,
            Component::REQUEST_TARGET,
            Component::PATH,
            Component::QUERY,
        ];
        components.extend(self.fields(package));
        if package.has_all_components && self.has_content {
            components.push(Component::query_param("page"));
        }
        self.input(components)
    }

    /// Everything of the response and of its request that a package can cover.
    pub(crate) fn response_input(&self, package: &Package) -> SignatureInput {
        let of_request = [Component::METHOD, Component::AUTHORITY, Component::PATH, Component::QUERY];
        let mut components = vec![Component::STATUS];
        components.extend(self.fields(package));
        components.extend(of_request.into_iter().chain(self.fields(package)).map(Component::req));
        self.input(components)
    }

    fn fields(&self, package: &Package) -> Vec<Component<'static>> {
        let field = |name| Component::field(name).unwrap();
        let mut fields = vec![field("x-tenant")];
        if package.has_all_components {
            fields.push(field("x-tenant").bs());
        }
        if self.has_content {
            fields.extend([field("content-type"), field("content-digest")]);
            fields.push(field("content-digest").key("sha-256"));
            if package.has_all_components {
                fields.push(field("content-digest").sf());
            }
        }
        fields
    }

    fn input(&self, components: Vec<Component<'static>>) -> SignatureInput {
        let input = SignatureInput::builder("sig-b1").components(components).created(now());
        let input = input.expires(now().plus(LIFETIME)).nonce("b3k2pp5k7z-50gnwp.yemd");
        input.key_id("test \"key\"").algorithm_name(self.algorithm_name()).tag(TAG).build().unwrap()
    }
}

/// The peers read the clock, so the tests do.
pub(crate) fn now() -> UnixTime {
    SystemTime::now().into()
}
