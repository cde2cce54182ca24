//! Where field lines come from.

use http::header::{GetAll, HeaderMap, HeaderName, HeaderValue, ValueIter};
use std::borrow::Cow;
use std::{fmt, slice};

/// The field lines of one section of a message, headers or trailers: those of a [`HeaderMap`], or raw ones.
///
/// Raw lines have names in any case and values as received, white space and obsolete line folding included.
///
/// ```
/// use wimse_httpsig::message::Fields;
///
/// let lines: &[(&str, &[u8])] = &[("Host", b"example.com"), ("Accept", b"text/html"), ("accept", b"*/*")];
/// assert_eq!(Fields::raw(lines).lines("accept").count(), 2);
/// ```
#[derive(Clone, Copy)]
pub struct Fields<'a>(Source<'a>);

#[derive(Clone, Copy)]
enum Source<'a> {
    Map(&'a HeaderMap),
    Raw(&'a [(&'a str, &'a [u8])]),
    Kept(&'a [(HeaderName, HeaderValue)]),
    Beside(&'a HeaderMap, &'a [(HeaderName, HeaderValue)]),
}

/// The lines of one field, found once and read as often as needed.
pub(crate) enum Field<'a, 'n> {
    Map(GetAll<'a, HeaderValue>),
    Raw(&'a [(&'a str, &'a [u8])], &'n str),
    Kept(&'a [(HeaderName, HeaderValue)], &'n str),
}

enum Lines<'a, 'n> {
    Map(ValueIter<'a, HeaderValue>),
    Raw(slice::Iter<'a, (&'a str, &'a [u8])>, &'n str),
    Kept(slice::Iter<'a, (HeaderName, HeaderValue)>, &'n str),
}

impl<'a> Fields<'a> {
    /// Raw lines: name and value, in the order in which they stand in the message.
    #[must_use]
    pub fn raw(lines: &'a [(&'a str, &'a [u8])]) -> Self {
        Self(Source::Raw(lines))
    }

    /// A section without fields.
    #[must_use]
    pub fn none() -> Fields<'static> {
        Fields(Source::Raw(&[]))
    }

    /// Lines that were taken from a map, those of one name in their order.
    pub(crate) fn kept(lines: &'a [(HeaderName, HeaderValue)]) -> Self {
        Self(Source::Kept(lines))
    }

    /// Those of a map as they will be with these lines in it, each in place of what is there of its name.
    pub(crate) fn beside(present: &'a HeaderMap, added: &'a [(HeaderName, HeaderValue)]) -> Self {
        Self(Source::Beside(present, added))
    }

    /// The values of a field, line by line, as received. `name` is in lower case.
    pub fn lines<'n>(&self, name: &'n str) -> impl Iterator<Item = &'a [u8]> + use<'a, 'n> {
        let field = match usual_name(name) {
            Some(name) => self.field(name),
            None => self.field_in(name, |map| map.get_all(name)),
        };
        field.lines()
    }

    /// The same by a name that need not be parsed.
    pub(crate) fn field<'n>(&self, name: &'n HeaderName) -> Field<'a, 'n> {
        self.field_in(name.as_str(), |map| map.get_all(name))
    }

    fn field_in<'n>(
        &self,
        name: &'n str,
        in_map: impl FnOnce(&'a HeaderMap) -> GetAll<'a, HeaderValue>,
    ) -> Field<'a, 'n> {
        match self.0 {
            Source::Map(map) => Field::Map(in_map(map)),
            Source::Raw(lines) => Field::Raw(lines, name),
            Source::Kept(lines) => Field::Kept(lines, name),
            Source::Beside(_, added) if added.iter().any(|line| line.0.as_str() == name) => {
                Field::Kept(added, name)
            }
            Source::Beside(map, _) => Field::Map(in_map(map)),
        }
    }

    /// Whether a field is there, empty or not. `name` is in lower case.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.lines(name).next().is_some()
    }
}

impl<'a, 'n> Field<'a, 'n> {
    pub(crate) fn lines(&self) -> impl Iterator<Item = &'a [u8]> + use<'a, 'n> {
        match self {
            Self::Map(lines) => Lines::Map(lines.iter()),
            Self::Raw(lines, name) => Lines::Raw(lines.iter(), name),
            Self::Kept(lines, name) => Lines::Kept(lines.iter(), name),
        }
    }

    pub(crate) fn is_there(&self) -> bool {
        self.lines().next().is_some()
    }

    /// The lengths of all lines together.
    pub(crate) fn bytes(&self) -> usize {
        self.lines().fold(0, |sum, line| sum.saturating_add(line.len()))
    }
}

impl<'a> Iterator for Lines<'a, '_> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        match self {
            Self::Map(values) => values.next().map(HeaderValue::as_bytes),
            Self::Raw(lines, name) => lines.find(|line| line.0.eq_ignore_ascii_case(name)).map(|line| line.1),
            Self::Kept(lines, name) => {
                lines.find(|line| line.0.as_str() == *name).map(|line| line.1.as_bytes())
            }
        }
    }
}

