//! What is said of a file from its header alone.

use foretab_model::Inspection;
use foretab_model::gguf::{Header, Value};
use foretab_model::testing::{Random, header};

#[test]
fn what_cannot_be_loaded_says_why() {
    let missing = |edit: fn(&mut Header)| {
        let mut parsed = header(&Random::default().gguf()).expect("a header");
        edit(&mut parsed);
        Inspection::of(&parsed, None).missing
    };
    assert_eq!(missing(|_| {}), [""; 0]);
    let of_another = missing(|header| {
        let value = Value::String("llama".into());
        header.metadata.insert("general.architecture".into(), value);
    });
    assert_eq!(
        of_another,
        ["unsupported: architecture \"llama\"; \"qwen2\" is read"]
    );
    let unread = missing(|header| {
        if let Some(tensor) = header.tensors.get_mut("blk.1.ffn_up.weight") {
            tensor.kind = 39;
        }
    });
    assert_eq!(
        unread,
        [
            "unsupported: tensor blk.1.ffn_up.weight is MXFP4; these are read: \
             F32, F16, BF16, Q8_0, Q4_0, Q5_0, Q4_K, Q5_K, Q6_K"
        ]
    );
}
