//! The command line of a harness, without a shell.

use std::{process::Command, str::FromStr};

/// A program and its arguments.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct HarnessCommand {
    program: String,
    arguments: Vec<String>,
}

impl HarnessCommand {
    /// Ready to start.
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        command
    }

    /// As [`command`](Self::command), with something in place of each of these in the arguments.
    pub(crate) fn command_with(&self, places: &[(&str, &str)]) -> Command {
        let filled = |argument: &String| {
            places.iter().fold(argument.clone(), |argument, (place, with)| argument.replace(place, with))
        };
        let mut command = Command::new(&self.program);
        command.args(self.arguments.iter().map(filled));
        command
    }

    /// Whether this is in one of the arguments.
    pub(crate) fn has(&self, place: &str) -> bool {
        self.arguments.iter().any(|argument| argument.contains(place))
    }

    /// The program, for messages.
    #[must_use]
    pub fn program(&self) -> &str {
        &self.program
    }
}

/// Words are apart by white space. Quotes, single or double, hold a word together; a backslash outside of single quotes
/// takes the next character as it is. Nothing else means anything.
impl FromStr for HarnessCommand {
    type Err = CommandError;

    fn from_str(text: &str) -> Result<Self, CommandError> {
        let mut words = words(text)?.into_iter();
        let program = words.next().filter(|program| !program.is_empty()).ok_or(CommandError::Empty)?;
        Ok(Self { program, arguments: words.collect() })
    }
}

fn words(text: &str) -> Result<Vec<String>, CommandError> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(open), character) if character == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None | Some('"'), '\\') => {
                let next = characters.next().ok_or(CommandError::Unfinished)?;
                word.get_or_insert_default().push(next);
            }
            (None, character) if character.is_whitespace() => words.extend(word.take()),
            (_, character) => word.get_or_insert_default().push(character),
        }
    }
    if quote.is_some() {
        return Err(CommandError::Unfinished);
    }
    words.extend(word);
    Ok(words)
}

/// Why a text is no command.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CommandError {
    /// There is no program.
    #[error("the command of the harness names no program")]
    Empty,
    /// A quote or a backslash at the end waits for more.
    #[error("the command of the harness has an open quote, or ends with a backslash")]
    Unfinished,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Vec<String>, CommandError> {
        let command: HarnessCommand = text.parse()?;
        Ok([vec![command.program], command.arguments].concat())
    }

    #[test]
    fn words_are_apart_by_space_and_held_together_by_quotes() {
        assert_eq!(parsed(" node  a.mjs ").unwrap(), ["node", "a.mjs"]);
        assert_eq!(
            parsed(r#"'my prog' -c "a \"b\" $c" d\ e '' "#).unwrap(),
            ["my prog", "-c", "a \"b\" $c", "d e", ""]
        );
    }

    #[test]
    fn what_is_no_command_is_refused() {
        for (text, error) in [
            ("", CommandError::Empty),
            ("  ", CommandError::Empty),
            ("''", CommandError::Empty),
            ("a 'b", CommandError::Unfinished),
            ("a \\", CommandError::Unfinished),
        ] {
            assert_eq!(parsed(text), Err(error), "{text}");
        }
    }
}
