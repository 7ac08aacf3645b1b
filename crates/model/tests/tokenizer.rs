//! Token ids beside those of Hugging Face tokenizers (`tests/oracle/tokens.py`), on the embedded
//! model's vocabulary.

use std::path::Path;

use foretab_model::gguf::{Header, Value};
use foretab_model::testing::{Random, header};
use foretab_model::{Tokenizer, Utf8Stream, read_header};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

fn embedded() -> Header {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/foretab-mini.gguf");
    let mut file = std::fs::File::open(path).expect("the embedded model");
    pollster::block_on(read_header(&mut file)).expect("a header")
}

fn random() -> Tokenizer {
    Tokenizer::from_header(&header(&Random::default().gguf()).unwrap()).unwrap()
}

#[derive(serde::Deserialize)]
struct Fixture {
    vocabulary: String,
    pieces: Vec<(String, Vec<u32>)>,
}

#[test]
fn ids_are_those_of_hugging_face() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tokens.json");
    let fixture = std::fs::read_to_string(path).expect("a fixture");
    let fixture: Fixture = serde_json::from_str(&fixture).expect("a fixture");
    let header = embedded();
    let strings = |key: &str| {
        header
            .get(key)
            .and_then(Value::as_strings)
            .expect("strings")
            .join("\n")
    };
    let vocabulary = strings("tokenizer.ggml.tokens") + "\n\n" + &strings("tokenizer.ggml.merges");
    let hash: String = Sha256::digest(vocabulary)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(
        hash, fixture.vocabulary,
        "another vocabulary; make the fixture again with tests/oracle/tokens.py"
    );

    let tokenizer = Tokenizer::from_header(&header).expect("a tokenizer");
    assert!(fixture.pieces.len() >= 2000);
    for (text, ids) in &fixture.pieces {
        assert_eq!(&tokenizer.encode(text), ids, "{text:?}");
        assert_eq!(&tokenizer.decode(ids), text);
    }
}

#[test]
fn the_embedded_vocabulary_has_the_control_tokens_of_the_card() {
    let tokenizer = Tokenizer::from_header(&embedded()).unwrap();
    for name in ["<|file_sep|>", "<|endoftext|>"] {
        let id = tokenizer.control(name).expect(name);
        assert_eq!(tokenizer.token_bytes(id), name.as_bytes());
        assert!(!tokenizer.encode(name).contains(&id));
    }
    assert!(tokenizer.end_of_text().is_some());
    assert_eq!(tokenizer.beginning(), None);
    assert_eq!(tokenizer.control("the"), None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..Default::default() })]

    #[test]
    fn text_comes_back_and_yields_no_control_token(
        text in prop::collection::vec(prop_oneof![
            any::<char>().prop_map(String::from),
            "[ a-z\r\n\t]{1,9}",
            prop::sample::select(vec!["<|file_sep|>", "<|endoftext|>", "<|", "|>", "'s", "🙂"]).prop_map(String::from),
        ], 0..20),
    ) {
        thread_local!(static TOKENIZER: Tokenizer = random());
        let text = text.concat();
        TOKENIZER.with(|tokenizer| {
            let ids = tokenizer.encode(&text);
            prop_assert_eq!(tokenizer.decode(&ids), text.as_str());
            prop_assert!(ids.iter().all(|id| !tokenizer.controls().values().any(|control| control == id)));

            let mut stream = Utf8Stream::default();
            let mut streamed: String = ids.iter().map(|&id| stream.push(tokenizer.token_bytes(id))).collect();
            streamed += &stream.finish();
            prop_assert_eq!(streamed, text.as_str());
            Ok(())
        })?;
    }
}

#[test]
fn an_id_outside_the_vocabulary_is_no_text() {
    let tokenizer = random();
    assert_eq!(tokenizer.vocabulary(), 1003);
    assert_eq!(tokenizer.token_bytes(1003), b"");
    assert_eq!(tokenizer.token_bytes(u32::MAX), b"");
    assert_eq!(tokenizer.decode(&[0, 5000, 1]), tokenizer.decode(&[0, 1]));
}

/// A change to the metadata, and the error that it gives.
#[test]
fn a_vocabulary_that_makes_no_sense_is_refused() {
    let whole = header(&Random::default().gguf()).unwrap();
    let error = |key: &str, value: Option<Value>| {
        let mut header = whole.clone();
        let key = format!("tokenizer.ggml.{key}");
        match value {
            Some(value) => header.metadata.insert(key, value),
            None => header.metadata.remove(&key),
        };
        Tokenizer::from_header(&header)
            .err()
            .expect("an error")
            .to_string()
    };
    let strings = |key: &str| {
        whole
            .get(&format!("tokenizer.ggml.{key}"))
            .and_then(Value::as_strings)
            .unwrap()
            .to_vec()
    };

    assert_eq!(
        error("pre", None),
        "model file: tokenizer.ggml.pre is missing"
    );
    assert_eq!(
        error("model", Some(Value::String("llama".into()))),
        "unsupported: tokenizer.ggml.model \"llama\"; \"gpt2\" is read"
    );
    assert_eq!(
        error("tokens", Some(Value::Bool(true))),
        "model file: tokenizer.ggml.tokens is missing or not an array of strings"
    );
    assert_eq!(
        error("token_type", Some(Value::Bool(true))),
        "model file: tokenizer.ggml.token_type does not fit the tokens"
    );
    for merge in ["ab", "a notatoken", "<|endoftext|> a"] {
        let mut merges = strings("merges");
        merges.push(merge.into());
        let message = error("merges", Some(Value::Strings(merges)));
        assert!(
            message.ends_with(&format!(
                "{merge:?}, joins what are not normal tokens into one"
            )),
            "{message}"
        );
    }
    let mut tokens = strings("tokens");
    tokens[900] = "x".repeat(5000);
    assert_eq!(
        error("tokens", Some(Value::Strings(tokens))),
        "model file: token 900 is 5000 bytes long"
    );
    let mut tokens = strings("tokens");
    tokens[usize::from(b'q')] = "notabyte".into();
    let message = error("tokens", Some(Value::Strings(tokens)));
    assert!(message.contains("0x71"), "{message}");
}

/// The tokenizer's library asserts that there are fewer such merges than it has room for.
#[test]
fn merges_that_are_too_many_among_few_tokens_are_refused() {
    let mut whole = header(&Random::default().gguf()).unwrap();
    let mut tokens = whole
        .get("tokenizer.ggml.tokens")
        .and_then(Value::as_strings)
        .unwrap()[..256]
        .to_vec();
    let mut merges = Vec::new();
    for length in 2..=512usize {
        tokens.push("a".repeat(length));
        let lefts = (1..=256).filter(|left| (1..=256).contains(&length.saturating_sub(*left)));
        merges.extend(
            lefts.map(|left| format!("{} {}", "a".repeat(left), "a".repeat(length - left))),
        );
    }
    whole
        .metadata
        .insert("tokenizer.ggml.tokens".into(), Value::Strings(tokens));
    whole
        .metadata
        .insert("tokenizer.ggml.merges".into(), Value::Strings(merges));
    whole.metadata.remove("tokenizer.ggml.token_type");
    let error = Tokenizer::from_header(&whole)
        .err()
        .map(|error| error.to_string());
    assert_eq!(
        error.as_deref(),
        Some("unsupported: 65,535 merges or more among 512 tokens")
    );
}
