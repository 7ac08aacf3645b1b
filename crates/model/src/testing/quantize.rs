//! Floats as blocks of a format.

use half::{bf16, f16};

use crate::BlockFormat;

/// Floats as blocks of a format, for formats of 32 with the scale that ggml's reference takes for each
/// block. For those of 256 ggml searches; here the scales are the nearest that hold the largest weight.
pub fn quantize(format: BlockFormat, weights: &[f32]) -> Vec<u8> {
    let mut out = Vec::new();
    match format {
        BlockFormat::F32 => out.extend(weights.iter().flat_map(|w| w.to_le_bytes())),
        BlockFormat::F16 => {
            out.extend(weights.iter().flat_map(|&w| f16::from_f32(w).to_le_bytes()))
        }
        BlockFormat::BF16 => out.extend(
            weights
                .iter()
                .flat_map(|&w| bf16::from_f32(w).to_le_bytes()),
        ),
        BlockFormat::Q8_0 => {
            for block in weights.as_chunks::<32>().0 {
                let scale =
                    f16::from_f32(block.iter().fold(0.0, |m: f32, w| m.max(w.abs())) / 127.0);
                out.extend(scale.to_le_bytes());
                out.extend(block.map(|w| (w / scale.to_f32()).round() as i8 as u8));
            }
        }
        BlockFormat::Q4_0 => {
            for block in weights.as_chunks::<32>().0 {
                let scale = f16::from_f32(farthest(block) / -8.0);
                let nibble = |w: f32| (w / scale.to_f32() + 8.5).clamp(0.0, 15.0) as u8;
                out.extend(scale.to_le_bytes());
                out.extend((0..16).map(|i| nibble(block[i]) | nibble(block[i + 16]) << 4));
            }
        }
        BlockFormat::Q5_0 => {
            for block in weights.as_chunks::<32>().0 {
                let scale = f16::from_f32(farthest(block) / -16.0);
                let values = block.map(|w| (w / scale.to_f32() + 16.5).clamp(0.0, 31.0) as u8);
                out.extend(scale.to_le_bytes());
                let high = (0..32).map(|i| u32::from(values[i] >> 4) << i).sum::<u32>();
                out.extend(high.to_le_bytes());
                out.extend((0..16).map(|i| values[i] & 15 | (values[i + 16] & 15) << 4));
            }
        }
        BlockFormat::Q4_K | BlockFormat::Q5_K => {
            for block in weights.as_chunks::<256>().0 {
                with_minima(block, format == BlockFormat::Q5_K, &mut out);
            }
        }
        BlockFormat::Q6_K => {
            for block in weights.as_chunks::<256>().0 {
                halves(block, &mut out);
            }
        }
    }
    out
}

/// The number that is farthest from 0.
fn farthest(block: &[f32]) -> f32 {
    let farther = |m: f32, &w: &f32| if w.abs() > m.abs() { w } else { m };
    block.iter().fold(0.0, farther)
}

/// 256 weights as Q4_K or, with a fifth bit, as Q5_K.
fn with_minima(block: &[f32; 256], fifth: bool, out: &mut Vec<u8>) {
    let largest = if fifth { 31.0 } else { 15.0 };
    let parts = block.as_chunks::<32>().0;
    // How far below 0 each part reaches, and its scale.
    let minima: Vec<f32> = parts
        .iter()
        .map(|part| part.iter().fold(0.0, |m: f32, w| m.max(-w)))
        .collect();
    let scales: Vec<f32> = parts
        .iter()
        .zip(&minima)
        .map(|(part, minimum)| (part.iter().fold(0.0, |m: f32, &w| m.max(w)) + minimum) / largest)
        .collect();
    // In six bits, times a float that all eight share.
    let six_bits = |numbers: &[f32]| {
        let shared = f16::from_f32(numbers.iter().fold(0.0, |m: f32, &n| m.max(n)) / 63.0);
        let six = |n: &f32| (n / shared.to_f32()).round().clamp(0.0, 63.0) as u8;
        (shared, numbers.iter().map(six).collect::<Vec<u8>>())
    };
    let (scale, scales) = six_bits(&scales);
    let (minimum, minima) = six_bits(&minima);
    out.extend(scale.to_le_bytes());
    out.extend(minimum.to_le_bytes());
    out.extend((0..4).map(|i| scales[i] | scales[i + 4] >> 4 << 6));
    out.extend((0..4).map(|i| minima[i] | minima[i + 4] >> 4 << 6));
    out.extend((4..8).map(|i| scales[i] & 15 | (minima[i] & 15) << 4));

    let value = |index: usize| {
        let part = index / 32;
        let scale = scale.to_f32() * f32::from(scales[part]);
        let minimum = minimum.to_f32() * f32::from(minima[part]);
        ((block[index] + minimum) / scale)
            .round()
            .clamp(0.0, largest) as u8
    };
    if fifth {
        out.extend((0..32).map(|i| {
            (0..8)
                .map(|part| (value(part * 32 + i) >> 4) << part)
                .sum::<u8>()
        }));
    }
    for pair in 0..4 {
        let low = |i: usize| value(pair * 64 + i) & 15;
        out.extend((0..32).map(|i| low(i) | low(i + 32) << 4));
    }
}

/// 256 weights as Q6_K.
fn halves(block: &[f32; 256], out: &mut Vec<u8>) {
    let parts = block.as_chunks::<16>().0;
    let scales: Vec<f32> = parts.iter().map(|part| farthest(part) / -32.0).collect();
    let shared = f16::from_f32(farthest(&scales) / -128.0);
    let scales: Vec<i8> = scales
        .iter()
        .map(|scale| (scale / shared.to_f32()).round() as i8)
        .collect();
    let value = |index: usize| {
        let scale = shared.to_f32() * f32::from(scales[index / 16]);
        (block[index] / scale + 32.0).round().clamp(0.0, 63.0) as u8
    };
    for side in [0, 128] {
        let low = |i: usize| value(side + i) & 15;
        out.extend((0..64).map(|i| low(i) | low(i + 64) << 4));
    }
    for side in [0, 128] {
        let high = |i: usize| {
            (0..4)
                .map(|quarter| (value(side + quarter * 32 + i) >> 4) << (quarter * 2))
                .sum::<u8>()
        };
        out.extend((0..32).map(high));
    }
    out.extend(scales.iter().map(|scale| scale.cast_unsigned()));
    out.extend(shared.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Draw;

    #[test]
    fn weights_come_back_within_a_step() {
        let mut draw = Draw(3);
        let weights: Vec<f32> = (0..1024).map(|_| draw.between(-1.0, 1.0)).collect();
        for format in BlockFormat::ALL {
            let mut back = vec![0.0; weights.len()];
            format.dequantize(&quantize(format, &weights), &mut back);
            // A scale is up to a 63rd off besides, where it has six bits.
            let step = format
                .integers()
                .map_or(0.008, |integers| 2.5 / f32::powi(2.0, integers.bits as i32));
            for (index, (weight, back)) in weights.iter().zip(&back).enumerate() {
                assert!(
                    (weight - back).abs() <= step,
                    "{format:?} {index}: {back} for {weight}"
                );
            }
        }
    }
}
