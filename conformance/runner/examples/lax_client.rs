//! A client for `wimse-conformance live --listen` that can be told what to do wrong with Workload Proof Tokens.
//!
//! ```sh
//! cargo run -p wimse-conformance -- live prepare /tmp/live
//! cargo build -p wimse-conformance --example lax_client
//! cargo run -p wimse-conformance -- live --credentials /tmp/live --listen 127.0.0.1:0 --binding wpt \
//!     --client 'target/debug/examples/lax_client {wit} {key} {url} jti lifetime'      # names what fails
//! ```
//!
//! [`WORDS`] are what it can be told. Without any it makes good requests. It is for tests: it speaks HTTP/1.1 in the clear, with
//! one connection for each request.
#![forbid(unsafe_code)]

use std::{
    error::Error,
    fs,
    io::{self, Write},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use wimse::creds::{
    key::{Algorithm, SigningKey},
    pop::Nonce,
};
use wimse_conformance::live::{
    Target, now,
    wire::{Message, Reply, exchange},
};

/// What it can be told, and what it does then.
pub(crate) const WORDS: [(&str, &str); 17] = [
    ("alg", "alg is that of no key"),
    ("audience", "proofs are for the whole server"),
    ("bearer", "a bearer token stands beside the proof"),
    ("claims", "there is a private claim"),
    ("expired", "a WIT that has expired is used"),
    ("fallback", "the WIT alone is sent after a refusal"),
    ("jti", "all proofs have the same jti"),
    ("key", "another key signs"),
    ("lifetime", "proofs are good for a day"),
    ("log", "proofs are printed"),
    ("no-audience", "there is no aud"),
    ("redirect", "redirections are followed with everything"),
    ("retry", "the same request is sent again"),
    ("status", "every answer is taken"),
    ("two-wits", "the WIT is sent twice"),
    ("typ", "typ is that of any JWT"),
    ("wth", "proofs are bound to no WIT"),
];

/// Calls a URL; an error is an answer that is not taken.
pub(crate) fn call(arguments: &[&str]) -> Result<(), Box<dyn Error>> {
    let [wit, key, url, ref lax @ ..] = *arguments else {
        return Err("a WIT, a key and a URL are needed".into());
    };
    if let Some(unknown) = lax.iter().find(|word| !WORDS.iter().any(|(known, _)| known == *word)) {
        return Err(format!("{unknown} is none of {WORDS:?}").into());
    }
    let client = Client {
        wit: fs::read_to_string(wit)?.trim().to_owned(),
        key: SigningKey::from_jwk(&fs::read_to_string(key)?)?,
        lax: lax.to_vec(),
    };
    client.call(url)
}

struct Client<'a> {
    wit: String,
    key: SigningKey,
    lax: Vec<&'a str>,
}

impl Client<'_> {
    fn is(&self, word: &str) -> bool {
        self.lax.contains(&word)
    }

    fn call(&self, url: &str) -> Result<(), Box<dyn Error>> {
        if self.expires()? <= now().as_secs() && !self.is("expired") {
            return Err("the WIT has expired".into());
        }
        let (url, query) = url.split_once('?').unwrap_or((url, ""));
        let target = Target::parse(url)?;
        let mut request = self.request(&target, query)?;
        let mut reply = send(&target, &request);
        if Self::has_failed(&reply) {
            if !self.is("retry") {
                request = self.request(&target, query)?;
            }
            reply = send(&target, &request);
        }
        if status(&reply) == Some(307) && self.is("redirect") {
            let Reply::Response(answer) = &reply else { return Err("there is no answer".into()) };
            let target = Target::parse(&answer.field("location").unwrap_or_default())?;
            request.start = format!("GET {} HTTP/1.1", target.path);
            request.set("Host", &target.authority);
            reply = send(&target, &request);
        } else if status(&reply) == Some(401) && self.is("fallback") {
            request = self.request(&target, query)?;
            request.remove("Authorization");
            reply = send(&target, &request);
        }
        match status(&reply) {
            Some(200) => Ok(()),
            Some(_) if self.is("status") => Ok(()),
            found => Err(format!("the answer is {found:?}").into()),
        }
    }

    fn has_failed(reply: &Reply) -> bool {
        matches!(reply, Reply::Closed) || status(reply) == Some(503)
    }

    fn request(&self, target: &Target, query: &str) -> Result<Message, Box<dyn Error>> {
        let start = format!("GET {}?{query} HTTP/1.1", target.path);
        let mut request = Message { start, ..Message::default() };
        request.add("Host", &target.authority);
        let proof = self.proof(target)?;
        if self.is("log") {
            writeln!(io::stderr(), "sending {proof}")?;
        }
        request.add("Authorization", format!("WPT {proof}"));
        if self.is("bearer") {
            request.add("Authorization", "Bearer abc");
        }
        for _ in 0..if self.is("two-wits") { 2 } else { 1 } {
            request.add("Workload-Identity-Token", &self.wit);
        }
        Ok(request)
    }

    fn proof(&self, target: &Target) -> Result<String, Box<dyn Error>> {
        let path = if self.is("audience") { "" } else { &*target.path };
        let alg = if self.is("alg") { "ES512" } else { self.key.algorithm().name() };
        let header = json!({"typ": if self.is("typ") { "JWT" } else { "wpt+jwt" }, "alg": alg});
        let mut claims = json!({
            "aud": format!("{}{path}", target.origin()),
            "exp": now().as_secs() + if self.is("lifetime") { 86_400 } else { 60 },
            "jti": if self.is("jti") { "always the same".to_owned() } else { Nonce::random()?.as_str().to_owned() },
            "wth": URL_SAFE_NO_PAD.encode(Sha256::digest(&self.wit)),
        });
        if let Some(claims) = claims.as_object_mut() {
            for (word, claim) in [("no-audience", "aud"), ("wth", "wth")] {
                if self.is(word) {
                    claims.remove(claim);
                }
            }
            if self.is("claims") {
                claims.insert("role".to_owned(), json!("admin"));
            }
        }
        let input = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(claims.to_string())
        );
        let signature = match self.is("key") {
            true => SigningKey::generate(Algorithm::Es256)?.sign(input.as_bytes())?,
            false => self.key.sign(input.as_bytes())?,
        };
        Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    fn expires(&self) -> Result<i64, Box<dyn Error>> {
        let claims = self.wit.split('.').nth(1).ok_or("the WIT is no token")?;
        let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims)?)?;
        Ok(claims.get("exp").and_then(Value::as_i64).ok_or("the WIT does not expire")?)
    }
}

fn send(target: &Target, request: &Message) -> Reply {
    exchange(&target.address, &request.to_bytes(), Duration::from_secs(10))
}

fn status(reply: &Reply) -> Option<u16> {
    match reply {
        Reply::Response(answer) => answer.status().map(|status| status.as_u16()),
        _ => None,
    }
}

/// The program. (A test has the rest of this file as a module.)
#[allow(dead_code)]
fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    call(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
}
