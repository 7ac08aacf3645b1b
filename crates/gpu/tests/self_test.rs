//! A GPU that computes wrongly is given no model.

use foretab_gpu::{Gpu, Options, Precision};
use model::testing::Random;
use model::{BlockFormat, Error, LoadOptions, Model};
use pollster::block_on;

/// Changes a kernel's text.
type Edit = fn(String) -> String;

/// Loads a random model onto a GPU with other kernels than ours.
fn load(edit: Edit) -> Result<Model<Gpu>, Error> {
    load_with(edit, Options::default())
}

fn load_with(edit: Edit, options: Options) -> Result<Model<Gpu>, Error> {
    let mut gpu = block_on(Gpu::new(options)).unwrap_or_else(|error| {
        panic!("{error}; `cargo xtask setup` installs a Vulkan driver that needs no GPU")
    });
    gpu.edit_kernels(edit);
    let random = Random {
        format: BlockFormat::Q8_0,
        ..Random::default()
    };
    let options = LoadOptions::default();
    block_on(Model::load(
        &mut &random.gguf()[..],
        gpu,
        &options,
        |_, _| (),
    ))
}

#[test]
fn kernels_as_they_are_pass() {
    load(|text| text).unwrap();
}

#[test]
fn a_wrong_kernel_is_found_and_said() {
    let edits: [(&str, Edit); 9] = [
        ("embed", |text| {
            text.replace("x[at + 3u] = w[3]", "x[at + 3u] = w[2]")
        }),
        ("query_key_value", |text| {
            text.replace("b * turn.x + a", "b * turn.x - a")
        }),
        ("attention", |text| text.replace("/ group + 1u", "/ group")),
        ("project_add", |text| text.replace("+= sum.x;", "= sum.x;")),
        ("gate_up_silu", |text| text.replace("exp(-max(", "exp(max(")),
        ("norm", |text| text.replace("inverseSqrt", "sqrt")),
        ("for 4 tokens", |text| {
            text.replace("sum_0_x_3 += ", "sum_0_x_3 -= ")
        }),
        ("argmax", |text| {
            text.replace("if other > logit", "if other < logit")
        }),
        ("argmax_merge", |text| {
            text.replace("second > first", "second < first")
        }),
    ];
    for (kernel, edit) in edits {
        assert_found(kernel, load(edit));
    }
}

/// As it is laid out for a GPU.
#[test]
fn a_wrong_kernel_for_many_invocations_is_found_and_said() {
    let edits: [(&str, Edit); 2] = [
        ("in tiles", |text| {
            text.replace("total_0_x_7 += ", "total_0_x_7 -= ")
        }),
        ("spans", |text| {
            text.replace("x[place + at % params.head]", "x[at % params.head]")
        }),
    ];
    for (kernel, edit) in edits {
        let options = Options {
            few_invocations: Some(false),
            ..Options::default()
        };
        assert_found(kernel, load_with(edit, options));
    }
}

#[test]
fn a_wrong_kernel_of_integers_is_found_and_said() {
    let options = Options {
        precision: Some(Precision::Int8),
        ..Options::default()
    };
    let edit: Edit = |text| text.replace("dot_16(high_", "dot_16(low_");
    assert_found("integers", load_with(edit, options));
}

fn assert_found(kernel: &str, loaded: Result<Model<Gpu>, Error>) {
    match loaded {
        Err(Error::Device(reason)) => {
            assert!(reason.contains("self-test"), "{kernel}: {reason}")
        }
        Err(error) => panic!("{kernel}: {error}"),
        Ok(_) => panic!("{kernel}: nothing was noticed"),
    }
}

#[test]
fn a_kernel_that_is_refused_is_said() {
    match load(|text| text.replace("fn attention", "fn attention2")) {
        Err(Error::Device(reason)) => assert!(reason.contains("attention"), "{reason}"),
        other => panic!("{:?}", other.err()),
    }
}
