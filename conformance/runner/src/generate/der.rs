//! DER (X.690), as much of it as certificates need. Written apart from the code under test.

/// One value: its tag, its length, its content.
pub(super) fn value(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut encoded = vec![tag];
    // The low byte of a length of at most 127 is the length.
    let [.., low] = content.len().to_be_bytes();
    if content.len() < 128 {
        encoded.push(low);
    } else {
        let length: Vec<u8> = content.len().to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
        let [.., count] = length.len().to_be_bytes();
        encoded.push(0x80 | count);
        encoded.extend(length);
    }
    encoded.extend(content);
    encoded
}

/// SEQUENCE.
pub(super) fn sequence(parts: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
    value(0x30, &joined(parts))
}

/// SET of one value, or of values that are in their order.
pub(super) fn set(parts: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
    value(0x31, &joined(parts))
}

/// `[number] EXPLICIT`, or `IMPLICIT` of something constructed.
pub(super) fn tagged(number: u8, content: &[u8]) -> Vec<u8> {
    value(0xa0 | number, content)
}

/// INTEGER that is not negative, of big-endian bytes.
pub(super) fn integer(bytes: &[u8]) -> Vec<u8> {
    let mut digits: Vec<u8> = bytes.iter().copied().skip_while(|byte| *byte == 0).collect();
    if digits.first().is_none_or(|first| first & 0x80 != 0) {
        digits.insert(0, 0);
    }
    value(2, &digits)
}

/// BOOLEAN.
pub(super) fn boolean(is: bool) -> Vec<u8> {
    value(1, &[if is { 0xff } else { 0 }])
}

/// OCTET STRING.
pub(super) fn octets(bytes: &[u8]) -> Vec<u8> {
    value(4, bytes)
}

/// BIT STRING of whole bytes.
pub(super) fn bits(bytes: &[u8]) -> Vec<u8> {
    value(3, &[&[0], bytes].concat())
}

/// OBJECT IDENTIFIER of its dotted form.
pub(super) fn object(dotted: &str) -> Vec<u8> {
    let mut arcs = dotted.split('.').map(|arc| arc.parse().unwrap_or(0_u32));
    let (first, second) = (arcs.next().unwrap_or(0), arcs.next().unwrap_or(0));
    let content: Vec<u8> = std::iter::once(first * 40 + second).chain(arcs).flat_map(base128).collect();
    value(6, &content)
}

fn base128(arc: u32) -> Vec<u8> {
    let groups = [28, 21, 14, 7, 0].map(|shift| (arc >> shift).to_le_bytes()[0] & 0x7f);
    let start = groups.iter().position(|group| *group != 0).unwrap_or(4);
    let last = groups.len() - 1;
    (start..=last).map(|place| if place == last { groups[place] } else { groups[place] | 0x80 }).collect()
}

/// `UTCTime` of seconds since 1970, which is a time before 2050.
pub(super) fn utc_time(seconds: u64) -> Vec<u8> {
    const DAY: u64 = 24 * 3600;
    let (days, rest) = (seconds / DAY, seconds % DAY);
    let (year, month, day) = date(days);
    let text = format!(
        "{:02}{month:02}{day:02}{:02}{:02}{:02}Z",
        year % 100,
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    );
    value(0x17, text.as_bytes())
}

/// Year, month and day of a number of days since 1970.
fn date(mut days: u64) -> (u64, u64, u64) {
    let is_leap =
        |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let mut year = 1970;
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let mut month = 1;
    for length in [31, 28 + u64::from(is_leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    (year, month, days + 1)
}

fn joined(parts: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
    parts.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths() {
        assert_eq!(value(4, &[0; 127])[..2], [4, 127]);
        assert_eq!(value(4, &[0; 128])[..3], [4, 0x81, 128]);
        assert_eq!(value(4, &[0; 300])[..4], [4, 0x82, 1, 44]);
    }

    #[test]
    fn values_of_the_standards() {
        assert_eq!(object("1.2.840.10045.4.3.2"), [6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2]);
        assert_eq!(object("2.5.29.17"), [6, 3, 0x55, 0x1d, 0x11]);
        assert_eq!(integer(&[0, 0x80]), [2, 2, 0, 0x80]);
        assert_eq!(integer(&[0, 0, 1]), [2, 1, 1]);
        assert_eq!(integer(&[0]), [2, 1, 0]);
        assert_eq!(utc_time(1_800_000_000)[2..], *b"270115080000Z");
        assert_eq!(utc_time(1_709_164_800)[2..], *b"240229000000Z");
    }
}
