//! Which cases are meant: all conditions must hold.

use clap::Args;

use crate::{
    load::{Selected, Suite},
    vector::Importance,
};

/// Conditions on a case.
#[derive(Args, Clone, Debug, Default)]
pub struct Selection {
    /// Only the files of this draft, such as `wpt`
    #[arg(long)]
    pub draft: Option<String>,
    /// Only the files of this revision, such as `02`
    #[arg(long)]
    pub revision: Option<String>,
    /// Only cases of this requirement, such as `ID-4.1-4`
    #[arg(long)]
    pub requirement: Option<String>,
    /// Only cases of this operation, such as `wit.verify`
    #[arg(long)]
    pub operation: Option<String>,
    /// Only cases that are at least so important
    #[arg(long, value_enum)]
    pub importance: Option<Importance>,
    /// Only the case of this id
    #[arg(long)]
    pub id: Option<String>,
}

impl Selection {
    /// The selected cases, in file order; perhaps none.
    #[must_use]
    pub fn of<'a>(&self, suite: &'a Suite) -> Vec<Selected<'a>> {
        suite.selected().filter(|selected| self.has(selected)).collect()
    }

    fn has(&self, Selected { file, vector }: &Selected<'_>) -> bool {
        is(&self.draft, &file.draft)
            && is(&self.revision, &file.revision)
            && is(&self.operation, &vector.operation)
            && is(&self.id, &vector.id)
            && self.importance.is_none_or(|least| vector.importance <= least)
            && self.requirement.as_ref().is_none_or(|wanted| vector.requirements.contains(wanted))
    }
}

fn is(wanted: &Option<String>, found: &str) -> bool {
    wanted.as_deref().is_none_or(|wanted| wanted == found)
}
