//! The whole vocabulary of Qwen2, and the token ids that llama.cpp's own tests expect of it
//! (`tests/oracle/qwen2_vocabulary.py`).

use std::io::Read as _;
use std::path::Path;

use flate2::read::GzDecoder;
use foretab_model::Tokenizer;
use foretab_model::testing::{header, vocabulary};

#[derive(serde::Deserialize)]
struct Fixture {
    /// A character for each byte, as tokens 0 to 255 have them.
    bytes: String,
    /// Tokens after those that merges make, with their types.
    others: Vec<(String, i32)>,
    /// How many there are with what pads the embedding.
    tokens: usize,
    pieces: Vec<(String, Vec<u32>)>,
}

#[test]
fn ids_are_those_that_llama_cpp_expects() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let text = std::fs::read_to_string(folder.join("qwen2.json")).expect("a fixture");
    let fixture: Fixture = serde_json::from_str(&text).expect("a fixture");
    let mut pairs = Vec::new();
    GzDecoder::new(&*std::fs::read(folder.join("qwen2-merges.bin.gz")).expect("a fixture"))
        .read_to_end(&mut pairs)
        .expect("a fixture");

    let mut tokens: Vec<String> = fixture.bytes.chars().map(String::from).collect();
    let mut merges = Vec::new();
    for pair in pairs.as_chunks::<6>().0 {
        let token = |at: usize| {
            let id = u32::from_le_bytes([pair[at], pair[at + 1], pair[at + 2], 0]);
            tokens[id as usize].clone()
        };
        let (left, right) = (token(0), token(3));
        merges.push(format!("{left} {right}"));
        tokens.push(left + &right);
    }
    let mut types = vec![1; tokens.len()];
    for (token, kind) in fixture.others {
        tokens.push(token);
        types.push(kind);
    }
    while tokens.len() < fixture.tokens {
        tokens.push(format!("[PAD{}]", tokens.len()));
        types.push(4);
    }
    let file = vocabulary(&tokens, &merges, &types);
    let header = header(&file).expect("a header");
    let tokenizer = Tokenizer::from_header(&header).expect("a tokenizer");
    assert_eq!(tokenizer.vocabulary(), 151_936);
    assert_eq!(tokenizer.control("<|endoftext|>"), Some(151_643));

    assert!(fixture.pieces.len() >= 40);
    for (text, ids) in &fixture.pieces {
        assert_eq!(&tokenizer.encode(text), ids, "{text:?}");
        assert_eq!(&tokenizer.decode(ids), text);
    }
}
