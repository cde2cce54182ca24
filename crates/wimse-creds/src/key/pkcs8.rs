//! PKCS#8 private keys (RFC 5958, RFC 5915, RFC 8410, RFC 8017 for RSA).

use super::kind::{EcCurve, KeyKind};
use super::material::Material;
use super::spki::{EC_PUBLIC_KEY, ED25519, RSA, algorithm_identifier, has_null, named_curve};
use super::{KeyError, rsa};
use pkcs8::der::asn1::OctetStringRef;
use pkcs8::der::pem::{LineEnding, PemLabel as _};
use pkcs8::der::{Decode as _, Encode as _};
use pkcs8::{PrivateKeyInfoRef, SecretDocument};
use sec1::EcPrivateKey;
use zeroize::Zeroizing;

/// What a PKCS#8 document says, before any arithmetic.
pub(crate) struct Parts {
    pub(crate) kind: KeyKind,
    /// A scalar, a seed, or an `RSAPrivateKey`.
    pub(crate) secret: Zeroizing<Vec<u8>>,
    /// The public key, where the document carries one.
    pub(crate) public: Option<Material>,
}

pub(crate) fn read(der: &[u8]) -> Result<Parts, KeyError> {
    let info = PrivateKeyInfoRef::from_der(der).map_err(|_| KeyError::Encoding)?;
    match info.algorithm.oid {
        EC_PUBLIC_KEY => read_ec(&info, named_curve(&info.algorithm)?),
        // RFC 8410 3: the parameters are absent.
        ED25519 if info.algorithm.parameters.is_none() => read_ed25519(&info),
        RSA if has_null(&info.algorithm) => {
            let kind = KeyKind::Rsa.in_this_build()?;
            let secret = Zeroizing::new(info.private_key.as_bytes().to_vec());
            let outer = outer_public(&info)?.map(rsa::read_public).transpose()?;
            let public = outer.map_or_else(|| rsa::public_of_private(&secret), Ok)?;
            Ok(Parts { kind, secret, public: Some(public) })
        }
        ED25519 | RSA => Err(KeyError::Encoding),
        _ => Err(KeyError::Unsupported),
    }
}

fn read_ec(info: &PrivateKeyInfoRef<'_>, curve: EcCurve) -> Result<Parts, KeyError> {
    let inner = EcPrivateKey::from_der(info.private_key.as_bytes()).map_err(|_| KeyError::Encoding)?;
    if inner.parameters.is_some_and(|parameters| parameters.named_curve() != Some(*curve.oid())) {
        return Err(KeyError::AlgorithmMismatch);
    }
    let outer = outer_public(info)?;
    if inner.public_key.is_some() && outer.is_some() && inner.public_key != outer {
        return Err(KeyError::PairMismatch);
    }
    let public = inner.public_key.or(outer).map(|point| Material::from_point(curve, point)).transpose()?;
    Ok(Parts { kind: KeyKind::Ec(curve), secret: Zeroizing::new(inner.private_key.to_vec()), public })
}

fn read_ed25519(info: &PrivateKeyInfoRef<'_>) -> Result<Parts, KeyError> {
    let seed = <&OctetStringRef>::from_der(info.private_key.as_bytes()).map_err(|_| KeyError::Encoding)?;
    let public = match outer_public(info)? {
        Some(key) => Some(Material::Ed25519 { x: key.try_into().map_err(|_| KeyError::Encoding)? }),
        None => None,
    };
    Ok(Parts { kind: KeyKind::Ed25519, secret: Zeroizing::new(seed.as_bytes().to_vec()), public })
}

/// The public key of RFC 5958 2, version 2.
fn outer_public<'a>(info: &PrivateKeyInfoRef<'a>) -> Result<Option<&'a [u8]>, KeyError> {
    info.public_key.map(|key| key.as_bytes().ok_or(KeyError::Encoding)).transpose()
}

pub(crate) fn decode_pem(pem: &str) -> Result<SecretDocument, KeyError> {
    let (label, document) = SecretDocument::from_pem(pem).map_err(|_| KeyError::Encoding)?;
    if label == PrivateKeyInfoRef::PEM_LABEL { Ok(document) } else { Err(KeyError::Encoding) }
}

/// Writes a scalar, a seed, or an `RSAPrivateKey`; with the public point of a scalar where it is known.
pub(crate) fn write(kind: KeyKind, secret: &[u8], point: Option<&[u8]>) -> Result<SecretDocument, KeyError> {
    encode(kind, secret, point).map_err(|_| KeyError::Encoding)
}

pub(crate) fn encode_pem(document: &SecretDocument) -> Result<Zeroizing<String>, KeyError> {
    document.to_pem(PrivateKeyInfoRef::PEM_LABEL, LineEnding::LF).map_err(|_| KeyError::Encoding)
}

fn encode(kind: KeyKind, secret: &[u8], point: Option<&[u8]>) -> Result<SecretDocument, pkcs8::der::Error> {
    let octets = match kind {
        KeyKind::Ec(_) => {
            EcPrivateKey { private_key: secret, parameters: None, public_key: point }.to_der()?
        }
        KeyKind::Ed25519 => OctetStringRef::new(secret)?.to_der()?,
        KeyKind::Rsa => secret.to_vec(),
    };
    let octets = Zeroizing::new(octets);
    let info = PrivateKeyInfoRef::new(algorithm_identifier(kind), OctetStringRef::new(&octets)?);
    SecretDocument::encode_msg(&info)
}