/// What nearly every signature of this workspace covers: these names need not be parsed.
pub(crate) fn usual_name(name: &str) -> Option<&'static HeaderName> {
    USUAL.iter().find(|usual| usual.as_str() == name)
}

static USUAL: [HeaderName; 4] = [
    HeaderName::from_static("workload-identity-token"),
    HeaderName::from_static("content-type"),
    HeaderName::from_static("content-digest"),
    HeaderName::from_static("txn-token"),
];

impl<'a> From<&'a HeaderMap> for Fields<'a> {
    fn from(map: &'a HeaderMap) -> Self {
        Self(Source::Map(map))
    }
}

/// Shows the names, never the values: there are tokens among them.
impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = f.debug_list();
        match self.0 {
            Source::Map(map) => list.entries(map.keys()),
            Source::Raw(lines) => list.entries(lines.iter().map(|line| line.0)),
            Source::Kept(lines) => list.entries(lines.iter().map(|line| &line.0)),
            Source::Beside(map, added) => list.entries(map.keys()).entries(added.iter().map(|line| &line.0)),
        };
        list.finish()
    }
}

/// A line holds CR, LF or NUL that is no obsolete line folding.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BadLine;

/// One field line as RFC 9421 2.1 has it: white space at both ends removed, each obsolete line folding (RFC 9112 5.2:
/// white space, CR LF, white space) made one space.
pub(crate) fn unfold(line: &[u8]) -> Result<Cow<'_, [u8]>, BadLine> {
    let line = trim(line);
    // Without a branch for each byte: tokens are long, and folding is rare.
    let is_plain = line.iter().fold(true, |plain, byte| plain & !matches!(byte, b'\r' | b'\n' | 0));
    if is_plain {
        return Ok(Cow::Borrowed(line));
    }
    let mut unfolded = Vec::with_capacity(line.len());
    let mut rest = line;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'\r' => {
                let folded = after.strip_prefix(b"\n").filter(|next| next.first().is_some_and(is_space));
                rest = trim_start(folded.ok_or(BadLine)?);
                unfolded.truncate(trim_end(&unfolded).len());
                unfolded.push(b' ');
            }
            b'\n' | 0 => return Err(BadLine),
            other => unfolded.push(*other),
        }
    }
    Ok(Cow::Owned(unfolded))
}

fn is_space(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

pub(crate) fn trim(text: &[u8]) -> &[u8] {
    trim_end(trim_start(text))
}

fn trim_start(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|byte| !is_space(byte)).unwrap_or(text.len());
    &text[start..]
}

fn trim_end(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|byte| !is_space(byte)).map_or(0, |last| last + 1);
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_becomes_one_space() {
        for (line, expected) in [
            (&b"  a b\t"[..], &b"a b"[..]),
            (b"", b""),
            (b" \t ", b""),
            (b"Obsolete\r\n    line folding.", b"Obsolete line folding."),
            (b"a \t\r\n\t b\r\n c", b"a b c"),
            (b"a\r\n \r\n b", b"a b"),
        ] {
            assert_eq!(&*unfold(line).unwrap(), expected);
        }
        for line in [&b"a\r\nb"[..], b"a\nb", b"a\n b", b"a\rb", b"a\r\n", b"a\r\n ", b"\r\n a\n", b"a\0b"] {
            assert_eq!(unfold(line), Err(BadLine), "{line:?}");
        }
    }

    #[test]
    fn both_sources_are_read_alike() {
        let mut map = HeaderMap::new();
        map.append("accept", "text/html".parse().unwrap());
        map.append("accept", "*/*".parse().unwrap());
        let raw: &[(&str, &[u8])] = &[("Accept", b"text/html"), ("Host", b"a.example"), ("ACCEPT", b"*/*")];
        let kept: Vec<_> = map.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        let (old, none) =
            (HeaderMap::from_iter([(http::header::ACCEPT, "old".parse().unwrap())]), HeaderMap::new());
        let all = [
            Fields::from(&map),
            Fields::raw(raw),
            Fields::kept(&kept),
            Fields::beside(&map, &[]),
            Fields::beside(&none, &kept),
            Fields::beside(&old, &kept),
        ];
        for fields in all {
            let lines = [&b"text/html"[..], b"*/*"];
            assert_eq!(fields.lines("accept").collect::<Vec<_>>(), lines);
            assert_eq!(fields.field(&http::header::ACCEPT).lines().collect::<Vec<_>>(), lines);
            assert_eq!(fields.field(&http::header::ACCEPT).bytes(), 12);
            assert!(fields.field(&http::header::ACCEPT).is_there());
            assert!(!fields.field(&http::header::CONTENT_TYPE).is_there());
            assert!(!fields.contains("content-type"));
            assert!(!fields.contains("not a name"));
        }
        assert_eq!(format!("{:?}", all[1]), r#"["Accept", "Host", "ACCEPT"]"#);
    }
}
