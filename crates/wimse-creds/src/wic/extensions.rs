//! The extensions of the certificates that are made here.

use super::chain::Purpose;
use super::{WicIssueError, WicTemplate};
use sha2::{Digest as _, Sha256};
use wimse_identifier::{ExternalHandle, Origin, WorkloadIdentifier};
use x509_cert::der::Decode as _;
use x509_cert::der::asn1::{Ia5String, ObjectIdentifier, OctetString};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectAltName,
    SubjectKeyIdentifier,
};
use x509_cert::ext::{Extension, ToExtension};
use x509_cert::name::Name;
use x509_cert::spki::SubjectPublicKeyInfoRef;

/// Of the certificate of a workload (X509-SVID 4).
pub(super) fn workload(
    template: &WicTemplate,
    spki: &[u8],
    issuer_key_id: &[u8],
) -> Result<Vec<Extension>, WicIssueError> {
    let mut extensions = Vec::new();
    // X509-SVID 4.1, 4.3: not a CA, and a key that signs handshakes only.
    add(&mut extensions, &BasicConstraints { ca: false, path_len_constraint: None })?;
    add(&mut extensions, &KeyUsage(KeyUsages::DigitalSignature.into()))?;
    let purposes = template.purposes.iter().map(|purpose| match purpose {
        Purpose::ServerAuth => SERVER_AUTH,
        Purpose::ClientAuth => CLIENT_AUTH,
    });
    add(&mut extensions, &ExtendedKeyUsage(purposes.collect()))?;
    add(&mut extensions, &names(Some(&template.identifier), &template.dns_names)?)?;
    add_key_ids(&mut extensions, spki, Some(issuer_key_id))?;
    Ok(extensions)
}

/// Of the certificate of a CA. Its own name is that of its trust domain, without a path (X509-SVID 3.2).
pub(super) fn authority(
    subject: &Name,
    origin: &Origin,
    path_length: u8,
    spki: &[u8],
    issuer_key_id: Option<&[u8]>,
) -> Result<Vec<Extension>, WicIssueError> {
    let mut extensions = Vec::new();
    add(&mut extensions, &BasicConstraints { ca: true, path_len_constraint: Some(path_length) })?;
    add(&mut extensions, &KeyUsage(KeyUsages::KeyCertSign | KeyUsages::CRLSign))?;
    let name = SubjectAltName(vec![uri(origin.as_str())?]);
    extensions.push((&name).to_extension(subject, &[]).map_err(|_| WicIssueError::Encoding)?);
    add_key_ids(&mut extensions, spki, issuer_key_id)?;
    Ok(extensions)
}

/// The subjectAltName of a workload.
pub(super) fn names(
    identifier: Option<&WorkloadIdentifier>,
    dns_names: &[ExternalHandle],
) -> Result<SubjectAltName, WicIssueError> {
    let mut names = Vec::new();
    if let Some(identifier) = identifier {
        names.push(uri(identifier.as_str())?);
    }
    for name in dns_names {
        let name = Ia5String::new(name.as_str()).map_err(|_| WicIssueError::Encoding)?;
        names.push(GeneralName::DnsName(name));
    }
    Ok(SubjectAltName(names))
}

/// RFC 7093 2, method 1: the first 160 bits of the SHA-256 of the key.
pub(super) fn key_id(spki: &[u8]) -> Result<Vec<u8>, WicIssueError> {
    let info = SubjectPublicKeyInfoRef::from_der(spki).map_err(|_| WicIssueError::Encoding)?;
    let bits = info.subject_public_key.as_bytes().ok_or(WicIssueError::Encoding)?;
    Ok(Sha256::digest(bits)[..20].to_vec())
}

fn add_key_ids(
    extensions: &mut Vec<Extension>,
    spki: &[u8],
    issuer: Option<&[u8]>,
) -> Result<(), WicIssueError> {
    let octets = |bytes: &[u8]| OctetString::new(bytes).map_err(|_| WicIssueError::Encoding);
    add(extensions, &SubjectKeyIdentifier(octets(&key_id(spki)?)?))?;
    let Some(issuer) = issuer else { return Ok(()) };
    add(extensions, &AuthorityKeyIdentifier { key_identifier: Some(octets(issuer)?), ..Default::default() })
}

fn uri(text: &str) -> Result<GeneralName, WicIssueError> {
    let text = Ia5String::new(text).map_err(|_| WicIssueError::Encoding)?;
    Ok(GeneralName::UniformResourceIdentifier(text))
}

/// Adds an extension to a certificate without a subject, of which the subjectAltName is critical (RFC 5280 4.2.1.6).
fn add<'a, E>(extensions: &mut Vec<Extension>, extension: &'a E) -> Result<(), WicIssueError>
where
    &'a E: ToExtension,
{
    let extension = extension.to_extension(&Name::default(), extensions);
    extensions.push(extension.map_err(|_| WicIssueError::Encoding)?);
    Ok(())
}

const SERVER_AUTH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.1");
const CLIENT_AUTH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.2");
