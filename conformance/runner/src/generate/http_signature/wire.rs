//! A message as it is sent: start line, fields, content; and what a component of it is worth (RFC 9421 2).
//!
//! This is written down a second time here on purpose: a case must not take the signature base from the implementation
//! that it is for.

/// A message as it is sent.
#[derive(Clone)]
pub(super) struct Wire {
    /// The start line.
    pub(super) start: String,
    /// The field lines.
    pub(super) fields: Vec<(String, String)>,
    /// The content, and what may come after it.
    pub(super) content: Vec<u8>,
}

impl Wire {
    /// Reads a message of a document: bare line ends, an empty line, the content.
    pub(super) fn parse(text: &str) -> Self {
        let (head, content) = text.split_once("\n\n").unwrap_or((text, ""));
        let mut lines = head.lines();
        let start = lines.next().unwrap_or_default().to_owned();
        let fields = lines.filter_map(|line| line.split_once(": "));
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { start, fields, content: content.as_bytes().to_vec() }
    }

    /// The bytes of the message.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let fields = self.fields.iter().map(|(name, value)| format!("{name}: {value}\r\n"));
        let head = format!("{}\r\n{}\r\n", self.start, fields.collect::<String>());
        [head.as_bytes(), &self.content].concat()
    }

    /// Sets a field, in its place if it is there.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        match self.fields.iter_mut().find(|(field, _)| field.eq_ignore_ascii_case(name)) {
            Some((_, old)) => value.clone_into(old),
            None => self.fields.push((name.to_owned(), value.to_owned())),
        }
    }

    /// Removes all lines of a field.
    pub(super) fn remove(&mut self, name: &str) {
        self.fields.retain(|(field, _)| !field.eq_ignore_ascii_case(name));
    }

    /// The values of a field, joined.
    pub(super) fn field(&self, name: &str) -> String {
        let lines = self.fields.iter().filter(|(field, _)| field.eq_ignore_ascii_case(name));
        lines.map(|(_, value)| value.trim()).collect::<Vec<_>>().join(", ")
    }

    /// Whether there is such a field.
    pub(super) fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(field, _)| field.eq_ignore_ascii_case(name))
    }

    /// A word of the start line: 0 is the method of a request, 1 its target or the status of a response.
    pub(super) fn word(&self, place: usize) -> &str {
        self.start.split(' ').nth(place).unwrap_or_default()
    }

    /// The value of a component, by its name without parameters; empty if there is no such component.
    pub(super) fn component(&self, name: &str) -> String {
        let (path, query) = self.path_and_query();
        match name {
            "@method" => self.word(0).to_owned(),
            "@status" | "@request-target" => self.word(1).to_owned(),
            "@path" => if path.is_empty() { "/" } else { path }.to_owned(),
            "@query" => format!("?{}", query.unwrap_or_default()),
            "@scheme" => "https".to_owned(),
            "@authority" if self.word(0) == "CONNECT" => self.word(1).to_ascii_lowercase(),
            "@authority" => self.field("host").to_ascii_lowercase(),
            "@target-uri" => {
                let query = query.map(|query| format!("?{query}")).unwrap_or_default();
                format!("https://{}{path}{query}", self.field("host").to_ascii_lowercase())
            }
            derived if derived.starts_with('@') => String::new(),
            field => self.field(field),
        }
    }

    /// Of a target in origin-form or absolute-form.
    fn path_and_query(&self) -> (&str, Option<&str>) {
        let target = self.word(1);
        let target = match target.split_once("://") {
            Some((_, rest)) => &rest[rest.find(['/', '?']).unwrap_or(rest.len())..],
            None => target,
        };
        target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)))
    }
}
