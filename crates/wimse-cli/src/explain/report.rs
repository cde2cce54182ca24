//! What `wimse explain` prints.

use super::carried::Carried;
use super::findings::{self, Count, Detail, Line};
use crate::http_file::{HttpFileError, RequestFile, ResponseFile};
use crate::input::Input;
use crate::moment;
use crate::output::{BOLD, GREEN, RED, Style, Verdict, wrap};
use crate::refusal::Refusal;
use serde::{Serialize, Serializer};
use std::path::Path;
use wimse::creds::UnixTime;
use wimse::creds::explain::{Excerpt, Explanation};

/// A message that was judged.
pub(crate) struct Judged {
    file: String,
    /// Of a file that could be read.
    message: Option<Message>,
    carried: Carried,
    explanation: Explanation,
    refusal: Option<Refusal>,
}

enum Message {
    /// Method and target, escaped.
    Request(String, String),
    Response(u16),
}

impl Judged {
    pub(crate) fn request(
        file: &Input,
        request: &RequestFile,
        carried: Carried,
        explanation: Explanation,
    ) -> Self {
        let target = Excerpt::new(&request.target).to_string().trim_matches('"').to_owned();
        let message = Message::Request(request.method().to_string(), target);
        Self::explained(file, message, carried, explanation)
    }

    pub(crate) fn response(file: &Input, response: &ResponseFile, explanation: Explanation) -> Self {
        let carried = Carried { wpt: false, ..Carried::by(&response.message.headers) };
        Self::explained(file, Message::Response(response.status().as_u16()), carried, explanation)
    }

    fn explained(file: &Input, message: Message, carried: Carried, explanation: Explanation) -> Self {
        let refusal = explanation.first_refusal().map(Refusal::found);
        Self { file: file.to_string(), message: Some(message), carried, explanation, refusal }
    }

    pub(crate) fn unreadable(file: &Input, error: &HttpFileError, fix: &str) -> Self {
        Self {
            file: file.to_string(),
            message: None,
            carried: Carried::default(),
            explanation: Explanation::new(),
            refusal: Some(Refusal::of(error.code(), error).with_fix(fix)),
        }
    }

    fn verdict(&self) -> Verdict {
        if self.refusal.is_none() { Verdict::Accepted } else { Verdict::Refused }
    }

    /// What a person has to know beside the rules.
    fn note(&self) -> Option<&'static str> {
        match &self.message {
            Some(Message::Request(..)) => self.carried.note(),
            Some(Message::Response(_)) if self.refusal.is_none() && !self.carried.signature => {
                Some("it is not signed: nobody vouches for it, and its request did not demand a signature")
            }
            _ => None,
        }
    }

    /// Of two kinds of proof that are both missing, most rules say nothing.
    fn detail(&self, verbose: bool) -> Detail {
        match &self.message {
            _ if verbose => Detail::Everything,
            Some(Message::Request(..)) if !self.carried.wpt && !self.carried.signature => Detail::Judged,
            _ => Detail::Rules,
        }
    }

    fn text(&self, style: Style, verbose: bool) -> String {
        let Self { file, refusal, explanation, .. } = self;
        let message = match &self.message {
            Some(Message::Request(method, target)) => format!(": {method} {target}"),
            Some(Message::Response(status)) => format!(": a response with status {status}"),
            None => String::new(),
        };
        let mut text = style.paint(&format!("{file}{message}"), BOLD) + "\n";
        // The verdict and its rule come first.
        match refusal {
            Some(refusal) => text.push_str(&refusal.text(style)),
            None => text.push_str(&format!("{}\n", style.paint("✓ accepted", GREEN))),
        }
        let mut start = "note  ";
        for line in self.note().into_iter().flat_map(|note| wrap(note, NOTE_WIDTH)) {
            text.push_str(&format!("  {start}{line}\n"));
            start = "      ";
        }
        if explanation.iter().next().is_some() {
            text.push_str(&format!(
                "\n{}\n",
                findings::text(explanation, style, self.detail(verbose)).trim_end()
            ));
            let Count { met, refused, not_reached } = findings::count(explanation);
            let rules = if met == 1 { "rule" } else { "rules" };
            let count = format!("{met} {rules} met, {refused} refused, {not_reached} not reached");
            let colour = if refusal.is_none() { GREEN } else { RED };
            text.push_str(&format!("  {}\n", style.paint(&count, colour)));
        }
        text
    }
}

/// Columns of a note, behind its start.
const NOTE_WIDTH: usize = 100;

impl Serialize for Judged {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Document<'a> {
            file: &'a str,
            method: Option<&'a str>,
            target: Option<&'a str>,
            status: Option<u16>,
            result: Verdict,
            carries: Carried,
            refusal: Option<&'a Refusal>,
            rules: Count,
            findings: Vec<Line<'a>>,
        }
        let (method, target, status) = match &self.message {
            Some(Message::Request(method, target)) => (Some(method.as_str()), Some(target.as_str()), None),
            Some(Message::Response(status)) => (None, None, Some(*status)),
            None => (None, None, None),
        };
        Document {
            file: &self.file,
            method,
            target,
            status,
            result: self.verdict(),
            carries: self.carried,
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
