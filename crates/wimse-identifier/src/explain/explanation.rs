//! All rules that apply, and how each was met.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::error::Error;
use core::slice;

use super::finding::{Finding, State};
use super::rule::Rule;

/// The findings on one thing that was judged, in the order of verification, one for each rule.
///
/// A rule that is looked at in several places, such as strict base64url in each part of a token, stands where it was
/// decided: at the first place while it is met, and where it was refused otherwise.
///
/// ```
/// use wimse_identifier::{IdentifierError, IdentifierPolicy};
///
/// let policy = IdentifierPolicy::default();
/// assert!(policy.explain("wimse://example.com/service").is_accepted());
///
/// let explanation = policy.explain("wimse://example.com/a//b");
/// let verdict = explanation.first_refusal().and_then(|finding| finding.code());
/// assert_eq!(verdict, policy.parse("wimse://example.com/a//b").err().map(|error| error.code()));
/// for finding in &explanation {
///     println!("{} {:?}", finding.rule().says(), finding.state());
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    findings: Vec<Finding>,
}

impl Explanation {
    /// Nothing is judged yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether every rule is met. Never so when there is none.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        !self.findings.is_empty() && self.findings.iter().all(Finding::is_met)
    }

    /// The first refusal: that of the verifier.
    #[must_use]
    pub fn first_refusal(&self) -> Option<&Finding> {
        self.refusals().next()
    }

    /// All refusals, in the order of verification.
    pub fn refusals(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.code().is_some())
    }

    /// All findings, in the order of verification.
    pub fn iter(&self) -> slice::Iter<'_, Finding> {
        self.findings.iter()
    }

    /// The finding on this rule.
    #[must_use]
    pub fn finding(&self, rule: &Rule) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.rule.name() == rule.name())
    }

    /// This explanation and, after it, another one. A rule that is in both keeps one finding.
    #[must_use]
    pub fn join(mut self, other: Self) -> Self {
        for finding in other.findings {
            let Finding { rule, state, expected, received } = finding;
            self.record(rule, state);
            if let Some(found) = self.mutable(rule) {
                found.expected = found.expected.take().or(expected);
                found.received = found.received.take().or(received);
            }
        }
        self
    }

    /// Records what a step of verification said, and hands on what it gave.
    ///
    /// `rules` are those that the step checks, in its order. If it succeeds, all are met. If it fails, its code tells
    /// which one is refused: those before it are met, those after it are not reached. A code of none of them counts
    /// against the last.
    pub fn judge<T, E: Coded>(&mut self, rules: &[&'static Rule], outcome: Result<T, E>) -> Option<T> {
        let error = match outcome {
            Ok(value) => {
                rules.iter().for_each(|rule| self.record(rule, State::Met));
                return Some(value);
            }
            Err(error) => error,
        };
        let code = error.code();
        let refused = rules.iter().position(|rule| rule.refusal(code).is_some());
        let refused = refused.unwrap_or(rules.len().saturating_sub(1));
        for (index, rule) in rules.iter().enumerate() {
            let state = match index {
                _ if index < refused => State::Met,
                _ if index == refused => State::Refused { code, message: message(&error) },
                _ => State::NotReached,
            };
            self.record(rule, state);
        }
        None
    }

    /// Records that these rules could not be judged.
    pub fn not_reached(&mut self, rules: &[&'static Rule]) {
        rules.iter().for_each(|rule| self.record(rule, State::NotReached));
    }

    /// Says what the rule, if it has a finding, would have accepted.
    pub fn expect(&mut self, rule: &Rule, expected: impl Into<String>) {
        if let Some(finding) = self.mutable(rule) {
            finding.expected = Some(expected.into());
        }
    }

    /// Says what the rule, if it has a finding, was given. Text from a peer has to be an
    /// [`Excerpt`](super::Excerpt).
    pub fn receive(&mut self, rule: &Rule, received: impl Into<String>) {
        if let Some(finding) = self.mutable(rule) {
            finding.received = Some(received.into());
        }
    }

    fn mutable(&mut self, rule: &Rule) -> Option<&mut Finding> {
        self.findings.iter_mut().find(|finding| finding.rule.name() == rule.name())
    }

    /// The worse of what is known and what is new, where it was decided.
    fn record(&mut self, rule: &'static Rule, state: State) {
        let known = self.findings.iter().position(|finding| finding.rule.name() == rule.name());
        let Some(index) = known else {
            self.findings.push(Finding::new(rule, state));
            return;
        };
        if severity(&state) > severity(&self.findings[index].state) {
            let mut finding = self.findings.remove(index);
            finding.state = state;
            self.findings.push(finding);
        }
    }
}

fn severity(state: &State) -> u8 {
    match state {
        State::Met => 0,
        State::NotReached => 1,
        State::Refused { .. } => 2,
    }
}

/// The error and its causes, in one line.
fn message(error: &dyn Error) -> String {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        message.push_str(": ");
        message.push_str(&error.to_string());
        cause = error.source();
    }
    message
}

