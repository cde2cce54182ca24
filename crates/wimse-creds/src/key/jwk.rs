//! JSON Web Keys (RFC 7517, 7518 6, 8037 2), strict.

use super::algorithm::Algorithm;
use super::error::KeyError;
use super::kind::{EcCurve, KeyKind};
use super::material::{Material, UNCOMPRESSED};
use super::rsa;
use crate::jose::base64url;
use crate::jose::json::{self, Object};
use serde_json::value::RawValue;
use std::borrow::Cow;
use zeroize::Zeroizing;

/// What a key is for: decides which `use` and `key_ops` fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyPurpose {
    /// Verifying, `use` "sig" if there is one.
    Verify,
    /// Verifying WIT-SVIDs from a SPIFFE bundle, `use` "wit-svid" (WIT-SVID 6.2).
    VerifyWitSvid,
    /// Signing.
    Sign,
}

/// A public JWK after the checks that need no arithmetic.
#[derive(Debug)]
pub(crate) struct PublicJwk {
    pub(crate) material: Material,
    pub(crate) algorithm: Option<Algorithm>,
    pub(crate) key_id: Option<String>,
}

impl PublicJwk {
    /// Reads a public JWK.
    pub(crate) fn read(json: &str, purpose: KeyPurpose) -> Result<Self, KeyError> {
        let members = Object::parse(json).map_err(KeyError::Json)?;
        let kind = kind(&members)?;
        check_usage(&members, purpose)?;
        check_public(&members)?;
        finish(&members, kind)
    }
}

/// WIT-9.5-1: nothing private in a public key.
pub(super) fn check_public(members: &Object<'_>) -> Result<(), KeyError> {
    let private = PRIVATE_MEMBERS.iter().any(|name| members.get(name).is_some());
    if private { Err(KeyError::PrivateMember) } else { Ok(()) }
}

/// Members that only a private or symmetric key has (RFC 7518 6.2.2, 6.3.2, 6.4; `priv` of key types to come).
const PRIVATE_MEMBERS: [&str; 9] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];

/// A private JWK after the checks that need no arithmetic.
pub(crate) struct PrivateJwk {
    pub(crate) public: PublicJwk,
    /// A scalar, a seed, or an `RSAPrivateKey`.
    pub(crate) secret: Zeroizing<Vec<u8>>,
}

impl PrivateJwk {
    /// Reads a private JWK.
    pub(crate) fn read(json: &str) -> Result<Self, KeyError> {
        let members = Object::parse(json).map_err(KeyError::Json)?;
        let kind = kind(&members)?;
        check_usage(&members, KeyPurpose::Sign)?;
        let secret = secret(&members, "d")?;
        let public = finish(&members, kind)?;
        let secret = match &public.material {
            Material::Ec { .. } | Material::Ed25519 { .. } => secret,
            Material::Rsa { n, e } => rsa_private_key(&members, n, e)?,
        };
        Ok(Self { public, secret })
    }
}

/// RFC 7518 6.3.2: with the primes, and with two of them.
fn rsa_private_key(members: &Object<'_>, n: &[u8], e: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    if members.get("oth").is_some() {
        return Err(KeyError::Unsupported);
    }
    let [d, p, q, dp, dq, qi] = rsa::PRIVATE_MEMBERS.map(|name| secret_number(members, name));
    rsa::write_private(n, e, &[d?, p?, q?, dp?, dq?, qi?])
}

fn secret(members: &Object<'_>, name: &'static str) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let text = Zeroizing::new(required(members, name)?.into_owned());
    base64url::decode(&text).map(Zeroizing::new).map_err(|_| KeyError::Member(name))
}

/// RFC 7518 2, `Base64urlUInt`: without leading zeros.
fn secret_number(members: &Object<'_>, name: &'static str) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    secret(members, name).and_then(|number| {
        if number.first().is_none_or(|top| *top == 0) { Err(KeyError::Member(name)) } else { Ok(number) }
    })
}

/// What `kty` and `crv` name, if this build has an algorithm for it.
pub(super) fn kind(members: &Object<'_>) -> Result<KeyKind, KeyError> {
    let kty = required(members, "kty")?;
    let kind = match &*kty {
        "EC" | "OKP" => {
            let crv = required(members, "crv")?;
            let curve = EcCurve::ALL.into_iter().find(|curve| curve.name() == crv).map(KeyKind::Ec);
            match (&*kty, curve, &*crv) {
                ("EC", Some(kind), _) => kind,
                ("OKP", None, "Ed25519") => KeyKind::Ed25519,
                ("EC", None, "Ed25519") | ("OKP", Some(_), _) => return Err(KeyError::AlgorithmMismatch),
                _ => return Err(KeyError::Unsupported),
            }
        }
        "RSA" => KeyKind::Rsa,
        "oct" => return Err(KeyError::Symmetric),
        _ => return Err(KeyError::Unsupported),
    };
    kind.in_this_build()
}

fn finish(members: &Object<'_>, kind: KeyKind) -> Result<PublicJwk, KeyError> {
    Ok(PublicJwk {
        algorithm: algorithm(members, kind)?,
        material: material(members, kind)?,
        key_id: key_id(members)?,
    })
}

