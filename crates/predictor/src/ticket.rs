//! The newest request wins.

use std::cell::Cell;
use std::rc::Rc;

/// Numbers the requests of a session.
#[derive(Debug, Clone, Default)]
pub struct Tickets {
    newest: Rc<Cell<u64>>,
}

/// What a request holds to know whether it is still wanted.
#[derive(Debug, Clone)]
pub struct Ticket {
    newest: Rc<Cell<u64>>,
    number: u64,
}

impl Tickets {
    /// No request yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A ticket for a new request; every earlier one is obsolete from now on.
    pub fn next(&self) -> Ticket {
        let number = self.newest.get() + 1;
        self.newest.set(number);
        Ticket {
            newest: Rc::clone(&self.newest),
            number,
        }
    }
}

impl Ticket {
    /// Whether no later request has come.
    pub fn is_newest(&self) -> bool {
        self.newest.get() == self.number
    }
}