impl<'a> IntoIterator for &'a Explanation {
    type Item = &'a Finding;
    type IntoIter = slice::Iter<'a, Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// An error with a stable code, which names the rule that gave it. Its messages have no tokens.
pub trait Coded: Error {
    /// The stable code, such as `wit.expired`.
    fn code(&self) -> &'static str;
}

#[cfg(test)]
mod tests {
    use super::super::rule::Refusal;
    use super::*;
    use core::fmt;

    #[derive(Debug)]
    struct Wrong(&'static str);

    impl fmt::Display for Wrong {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("wrong")
        }
    }

    impl Error for Wrong {}

    impl Coded for Wrong {
        fn code(&self) -> &'static str {
            self.0
        }
    }

    const fn rule(name: &'static str, refusals: &'static [Refusal]) -> Rule {
        Rule::new(name, "it is so", "T-1-1", "test 1", refusals)
    }

    static A: Rule = rule("a", &[Refusal::new("a.bad", "mend a")]);
    static B: Rule = rule("b", &[Refusal::new("b.bad", "mend b").under("T-2-1", "test 2")]);
    static C: Rule = rule("c", &[Refusal::new("c.bad", "mend c")]);

    fn states(explanation: &Explanation) -> Vec<(&str, &str)> {
        let state = |finding: &Finding| match finding.state() {
            State::Met => "met",
            State::NotReached => "not reached",
            State::Refused { code, .. } => code,
        };
        explanation.iter().map(|finding| (finding.rule().name(), state(finding))).collect()
    }

    #[test]
    fn a_code_names_the_rule_of_a_step() {
        let mut explanation = Explanation::new();
        assert!(!explanation.is_accepted(), "nothing is judged");
        assert_eq!(explanation.judge(&[&A, &B, &C], Ok::<_, Wrong>(7)), Some(7));
        assert!(explanation.is_accepted());

        let mut explanation = Explanation::new();
        assert_eq!(explanation.judge(&[&A, &B, &C], Err::<(), _>(Wrong("b.bad"))), None);
        assert_eq!(states(&explanation), [("a", "met"), ("b", "b.bad"), ("c", "not reached")]);
        let first = explanation.first_refusal().unwrap();
        assert_eq!((first.fix(), first.requirement(), first.section()), (Some("mend b"), "T-2-1", "test 2"));
        assert!(!explanation.is_accepted());

        let mut explanation = Explanation::new();
        explanation.judge(&[&A, &B], Err::<(), _>(Wrong("of another table")));
        assert_eq!(states(&explanation), [("a", "met"), ("b", "of another table")]);
    }

    #[test]
    fn a_rule_stands_where_it_was_decided() {
        let met = || Ok::<_, Wrong>(());
        let mut explanation = Explanation::new();
        explanation.judge(&[&A, &B], met());
        explanation.judge(&[&C, &A], met());
        assert_eq!(states(&explanation), [("a", "met"), ("b", "met"), ("c", "met")]);

        explanation.judge(&[&A], Err::<(), _>(Wrong("a.bad")));
        explanation.judge(&[&A], met());
        explanation.not_reached(&[&A]);
        assert_eq!(states(&explanation), [("b", "met"), ("c", "met"), ("a", "a.bad")]);

        explanation.not_reached(&[&B]);
        explanation.judge(&[&B], met());
        assert_eq!(states(&explanation), [("c", "met"), ("a", "a.bad"), ("b", "not reached")]);
    }

    #[test]
    fn joined_explanations_keep_their_order_and_texts() {
        let mut one = Explanation::new();
        one.judge(&[&A], Ok::<_, Wrong>(()));
        let mut two = Explanation::new();
        two.judge(&[&B], Err::<(), _>(Wrong("b.bad")));
        two.expect(&B, "good");
        two.receive(&B, "bad");
        two.receive(&C, "is not there");
        let joined = one.join(two);
        assert_eq!(states(&joined), [("a", "met"), ("b", "b.bad")]);
        let found = joined.finding(&B).unwrap();
        assert_eq!((found.expected(), found.received()), (Some("good"), Some("bad")));
        assert_eq!(joined.finding(&C), None);
    }
}
