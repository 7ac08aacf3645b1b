//! A model's weights, streamed from its file to the device.

use std::collections::HashMap;

use crate::gguf::{Header, MAX_HEADER, Parsed, Tensor};
use crate::stream::Forward;
use crate::{Attention, Backend, BlockFormat, Error, FeedForward, Formats, Shape, Source};

/// Bytes of a matrix handed to the device at once, in whole rows.
const PIECE: usize = 4 << 20;

/// All weights of a Qwen2 model, on the device of `B`.
pub(crate) struct Weights<B: Backend> {
    /// `[vocabulary, hidden]`
    pub(crate) embedding: B::Matrix,
    pub(crate) layers: Vec<(Attention<B>, FeedForward<B>)>,
    /// `[hidden]`
    pub(crate) norm: B::Vector,
    /// `[vocabulary, hidden]`; `None` where the file ties it to the embedding.
    pub(crate) head: Option<B::Matrix>,
}

impl<B: Backend> Weights<B> {
    pub(crate) fn head(&self) -> &B::Matrix {
        self.head.as_ref().unwrap_or(&self.embedding)
    }
}

/// Reads the header of a file, asking for more of it until it is complete.
///
/// # Errors
/// [`Error::File`] when it is not a GGUF header or does not end within the file.
pub async fn read_header<S: Source>(source: &mut S) -> Result<Header, Error> {
    let size = source.size();
    let mut wanted = 1 << 20;
    loop {
        let length = size.min(wanted).min(MAX_HEADER);
        let bytes = source.read(0, length as usize).await?;
        if (bytes.len() as u64) < length {
            return Err(Error::Source(format!(
                "{} of {length} bytes came from the start",
                bytes.len()
            )));
        }
        match Header::parse(&bytes)? {
            Parsed::Complete(header) => return Ok(header),
            Parsed::NeedMore(needed) if needed > size => {
                return Err(Error::File(format!(
                    "it ends at byte {size}, inside the header, which needs {needed}"
                )));
            }
            Parsed::NeedMore(needed) => wanted = needed.max(4 * length),
        }
    }
}

/// A tensor of the graph: its name in the file and its sizes.
pub(crate) struct Wanted {
    name: String,
    /// The same for matrices that always meet the same input; they stand in the order of the graph.
    pub(crate) group: String,
    /// 0 for a vector.
    pub(crate) rows: usize,
    pub(crate) columns: usize,
}

pub(crate) fn wanted(shape: &Shape, header: &Header) -> Vec<Wanted> {
    let query = shape.heads * shape.head_dim;
    let key = shape.kv_heads * shape.head_dim;
    let (hidden, inner) = (shape.hidden, shape.feed_forward);
    let matrix = |name: &str, rows, columns| Wanted {
        name: name.into(),
        group: name
            .replace("attn_k", "attn_q")
            .replace("attn_v", "attn_q")
            .replace("ffn_up", "ffn_gate"),
        rows,
        columns,
    };
    let mut all = vec![
        matrix("token_embd.weight", shape.vocabulary, hidden),
        matrix("output_norm.weight", 0, hidden),
    ];
    if header.tensors.contains_key("output.weight") {
        all.push(matrix("output.weight", shape.vocabulary, hidden));
    }
    for layer in 0..shape.layers {
        all.extend(
            [
                ("attn_norm.weight", 0, hidden),
                ("attn_q.weight", query, hidden),
                ("attn_k.weight", key, hidden),
                ("attn_v.weight", key, hidden),
                ("attn_q.bias", 0, query),
                ("attn_k.bias", 0, key),
                ("attn_v.bias", 0, key),
                ("attn_output.weight", hidden, query),
                ("ffn_norm.weight", 0, hidden),
                ("ffn_gate.weight", inner, hidden),
                ("ffn_up.weight", inner, hidden),
                ("ffn_down.weight", hidden, inner),
            ]
            .map(|(name, rows, columns)| matrix(&format!("blk.{layer}.{name}"), rows, columns)),
        );
    }
    all
}

/// Finds a wanted tensor in the file and holds it against its sizes.
pub(crate) fn find<'a>(
    header: &'a Header,
    wanted: &Wanted,
    size: u64,
) -> Result<(&'a Tensor, BlockFormat, u64), Error> {
    let name = &wanted.name;
    let tensor = header.tensors.get(name).ok_or_else(|| missing(name))?;
    let mut sizes = vec![wanted.columns as u64];
    if wanted.rows > 0 {
        sizes.push(wanted.rows as u64);
    }
    if tensor.dimensions != sizes {
        return Err(Error::File(format!(
            "tensor {name} is {:?}; {sizes:?} fits the model",
            tensor.dimensions
        )));
    }
    let Some(format) = tensor.format() else {
        let kind = tensor.format_name();
        return Err(Error::Unsupported(format!(
            "tensor {name} is {kind}; these are read: {}",
            BlockFormat::names()
        )));
    };
    let bytes = tensor.bytes().unwrap_or(u64::MAX);
    match tensor.offset.checked_add(bytes) {
        Some(end) if end <= size => Ok((tensor, format, bytes)),
        _ => Err(Error::File(format!(
            "tensor {name} takes {bytes} bytes from byte {} on, but the file ends at {size}",
            tensor.offset
        ))),
    }
}

