//! A rule, and what it says when it is not met.

/// One rule of verification, as a row of a table.
///
/// ```
/// use wimse_identifier::explain::{Refusal, Rule, find};
///
/// static EXPIRY: Rule = Rule::new(
///     "ticket.expiry",
///     "the ticket has not expired",
///     "TKT-2-3",
///     "ticket 2",
///     &[
///         Refusal::new("ticket.expired", "ask for a new ticket"),
///         Refusal::new("ticket.no_expiry", "put an expiry into the ticket").under("TKT-1-2", "ticket 1"),
///     ],
/// );
/// static RULES: &[&Rule] = &[&EXPIRY];
///
/// let (rule, refusal) = find(RULES, "ticket.no_expiry").ok_or("no such code")?;
/// assert_eq!(rule.says(), "the ticket has not expired");
/// assert_eq!(refusal.requirement().unwrap_or(rule.requirement()), "TKT-1-2");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    name: &'static str,
    says: &'static str,
    requirement: &'static str,
    section: &'static str,
    refusals: &'static [Refusal],
}

impl Rule {
    /// A rule by its name (`wit.expiry`), what it says when it is met, the id of its requirement (`WIT-5.1.4-7`), the
    /// draft and section of that (`workload-creds 5.1.4`), and one refusal for each code that it can give.
    #[must_use]
    pub const fn new(
        name: &'static str,
        says: &'static str,
        requirement: &'static str,
        section: &'static str,
        refusals: &'static [Refusal],
    ) -> Self {
        Self { name, says, requirement, section, refusals }
    }

    /// The name, unique in its table and stable, such as `wit.expiry`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What is so when the rule is met, as a short sentence: "the WIT has not expired".
    #[must_use]
    pub const fn says(&self) -> &'static str {
        self.says
    }

    /// The id of the main requirement in the catalogue, such as `WIT-5.1.4-7`.
    #[must_use]
    pub const fn requirement(&self) -> &'static str {
        self.requirement
    }

    /// The draft and section of the main requirement, such as `workload-creds 5.1.4`.
    #[must_use]
    pub const fn section(&self) -> &'static str {
        self.section
    }

    /// One for each code that the rule can give.
    #[must_use]
    pub const fn refusals(&self) -> &'static [Refusal] {
        self.refusals
    }

    /// The refusal with this code.
    #[must_use]
    pub fn refusal(&self, code: &str) -> Option<&'static Refusal> {
        self.refusals.iter().find(|refusal| refusal.code == code)
    }
}

/// One way in which a rule is not met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    code: &'static str,
    fix: &'static str,
    under: Option<(&'static str, &'static str)>,
}

impl Refusal {
    /// A refusal by its stable code, with one sentence that tells a person what to do.
    #[must_use]
    pub const fn new(code: &'static str, fix: &'static str) -> Self {
        Self { code, fix, under: None }
    }

    /// Decided by another requirement than the main one of the rule: its id, and its draft and section.
    #[must_use]
    pub const fn under(mut self, requirement: &'static str, section: &'static str) -> Self {
        self.under = Some((requirement, section));
        self
    }

    /// The stable code, such as `wit.expired`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// What to do about it: "ask the issuer for a new WIT, or set the clock right".
    #[must_use]
    pub const fn fix(&self) -> &'static str {
        self.fix
    }

    /// The id of the requirement, where it is not the main one of the rule.
    #[must_use]
    pub const fn requirement(&self) -> Option<&'static str> {
        match self.under {
            Some((requirement, _)) => Some(requirement),
            None => None,
        }
    }

    /// The draft and section, where the requirement is not the main one of the rule.
    #[must_use]
    pub const fn section(&self) -> Option<&'static str> {
        match self.under {
            Some((_, section)) => Some(section),
            None => None,
        }
    }
}

/// The rule in a table that gives this code, and its refusal.
#[must_use]
pub fn find(rules: &[&'static Rule], code: &str) -> Option<(&'static Rule, &'static Refusal)> {
    rules.iter().find_map(|rule| Some((*rule, rule.refusal(code)?)))
}
