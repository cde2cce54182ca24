//! The rules of a compact JWS, for the WIT and for tokens of other crates.

use super::{Coded, Explanation, Rule, shown};
use crate::jose::header::{self, CRITICAL};
use crate::jose::json::Object;
use crate::jose::{CompactJws, JoseError, MediaType};
use crate::key::Algorithm;

/// The rules of one kind of token for what every compact JWS has to be.
#[derive(Debug)]
pub struct JwsRules {
    /// The size, in bytes.
    pub size: &'static Rule,
    /// Three parts.
    pub form: &'static Rule,
    /// Canonical base64url in each part.
    pub encoding: &'static Rule,
    /// Strict JSON objects in header and payload.
    pub json: &'static Rule,
    /// No `crit` and no `b64`.
    pub critical: &'static Rule,
    /// The types of header parameters.
    pub parameters: &'static Rule,
    /// `typ`.
    pub typ: &'static Rule,
    /// `alg` names an algorithm.
    pub algorithm: &'static Rule,
}

/// What could be read of a token and its header.
#[derive(Debug, Default)]
pub struct Header<'a> {
    /// The parts, if there are three.
    pub jws: Option<CompactJws<'a>>,
    /// `alg`.
    pub algorithm: Option<Algorithm>,
    /// `typ`, if it is the right one.
    pub typ: Option<String>,
    /// `kid`, if it could be read; `Some(None)` if there is none.
    pub key_id: Option<Option<String>>,
}

impl JwsRules {
    /// Judges everything up to the header. `wrap` makes the error of the token's own verifier.
    pub fn explain_header<'a, E: Coded>(
        &self,
        found: &mut Explanation,
        text: &'a str,
        (limit, media_type): (usize, MediaType),
        wrap: fn(JoseError) -> E,
    ) -> Header<'a> {
        let split = CompactJws::split(text, limit).map_err(wrap);
        let jws = found.judge(&[self.size, self.form], split);
        found.expect(self.size, format!("at most {limit} bytes"));
        found.receive(self.size, format!("{} bytes", text.len()));
        let Some(jws) = jws else {
            found.expect(self.form, "three parts with dots between them, none of them empty");
            // Nothing is looked for in what is too long.
            if text.len() <= limit {
                found.receive(self.form, format!("{} parts", text.split('.').count()));
            }
            found.not_reached(&[self.encoding, self.json]);
            self.header_not_reached(found);
            return Header::default();
        };
        let mut read = Header { jws: Some(jws), ..Header::default() };
        let bytes = self.judge_encoding(found, "header", jws.header().map_err(wrap));
        let Some(bytes) = bytes else {
            found.not_reached(&[self.json]);
            self.header_not_reached(found);
            return read;
        };
        let object = found.judge(&[self.json], Object::from_bytes(&bytes).map_err(wrap));
        match object {
            Some(object) => self.explain_parameters(found, &object, media_type, wrap, &mut read),
            None => {
                found.receive(self.json, "something else in the header");
                self.header_not_reached(found);
            }
        }
        read
    }

    fn explain_parameters<E: Coded>(
        &self,
        found: &mut Explanation,
        header: &Object<'_>,
        media_type: MediaType,
        wrap: fn(JoseError) -> E,
        read: &mut Header<'_>,
    ) {
        found.judge(&[self.critical], header::check_critical(header).map_err(wrap));
        let critical: Vec<&str> = CRITICAL.into_iter().filter(|name| header.get(name).is_some()).collect();
        if !critical.is_empty() {
            found.receive(self.critical, critical.join(" and "));
        }
        let typ = header::typ(header, Some(media_type)).map_err(wrap);
        let typ = found.judge(&[self.parameters, self.typ], typ);
        found.expect(self.typ, format!("\"{}\"", media_type.name()));
        found.receive(self.typ, shown(header.get("typ")));
        read.typ = typ.map(|typ| typ.unwrap_or_default().into_owned());

        let algorithm = header::algorithm(header).map_err(wrap);
        read.algorithm = found.judge(&[self.parameters, self.algorithm], algorithm);
        found.expect(self.algorithm, names(Algorithm::all()));
        found.receive(self.algorithm, shown(header.get("alg")));

        let key_id = header::key_id(header).map_err(wrap);
        let key_id = found.judge(&[self.parameters], key_id);
        read.key_id = key_id.map(|key_id| key_id.map(Into::into));
    }

    /// Records that there is no token to be judged.
    pub fn not_reached(&self, found: &mut Explanation) {
        found.not_reached(&[self.size, self.form, self.encoding, self.json]);
        self.header_not_reached(found);
    }

    fn header_not_reached(&self, found: &mut Explanation) {
        found.not_reached(&[self.critical, self.parameters, self.typ, self.algorithm]);
    }

    /// Decodes the payload.
    pub fn explain_payload<E: Coded>(
        &self,
        found: &mut Explanation,
        jws: &CompactJws<'_>,
        wrap: fn(JoseError) -> E,
    ) -> Option<Vec<u8>> {
        let payload = self.judge_encoding(found, "payload", jws.payload().map_err(wrap));
        if payload.is_none() {
            found.not_reached(&[self.json]);
        }
        payload
    }

    /// Judges the JSON of the payload, as it was read.
    pub fn explain_claims<T, E: Coded>(&self, found: &mut Explanation, read: Result<T, E>) -> Option<T> {
        let refused_before = is_refused(found, self.json);
        let claims = found.judge(&[self.json], read);
        if claims.is_none() && !refused_before {
            found.receive(self.json, "something else in the payload");
        }
        claims
    }

    /// Decodes the signature.
    pub fn explain_signature<E: Coded>(
        &self,
        found: &mut Explanation,
        jws: &CompactJws<'_>,
        wrap: fn(JoseError) -> E,
    ) -> Option<Vec<u8>> {
        self.judge_encoding(found, "signature", jws.signature().map_err(wrap))
    }

    fn judge_encoding<E: Coded>(
        &self,
        found: &mut Explanation,
        part: &str,
        decoded: Result<Vec<u8>, E>,
    ) -> Option<Vec<u8>> {
        let refused_before = is_refused(found, self.encoding);
        let decoded = found.judge(&[self.encoding], decoded);
        if decoded.is_none() && !refused_before {
            found.receive(self.encoding, format!("something else in the {part}"));
        }
        decoded
    }
}

fn is_refused(found: &Explanation, rule: &Rule) -> bool {
    found.finding(rule).is_some_and(|finding| finding.code().is_some())
}

/// Names of algorithms, as alternatives.
pub(super) fn names(algorithms: impl Iterator<Item = Algorithm>) -> String {
    let names: Vec<&str> = algorithms.map(Algorithm::name).collect();
    if names.is_empty() { "none at all".into() } else { names.join(" or ") }
}
