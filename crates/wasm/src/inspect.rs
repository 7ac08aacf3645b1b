//! What a model file needs, told from its first bytes.

use std::collections::BTreeMap;

use model::gguf::{Header, Parsed};
use predictor::{Needs, cpu_needs, gpu_needs};
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsError, JsValue};

/// `Inspected` of `session-types.ts`.
#[derive(Serialize)]
#[serde(untagged)]
enum Inspected {
    #[serde(rename_all = "camelCase")]
    NeedMore {
        needed_bytes: u64,
    },
    Complete(Box<Inspection>),
}

/// `Inspection` of `session-types.ts`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Inspection {
    architecture: Option<String>,
    name: Option<String>,
    dialect: Option<String>,
    parameters: u64,
    formats: BTreeMap<String, Option<u64>>,
    context: usize,
    file_bytes: u64,
    header_bytes: u64,
    missing: Vec<String>,
    gpu: Option<Needs>,
    cpu: Option<Needs>,
}

/// What the first bytes of a model file say of it, and what it takes on which device: a megabyte is often
/// enough, and where it is not, how many bytes are needed. `context` as in `LoadOptions`.
///
/// # Errors
/// An `Error` where the bytes are not the beginning of a GGUF file, with what is wrong.
#[wasm_bindgen(unchecked_return_type = "Inspected")]
pub fn inspect(start: &[u8], context: Option<usize>) -> Result<JsValue, JsError> {
    let inspected = match Header::parse(start)? {
        Parsed::NeedMore(needed_bytes) => Inspected::NeedMore { needed_bytes },
        Parsed::Complete(header) => Inspected::Complete(Box::new(of(&header, context))),
    };
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_maps_as_objects(true);
    Ok(inspected.serialize(&serializer)?)
}

fn of(header: &Header, context: Option<usize>) -> Inspection {
    let model = model::Inspection::of(header, context);
    let can = model.missing.is_empty();
    Inspection {
        gpu: can.then(|| gpu_needs(&model, header.data_start)),
        cpu: can.then(|| cpu_needs(&model, header.data_start)),
        architecture: model.architecture,
        name: model.name,
        dialect: model.dialect,
        parameters: model.parameters,
        formats: model.formats,
        context: model.context,
        file_bytes: model.file_bytes,
        header_bytes: header.data_start,
        missing: model.missing,
    }
}
