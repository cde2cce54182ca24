//! Lines of a program, and the end of what it complains about.

use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Read},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Receiver, SyncSender},
    },
    thread,
    time::Duration,
};

use wimse_harness::protocol::MAX_LINE;

/// What comes from a program.
#[derive(Debug)]
pub(super) enum Line {
    /// A line, without its end.
    Text(Vec<u8>),
    /// More than [`MAX_LINE`] bytes without an end.
    TooLong,
}

/// The lines, as they come; none after the end, or after one that is too long. Few are read ahead: a program that floods
/// has to wait.
pub(super) fn lines(input: impl Read + Send + 'static) -> Receiver<Line> {
    let (to, from) = mpsc::sync_channel(2);
    thread::spawn(move || read(BufReader::new(input), &to));
    from
}

fn read(mut input: impl BufRead, to: &SyncSender<Line>) {
    loop {
        let mut line = Vec::new();
        let limit = u64::try_from(MAX_LINE).unwrap_or(u64::MAX);
        match input.by_ref().take(limit).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(length) if length == MAX_LINE && line.last() != Some(&b'\n') => {
                // Nobody may listen any more.
                let _ = to.send(Line::TooLong);
                return;
            }
            Ok(_) => {}
        }
        if line.last() == Some(&b'\n') {
            line.pop();
        }
        if to.send(Line::Text(line)).is_err() {
            return;
        }
    }
}

/// The last bytes of a stream that is read to its end.
#[derive(Debug)]
pub(super) struct Tail {
    bytes: Arc<Mutex<VecDeque<u8>>>,
    end: Receiver<()>,
}

impl Tail {
    /// Reads on its own.
    pub(super) fn of(mut input: impl Read + Send + 'static) -> Self {
        let bytes = Arc::new(Mutex::new(VecDeque::new()));
        let (ended, end) = mpsc::channel();
        let kept = Arc::clone(&bytes);
        thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(length @ 1..) = input.read(&mut chunk) {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                kept.extend(chunk.iter().take(length));
                let surplus = kept.len().saturating_sub(KEPT);
                kept.drain(..surplus);
            }
            let _ = ended.send(());
        });
        Self { bytes, end }
    }

    /// What came last. Waits for the end of the stream, but not for long: a child of the program may hold it open.
    pub(super) fn text(&self) -> String {
        let _ = self.end.recv_timeout(Duration::from_millis(500));
        let bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes: Vec<u8> = bytes.iter().copied().collect();
        String::from_utf8_lossy(&bytes).trim().to_owned()
    }
}

/// Bytes of a stream that are kept.
const KEPT: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_without_their_ends_and_the_last_needs_none() {
        let received: Vec<_> = lines(&b"a\n\nb"[..]).into_iter().collect();
        assert!(matches!(&received[..], [Line::Text(a), Line::Text(empty), Line::Text(b)]
            if a == b"a" && empty.is_empty() && b == b"b"));
    }

    #[test]
    fn a_line_may_have_its_size_and_no_more() {
        let longest = [vec![b'x'; MAX_LINE - 1], vec![b'\n']].concat();
        let mut received = lines(std::io::Cursor::new(longest.repeat(2))).into_iter();
        assert!(matches!(received.next(), Some(Line::Text(line)) if line.len() == MAX_LINE - 1));
        assert!(matches!(received.next(), Some(Line::Text(_))));
        let mut received = lines(std::io::repeat(b'x')).into_iter();
        assert!(matches!(received.next(), Some(Line::TooLong)));
        assert!(received.next().is_none());
    }

    #[test]
    fn of_complaints_the_end_is_kept() {
        let complaints = [vec![b'x'; 9000], b"the end\n".to_vec()].concat();
        let text = Tail::of(std::io::Cursor::new(complaints)).text();
        assert!(text.ends_with("xthe end") && text.len() < KEPT, "{text}");
    }
}