/// The formats of the matrices by their names, once for layers that are alike.
fn formats(found: &HashMap<&str, BlockFormat>, layers: usize) -> Result<Vec<Formats>, Error> {
    let format = |name: &str| found.get(name).copied().ok_or_else(|| missing(name));
    let embedding = format("token_embd.weight")?;
    let head = format("output.weight").unwrap_or(embedding);
    let mut all = Vec::new();
    for layer in 0..layers {
        let format = |part: &str| format(&format!("blk.{layer}.{part}.weight"));
        let formats = Formats {
            embedding,
            query_key_value: [format("attn_q")?, format("attn_k")?, format("attn_v")?],
            output: format("attn_output")?,
            gate_up: [format("ffn_gate")?, format("ffn_up")?],
            down: format("ffn_down")?,
            head,
        };
        if !all.contains(&formats) {
            all.push(formats);
        }
    }
    Ok(all)
}

/// Every layer has tensors of its own, so a count that lies ends here, before anything is made.
pub(crate) fn check_layers(header: &Header, shape: &Shape) -> Result<(), Error> {
    if shape.layers <= header.tensors.len() {
        return Ok(());
    }
    Err(Error::File(format!(
        "{} layers, but {} tensors",
        shape.layers,
        header.tensors.len()
    )))
}

/// Streams all weights to the device, in the order of the file. `progress` is told bytes done, of all.
pub(crate) async fn load<B: Backend, S: Source>(
    source: &mut S,
    header: &Header,
    shape: &Shape,
    backend: &mut B,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Weights<B>, Error> {
    let size = source.size();
    check_layers(header, shape)?;
    let wanted = wanted(shape, header);
    let mut plan = Vec::with_capacity(wanted.len());
    let mut groups: HashMap<&str, Vec<(&Wanted, BlockFormat)>> = HashMap::new();
    for wanted in &wanted {
        let found = find(header, wanted, size)?;
        plan.push((wanted, found));
        groups
            .entry(&wanted.group)
            .or_default()
            .push((wanted, found.1));
    }
    let found = plan
        .iter()
        .map(|(wanted, (_, format, _))| (wanted.name.as_str(), *format));
    let formats = formats(&found.collect(), shape.layers)?;
    backend.prepare(&formats);
    plan.sort_by_key(|(_, (tensor, ..))| tensor.offset);
    let total: u64 = plan.iter().map(|(_, (.., bytes))| bytes).sum();
    let end = plan
        .iter()
        .map(|(_, (tensor, _, bytes))| tensor.offset + bytes)
        .max()
        .unwrap_or(0);

    let mut file = Forward::new(source, end);
    let mut matrices = HashMap::new();
    let mut vectors = HashMap::new();
    let mut done = 0;
    for (wanted, (tensor, format, bytes)) in plan {
        if wanted.rows == 0 {
            let blocks = file.read(tensor.offset, bytes as usize).await?;
            let mut values = vec![0.0; wanted.columns];
            format.dequantize(blocks, &mut values);
            vectors.insert(wanted.name.as_str(), values);
            done += bytes;
            progress(done, total);
            continue;
        }
        if let Some(group) = groups.remove(wanted.group.as_str()) {
            let sizes: Vec<_> = group
                .iter()
                .map(|(each, format)| (each.rows, *format))
                .collect();
            let made = backend.matrices(shape, &sizes, wanted.columns)?;
            matrices.extend(group.iter().map(|(each, _)| each.name.as_str()).zip(made));
        }
        let matrix = matrices
            .get_mut(wanted.name.as_str())
            .ok_or_else(|| missing(&wanted.name))?;
        let row_bytes = format.row_bytes(wanted.columns);
        let rows_at_once = (PIECE / row_bytes).max(1);
        for first in (0..wanted.rows).step_by(rows_at_once) {
            let rows = rows_at_once.min(wanted.rows - first);
            let blocks = file
                .read(tensor.offset + (first * row_bytes) as u64, rows * row_bytes)
                .await?;
            backend.write_rows(matrix, first, blocks)?;
            done += blocks.len() as u64;
            progress(done, total);
        }
    }

    backend.self_test(&formats).await?;
    let mut matrix = |name: &str| matrices.remove(name).ok_or_else(|| missing(name));
    // Of several, one after the other.
    let mut vector = |names: &[&str]| {
        let mut values = Vec::new();
        for name in names {
            values.extend(vectors.remove(*name).ok_or_else(|| missing(name))?);
        }
        backend.vector(&values)
    };
    let mut layers = Vec::with_capacity(shape.layers);
    for layer in 0..shape.layers {
        let name = |part: &str| format!("blk.{layer}.{part}");
        let attention = Attention {
            norm: vector(&[&name("attn_norm.weight")])?,
            query: matrix(&name("attn_q.weight"))?,
            key: matrix(&name("attn_k.weight"))?,
            value: matrix(&name("attn_v.weight"))?,
            bias: vector(&[
                &name("attn_q.bias"),
                &name("attn_k.bias"),
                &name("attn_v.bias"),
            ])?,
            output: matrix(&name("attn_output.weight"))?,
        };
        let feed_forward = FeedForward {
            norm: vector(&[&name("ffn_norm.weight")])?,
            gate: matrix(&name("ffn_gate.weight"))?,
            up: matrix(&name("ffn_up.weight"))?,
            down: matrix(&name("ffn_down.weight"))?,
        };
        layers.push((attention, feed_forward));
    }
    Ok(Weights {
        embedding: matrix("token_embd.weight")?,
        layers,
        norm: vector(&["output_norm.weight"])?,
        head: matrix("output.weight").ok(),
    })
}

fn missing(name: &str) -> Error {
    Error::File(format!("tensor {name} is missing"))
}
