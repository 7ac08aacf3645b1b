//! Activations, in buffers that the next pass uses again.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use model::Error;

use crate::device::{Device, Memory};

/// Buffers that no [`Activations`] hold at the moment, by size.
///
/// A buffer may be handed out again while the kernels that read it still wait in the queue: kernels
/// run in the order in which they were recorded.
#[derive(Clone, Default)]
pub(crate) struct Pool(Rc<RefCell<HashMap<u64, Vec<Memory>>>>);

/// Activations of a pass on the device, f32, `[tokens, width]`. Their buffer goes back when they are dropped.
pub struct Activations {
    /// Those of the buffer's tokens that it is about; they count from 0 in the buffer.
    pub(crate) tokens: Range<usize>,
    pub(crate) width: usize,
    /// Where attention left them in spans, which only `project_add` puts together.
    pub(crate) spans: Option<Spans>,
    lent: Rc<Lent>,
}

/// What attention found in each span of the cache, `[tokens, heads, spans, head + 1]` vec4s, as its kernel says.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Spans {
    /// Vec4s of a head.
    pub(crate) head: usize,
    pub(crate) count: usize,
    /// Of the buffer's token 0.
    pub(crate) position: usize,
}

/// A buffer that is not in the pool.
struct Lent {
    memory: Memory,
    size: u64,
    pool: Pool,
}

impl Pool {
    /// Activations with whatever the buffer held before, which has room for the tokens before them too.
    pub(crate) fn take(
        &self,
        device: &Device,
        tokens: Range<usize>,
        width: usize,
    ) -> Result<Activations, Error> {
        let bytes = tokens.end as u64 * width as u64 * 4;
        // Powers of two, so that passes of different lengths share buffers.
        let size = bytes.next_power_of_two().max(256);
        let size = if size > device.largest { bytes } else { size };
        let free = self.0.borrow_mut().get_mut(&size).and_then(Vec::pop);
        let memory = match free {
            Some(memory) => memory,
            None => device.memory("activations", size)?,
        };
        Ok(Activations {
            tokens,
            width,
            spans: None,
            lent: Rc::new(Lent {
                memory,
                size,
                pool: self.clone(),
            }),
        })
    }

    /// Activations with room for what attention finds in each span.
    pub(crate) fn take_in_spans(
        &self,
        device: &Device,
        tokens: Range<usize>,
        width: usize,
        spans: Spans,
    ) -> Result<Activations, Error> {
        let heads = width / (4 * spans.head);
        let room = heads * spans.count * (spans.head + 1) * 4;
        Ok(Activations {
            width,
            spans: Some(spans),
            ..self.take(device, tokens, room)?
        })
    }
}

impl Activations {
    pub(crate) fn memory(&self) -> &Memory {
        &self.lent.memory
    }

    /// The last `rows` tokens, in the same buffer.
    ///
    /// # Errors
    /// [`Error::Request`] where there are fewer.
    pub(crate) fn last(&self, rows: usize) -> Result<Self, Error> {
        let Range { start, end } = self.tokens;
        match end.checked_sub(rows) {
            Some(first) if first >= start => Ok(Self {
                tokens: first..end,
                width: self.width,
                spans: self.spans,
                lent: self.lent.clone(),
            }),
            _ => {
                let tokens = self.tokens.len();
                Err(Error::Request(format!("{rows} of {tokens} tokens")))
            }
        }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let mut free = self.pool.0.borrow_mut();
        free.entry(self.size).or_default().push(self.memory.clone());
    }
}
