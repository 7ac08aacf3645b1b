//! Whether activations are rounded on the GPU, for a model, and by what was measured. In a file of its own, because what
//! is measured is remembered as long as the process runs.

use foretab_gpu::{Choice, Gpu, Options, Precision};
use model::testing::Random;
use model::{BlockFormat, LoadOptions, Model};
use pollster::block_on;

/// The precision with which a model is computed.
fn precision(asked: Option<Precision>, variants: Choice, random: &Random) -> Precision {
    let options = Options {
        variants,
        precision: asked,
        ..Options::default()
    };
    let gpu = block_on(Gpu::new(options)).unwrap();
    let (file, options) = (random.gguf(), LoadOptions::default());
    let model = block_on(Model::load(&mut &file[..], gpu, &options, |_, _| ())).unwrap();
    model.backend().precision()
}

#[test]
fn integers_are_for_files_that_need_no_more_than_8_bits() {
    let of = |format, activation_bits| {
        let random = Random {
            format,
            activation_bits,
            ..Random::default()
        };
        precision(Some(Precision::Int8), Choice::Untried, &random)
    };
    assert_eq!(of(BlockFormat::Q8_0, None), Precision::Int8);
    assert_eq!(of(BlockFormat::Q8_0, Some(16)), Precision::Float);
    assert_eq!(of(BlockFormat::F16, None), Precision::Float);
}

#[test]
fn whether_integers_are_faster_is_measured_and_remembered() {
    let random = Random {
        format: BlockFormat::Q8_0,
        ..Random::default()
    };
    let taken = precision(None, Choice::Measured, &random);
    let text = foretab_gpu::measured();
    assert!(text.contains(&format!("\t{taken}\t")), "{text}");
    let (other, name) = match taken {
        Precision::Float => (Precision::Int8, "int8"),
        Precision::Int8 => (Precision::Float, "float"),
    };
    foretab_gpu::remember(&text.replace(&format!("\t{taken}\t"), &format!("\t{name}\t")));
    assert_eq!(precision(None, Choice::Measured, &random), other);
    assert_eq!(precision(Some(taken), Choice::Measured, &random), taken);
}
