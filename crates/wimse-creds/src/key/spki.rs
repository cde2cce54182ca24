//! `SubjectPublicKeyInfo` (RFC 5280 4.1.2.7, RFC 5480, RFC 8410, RFC 4055 for RSA).

use super::kind::{EcCurve, KeyKind};
use super::material::Material;
use super::{KeyError, rsa};
use spki::der::asn1::BitStringRef;
use spki::der::pem::{LineEnding, PemLabel as _};
use spki::der::{AnyRef, Decode as _, Document, Encode as _};
use spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

pub(crate) use spki::ObjectIdentifier;

pub(crate) const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
pub(crate) const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
pub(crate) const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
pub(crate) const P521: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");
pub(crate) const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
/// `rsaEncryption`. Keys that are restricted to PSS (`id-RSASSA-PSS`) have no JWK and are not supported.
pub(crate) const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

pub(crate) fn read(der: &[u8]) -> Result<Material, KeyError> {
    let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| KeyError::Encoding)?;
    let key = info.subject_public_key.as_bytes().ok_or(KeyError::Encoding)?;
    match info.algorithm.oid {
        EC_PUBLIC_KEY => Material::from_point(named_curve(&info.algorithm)?, key),
        ED25519 if info.algorithm.parameters.is_none() => {
            Ok(Material::Ed25519 { x: key.try_into().map_err(|_| KeyError::Encoding)? })
        }
        RSA if has_null(&info.algorithm) => KeyKind::Rsa.in_this_build().and_then(|_| rsa::read_public(key)),
        ED25519 | RSA => Err(KeyError::Encoding),
        _ => Err(KeyError::Unsupported),
    }
}

/// RFC 5480 2.1.1: a named curve, and one that this build has an algorithm for.
pub(crate) fn named_curve(algorithm: &AlgorithmIdentifierRef<'_>) -> Result<EcCurve, KeyError> {
    let oid = algorithm.parameters_oid().map_err(|_| KeyError::Unsupported)?;
    let curve = EcCurve::of_oid(oid).ok_or(KeyError::Unsupported)?;
    KeyKind::Ec(curve).in_this_build().map(|_| curve)
}

/// RFC 4055 1.2: the parameters of `rsaEncryption` are NULL.
pub(crate) fn has_null(algorithm: &AlgorithmIdentifierRef<'_>) -> bool {
    algorithm.parameters == Some(AnyRef::NULL)
}

pub(crate) fn read_pem(pem: &str) -> Result<Material, KeyError> {
    let (label, document) = Document::from_pem(pem).map_err(|_| KeyError::Encoding)?;
    if label != SubjectPublicKeyInfoRef::PEM_LABEL {
        return Err(KeyError::Encoding);
    }
    read(document.as_bytes())
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
        Material::Ec { point, .. } => point.to_vec(),
        Material::Ed25519 { x } => x.to_vec(),
        Material::Rsa { n, e } => rsa::write_public(n, e)?,
    };
    let info = SubjectPublicKeyInfoRef {
        algorithm: algorithm_identifier(material.kind()),
        subject_public_key: BitStringRef::from_bytes(&key)?,
    };
    Document::try_from(info.to_der()?)
}

pub(crate) fn algorithm_identifier(kind: KeyKind) -> AlgorithmIdentifierRef<'static> {
    let (oid, parameters) = match kind {
        KeyKind::Ec(curve) => (EC_PUBLIC_KEY, Some(AnyRef::from(curve.oid()))),
        KeyKind::Ed25519 => (ED25519, None),
        KeyKind::Rsa => (RSA, Some(AnyRef::NULL)),
    };
    AlgorithmIdentifierRef { oid, parameters }
}
