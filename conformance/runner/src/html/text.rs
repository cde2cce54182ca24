//! HTML, of which nothing that others wrote is markup.

/// A page in the making.
#[derive(Debug, Default)]
pub(super) struct Html(String);

impl Html {
    /// Markup of ours.
    pub(super) fn raw(&mut self, markup: &str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Text between tags.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.escape(text, false)
    }

    /// In an attribute with double quotes.
    pub(super) fn attribute(&mut self, text: &str) -> &mut Self {
        self.escape(text, true)
    }

    fn escape(&mut self, text: &str, quotes: bool) -> &mut Self {
        for character in text.chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' if quotes => self.0.push_str("&quot;"),
                // Controls are no text, and direction is not changed.
                character if is_hidden(character) => self.0.push('\u{fffd}'),
                character => self.0.push(character),
            }
        }
        self
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

fn is_hidden(character: char) -> bool {
    let steers = matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    (character.is_control() && character != '\n') || steers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_others_is_no_markup() {
        let mut html = Html::default();
        html.raw("<b a=\"").attribute("<i>&\"").raw("\">").text("<i>&\"\u{202e}\u{1b}\n").raw("</b>");
        assert_eq!(html.finish(), "<b a=\"&lt;i&gt;&amp;&quot;\">&lt;i&gt;&amp;\"\u{fffd}\u{fffd}\n</b>");
    }
}
