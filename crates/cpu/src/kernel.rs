//! Integer dot products: eight rows of weights with a group of tokens.
//!
//! Every kernel computes the same numbers, to the last bit: the products of a block are summed as
//! integers, which is exact, and the blocks of a row are added up one after the other,
//! `y += float(sum) * (scale of the weights * scale of the activations)`, never fused.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod portable;
#[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
mod relaxed;
#[cfg(target_arch = "wasm32")]
mod simd128;
#[cfg(target_arch = "x86_64")]
mod vnni;

use crate::input::BLOCK;
use crate::interleaved::{Block, Group, ROWS};

/// How activations are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Seven bits with an offset, for instructions that sum four products of bytes.
    Bytes,
    /// 16 bits, for instructions that sum two products of them.
    Words,
}

/// Which instructions to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kernel {
    /// What the compiler makes of plain Rust; words.
    Portable,
    /// WebAssembly's 128-bit vectors; words.
    #[cfg(target_arch = "wasm32")]
    Simd128,
    /// WebAssembly's relaxed SIMD; bytes.
    #[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
    Relaxed,
    /// 256-bit vectors; words.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// 256-bit vectors with dot products of bytes, as AVX-VNNI or as AVX-512 VNNI; bytes.
    #[cfg(target_arch = "x86_64")]
    Vnni(vnni::Encoding),
}

impl Kernel {
    /// The fastest that this machine has, for activations that fit `layout`. Words also hold what
    /// would fit bytes.
    pub(crate) fn best(layout: Layout) -> Self {
        Self::all(layout).next().unwrap_or(Self::Portable)
    }

    /// All that this machine has, the fastest first.
    pub(crate) fn all(layout: Layout) -> impl Iterator<Item = Self> {
        #[cfg(target_arch = "x86_64")]
        let all = [
            vnni::Encoding::detect().map(Self::Vnni),
            std::arch::is_x86_feature_detected!("avx2").then_some(Self::Avx2),
            Some(Self::Portable),
        ];
        #[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
        let all = [Some(Self::Relaxed), Some(Self::Simd128)];
        #[cfg(all(target_arch = "wasm32", not(target_feature = "relaxed-simd")))]
        let all = [Some(Self::Simd128), Some(Self::Portable)];
        #[cfg(not(any(target_arch = "x86_64", target_arch = "wasm32")))]
        let all = [Some(Self::Portable)];
        let fits = move |kernel: &Self| layout == Layout::Bytes || kernel.layout() == Layout::Words;
        all.into_iter().flatten().filter(fits)
    }

    /// How it wants activations.
    pub(crate) fn layout(self) -> Layout {
        match self {
            Self::Portable => Layout::Words,
            #[cfg(target_arch = "wasm32")]
            Self::Simd128 => Layout::Words,
            #[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
            Self::Relaxed => Layout::Bytes,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => Layout::Words,
            #[cfg(target_arch = "x86_64")]
            Self::Vnni(_) => Layout::Bytes,
        }
    }

    /// Its name for people.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            #[cfg(target_arch = "wasm32")]
            Self::Simd128 => "simd128",
            #[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
            Self::Relaxed => "relaxed SIMD",
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => "AVX2",
            #[cfg(target_arch = "x86_64")]
            Self::Vnni(encoding) => encoding.name(),
        }
    }

    /// Tokens that it takes together when so many are left: a weight is loaded once for them, and
    /// their sums stay in the 16 vector registers that a processor has at least.
    pub(crate) fn together(self, left: usize) -> usize {
        let sizes: &[usize] = match self.layout() {
            Layout::Bytes => &[6, 4, 2, 1],
            Layout::Words => &[4, 2, 1],
        };
        sizes
            .iter()
            .copied()
            .find(|&size| size <= left)
            .unwrap_or(1)
    }
}

/// A group of tokens; `quants` and `scales` are `[columns / 32, tokens]`.
#[derive(Clone, Copy)]
pub(crate) struct Tokens<'a, Q> {
    pub(crate) tokens: usize,
    pub(crate) quants: &'a [[Q; BLOCK]],
    pub(crate) scales: &'a [f32],
}

impl Kernel {
    /// Fills `y`, `[tokens, 8]`.
    pub(crate) fn words<B: Block>(self, w: Group<B>, x: Tokens<i16>, y: &mut [[f32; ROWS]]) {
        match self {
            #[cfg(target_arch = "wasm32")]
            Self::Simd128 => simd128::rows(w, x, y),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => avx2::rows(w, x, y),
            _ => portable::rows(w, x, y),
        }
    }

    /// Fills `y`, `[tokens, 8]`.
    pub(crate) fn bytes<B: Block>(self, w: Group<B>, x: Tokens<u8>, y: &mut [[f32; ROWS]]) {
        match self {
            #[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
            Self::Relaxed => relaxed::rows(w, x, y),
            #[cfg(target_arch = "x86_64")]
            Self::Vnni(encoding) => encoding.rows(w, x, y),
            _ => {
                let Tokens { tokens, .. } = x;
                let _ = (w, y);
                unreachable!("{self:?} takes words, {tokens} tokens of bytes were given")
            }
        }
    }
}
