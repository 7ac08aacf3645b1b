//! Integer dot products: eight rows of weights with a group of tokens.
//!
//! Every kernel computes the same numbers, to the last bit: the products of a block are summed as
//! integers, which is exact, and the blocks of a row are added up one after the other,
//! `y += float(sum) * (scale of the weights * scale of the activations)`, never fused. Where the halves
//! of a block have scales of their own they are added up as blocks are.
//!
//! What a format takes away from its scaled weights no kernel knows: it meets sums of activations, which
//! is a product of floats a 32nd as large, and comes after the kernel (`matmul`).

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod dots;
#[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
mod pairs;
mod portable;
#[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
mod relaxed;
#[cfg(target_arch = "wasm32")]
mod simd128;

use model::BlockFormat;

use crate::input::Quant;
use crate::interleaved::{Block, Group, ROWS};

/// Sums that a kernel's [`peak`](Kernel::peak) adds to at once: more than an instruction has cycles to
/// wait for.
const SUMS: usize = 12;

/// How activations are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// As bytes, for instructions that sum four products of bytes.
    Bytes,
    /// As integers of 16 bits, for instructions that sum two products of them.
    Words,
}

/// Whether instructions that sum products of bytes in 16 bits, or take the second operand's highest bit
/// for a sign, may be used.
#[cfg_attr(
    not(any(target_arch = "x86_64", target_feature = "relaxed-simd")),
    expect(dead_code, reason = "there is no such instruction")
)]
fn fits_seven_bits(format: BlockFormat) -> bool {
    format.integers().is_some_and(|integers| integers.bits <= 7)
}

/// Which instructions to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kernel {
    Words(Words),
    #[cfg_attr(
        not(any(target_arch = "x86_64", target_feature = "relaxed-simd")),
        expect(dead_code, reason = "there is no such kernel")
    )]
    Bytes(Bytes),
}

/// Kernels for activations in [`Layout::Words`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Words {
    /// What the compiler makes of plain Rust.
    Portable,
    /// WebAssembly's 128-bit vectors.
    #[cfg(target_arch = "wasm32")]
    Simd128,
    /// 256-bit vectors.
    #[cfg(target_arch = "x86_64")]
    Avx2,
}

/// Kernels for activations in [`Layout::Bytes`]; some machines have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bytes {
    /// WebAssembly's relaxed SIMD.
    #[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
    Relaxed(relaxed::Sums),
    /// 256-bit vectors with dot products of bytes.
    #[cfg(target_arch = "x86_64")]
    Dots(dots::Dots),
}

impl Kernel {
    /// Plain Rust, which every machine has.
    pub(crate) const PORTABLE: Self = Self::Words(Words::Portable);

    /// The fastest that this machine has, for activations that fit `layout` and weights of `format`.
    /// Words also hold what would fit bytes.
    pub(crate) fn best(layout: Layout, format: BlockFormat) -> Self {
        Self::all(layout, format).next().unwrap_or(Self::PORTABLE)
    }

