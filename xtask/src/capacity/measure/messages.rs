//! The messages that PostgreSQL and its clients send each other: a byte that says what it is, the length of
//! the rest in four bytes, the rest.
//!
//! <https://www.postgresql.org/docs/current/protocol-message-formats.html>

/// The code of a client's question whether TLS is spoken. It is answered by a single byte.
const TLS: [u8; 4] = [4, 210, 22, 47];

/// The answer that it is not.
const REFUSED: u8 = b'N';

/// The messages of one side of a connection, which come in pieces of any length.
pub(in crate::capacity) struct Messages {
    /// The bytes so far of a message that is not complete, its head at the least.
    begun: Vec<u8>,
    /// How much of the rest of a message is still to come.
    left: usize,
    beginning: Beginning,
}

/// How a side begins.
#[derive(PartialEq, Eq)]
enum Beginning {
    /// With messages that do not say what they are: a question for TLS, then who it is.
    Client,
    /// With a byte that answers the question, if it was asked.
    Server,
    /// The beginning is over.
    Over,
}

impl Messages {
    /// Returns a reader of a client's messages.
    pub(in crate::capacity) fn of_client() -> Self {
        Self { begun: Vec::new(), left: 0, beginning: Beginning::Client }
    }

    /// Returns a reader of the messages of a server that does not speak TLS, whether or not its client asks
    /// for it.
    pub(in crate::capacity) fn of_server() -> Self {
        Self { begun: Vec::new(), left: 0, beginning: Beginning::Server }
    }

    /// Takes what comes next. Answers how many messages of these kinds begin in it.
    pub(in crate::capacity) fn count(&mut self, mut said: &[u8], kinds: &[u8]) -> i64 {
        let mut count = 0;
        while !said.is_empty() {
            let skipped = self.left.min(said.len());
            self.left -= skipped;
            said = &said[skipped..];
            while let Some((&next, rest)) = said.split_first()
                && self.left == 0
            {
                said = rest;
                self.begun.push(next);
                if let Some(kind) = self.head() {
                    count += i64::from(kinds.contains(&kind));
                }
            }
        }
        count
    }

    /// Returns the type of the message whose head is complete now, if it has one, and notes how many bytes
    /// are still to come.
    fn head(&mut self) -> Option<u8> {
        match (&self.beginning, self.begun.as_slice()) {
            (Beginning::Server, &[REFUSED]) => self.begin(Beginning::Over, 0),
            // The beginning of its first message.
            (Beginning::Server, _) => self.beginning = Beginning::Over,
            (Beginning::Client, [a, b, c, d, code @ ..]) if code.len() == 4 => {
                let next = if code == TLS { Beginning::Client } else { Beginning::Over };
                let length = length([*a, *b, *c, *d]);
                self.begin(next, length.saturating_sub(8));
            }
            (Beginning::Over, &[kind, a, b, c, d]) => {
                self.begin(Beginning::Over, length([a, b, c, d]).saturating_sub(4));
                return Some(kind);
            }
            _ => {}
        }
        None
    }

    /// The head of a message is over.
    fn begin(&mut self, beginning: Beginning, left: usize) {
        self.begun.clear();
        (self.beginning, self.left) = (beginning, left);
    }
}

fn length(bytes: [u8; 4]) -> usize {
    usize::try_from(u32::from_be_bytes(bytes)).expect("32 bits fit")
}
