//! PKCS#8 private keys (RFC 5958, RFC 5915, RFC 8410).

use super::KeyError;
use super::algorithm::Curve;
use super::material::Material;
use super::spki::{
    EC_PUBLIC_KEY, ED25519, P256, algorithm_identifier, from_uncompressed_point, uncompressed_point,
};
use pkcs8::der::asn1::OctetStringRef;
use pkcs8::der::pem::{LineEnding, PemLabel as _};
use pkcs8::der::{Decode as _, Encode as _};
use pkcs8::{PrivateKeyInfoRef, SecretDocument};
use sec1::EcPrivateKey;
use zeroize::Zeroizing;

/// What a PKCS#8 document says, before any arithmetic.
pub(crate) struct Parts {
    pub(crate) curve: Curve,
    pub(crate) secret: Zeroizing<Vec<u8>>,
    /// The public key, where the document carries one.
    pub(crate) public: Option<Material>,
}

pub(crate) fn read(der: &[u8]) -> Result<Parts, KeyError> {
    let info = PrivateKeyInfoRef::from_der(der).map_err(|_| KeyError::Encoding)?;
    let octets = info.private_key.as_bytes();
    match info.algorithm.oid {
        EC_PUBLIC_KEY => {
            if info.algorithm.parameters_oid() != Ok(P256) {
                return Err(KeyError::Unsupported);
            }
            let inner = EcPrivateKey::from_der(octets).map_err(|_| KeyError::Encoding)?;
            if inner.parameters.is_some_and(|parameters| parameters.named_curve() != Some(P256)) {
                return Err(KeyError::AlgorithmMismatch);
            }
            let outer = info.public_key.map(|key| key.as_bytes().ok_or(KeyError::Encoding)).transpose()?;
            if inner.public_key.is_some() && outer.is_some() && inner.public_key != outer {
                return Err(KeyError::PairMismatch);
            }
            let public = inner.public_key.or(outer).map(from_uncompressed_point).transpose()?;
            Ok(Parts { curve: Curve::P256, secret: Zeroizing::new(inner.private_key.to_vec()), public })
        }
        // RFC 8410 3: the parameters are absent.
        ED25519 if info.algorithm.parameters.is_some() => Err(KeyError::Encoding),
        ED25519 => {
            let seed = <&OctetStringRef>::from_der(octets).map_err(|_| KeyError::Encoding)?;
            let public = match info.public_key.and_then(|key| key.as_bytes()) {
                Some(key) => Some(Material::Ed25519 { x: key.try_into().map_err(|_| KeyError::Encoding)? }),
                None => None,
            };
            Ok(Parts { curve: Curve::Ed25519, secret: Zeroizing::new(seed.as_bytes().to_vec()), public })
        }
        _ => Err(KeyError::Unsupported),
    }
}

pub(crate) fn decode_pem(pem: &str) -> Result<SecretDocument, KeyError> {
    let (label, document) = SecretDocument::from_pem(pem).map_err(|_| KeyError::Encoding)?;
    if label == PrivateKeyInfoRef::PEM_LABEL { Ok(document) } else { Err(KeyError::Encoding) }
}

pub(crate) fn write(material: &Material, secret: &[u8]) -> Result<SecretDocument, KeyError> {
    encode(material, secret).map_err(|_| KeyError::Encoding)
}

pub(crate) fn encode_pem(document: &SecretDocument) -> Result<Zeroizing<String>, KeyError> {
    document.to_pem(PrivateKeyInfoRef::PEM_LABEL, LineEnding::LF).map_err(|_| KeyError::Encoding)
}

fn encode(material: &Material, secret: &[u8]) -> Result<SecretDocument, pkcs8::der::Error> {
    let octets = match material {
        Material::P256 { x, y } => {
            let point = uncompressed_point(x, y);
            let key = EcPrivateKey { private_key: secret, parameters: None, public_key: Some(&point) };
            Zeroizing::new(key.to_der()?)
        }
        Material::Ed25519 { .. } => Zeroizing::new(OctetStringRef::new(secret)?.to_der()?),
    };
    let info = PrivateKeyInfoRef::new(algorithm_identifier(material), OctetStringRef::new(&octets)?);
    SecretDocument::encode_msg(&info)
}
