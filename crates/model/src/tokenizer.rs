//! Text to token ids and back: byte-level BPE from a model file's own vocabulary.

use std::collections::{BTreeMap, HashMap};

use tokenizers::SplitDelimiterBehavior;
use tokenizers::models::bpe::{BpeConfig, Merges, PipelineBPE, Vocab};
use tokenizers::pipeline::{
    EncodeOptions, PipelineModel, PipelinePostProcessor, PipelinePreTokenizer,
};
use tokenizers::pipeline::{PipelineToken, PipelineTokenizer};
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::utils::byte_level::char_to_byte;
use tokenizers::vocab::bucket_added_vocabulary::AddedVocabulary;

use crate::Error;
use crate::gguf::{Header, Value};

/// How Qwen2 splits text into words before merging, as in the model's published `tokenizer.json`.
const QWEN2_SPLIT: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// Normal tokens in GGUF's `token_type`; every other type stands outside the merges.
const NORMAL: i64 = 1;

/// A longer token is refused: the longest of Qwen2 has some hundred bytes.
const MAX_TOKEN: usize = 4096;

/// Words whose tokens are remembered between calls.
const WORD_CACHE: usize = 8192;

/// The tokenizer of one model.
pub struct Tokenizer {
    pipeline: PipelineTokenizer,
    /// The bytes of all tokens, one after another.
    bytes: Vec<u8>,
    /// Token `id` is `bytes[ends[id - 1] .. ends[id]]`.
    ends: Vec<usize>,
    /// Control tokens by name.
    controls: BTreeMap<String, u32>,
    end_of_text: Option<u32>,
    beginning: Option<u32>,
}

impl Tokenizer {
    /// Builds the tokenizer that a model file describes.
    ///
    /// # Errors
    /// [`Error::File`] where the vocabulary is missing or contradicts itself,
    /// [`Error::Unsupported`] where it is not Qwen2's kind.
    pub fn from_header(header: &Header) -> Result<Self, Error> {
        Self::check(header)?;
        let strings = |key: &str| {
            let strings = header.get(key).and_then(Value::as_strings);
            strings
                .ok_or_else(|| Error::File(format!("{key} is missing or not an array of strings")))
        };
        let tokens = strings("tokenizer.ggml.tokens")?;
        let merges = strings("tokenizer.ggml.merges")?;
        let types = match header.get("tokenizer.ggml.token_type") {
            None => vec![NORMAL; tokens.len()],
            Some(value) => match value.as_integers() {
                Some(types) if types.len() == tokens.len() => types,
                _ => {
                    return Err(Error::File(
                        "tokenizer.ggml.token_type does not fit the tokens".into(),
                    ));
                }
            },
        };

        let mut vocabulary = HashMap::new();
        let mut controls = BTreeMap::new();
        let mut bytes = Vec::new();
        let mut ends = Vec::with_capacity(tokens.len());
        for (id, (token, kind)) in (0u32..).zip(tokens.iter().zip(types)) {
            if token.len() > MAX_TOKEN {
                return Err(Error::File(format!(
                    "token {id} is {} bytes long",
                    token.len()
                )));
            }
            let spelled: Option<Vec<u8>> = token.chars().map(char_to_byte).collect();
            match spelled.filter(|spelled| kind == NORMAL && !spelled.is_empty()) {
                Some(spelled) => {
                    bytes.extend(spelled);
                    vocabulary.insert(token.as_str(), id);
                }
                None => {
                    bytes.extend(token.as_bytes());
                    controls.insert(token.clone(), id);
                }
            }
            ends.push(bytes.len());
        }

        let id = |key: &str| {
            let id = header
                .get(key)
                .and_then(Value::as_u64)
                .and_then(|id| u32::try_from(id).ok());
            id.filter(|&id| (id as usize) < tokens.len())
        };
        let adds_beginning = header
            .get("tokenizer.ggml.add_bos_token")
            .and_then(Value::as_bool)
            == Some(true);
        Ok(Self {
            pipeline: pipeline(&vocabulary, merges)?,
            bytes,
            ends,
            controls,
            end_of_text: id("tokenizer.ggml.eos_token_id"),
            beginning: id("tokenizer.ggml.bos_token_id").filter(|_| adds_beginning),
        })
    }

    /// Whether the file's tokenizer is of Qwen2's kind; at once, however large it is.
    pub(crate) fn check(header: &Header) -> Result<(), Error> {
        for (key, wanted) in [
            ("tokenizer.ggml.model", "gpt2"),
            ("tokenizer.ggml.pre", "qwen2"),
        ] {
            match header.get(key).and_then(Value::as_str) {
                Some(kind) if kind == wanted => {}
                Some(kind) => {
                    return Err(Error::Unsupported(format!(
                        "{key} {kind:?}; {wanted:?} is read"
                    )));
                }
                None => return Err(Error::File(format!("{key} is missing"))),
            }
        }
        Ok(())
    }

    /// Number of tokens. The model's embedding may have more rows, never fewer.
    pub fn vocabulary(&self) -> usize {
        self.ends.len()
    }

