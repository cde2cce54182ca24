//! `SubjectPublicKeyInfo` (RFC 5280 4.1.2.7, RFC 5480, RFC 8410).

use super::KeyError;
use super::material::Material;
use spki::der::asn1::BitStringRef;
use spki::der::pem::{LineEnding, PemLabel as _};
use spki::der::{AnyRef, Decode as _, Document, Encode as _};
use spki::{AlgorithmIdentifierRef, ObjectIdentifier, SubjectPublicKeyInfoRef};

pub(crate) const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
pub(crate) const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
pub(crate) const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

pub(crate) fn read(der: &[u8]) -> Result<Material, KeyError> {
    let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| KeyError::Encoding)?;
    let key = info.subject_public_key.as_bytes().ok_or(KeyError::Encoding)?;
    match info.algorithm.oid {
        EC_PUBLIC_KEY => match info.algorithm.parameters_oid() {
            Ok(P256) => from_uncompressed_point(key),
            _ => Err(KeyError::Unsupported),
        },
        ED25519 if info.algorithm.parameters.is_none() => {
            Ok(Material::Ed25519 { x: key.try_into().map_err(|_| KeyError::Encoding)? })
        }
        ED25519 => Err(KeyError::Encoding),
        _ => Err(KeyError::Unsupported),
    }
}

pub(crate) fn read_pem(pem: &str) -> Result<Material, KeyError> {
    let (label, document) = Document::from_pem(pem).map_err(|_| KeyError::Encoding)?;
    if label != SubjectPublicKeyInfoRef::PEM_LABEL {
        return Err(KeyError::Encoding);
    }
    read(document.as_bytes())
}

/// Reads 0x04, x, y. Compressed points are refused, as JOSE has none.
pub(crate) fn from_uncompressed_point(point: &[u8]) -> Result<Material, KeyError> {
    match point.split_first() {
        Some((0x04, coordinates)) if coordinates.len() == 64 => {
            let (mut x, mut y) = ([0; 32], [0; 32]);
            x.copy_from_slice(&coordinates[..32]);
            y.copy_from_slice(&coordinates[32..]);
            Ok(Material::P256 { x, y })
        }
        _ => Err(KeyError::Encoding),
    }
}

pub(crate) fn uncompressed_point(x: &[u8; 32], y: &[u8; 32]) -> Vec<u8> {
    [&[0x04], &x[..], &y[..]].concat()
}

pub(crate) fn write(material: &Material) -> Vec<u8> {
    document(material).map(|document| document.as_bytes().to_vec()).unwrap_or_default()
}

pub(crate) fn write_pem(material: &Material) -> String {
    document(material)
        .and_then(|document| document.to_pem(SubjectPublicKeyInfoRef::PEM_LABEL, LineEnding::LF))
        .unwrap_or_default()
}

/// Encoding a fixed, short structure: the errors of the encoder cannot occur.
fn document(material: &Material) -> Result<Document, spki::der::Error> {
    let key = match material {
        Material::P256 { x, y } => uncompressed_point(x, y),
        Material::Ed25519 { x } => x.to_vec(),
    };
    let info = SubjectPublicKeyInfoRef {
        algorithm: algorithm_identifier(material),
        subject_public_key: BitStringRef::from_bytes(&key)?,
    };
    Document::try_from(info.to_der()?)
}

pub(crate) fn algorithm_identifier(material: &Material) -> AlgorithmIdentifierRef<'static> {
    match material {
        Material::P256 { .. } => {
            AlgorithmIdentifierRef { oid: EC_PUBLIC_KEY, parameters: Some(AnyRef::from(&P256)) }
        }
        Material::Ed25519 { .. } => AlgorithmIdentifierRef { oid: ED25519, parameters: None },
    }
}