    /// All that this machine has, the fastest first.
    #[cfg_attr(
        not(any(target_arch = "x86_64", target_feature = "relaxed-simd")),
        expect(unused_variables, reason = "its kernels take any format")
    )]
    pub(crate) fn all(layout: Layout, format: BlockFormat) -> impl Iterator<Item = Self> {
        #[cfg(target_arch = "x86_64")]
        let all = dots::Dots::all(format)
            .map(|dots| Self::Bytes(Bytes::Dots(dots)))
            .chain(std::arch::is_x86_feature_detected!("avx2").then_some(Self::Words(Words::Avx2)))
            .chain([Self::PORTABLE]);
        #[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
        let all = relaxed::Sums::detect(format)
            .map(|sums| Self::Bytes(Bytes::Relaxed(sums)))
            .into_iter()
            .chain([Self::Words(Words::Simd128), Self::PORTABLE]);
        #[cfg(all(target_arch = "wasm32", not(target_feature = "relaxed-simd")))]
        let all = [Self::Words(Words::Simd128), Self::PORTABLE].into_iter();
        #[cfg(not(any(target_arch = "x86_64", target_arch = "wasm32")))]
        let all = [Self::PORTABLE].into_iter();
        let fits = move |kernel: &Self| layout == Layout::Bytes || matches!(kernel, Self::Words(_));
        all.filter(fits)
    }

    /// Its name for people.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Words(Words::Portable) => "portable",
            #[cfg(target_arch = "wasm32")]
            Self::Words(Words::Simd128) => "simd128",
            #[cfg(target_arch = "x86_64")]
            Self::Words(Words::Avx2) => "AVX2",
            #[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
            Self::Bytes(Bytes::Relaxed(_)) => "relaxed SIMD",
            #[cfg(target_arch = "x86_64")]
            Self::Bytes(Bytes::Dots(dots)) => dots.name(),
        }
    }

    /// Tokens that it takes together when so many are left, fewer only where fewer are left: a weight
    /// is loaded once for them, and their sums stay in the 16 vector registers that a processor has at
    /// least.
    pub(crate) fn together(self, left: usize) -> usize {
        let sizes: &[usize] = match self {
            #[cfg(target_arch = "x86_64")]
            Self::Bytes(_) => &[6, 4, 2, 1],
            _ => &[4, 2, 1],
        };
        sizes
            .iter()
            .copied()
            .find(|&size| size <= left)
            .unwrap_or(1)
    }

    /// Its multiplying instruction and nothing else, so many rounds of it on operands that stay in
    /// registers. Returns how many multiply-adds that were.
    pub(crate) fn peak(self, rounds: u32) -> u64 {
        let of_a_round = match self {
            Self::Words(Words::Portable) => portable::peak(rounds),
            #[cfg(target_arch = "wasm32")]
            Self::Words(Words::Simd128) => simd128::peak(rounds),
            #[cfg(target_arch = "x86_64")]
            Self::Words(Words::Avx2) => avx2::peak(rounds),
            #[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
            Self::Bytes(Bytes::Relaxed(sums)) => sums.peak(rounds),
            #[cfg(target_arch = "x86_64")]
            Self::Bytes(Bytes::Dots(dots)) => dots.peak(rounds),
        };
        u64::from(rounds) * of_a_round as u64
    }
}

/// A group of tokens; each slice is `[columns / 32, tokens]`.
#[derive(Clone, Copy)]
pub(crate) struct Tokens<'a, Q> {
    pub(crate) tokens: usize,
    pub(crate) quants: &'a [Quant<Q>],
    pub(crate) scales: &'a [f32],
    /// Nothing where the weights have no minima.
    pub(crate) sums: &'a [f32],
}

impl<'a, Q> Tokens<'a, Q> {
    /// Block by block what the group's `T` tokens have there, and their scales.
    #[inline(always)]
    fn blocks<const T: usize>(&self) -> impl Iterator<Item = (&'a [Quant<Q>; T], &'a [f32; T])> {
        let (quants, _) = self.quants.as_chunks();
        let (scales, _) = self.scales.as_chunks();
        quants.iter().zip(scales)
    }
}

impl Words {
    /// Fills `y`, `[tokens, 8]`.
    pub(crate) fn rows<B: Block>(self, w: Group<B>, x: Tokens<i16>, y: &mut [[f32; ROWS]]) {
        match self {
            Self::Portable => portable::rows(w, x, y),
            #[cfg(target_arch = "wasm32")]
            Self::Simd128 => simd128::rows(w, x, y),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => avx2::rows(w, x, y),
        }
    }
}

impl Bytes {
    /// Fills `y`, `[tokens, 8]`.
    #[cfg_attr(
        not(any(target_arch = "x86_64", target_feature = "relaxed-simd")),
        expect(unused_variables, reason = "there is no such kernel")
    )]
    pub(crate) fn rows<B: Block>(self, w: Group<B>, x: Tokens<i8>, y: &mut [[f32; ROWS]]) {
        match self {
            #[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
            Self::Relaxed(sums) => sums.rows(w, x, y),
            #[cfg(target_arch = "x86_64")]
            Self::Dots(dots) => dots.rows(w, x, y),
        }
    }
}
