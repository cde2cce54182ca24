//! A configuration for `wimse serve`.

use super::{
    Target,
    folder::{CALLER, DOMAIN, ISSUER},
};

/// For a server at that URL. With `https`, all connections are mutual TLS. They count for nothing but beneath the path of the
/// checks of mutual TLS; elsewhere a message has to have its own proof.
pub(super) fn wimse_toml(target: &Target) -> String {
    let (accept, wic, cas, routes) = match target.is_https() {
        false => ("\"wpt\", \"httpsig\"", "", "", String::new()),
        true => (
            "\"wpt\", \"httpsig\", \"mtls\"",
            "wic = \"server.crt\"\nwic-key = \"server.key\"\n",
            "ca-certificates = [\"ca.pem\"]\n",
            format!(
                "\n[[serve.routes]]\npath = \"/\"\naccept = [\"wpt\", \"httpsig\"]\n\n[[serve.routes]]\n\
                 path = \"{}\"\nexact = true\naccept = [\"mtls\"]\n",
                target.beneath("mtls").path
            ),
        ),
    };
    format!(
        "[recipient]\naudience-bases = [\"{origin}\"]\n\n[[domains]]\norigin = \"{DOMAIN}\"\n\
         jwks = [\"issuer.jwks.json\"]\n{cas}issuers = [\"{ISSUER}\"]\n\n[credentials]\nwit = \"server.wit\"\n\
         key = \"server.jwk.json\"\n{wic}\n[serve]\naccept = [{accept}]\nreplay = \"local\"\n\
         listen = \"{address}\"\npermit = [\"{CALLER}\"]\n{routes}",
        origin = target.origin(),
        address = target.address,
    )
}
