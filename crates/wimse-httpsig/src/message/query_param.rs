//! `@query-param` (RFC 9421 2.2.8): one parameter of an HTML form in the query.

use super::error::ComponentError;

/// Bytes of a query that is searched for one component: 8 KiB, so that many components of one long query stay cheap.
const MAX_BYTES: usize = 8 * 1024;

/// Writes the value of the one parameter whose name, encoded again, is `name`.
///
/// Only UTF-8 is supported (RFC 9421 2.2.8). Where a name or the value that is wanted is something else, different
/// queries would give one value: that is refused.
pub(crate) fn write_value(query: &str, name: &str, out: &mut String) -> Result<(), ComponentError> {
    if query.len() > MAX_BYTES {
        return Err(ComponentError::QueryTooLarge { limit: MAX_BYTES });
    }
    let mut found = None;
    let mut decoded = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        decode(key, &mut decoded);
        // As lenient readers see it: what they would take for the parameter must not be passed over.
        if !encoded_leniently(&decoded).eq(name.chars()) {
            continue;
        }
        if found.is_some() {
            return Err(ComponentError::QueryParameter);
        }
        found = Some((std::str::from_utf8(&decoded).is_ok(), value));
    }
    let (is_utf8, value) = found.ok_or(ComponentError::QueryParameter)?;
    decode(value, &mut decoded);
    let value = std::str::from_utf8(&decoded).map_err(|_| ComponentError::QueryEncoding)?;
    if !is_utf8 {
        return Err(ComponentError::QueryEncoding);
    }
    out.extend(encoded(value));
    Ok(())
}

/// `application/x-www-form-urlencoded` parsing of a name or value, as bytes. A `%` without two hexadecimal digits stands
/// for itself.
fn decode(text: &str, bytes: &mut Vec<u8>) {
    bytes.clear();
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match (byte, after) {
            (b'+', _) => bytes.push(b' '),
            (b'%', [high, low, after @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    bytes.push(high << 4 | low);
                    rest = after;
                }
                _ => bytes.push(b'%'),
            },
            (other, _) => bytes.push(*other),
        }
    }
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// "Percent-encode after encoding" with the form set, a space being `%20`.
fn encoded(text: &str) -> impl Iterator<Item = char> {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    text.bytes().flat_map(|byte| {
        let is_plain = byte.is_ascii_alphanumeric() || b"*-._".contains(&byte);
        let triplet = ['%', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
        let [first, rest @ ..] = if is_plain { [char::from(byte), ' ', ' '] } else { triplet };
        std::iter::once(first).chain(rest.into_iter().filter(move |_| !is_plain))
    })
}

/// The same for bytes that may not be UTF-8: U+FFFD stands for what is not, as with every decoder of HTML forms.
fn encoded_leniently(bytes: &[u8]) -> impl Iterator<Item = char> {
    bytes.utf8_chunks().flat_map(|chunk| {
        let replacement = if chunk.invalid().is_empty() { "" } else { "%EF%BF%BD" };
        encoded(chunk.valid()).chain(replacement.chars())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(query: &str, name: &str) -> Result<String, ComponentError> {
        let mut out = String::new();
        write_value(query, name, &mut out).map(|()| out)
    }

    #[test]
    fn values_are_encoded_in_one_way() {
        for (query, name, expected) in [
            ("a=1", "a", "1"),
            ("a", "a", ""),
            ("a=", "a", ""),
            ("&&b=2&a=1&", "a", "1"),
            ("a=b=c", "a", "b%3Dc"),
            ("a=x+y%20z", "a", "x%20y%20z"),
            ("a=%zz%4", "a", "%25zz%254"),
            ("%61=~*-._", "a", "%7E*-._"),
            ("=1", "", "1"),
            ("a=%c3%A9", "a", "%C3%A9"),
            ("a=%EF%BF%BD", "a", "%EF%BF%BD"),
        ] {
            assert_eq!(value(query, name).as_deref(), Ok(expected), "{query}");
        }
    }

    #[test]
    fn what_is_not_exactly_one_utf8_parameter_is_refused() {
        for (query, name, code) in [
            ("", "a", "httpsig.query_parameter"),
            ("b=1", "a", "httpsig.query_parameter"),
            ("A=1", "a", "httpsig.query_parameter"),
            ("a=1&a=1", "a", "httpsig.query_parameter"),
            ("a=1&%61=2", "a", "httpsig.query_parameter"),
            // The name in the identifier must itself be in the encoded form.
            ("a b=1", "a b", "httpsig.query_parameter"),
            ("a=%ff", "a", "httpsig.query_encoding"),
            ("%ff=1", "%EF%BF%BD", "httpsig.query_encoding"),
            ("%ff=1&%EF%BF%BD=1", "%EF%BF%BD", "httpsig.query_parameter"),
        ] {
            assert_eq!(value(query, name).unwrap_err().code(), code, "{query}");
        }
    }
}
