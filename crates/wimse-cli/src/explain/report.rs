//! What `wimse explain` prints.

use super::findings::{self, Count, Line};
use crate::http_file::{HttpFileError, RequestFile};
use crate::input::Input;
use crate::moment;
use crate::output::{BOLD, GREEN, RED, Style, Verdict};
use crate::refusal::Refusal;
use serde::{Serialize, Serializer};
use std::path::Path;
use wimse::creds::UnixTime;
use wimse::creds::explain::{Excerpt, Explanation};

/// A request that was judged.
pub(crate) struct Judged {
    file: String,
    /// Method and target, escaped; not of a file that is no request.
    request: Option<(String, String)>,
    explanation: Explanation,
    refusal: Option<Refusal>,
}

impl Judged {
    pub(crate) fn explained(file: &Input, request: &RequestFile, explanation: Explanation) -> Self {
        let refusal = explanation.first_refusal().map(Refusal::found);
        let target = Excerpt::new(&request.target).to_string().trim_matches('"').to_owned();
        let request = Some((request.method().to_string(), target));
        Self { file: file.to_string(), request, explanation, refusal }
    }

    pub(crate) fn unreadable(file: &Input, error: &HttpFileError) -> Self {
        let refusal = Some(Refusal::of(error.code(), error).with_fix(error.next()));
        Self { file: file.to_string(), request: None, explanation: Explanation::new(), refusal }
    }

    fn verdict(&self) -> Verdict {
        if self.refusal.is_none() { Verdict::Accepted } else { Verdict::Refused }
    }

    fn text(&self, style: Style, verbose: bool) -> String {
        let Self { file, refusal, explanation, .. } = self;
        let request = self.request.as_ref().map(|(method, target)| format!(": {method} {target}"));
        let mut text = style.paint(&format!("{file}{}", request.unwrap_or_default()), BOLD) + "\n";
        // The verdict and its rule come first.
        match refusal {
            Some(refusal) => text.push_str(&refusal.text(style)),
            None => text.push_str(&format!("{}\n", style.paint("✓ accepted", GREEN))),
        }
        if explanation.iter().next().is_some() {
            text.push_str(&format!("\n{}\n", findings::text(explanation, style, verbose).trim_end()));
            let Count { met, refused, not_reached } = findings::count(explanation);
            let count = format!("{met} rules met, {refused} refused, {not_reached} not reached");
            let colour = if refusal.is_none() { GREEN } else { RED };
            text.push_str(&format!("  {}\n", style.paint(&count, colour)));
        }
        text
    }
}

impl Serialize for Judged {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Document<'a> {
            file: &'a str,
            method: Option<&'a str>,
            target: Option<&'a str>,
            result: Verdict,
            refusal: Option<&'a Refusal>,
            rules: Count,
            findings: Vec<Line<'a>>,
        }
        let request = self.request.as_ref();
        Document {
            file: &self.file,
            method: request.map(|(method, _)| method.as_str()),
            target: request.map(|(_, target)| target.as_str()),
            result: self.verdict(),
            refusal: self.refusal.as_ref(),
            rules: findings::count(&self.explanation),
            findings: findings::lines(&self.explanation),
        }
        .serialize(serializer)
    }
}

/// All requests of one run.
#[derive(Serialize)]
pub(crate) struct Report<'a> {
    now: i64,
    config: String,
    requests: &'a [Judged],
}

impl<'a> Report<'a> {
    pub(crate) fn new(now: UnixTime, config: &Path, requests: &'a [Judged]) -> Self {
        Self { now: now.as_secs(), config: config.display().to_string(), requests }
    }

    pub(crate) fn is_accepted(&self) -> bool {
        self.requests.iter().all(|request| request.refusal.is_none())
    }

    pub(crate) fn text(&self, style: Style, verbose: bool) -> String {
        let now = UnixTime::from_secs(u64::try_from(self.now).unwrap_or(0));
        let judged = format!("judged by {} at {} ({})\n", self.config, moment::show(now), self.now);
        let requests: Vec<String> =
            self.requests.iter().map(|request| request.text(style, verbose)).collect();
        format!("{judged}\n{}", requests.join("\n"))
    }
}
