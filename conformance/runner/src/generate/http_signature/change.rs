//! What can be changed in a signed message, before and after signing.

use super::{
    super::tokens::{KeyPair, Members, OTHER_WORKLOAD_ED25519, OTHER_WORKLOAD_ES256},
    input::Signature,
    signed::Signed,
    wire::Wire,
};

impl Signed {
    /// Another start line, in full.
    pub(super) fn start(&self, start: &str) -> Self {
        let mut changed = self.clone();
        start.clone_into(&mut changed.message.start);
        changed
    }

    /// Sets a field.
    pub(super) fn field(&self, name: &str, value: &str) -> Self {
        let mut changed = self.clone();
        changed.message.set(name, value);
        changed
    }

    /// Adds a field line, also if the field is there already.
    pub(super) fn line(&self, name: &str, value: &str) -> Self {
        let mut changed = self.clone();
        changed.message.fields.push((name.to_owned(), value.to_owned()));
        changed
    }

    /// Removes a field.
    pub(super) fn without_field(&self, name: &str) -> Self {
        let mut changed = self.clone();
        changed.message.remove(name);
        changed
    }

    /// Other content; a `{digest}` follows.
    pub(super) fn content(&self, content: &[u8]) -> Self {
        let mut changed = self.clone();
        changed.message.content = content.to_vec();
        changed
    }

    /// Covers exactly these components: serialized identifiers.
    pub(super) fn covered(&self, components: &[&str]) -> Self {
        self.ours(|signature| {
            signature.covered = components.iter().map(|name| ((*name).to_owned(), None)).collect();
        })
    }

    /// Covers one more component.
    pub(super) fn covering(&self, component: &str) -> Self {
        self.ours(|signature| signature.covered.push((component.to_owned(), None)))
    }

    /// Covers one more component, with this value in the signature base.
    pub(super) fn covering_as(&self, component: &str, value: &str) -> Self {
        self.ours(|signature| signature.covered.push((component.to_owned(), Some(value.to_owned()))))
    }

    /// Covers a component no more.
    pub(super) fn uncovered(&self, component: &str) -> Self {
        self.ours(|signature| signature.covered.retain(|(covered, _)| covered != component))
    }

    /// Covers another component in place of one, with this value in the signature base.
    pub(super) fn replaced(&self, component: &str, other: &str, value: Option<&str>) -> Self {
        self.ours(|signature| {
            for covered in signature.covered.iter_mut().filter(|(covered, _)| covered == component) {
                *covered = (other.to_owned(), value.map(str::to_owned));
            }
        })
    }

    /// Sets a parameter to what follows its name: nothing, or `=` and a value.
    pub(super) fn parameter(&self, name: &str, text: &str) -> Self {
        self.ours(|signature| match signature.parameters.iter_mut().find(|(key, _)| key == name) {
            Some((_, old)) => text.clone_into(old),
            None => signature.parameters.push((name.to_owned(), text.to_owned())),
        })
    }

    /// Adds a parameter, also if it is there already.
    pub(super) fn another_parameter(&self, name: &str, text: &str) -> Self {
        self.ours(|signature| signature.parameters.push((name.to_owned(), text.to_owned())))
    }

    /// Sets a parameter to a String.
    pub(super) fn string(&self, name: &str, value: &str) -> Self {
        self.parameter(name, &format!("=\"{value}\""))
    }

    /// Demands a signed response.
    pub(super) fn demanding(&self) -> Self {
        self.parameter("wimse-sign-response", "")
    }

    /// Sets `created` and `expires`.
    pub(super) fn valid(&self, created: u64, expires: u64) -> Self {
        self.parameter("created", &format!("={created}")).parameter("expires", &format!("={expires}"))
    }

    /// Removes a parameter.
    pub(super) fn without_parameter(&self, name: &str) -> Self {
        self.ours(|signature| signature.parameters.retain(|(key, _)| key != name))
    }

    /// Adds a second signature under the label `other`, by another key, with one component and these parameters.
    pub(super) fn beside(&self, parameters: &[(&str, &str)]) -> Self {
        let mut changed = self.clone();
        let component = if self.request.is_some() { "\"@status\"" } else { "\"@method\"" };
        let key = if self.algorithm == "ES256" { OTHER_WORKLOAD_ES256 } else { OTHER_WORKLOAD_ED25519 };
        changed.signatures.push(Signature::new(&[component], parameters, key.into()));
        changed
            .field("Signature-Input", "sig1={input}, other={input1}")
            .field("Signature", "sig1=:{signature}:, other=:{signature1}:")
    }

    /// A second signature as complete as ours, by the key of the message.
    pub(super) fn twice(&self) -> Self {
        let mut changed = self.clone();
        changed.signatures.extend(self.signatures.first().cloned());
        changed
            .field("Signature-Input", "sig1={input}, sig2={input1}")
            .field("Signature", "sig1=:{signature}:, sig2=:{signature1}:")
    }

    /// Another spelling of what the signature input says, which is signed in its canonical one.
    pub(super) fn respell(&self, respell: fn(String) -> String) -> Self {
        Self { respell, ..self.clone() }
    }

    /// Signs with another key, whatever the WIT says.
    pub(super) fn signed_by(&self, key: KeyPair) -> Self {
        self.ours(|signature| signature.key = key.into())
    }

    /// Changes the signature after it is made.
    pub(super) fn signature(&self, change: fn(Vec<u8>) -> Vec<u8>) -> Self {
        self.ours(|signature| signature.change = change)
    }

    /// Changes the message after it is signed.
    pub(super) fn then(&self, change: fn(&mut Wire)) -> Self {
        let mut changed = self.clone();
        changed.changes.push(change);
        changed
    }

    /// Changes the claims of the WIT.
    pub(super) fn wit_claims(&self, change: impl FnOnce(Members) -> Members) -> Self {
        Self { wit_claims: change(self.wit_claims.clone()), ..self.clone() }
    }

    /// The WIT is signed by another key.
    pub(super) fn issued_by(&self, issuer: KeyPair) -> Self {
        Self { issuer, ..self.clone() }
    }

    fn ours(&self, change: impl FnOnce(&mut Signature)) -> Self {
        let mut changed = self.clone();
        if let Some(ours) = changed.signatures.first_mut() {
            change(ours);
        }
        changed
    }
}