/// `alg`, which fits key type and curve.
pub(super) fn algorithm(members: &Object<'_>, kind: KeyKind) -> Result<Option<Algorithm>, KeyError> {
    let Some(alg) = optional(members, "alg")? else { return Ok(None) };
    let algorithm = alg.parse::<Algorithm>().map_err(KeyError::Algorithm)?;
    if algorithm.kind() == kind { Ok(Some(algorithm)) } else { Err(KeyError::AlgorithmMismatch) }
}

/// The numbers of the key.
pub(super) fn material(members: &Object<'_>, kind: KeyKind) -> Result<Material, KeyError> {
    match kind {
        KeyKind::Ec(curve) => {
            let mut point = vec![0; 1 + 2 * curve.field_bytes()].into_boxed_slice();
            point[0] = UNCOMPRESSED;
            let (x, y) = point[1..].split_at_mut(curve.field_bytes());
            exactly(members, "x", x)?;
            exactly(members, "y", y)?;
            Ok(Material::Ec { curve, point })
        }
        KeyKind::Ed25519 => {
            let mut x = [0; 32];
            exactly(members, "x", &mut x)?;
            Ok(Material::Ed25519 { x })
        }
        KeyKind::Rsa => Ok(Material::Rsa { n: number(members, "n")?, e: number(members, "e")? }),
    }
}

/// `kid`.
pub(super) fn key_id(members: &Object<'_>) -> Result<Option<String>, KeyError> {
    Ok(optional(members, "kid")?.map(Cow::into_owned))
}

/// `use` and `key_ops` allow what the key is for.
pub(super) fn check_usage(members: &Object<'_>, purpose: KeyPurpose) -> Result<(), KeyError> {
    let fits = match (purpose, optional(members, "use")?.as_deref()) {
        (KeyPurpose::VerifyWitSvid, value) => value == Some("wit-svid"),
        (_, None | Some("sig")) => true,
        (_, Some(_)) => false,
    };
    if !fits {
        return Err(KeyError::Usage);
    }
    let Some(operations) = members.get("key_ops") else { return Ok(()) };
    let operations: Vec<Cow<'_, str>> =
        serde_json::from_str(operations.get()).map_err(|_| KeyError::Member("key_ops"))?;
    // RFC 7517 4.3: no operation twice. There are eight of them, so the pairs are few.
    if operations.len() > MAX_OPERATIONS
        || (1..operations.len()).any(|last| operations[..last].contains(&operations[last]))
    {
        return Err(KeyError::Member("key_ops"));
    }
    let needed = if purpose == KeyPurpose::Sign { "sign" } else { "verify" };
    if operations.iter().any(|operation| operation == needed) { Ok(()) } else { Err(KeyError::Usage) }
}

const MAX_OPERATIONS: usize = 16;

fn optional<'a>(members: &Object<'a>, name: &'static str) -> Result<Option<Cow<'a, str>>, KeyError> {
    members.get(name).map(|value| text(value, name)).transpose()
}

fn required<'a>(members: &Object<'a>, name: &'static str) -> Result<Cow<'a, str>, KeyError> {
    optional(members, name)?.ok_or(KeyError::MemberMissing(name))
}

fn text<'a>(value: &'a RawValue, name: &'static str) -> Result<Cow<'a, str>, KeyError> {
    json::string(value).ok_or(KeyError::Member(name))
}

/// RFC 7518 6.2.1.2: as many bytes as the field has.
fn exactly(members: &Object<'_>, name: &'static str, bytes: &mut [u8]) -> Result<(), KeyError> {
    base64url::decode_exact(&required(members, name)?, bytes).map_err(|_| KeyError::Member(name))
}

/// RFC 7518 2, `Base64urlUInt`: without leading zeros. A modulus in use has 1,024 bytes at most.
fn number(members: &Object<'_>, name: &'static str) -> Result<Box<[u8]>, KeyError> {
    let bytes = base64url::decode(&required(members, name)?).map_err(|_| KeyError::Member(name))?;
    if bytes.first().is_none_or(|top| *top == 0) { Err(KeyError::Member(name)) } else { Ok(bytes.into()) }
}

/// Writes a JSON object of strings that need no escape, in lexicographic order and without white space.
pub(super) fn write<S: AsRef<str>>(members: &mut [(&'static str, S)]) -> String {
    members.sort_unstable_by_key(|(name, _)| *name);
    // One allocation of the whole length, so that nothing private is left behind by a shorter one.
    let length = |(name, value): &(&str, S)| name.len() + value.as_ref().len() + r#","":"""#.len();
    let mut text = String::with_capacity(members.iter().map(length).sum::<usize>() + 1);
    for (name, value) in members.iter() {
        text.push(if text.is_empty() { '{' } else { ',' });
        for part in ["\"", name, "\":\"", value.as_ref(), "\""] {
            text.push_str(part);
        }
    }
    text.push('}');
    text
}

/// A key id, escaped for [`write`].
pub(super) fn escaped(key_id: &str) -> String {
    let quoted = serde_json::Value::from(key_id).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}
