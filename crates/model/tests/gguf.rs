//! The header's format, from bytes written by hand.

use foretab_model::gguf::{Header, MAX_HEADER, Parsed, Value};
use foretab_model::{BlockFormat, Error};

/// A string as GGUF has it.
fn string(text: &str) -> Vec<u8> {
    [&(text.len() as u64).to_le_bytes()[..], text.as_bytes()].concat()
}

/// A metadata entry: key, type, bytes.
fn entry(key: &str, kind: u32, bytes: &[u8]) -> Vec<u8> {
    [&string(key)[..], &kind.to_le_bytes(), bytes].concat()
}

/// An array: type of the elements, how many the file claims, bytes.
fn array(kind: u32, count: u64, bytes: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &count.to_le_bytes(), bytes].concat()
}

fn tensor(name: &str, dimensions: &[u64], kind: u32, offset: u64) -> Vec<u8> {
    let mut out = string(name);
    out.extend((dimensions.len() as u32).to_le_bytes());
    dimensions
        .iter()
        .for_each(|size| out.extend(size.to_le_bytes()));
    out.extend(kind.to_le_bytes());
    out.extend(offset.to_le_bytes());
    out
}

fn file(version: u32, tensors: &[Vec<u8>], metadata: &[Vec<u8>]) -> Vec<u8> {
    let counts = [
        (tensors.len() as u64).to_le_bytes(),
        (metadata.len() as u64).to_le_bytes(),
    ]
    .concat();
    [
        &b"GGUF"[..],
        &version.to_le_bytes(),
        &counts,
        &metadata.concat(),
        &tensors.concat(),
    ]
    .concat()
}

fn parse(bytes: &[u8]) -> Header {
    match Header::parse(bytes) {
        Ok(Parsed::Complete(header)) => header,
        other => panic!("{other:?}"),
    }
}

