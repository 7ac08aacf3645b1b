//! How kernels read weights: the texts of `/shaders/weights`.

use model::BlockFormat;

use crate::beside::Beside;
use crate::precision::Precision;

/// For a matrix by itself.
pub(crate) fn of_one(format: BlockFormat) -> String {
    of_format(format).to_owned() + include_str!("../../../shaders/weights/layout.wgsl")
}

/// For matrices side by side; `starts` says of each how the kernel calls the row where it begins.
pub(crate) fn of(formats: Beside, starts: &[&str], precision: Precision) -> String {
    let Some((index, second)) = formats.others else {
        return of_one(formats.first);
    };
    let start = starts.get(index).copied().unwrap_or_default();
    let bytes = match precision {
        Precision::Float => "",
        Precision::Int8 => include_str!("../../../shaders/weights/mixed_bytes.wgsl"),
    };
    let texts: [&str; 5] = [
        &with_suffix(&of_one(formats.first), "_0"),
        &with_suffix(&of_one(second), "_1"),
        &format!("fn second() -> u32 {{ return {start}; }}\n"),
        include_str!("../../../shaders/weights/mixed.wgsl"),
        bytes,
    ];
    texts.concat()
}

/// A text whose constants and functions have other names, so that it can stand beside another one.
fn with_suffix(text: &str, suffix: &str) -> String {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let declared: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("fn ").or(line.strip_prefix("const ")))
        .filter_map(|rest| rest.split(|c| !is_name(c)).next())
        .collect();
    let mut renamed = String::with_capacity(2 * text.len());
    for piece in text.split_inclusive(|c| !is_name(c)) {
        let name = piece.trim_end_matches(|c| !is_name(c));
        renamed.push_str(name);
        if declared.contains(&name) {
            renamed.push_str(suffix);
        }
        renamed.push_str(&piece[name.len()..]);
    }
    renamed
}

/// How 16 columns in a format become numbers.
fn of_format(format: BlockFormat) -> &'static str {
    match format {
        BlockFormat::F32 => include_str!("../../../shaders/weights/f32.wgsl"),
        BlockFormat::F16 => include_str!("../../../shaders/weights/f16.wgsl"),
        BlockFormat::BF16 => include_str!("../../../shaders/weights/bf16.wgsl"),
        BlockFormat::Q8_0 => include_str!("../../../shaders/weights/q8_0.wgsl"),
        BlockFormat::Q4_0 => include_str!("../../../shaders/weights/q4_0.wgsl"),
        BlockFormat::Q5_0 => include_str!("../../../shaders/weights/q5_0.wgsl"),
        BlockFormat::Q4_K => concat!(
            include_str!("../../../shaders/weights/q4_k.wgsl"),
            include_str!("../../../shaders/weights/minima.wgsl")
        ),
        BlockFormat::Q5_K => concat!(
            include_str!("../../../shaders/weights/q5_k.wgsl"),
            include_str!("../../../shaders/weights/minima.wgsl")
        ),
        BlockFormat::Q6_K => include_str!("../../../shaders/weights/q6_k.wgsl"),
    }
}

#[cfg(test)]
mod tests {
    use super::with_suffix;

    #[test]
    fn what_a_text_declares_gets_another_name_and_nothing_else() {
        let text =
            "const WIDE = 2u;\n\nfn half(x: u32) -> u32 {\n    return halves[x / WIDE];\n}\n";
        let renamed =
            "const WIDE_1 = 2u;\n\nfn half_1(x: u32) -> u32 {\n    return halves[x / WIDE_1];\n}\n";
        assert_eq!(with_suffix(text, "_1"), renamed);
    }
}
