//! Why something was refused, for people: every rule in the order of verification, with what was expected, what was
//! received, and what would put it right.
//!
//! ```
//! use wimse_identifier::IdentifierPolicy;
//!
//! let explanation = IdentifierPolicy::default().explain("wimse://Trust.example.com/service?debug");
//! assert!(!explanation.is_accepted());
//!
//! // All that is wrong, not only the first of it.
//! let refused: Vec<_> = explanation.refusals().map(|finding| finding.rule().name()).collect();
//! assert_eq!(refused, ["identifier.query", "identifier.trust_domain_characters"]);
//!
//! // The first is what the parser says.
//! let first = explanation.first_refusal().ok_or("nothing is refused")?;
//! assert_eq!(first.code(), Some("identifier.query"));
//! assert_eq!(first.requirement(), "ID-4.1-4");
//! assert_eq!(first.section(), "identifier 4.1");
//! assert_eq!(first.fix(), Some("remove the \"?\" and what follows it"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The rules are those that the parser and the verifiers run: an explanation accepts exactly what they accept, and its
//! first refusal has the code of their error. It is for tools and local logs. A peer never gets it.
//!
//! # Rules of other crates
//!
//! A crate with rules of its own keeps them in a table of [`Rule`]s, and makes an [`Explanation`] by
//! [`judge`](Explanation::judge)ing them one after the other.

mod excerpt;
mod explanation;
mod finding;
mod identifier;
mod rule;
mod table;

pub use excerpt::Excerpt;
pub use explanation::{Coded, Explanation};
pub use finding::{Finding, State};
pub(crate) use identifier::explain_identifier;
pub use rule::{Refusal, Rule, find};
pub use table::RULES;

/// The rule for identifiers that gives this code, and its refusal.
///
/// ```
/// use wimse_identifier::{IdentifierError, explain};
///
/// let (rule, refusal) = explain::rule_of(IdentifierError::Port.code()).ok_or("no such code")?;
/// assert_eq!(rule.name(), "identifier.port");
/// assert_eq!(refusal.fix(), "remove the port: an identifier is no address");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn rule_of(code: &str) -> Option<(&'static Rule, &'static Refusal)> {
    find(RULES, code)
}