fn error(bytes: &[u8]) -> String {
    match Header::parse(bytes) {
        Err(Error::File(message)) => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_type_of_value_is_read() {
    let header = parse(&file(
        2,
        &[],
        &[
            entry("u8", 0, &[200]),
            entry("i8", 1, &[200]),
            entry("u16", 2, &[1, 2]),
            entry("i16", 3, &[0xff, 0xff]),
            entry("u32", 4, &[1, 0, 0, 1]),
            entry("i32", 5, &[0xfe, 0xff, 0xff, 0xff]),
            entry("f32", 6, &1.5f32.to_le_bytes()),
            entry("bool", 7, &[1]),
            entry("string", 8, &string("naïve")),
            entry("u64", 10, &u64::MAX.to_le_bytes()),
            entry("i64", 11, &(-3i64).to_le_bytes()),
            entry("f64", 12, &0.1f64.to_le_bytes()),
            entry(
                "strings",
                9,
                &array(8, 2, &[string("a"), string("")].concat()),
            ),
            entry("bytes", 9, &array(1, 3, &[1, 2, 255])),
            entry("shorts", 9, &array(3, 2, &[1, 0, 0xff, 0xff])),
            entry("floats", 9, &array(6, 1, &1f32.to_le_bytes())),
        ],
    ));
    let get = |key: &str| header.get(key).expect(key).clone();
    assert_eq!(get("u8"), Value::Unsigned(200));
    assert_eq!(get("i8"), Value::Signed(-56));
    assert_eq!(get("u16"), Value::Unsigned(513));
    assert_eq!(get("i16"), Value::Signed(-1));
    assert_eq!(get("u32"), Value::Unsigned(16_777_217));
    assert_eq!(get("i32"), Value::Signed(-2));
    assert_eq!(get("f32"), Value::Float(1.5));
    assert_eq!(get("bool"), Value::Bool(true));
    assert_eq!(get("string"), Value::String("naïve".into()));
    assert_eq!(get("u64"), Value::Unsigned(u64::MAX));
    assert_eq!(get("i64"), Value::Signed(-3));
    assert_eq!(get("f64"), Value::Float(0.1));
    assert_eq!(
        get("strings").as_strings(),
        Some(&["a".to_owned(), String::new()][..])
    );
    assert_eq!(get("bytes").as_integers(), Some(vec![1, 2, -1]));
    assert_eq!(get("shorts").as_integers(), Some(vec![1, -1]));
    assert_eq!(get("floats").as_integers(), None);
    assert_eq!(get("i32").as_u64(), None);
    assert_eq!(header.version, 2);
}

#[test]
fn tensors_count_from_the_alignment_wherever_it_stands() {
    let tensors = [
        tensor("a", &[64, 3], 8, 0),
        tensor("b", &[5], 0, 256),
        tensor("c", &[256, 2], 10, 512), // Q2_K
    ];
    let header = parse(&file(
        3,
        &tensors,
        &[
            entry("z", 7, &[0]),
            entry("general.alignment", 4, &64u32.to_le_bytes()),
        ],
    ));
    assert_eq!(header.data_start % 64, 0);
    let [a, b, c] = ["a", "b", "c"].map(|name| header.tensors[name].clone());
    assert_eq!(
        (a.format(), a.bytes(), a.offset),
        (Some(BlockFormat::Q8_0), Some(204), header.data_start)
    );
    assert_eq!(
        (b.format(), b.bytes(), b.offset),
        (Some(BlockFormat::F32), Some(20), header.data_start + 256)
    );
    // A block format that is not read is no error until somebody wants the tensor.
    assert_eq!(
        (c.format(), c.bytes(), c.elements()),
        (None, None, Some(512))
    );
}

#[test]
fn a_header_may_come_in_pieces() {
    let whole = file(
        3,
        &[tensor("t", &[32], 8, 0)],
        &[entry(
            "k",
            9,
            &array(8, 2, &[string("ab"), string("c")].concat()),
        )],
    );
    for length in 0..whole.len() {
        match Header::parse(&whole[..length]) {
            Ok(Parsed::NeedMore(needed)) => {
                assert!(needed as usize > length && needed as usize <= whole.len())
            }
            other => panic!("{length} bytes: {other:?}"),
        }
    }
    parse(&whole);
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    assert_eq!(
        error(b"PK\x03\x04"),
        "not a GGUF file: it does not begin with \"GGUF\""
    );
    assert_eq!(
        error(&file(1, &[], &[])),
        "GGUF version 1; 2 and 3 are read"
    );
    assert_eq!(
        error(&file(3u32.swap_bytes(), &[], &[])),
        "a big-endian GGUF file is not read"
    );
    assert_eq!(
        error(&file(3, &[], &[entry("k", 99, &[])])),
        "the value at byte 33 has the unknown type 99"
    );
    assert_eq!(
        error(&file(3, &[], &[entry("k", 9, &array(9, 0, &[]))])),
        "the array at byte 33 has elements of the unread type 9"
    );
    assert_eq!(
        error(&file(3, &[], &[entry("k", 9, &array(10, u64::MAX, &[]))])),
        format!("the array at byte 33 claims {} elements", u64::MAX)
    );
    let mut not_utf8 = entry("k", 8, &string("ab"));
    *not_utf8.last_mut().unwrap() = 0xff;
    assert_eq!(
        error(&file(3, &[], &[not_utf8])),
        "the string at byte 37 is not UTF-8"
    );
    let twice = entry("k", 7, &[1]);
    assert_eq!(
        error(&file(3, &[], &[twice.clone(), twice])),
        "metadata key \"k\" stands a second time at byte 38"
    );
    let twice = tensor("t", &[1], 0, 0);
    assert_eq!(
        error(&file(3, &[twice.clone(), twice], &[])),
        "tensor \"t\" stands a second time at byte 57"
    );
    assert_eq!(
        error(&file(3, &[tensor("t", &[1; 5], 0, 0)], &[])),
        "tensor t: 5 dimensions"
    );
    assert_eq!(
        error(&file(3, &[tensor("t", &[33, 2], 8, 0)], &[])),
        "tensor t: [33, 2] weights in blocks of Q8_0"
    );
    assert_eq!(
        error(&file(3, &[tensor("t", &[1 << 32, 1 << 32], 12, 0)], &[])),
        "tensor t: [4294967296, 4294967296] weights in blocks of Q4_K"
    );
    assert_eq!(
        error(&file(3, &[tensor("t", &[1], 0, u64::MAX)], &[])),
        format!("tensor t: offset {}", u64::MAX)
    );
    for alignment in [0u32, 3, 1 << 21] {
        let file = file(
            3,
            &[],
            &[entry("general.alignment", 4, &alignment.to_le_bytes())],
        );
        assert_eq!(
            error(&file),
            "general.alignment is not a power of two up to 2^20"
        );
    }
}

#[test]
fn a_length_that_lies_asks_for_no_memory() {
    let claims = |length: u64| {
        let mut bytes = file(3, &[], &[]);
        bytes[16..24].copy_from_slice(&1u64.to_le_bytes());
        bytes.extend(length.to_le_bytes());
        bytes
    };
    assert_eq!(Header::parse(&claims(1000)), Ok(Parsed::NeedMore(1032)));
    assert_eq!(
        Header::parse(&claims(MAX_HEADER - 32)),
        Ok(Parsed::NeedMore(MAX_HEADER))
    );
    assert!(error(&claims(MAX_HEADER)).starts_with("the header would reach to byte 67108896"));
    assert_eq!(
        error(&claims(u64::MAX)),
        format!("a length of {} bytes at byte 32", u64::MAX)
    );
    // So many strings, of which none is there.
    let strings = file(3, &[], &[entry("k", 9, &array(8, u64::MAX, &[]))]);
    assert_eq!(
        Header::parse(&strings),
        Ok(Parsed::NeedMore(strings.len() as u64 + 8))
    );
}