    /// The tokens of a user's text, or of a template's.
    ///
    /// Never yields a control token, even where the text spells one: those enter a prompt only by
    /// [`control`](Tokenizer::control). Merges do cross what was put together before this call, so a
    /// whole segment between two control tokens belongs in one call.
    ///
    /// # Panics
    /// On a text of 4 GiB or more.
    pub fn encode(&self, text: &str) -> Vec<u32> {
        let mut tokens = Vec::with_capacity(text.len() / 3);
        self.pipeline
            .encode_into(text, &EncodeOptions::no_specials(), &mut tokens)
            .expect("only the length of a text can be refused");
        tokens.into_iter().map(PipelineToken::id).collect()
    }

    /// The id of a control token by its name, such as `<|file_sep|>`.
    ///
    /// Any token that user text cannot yield counts: control, user-defined, unknown and unused ones.
    pub fn control(&self, name: &str) -> Option<u32> {
        self.controls.get(name).copied()
    }

    /// Control tokens by name.
    pub fn controls(&self) -> &BTreeMap<String, u32> {
        &self.controls
    }

    /// The token that ends a text, by the file's `eos_token_id`.
    pub fn end_of_text(&self) -> Option<u32> {
        self.end_of_text
    }

    /// The token that a prompt begins with, where the file asks for one (Qwen2's does not).
    pub fn beginning(&self) -> Option<u32> {
        self.beginning
    }

    /// The bytes that a token stands for: for most a piece of UTF-8 text, but some are part of a
    /// character. A control token gives its name, an id outside the vocabulary nothing.
    pub fn token_bytes(&self, id: u32) -> &[u8] {
        let id = id as usize;
        let start = id
            .checked_sub(1)
            .and_then(|before| self.ends.get(before))
            .copied()
            .unwrap_or(0);
        let end = self.ends.get(id).copied().unwrap_or(start);
        &self.bytes[start..end]
    }

    /// The text of tokens; incomplete or wrong UTF-8 becomes U+FFFD.
    pub fn decode(&self, tokens: &[u32]) -> String {
        let bytes: Vec<u8> = tokens
            .iter()
            .flat_map(|&id| self.token_bytes(id))
            .copied()
            .collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

fn pipeline(
    vocabulary: &HashMap<&str, u32>,
    merges: &[String],
) -> Result<PipelineTokenizer, Error> {
    let mut pairs = Merges::with_capacity(merges.len());
    let mut joined = String::new();
    for (rank, merge) in merges.iter().enumerate() {
        let pair = merge.split_once(' ').filter(|(left, right)| {
            joined.clear();
            joined.push_str(left);
            joined.push_str(right);
            [left, right, &joined.as_str()]
                .into_iter()
                .all(|&token| vocabulary.contains_key(token))
        });
        let Some((left, right)) = pair else {
            return Err(Error::File(format!(
                "merge {rank}, {merge:?}, joins what are not normal tokens into one"
            )));
        };
        pairs.push((left.into(), right.into()));
    }
    check_merge_grid(vocabulary, &pairs)?;
    let model = PipelineBPE::from_config(BpeConfig {
        vocab: vocabulary
            .iter()
            .map(|(&token, &id)| (token.to_owned(), id))
            .collect::<Vocab>(),
        merges: pairs,
        byte_level: true,
        cache_capacity: WORD_CACHE,
        ..BpeConfig::default()
    });
    let model =
        model.map_err(|error| Error::File(format!("the tokenizer's vocabulary: {error}")))?;
    let split = Split::native(
        SplitPattern::Regex(QWEN2_SPLIT.into()),
        SplitDelimiterBehavior::Isolated,
        false,
    );
    let split =
        split.map_err(|error| Error::Unsupported(format!("the tokenizer's split: {error}")))?;
    Ok(PipelineTokenizer::from_parts(
        AddedVocabulary::new(),
        Vec::new(),
        PipelinePreTokenizer::Split(split),
        PipelineModel::BPE(model),
        PipelinePostProcessor::default(),
        None,
        BTreeMap::new(),
        None,
        None,
    ))
}

/// `tokenizers` keeps the merges among its 512 most frequent tokens in a grid, and asserts that they
/// are fewer than 65,535. No vocabulary that was trained comes near (Qwen2's has some 10,000).
fn check_merge_grid(vocabulary: &HashMap<&str, u32>, merges: &Merges) -> Result<(), Error> {
    let mut rank = HashMap::new();
    for (index, (left, right)) in merges.iter().enumerate() {
        rank.entry(format!("{left}{right}")).or_insert(index);
    }
    // Its order: what no merge makes, by id; then what merges make, by rank.
    let mut order: Vec<_> = vocabulary
        .iter()
        .map(|(&token, &id)| (rank.get(token).copied(), id, token))
        .collect();
    order.sort_unstable();
    let frequent: std::collections::HashSet<&str> =
        order.iter().take(512).map(|entry| entry.2).collect();
    let both = |(left, right): &&(String, String)| {
        frequent.contains(left.as_str()) && frequent.contains(right.as_str())
    };
    if merges.iter().filter(both).count() < usize::from(u16::MAX) {
        return Ok(());
    }
    Err(Error::Unsupported(
        "65,535 merges or more among 512 tokens".into(),
    ))
}
