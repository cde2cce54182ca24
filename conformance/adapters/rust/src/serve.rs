//! The side of the harness: answers what the runner writes until it writes no more.

use std::io::{self, BufRead, Read, Write};

use crate::{
    execute::operations,
    protocol::{Hello, MAX_LINE, ToHarness, ToRunner, VERSION},
};

/// Answers the messages of `input`, one a line, until it ends.
///
/// # Errors
///
/// When a side cannot be read or written, or what is read is not a message of the protocol.
pub fn serve(input: impl Read, output: &mut impl Write) -> io::Result<()> {
    let mut input = io::BufReader::new(input);
    let mut line = Vec::new();
    loop {
        line.clear();
        let limit = u64::try_from(MAX_LINE).unwrap_or(u64::MAX);
        if input.by_ref().take(limit).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        if line.last() != Some(&b'\n') {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a line is too long, or has no end"));
        }
        let answer = match serde_json::from_slice(&line)? {
            ToHarness::Hello { protocol: VERSION, .. } => ToRunner::Hello(hello()),
            ToHarness::Hello { protocol, .. } => {
                let detail = format!("protocol {protocol} is not spoken here, but {VERSION}");
                return Err(io::Error::new(io::ErrorKind::Unsupported, detail));
            }
            ToHarness::Case { seq, case } => ToRunner::Result { seq, answer: crate::answer(&case) },
        };
        let mut text = serde_json::to_vec(&answer)?;
        text.push(b'\n');
        output.write_all(&text)?;
        output.flush()?;
    }
}

/// What this build is.
#[must_use]
pub fn hello() -> Hello {
    Hello {
        protocol: VERSION,
        name: "wimse".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        language: "Rust".to_owned(),
        operations: operations().map(str::to_owned).collect(),
        revisions: None,
        features: None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn served(input: &str) -> (io::Result<()>, Vec<Value>) {
        let mut output = Vec::new();
        let result = serve(input.as_bytes(), &mut output);
        let text = String::from_utf8(output).unwrap();
        (result, text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
    }

    fn case(seq: u64, operation: &str, identifier: &str) -> String {
        let input = json!({"identifier": {"text": identifier}});
        let case = json!({
            "type": "case", "seq": seq, "id": "x", "draft": "identifier", "revision": "1",
            "operation": operation, "input": input, "config": {}
        });
        format!("{case}\n")
    }

    #[test]
    fn every_line_is_answered_in_its_order() {
        let hello = "{\"type\":\"hello\",\"protocol\":1,\"runner\":\"test\"}\n";
        let good = case(1, "identifier.parse", "wimse://a.example/b");
        let bad = case(2, "identifier.parse", "wimse://a.example/b?");
        let (result, answers) = served(&[hello, &good, &bad, &case(3, "no.such", "")].concat());
        result.unwrap();
        assert_eq!(answers[0]["type"], "hello");
        assert_eq!((&answers[1]["seq"], &answers[1]["result"]), (&json!(1), &json!("accept")));
        assert_eq!(answers[1]["outputs"]["path"], "/b");
        assert_eq!(
            (&answers[2]["result"], &answers[2]["code"]),
            (&json!("reject"), &json!("identifier.query"))
        );
        assert_eq!((&answers[3]["seq"], &answers[3]["result"]), (&json!(3), &json!("skip")));
    }

    #[test]
    fn a_case_without_its_members_is_an_error_and_the_next_one_is_run() {
        let lacking = case(1, "jwk.parse", "");
        let (result, answers) =
            served(&[lacking, case(2, "identifier.parse", "wimse://a.example/b")].concat());
        result.unwrap();
        assert_eq!(answers[0]["result"], "error");
        assert_eq!(answers[1]["result"], "accept");
    }

    #[test]
    fn what_is_no_message_ends_it() {
        for wrong in ["{}\n", "nothing\n", "{\"type\":\"hello\",\"protocol\":2,\"runner\":\"test\"}\n", "{"] {
            let (result, answers) = served(wrong);
            assert!(result.is_err() && answers.is_empty(), "{wrong}");
        }
    }
}
