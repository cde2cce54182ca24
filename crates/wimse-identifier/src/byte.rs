//! Byte classes of RFC 3986 (sections 2.1 to 2.3 and appendix A): one table look-up per byte.

/// A set of byte classes, one bit each. The classes are disjoint, so the classes seen in a text are the union
/// over its bytes, and "only these characters" is one subset test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Classes(u16);

impl Classes {
    pub(crate) const NONE: Self = Self(0);
    /// `a-z`
    pub(crate) const LOWER: Self = Self(1);
    /// `A-Z`
    pub(crate) const UPPER: Self = Self(1 << 1);
    /// `0-9`
    pub(crate) const DIGIT: Self = Self(1 << 2);
    /// `-`, `.` and `_`: the marks that every scheme allows
    pub(crate) const MARK: Self = Self(1 << 3);
    pub(crate) const TILDE: Self = Self(1 << 4);
    /// `!$&'()*+,;=`
    pub(crate) const SUB_DELIM: Self = Self(1 << 5);
    pub(crate) const COLON: Self = Self(1 << 6);
    pub(crate) const AT: Self = Self(1 << 7);
    pub(crate) const PERCENT: Self = Self(1 << 8);
    pub(crate) const SLASH: Self = Self(1 << 9);
    /// `[` and `]`
    pub(crate) const BRACKET: Self = Self(1 << 10);
    pub(crate) const QUESTION: Self = Self(1 << 11);
    pub(crate) const HASH: Self = Self(1 << 12);
    /// Printable ASCII that occurs in no URI: `"<>\^{|}` and the grave accent
    pub(crate) const NEVER: Self = Self(1 << 13);
    /// Control characters, space, DEL and every byte above 127
    pub(crate) const NOT_ASCII: Self = Self(1 << 14);

    pub(crate) const UNRESERVED: Self =
        Self::LOWER.and(Self::UPPER).and(Self::DIGIT).and(Self::MARK).and(Self::TILDE);

    pub(crate) fn of(byte: u8) -> Self {
        TABLE[usize::from(byte)]
    }

    pub(crate) fn seen_in(text: &str) -> Self {
        text.bytes().fold(Self::NONE, |seen, byte| seen.and(Self::of(byte)))
    }

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn has(self, class: Self) -> bool {
        self.0 & class.0 != 0
    }

    pub(crate) const fn within(self, allowed: Self) -> bool {
        self.0 & !allowed.0 == 0
    }
}

/// Which percent-encoded triplets a text may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PercentEncoding {
    Forbidden,
    /// Upper-case hex digits, and never for an unreserved character: one spelling for each octet.
    Canonical,
    /// Any `"%" HEXDIG HEXDIG`.
    WellFormed,
}

/// What one pass over a component found.
pub(crate) struct Scan {
    /// Classes of the bytes outside well-formed triplets, and `PERCENT` when there is a percent sign at all.
    pub(crate) classes: Classes,
    /// Whether each percent sign starts a triplet that the rule permits.
    pub(crate) triplets_permitted: bool,
}

impl Scan {
    pub(crate) fn of(text: &str, rule: PercentEncoding) -> Self {
        // The usual case, and a loop without branches.
        let seen = Classes::seen_in(text);
        if !seen.has(Classes::PERCENT) {
            return Self { classes: seen, triplets_permitted: true };
        }
        let mut scan = Self { classes: Classes::NONE, triplets_permitted: true };
        let mut bytes = text.as_bytes();
        while let [byte, rest @ ..] = bytes {
            bytes = rest;
            scan.classes = scan.classes.and(Classes::of(*byte));
            if *byte == b'%' {
                match rest {
                    [high, low, after @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                        scan.triplets_permitted &= triplet_permitted(*high, *low, rule);
                        bytes = after;
                    }
                    _ => scan.triplets_permitted = false,
                }
            }
        }
        scan
    }
}

fn triplet_permitted(high: u8, low: u8, rule: PercentEncoding) -> bool {
    match rule {
        PercentEncoding::Forbidden => false,
        PercentEncoding::WellFormed => true,
        PercentEncoding::Canonical => {
            let upper = !high.is_ascii_lowercase() && !low.is_ascii_lowercase();
            let octet = hex_value(high) << 4 | hex_value(low);
            upper && !Classes::of(octet).within(Classes::UNRESERVED)
        }
    }
}

/// Value of a byte that is known to be a hex digit.
fn hex_value(digit: u8) -> u8 {
    if digit.is_ascii_digit() { digit & 0x0f } else { (digit & 0x0f) + 9 }
}

const TABLE: [Classes; 256] = table();

const fn table() -> [Classes; 256] {
    let mut table = [Classes::NOT_ASCII; 256];
    // Only printable ASCII (0x21 to 0x7e) can be anything else.
    let mut byte = 0x21_u8;
    while byte < 0x7f {
        table[byte as usize] = class(byte);
        byte += 1;
    }
    table
}

const fn class(byte: u8) -> Classes {
    match byte {
        b'a'..=b'z' => Classes::LOWER,
        b'A'..=b'Z' => Classes::UPPER,
        b'0'..=b'9' => Classes::DIGIT,
        b'-' | b'.' | b'_' => Classes::MARK,
        b'~' => Classes::TILDE,
        b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' => Classes::SUB_DELIM,
        b':' => Classes::COLON,
        b'@' => Classes::AT,
        b'%' => Classes::PERCENT,
        b'/' => Classes::SLASH,
        b'[' | b']' => Classes::BRACKET,
        b'?' => Classes::QUESTION,
        b'#' => Classes::HASH,
        _ => Classes::NEVER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_count_as_in_rfc_3986() {
        let count = |set: Classes| (0..=255_u8).filter(|byte| Classes::of(*byte).within(set)).count();
        assert_eq!(count(Classes::UNRESERVED), 66);
        assert_eq!(count(Classes::SUB_DELIM), 11);
        assert_eq!(count(Classes::BRACKET), 2);
        assert_eq!(count(Classes::NEVER), br#""<>\^`{|}"#.len());
        assert_eq!(count(Classes::NOT_ASCII), 128 + 33 + 1);
    }

    #[test]
    fn triplets_by_rule() {
        let permitted = |text, rule| Scan::of(text, rule).triplets_permitted;
        for (text, canonical, well_formed) in [
            ("plain", true, true),
            ("%2F", true, true),
            ("%C3%A9", true, true),
            ("%2f", false, true),
            ("%c3", false, true),
            ("%41", false, true),
            ("%7E", false, true),
            ("%7F", true, true),
            ("%", false, false),
            ("%2", false, false),
            ("%2G", false, false),
            ("%%2F", false, false),
        ] {
            assert_eq!(permitted(text, PercentEncoding::Canonical), canonical, "{text}");
            assert_eq!(permitted(text, PercentEncoding::WellFormed), well_formed, "{text}");
            assert_eq!(permitted(text, PercentEncoding::Forbidden), text == "plain", "{text}");
        }
    }

    #[test]
    fn digits_of_a_triplet_are_not_seen_as_characters() {
        assert!(!Scan::of("a%2F", PercentEncoding::Canonical).classes.has(Classes::UPPER));
        assert!(Scan::of("A%2F", PercentEncoding::Canonical).classes.has(Classes::UPPER));
    }
}
