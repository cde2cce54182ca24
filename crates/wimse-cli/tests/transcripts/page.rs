//! Pages with transcripts: what was typed, how it ended and what was printed.

use std::path::{Path, PathBuf};

/// One command of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Transcript {
    /// Without the prompt, in one line.
    pub(crate) command: String,
    pub(crate) exit: i32,
    /// What it printed.
    pub(crate) output: String,
    /// Everything as it stands in the page, without blank lines at the end.
    pub(crate) text: String,
}

/// The pages that are run: the manual, and those that would make it long.
pub(crate) fn all() -> Vec<PathBuf> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [package.join("../../docs/command"), package.join("tests/transcripts")];
    let files = folders.iter().flat_map(|folder| folder.read_dir().unwrap());
    let files = files.map(|entry| entry.unwrap().path());
    let mut pages: Vec<_> = files.filter(|file| file.extension().is_some_and(|end| end == "md")).collect();
    pages.sort();
    pages
}

/// The commands in the blocks whose language is `console`.
pub(crate) fn transcripts(page: &str) -> Vec<Transcript> {
    let blocks = blocks(page).into_iter().filter(|(language, _)| *language == CONSOLE);
    blocks.flat_map(|(_, block)| split(&block)).collect()
}

/// The lines between fences, with their language.
pub(crate) fn blocks(page: &str) -> Vec<(&str, Vec<&str>)> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(language) = line.strip_prefix(FENCE) else { continue };
        let block = lines.by_ref().take_while(|line| !line.starts_with(FENCE)).collect();
        blocks.push((language, block));
    }
    blocks
}

const FENCE: &str = "```";
const CONSOLE: &str = "console";

fn split(block: &[&str]) -> Vec<Transcript> {
    let starts: Vec<usize> = (0..block.len()).filter(|index| block[*index].starts_with("$ ")).collect();
    assert_eq!(starts.first(), Some(&0), "a block begins with a command: {block:?}");
    let ends = starts.iter().skip(1).copied().chain([block.len()]);
    starts.iter().zip(ends).map(|(start, end)| read(&block[*start..end])).collect()
}

fn read(lines: &[&str]) -> Transcript {
    let typed = lines.iter().enumerate().take_while(|(index, line)| *index == 0 || line.starts_with("> "));
    let typed: Vec<&str> = typed.map(|(_, line)| line[2..].trim_end_matches('\\').trim()).collect();
    let rest = &lines[typed.len()..];
    let exit = rest.first().and_then(|line| line.strip_prefix("? "));
    let output = &rest[usize::from(exit.is_some())..];
    Transcript {
        command: typed.join(" "),
        exit: exit.map_or(0, |exit| exit.parse().unwrap()),
        output: output.join("\n"),
        text: lines.join("\n").trim_end().to_owned(),
    }
}

/// The page as `trycmd` takes it: every output ends with an empty line, before the end of a block too.
pub(crate) fn for_trycmd(page: &str) -> String {
    change_ends_of_blocks(page, |text| text.push('\n'))
}

/// The other way round, and without the ports that were written anew.
pub(crate) fn from_trycmd(page: &str) -> String {
    let page = change_ends_of_blocks(page, |text| {
        if text.ends_with("\n\n") {
            text.pop();
        }
    });
    let mut parts = page.split(LOOPBACK);
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.map(|part| match part.trim_start_matches(|c: char| c.is_ascii_digit()) {
        rest if rest.len() < part.len() => format!("{LOOPBACK}[..]{rest}"),
        _ => format!("{LOOPBACK}{part}"),
    });
    first + &rest.collect::<String>()
}

const LOOPBACK: &str = "http://127.0.0.1:";

fn change_ends_of_blocks(page: &str, change: impl Fn(&mut String)) -> String {
    let mut text = String::new();
    let mut language: Option<&str> = None;
    for line in page.lines() {
        language = match (language, line.strip_prefix(FENCE)) {
            (None, fence) => fence,
            (Some(inside), None) => Some(inside),
            (Some(inside), Some(_)) => {
                if inside == CONSOLE {
                    change(&mut text);
                }
                None
            }
        };
        text.push_str(line);
        text.push('\n');
    }
    text
}
