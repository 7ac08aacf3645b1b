//! Headers that lie: no panic, and memory in proportion to the bytes that are there. Alone in its process,
//! because it counts memory.

use foretab_model::gguf::{Header, Parsed};
use foretab_model::testing::{Draw, Random};
use foretab_model::{Inspection, Shape, Tokenizer};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const ROUNDS: usize = 2_000;

/// Bytes taken for each byte of a header. A tensor's entry of some 50 bytes becomes one of a map, and a
/// string of a few bytes a value with its length and capacity.
const OF_A_BYTE: usize = 12;

/// What is taken however short the bytes are: the message of an error.
const AT_LEAST: usize = 4 << 10;

/// Numbers that a count, a length, a type, an offset may be replaced by.
const NUMBERS: [u64; 10] = [
    0,
    1,
    255,
    1 << 16,
    1 << 24,
    1 << 31,
    u32::MAX as u64,
    1 << 40,
    i64::MAX as u64,
    u64::MAX,
];

#[test]
fn no_header_makes_us_reserve_more_than_its_bytes_account_for() {
    let whole = Random {
        vocabulary: 300,
        ..Random::default()
    }
    .gguf();
    let Ok(Parsed::Complete(header)) = Header::parse(&whole) else {
        panic!("a header");
    };
    let end = header.data_start as usize;
    drop(header);
    let mut draw = Draw(7);
    let mut parsed = 0;
    for round in 0..ROUNDS {
        let mut file = whole[..end].to_vec();
        for _ in 0..=round % 3 {
            let at = draw.below(file.len());
            match draw.below(5) {
                0 => file.truncate(at + 1),
                1 => file[at] = draw.bits() as u8,
                2 | 3 => {
                    let number = NUMBERS[draw.below(NUMBERS.len())].to_le_bytes();
                    let width = [4, 8][draw.below(2)].min(file.len() - at);
                    file[at..at + width].copy_from_slice(&number[..width]);
                }
                _ => drop(file.drain(at..(at + draw.below(40)).min(file.len() - 1).max(at))),
            }
        }
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let result = Header::parse(&file);
        let taken = MEMORY.peak_usage() - before;
        let allowed = AT_LEAST + OF_A_BYTE * file.len();
        assert!(
            taken <= allowed,
            "round {round}: {taken} bytes for {}",
            file.len()
        );
        match result {
            Ok(Parsed::Complete(header)) => {
                parsed += 1;
                let _ = Shape::from_header(&header);
                let _ = Inspection::of(&header, None);
                if round % 8 == 0 {
                    let _ = Tokenizer::from_header(&header);
                }
            }
            Ok(Parsed::NeedMore(needed)) => assert!(needed > file.len() as u64),
            Err(_) => {}
        }
    }
    assert!(parsed > ROUNDS / 50, "{parsed} were headers");
}
