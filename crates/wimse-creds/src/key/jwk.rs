//! JSON Web Keys (RFC 7517, 7518 6, 8037 2), strict.

use super::algorithm::{Algorithm, Curve};
use super::error::KeyError;
use super::material::Material;
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
        let curve = curve(&members)?;
        check_usage(&members, purpose)?;
        check_public(&members)?;
        finish(&members, curve)
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
    pub(crate) secret: Zeroizing<Vec<u8>>,
}

impl PrivateJwk {
    /// Reads a private JWK.
    pub(crate) fn read(json: &str) -> Result<Self, KeyError> {
        let members = Object::parse(json).map_err(KeyError::Json)?;
        let curve = curve(&members)?;
        check_usage(&members, KeyPurpose::Sign)?;
        let secret = Zeroizing::new(required(&members, "d")?.into_owned());
        let secret = Zeroizing::new(base64url::decode(&secret).map_err(|_| KeyError::Member("d"))?);
        Ok(Self { public: finish(&members, curve)?, secret })
    }
}

/// What `kty` and `crv` name.
pub(super) fn curve(members: &Object<'_>) -> Result<Curve, KeyError> {
    let kty = required(members, "kty")?;
    match &*kty {
        "EC" | "OKP" => match (&*kty, &*required(members, "crv")?) {
            ("EC", "P-256") => Ok(Curve::P256),
            ("OKP", "Ed25519") => Ok(Curve::Ed25519),
            ("EC", "Ed25519") | ("OKP", "P-256") => Err(KeyError::AlgorithmMismatch),
            _ => Err(KeyError::Unsupported),
        },
        "oct" => Err(KeyError::Symmetric),
        _ => Err(KeyError::Unsupported),
    }
}

fn finish(members: &Object<'_>, curve: Curve) -> Result<PublicJwk, KeyError> {
    Ok(PublicJwk {
        algorithm: algorithm(members, curve)?,
        material: material(members, curve)?,
        key_id: key_id(members)?,
    })
}

/// `alg`, which fits key type and curve.
pub(super) fn algorithm(members: &Object<'_>, curve: Curve) -> Result<Option<Algorithm>, KeyError> {
    let Some(alg) = optional(members, "alg")? else { return Ok(None) };
    let algorithm = alg.parse::<Algorithm>().map_err(KeyError::Algorithm)?;
    if algorithm.curve() == curve { Ok(Some(algorithm)) } else { Err(KeyError::AlgorithmMismatch) }
}

/// The numbers of the key.
pub(super) fn material(members: &Object<'_>, curve: Curve) -> Result<Material, KeyError> {
    Ok(match curve {
        Curve::P256 => Material::P256 { x: coordinate(members, "x")?, y: coordinate(members, "y")? },
        Curve::Ed25519 => Material::Ed25519 { x: coordinate(members, "x")? },
    })
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
    // RFC 7517 4.3: no operation twice.
    if (1..operations.len()).any(|last| operations[..last].contains(&operations[last])) {
        return Err(KeyError::Member("key_ops"));
    }
    let needed = if purpose == KeyPurpose::Sign { "sign" } else { "verify" };
    if operations.iter().any(|operation| operation == needed) { Ok(()) } else { Err(KeyError::Usage) }
}

fn optional<'a>(members: &Object<'a>, name: &'static str) -> Result<Option<Cow<'a, str>>, KeyError> {
    members.get(name).map(|value| text(value, name)).transpose()
}

fn required<'a>(members: &Object<'a>, name: &'static str) -> Result<Cow<'a, str>, KeyError> {
    optional(members, name)?.ok_or(KeyError::MemberMissing(name))
}

fn text<'a>(value: &'a RawValue, name: &'static str) -> Result<Cow<'a, str>, KeyError> {
    json::string(value).ok_or(KeyError::Member(name))
}

fn coordinate(members: &Object<'_>, name: &'static str) -> Result<[u8; 32], KeyError> {
    let mut bytes = [0; 32];
    base64url::decode_exact(&required(members, name)?, &mut bytes).map_err(|_| KeyError::Member(name))?;
    Ok(bytes)
}
