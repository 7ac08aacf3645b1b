//! The threads of a page, which have no memory in common but one `SharedArrayBuffer`.
//!
//! A wasm memory that is shared needs a standard library that is built for it, which stable Rust does
//! not have. So each thread has a module and a memory of its own, and what they compute goes through
//! a buffer between them.

use std::ops::Range;

use cpu::Exchange;
use js_sys::{Float32Array, Int32Array, SharedArrayBuffer};
use model::Error;
use wasm_bindgen::prelude::wasm_bindgen;

/// Floats that are exchanged at once: 1 MB, so that they stay in a cache.
const ROOM: usize = 256 << 10;

/// Two rooms in turn: one is written anew only when everybody has come to the other, having read it.
const ROOMS: usize = 2;

/// In front of the rooms: how often a thread has arrived anywhere, and whether one has failed.
const ARRIVED: u32 = 0;
const FAILED: u32 = 1;
const CONTROL: usize = 64; // bytes, a cache's line

/// Looks for the others before this thread goes to sleep, some tens of microseconds: about as long as it
/// takes to wake up again.
const LOOKS: u32 = 1000;

/// Then it sleeps so often and so long, in ms. Counted, because a page that is frozen does not sleep.
const SLEEPS: u32 = 100;
const SLEEP: f64 = 100.0;

/// Bytes of the `SharedArrayBuffer` through which the threads of a model exchange what they compute.
#[wasm_bindgen(js_name = exchangeBytes)]
pub fn exchange_bytes() -> usize {
    CONTROL + ROOMS * ROOM * size_of::<f32>()
}

/// Tells the threads that have this buffer not to wait for each other any more: one has failed.
#[wasm_bindgen(js_name = abandonExchange)]
pub fn abandon_exchange(buffer: &SharedArrayBuffer) {
    let control = Int32Array::new_with_byte_offset_and_length(buffer, 0, 2);
    store(&control, FAILED, 1);
    notify(&control, ARRIVED);
}

// As `js_sys::Atomics` has them, which catches what cannot be thrown here; that takes several times as long.
#[wasm_bindgen(js_namespace = Atomics)]
extern "C" {
    fn add(array: &Int32Array, index: u32, value: i32) -> i32;
    fn load(array: &Int32Array, index: u32) -> i32;
    fn notify(array: &Int32Array, index: u32);
    fn store(array: &Int32Array, index: u32, value: i32);
    fn wait(array: &Int32Array, index: u32, value: i32, timeout: f64);
}

/// A thread's view of the buffer.
pub(crate) struct Shared {
    index: usize,
    count: usize,
    control: Int32Array,
    rooms: [Float32Array; ROOMS],
    /// How often the threads have met.
    met: u32,
}

impl Shared {
    /// Thread `index` of `count`, with the buffer that all of them have.
    pub(crate) fn new(buffer: &SharedArrayBuffer, index: usize, count: usize) -> Self {
        let room = |index: usize| {
            let start = CONTROL + index * ROOM * size_of::<f32>();
            Float32Array::new_with_byte_offset_and_length(buffer, start as u32, ROOM as u32)
        };
        Self {
            index,
            count,
            control: Int32Array::new_with_byte_offset_and_length(buffer, 0, 2),
            rooms: std::array::from_fn(room),
            met: 0,
        }
    }

    /// Returns when every thread has come here.
    fn meet(&mut self) -> Result<(), &'static str> {
        let everybody = i32::try_from(self.count).unwrap_or(i32::MAX);
        self.met = self.met.wrapping_add(1);
        let wanted = everybody.wrapping_mul(self.met.cast_signed());
        let missing = |arrived: i32| wanted.wrapping_sub(arrived) > 0;
        if !missing(add(&self.control, ARRIVED, 1).wrapping_add(1)) {
            notify(&self.control, ARRIVED);
            return Ok(());
        }
        for _ in 0..LOOKS {
            if !missing(load(&self.control, ARRIVED)) {
                return Ok(());
            }
        }
        for _ in 0..SLEEPS {
            if load(&self.control, FAILED) != 0 {
                return Err("another thread has failed");
            }
            let arrived = load(&self.control, ARRIVED);
            if !missing(arrived) {
                return Ok(());
            }
            wait(&self.control, ARRIVED, arrived, SLEEP);
        }
        Err("another thread does not answer")
    }

    /// Exchanges what fits a room.
    fn gather_room(&mut self, all: &mut [f32], own: Range<usize>) -> Result<(), &'static str> {
        let room = self.rooms[self.met as usize % ROOMS].clone();
        let view = |range: &Range<usize>| room.subarray(range.start as u32, range.end as u32);
        if !own.is_empty() {
            view(&own).copy_from(&all[own.clone()]);
        }
        self.meet()?;
        for others in [0..own.start, own.end..all.len()] {
            if !others.is_empty() {
                view(&others).copy_to(&mut all[others]);
            }
        }
        Ok(())
    }
}

impl Exchange for Shared {
    fn index(&self) -> usize {
        self.index
    }

    fn count(&self) -> usize {
        self.count
    }

    fn gather(&mut self, all: &mut [f32], own: Range<usize>) -> Result<(), Error> {
        for (index, piece) in all.chunks_mut(ROOM).enumerate() {
            let inside = |at: usize| at.saturating_sub(index * ROOM).min(piece.len());
            let own = inside(own.start)..inside(own.end);
            self.gather_room(piece, own)
                .map_err(|reason| Error::Device(reason.to_owned()))?;
        }
        Ok(())
    }
}
