//! Which kernels a model is computed with, so that they are compiled before they are needed.
//!
//! In a page wgpu only asks for that: the browser's GPU process compiles, one after the other, while the
//! weights are read. Asking by `createComputePipelineAsync`, which wgpu does not have
//! (<https://github.com/gfx-rs/wgpu/issues/3794>), would keep that process free for other things. It was
//! tried with SwiftShader, past wgpu: Chromium compiles then in a thread of low priority, which on a busy
//! machine took two or three times as long.

use model::{ActivationBits, BlockFormat, Formats};

use crate::Gpu;
use crate::kernels::Kernel;
use crate::measure::{self, Fastest};
use crate::precision::{self, Precision};
use crate::product::{Operation, Product};
use crate::remembered;
use crate::variants::{Variant, Variants};
use crate::weights::common;

impl Gpu {
    /// Compiles what a model of such formats is computed with, and what is to be measured before it.
    pub(crate) fn compile(&mut self, formats: &[Formats]) {
        if let (true, Some(formats)) = (self.measure, formats.first()) {
            match remembered::recall(self, formats.down) {
                Some(fastest) => self.take(fastest),
                None => self.compile_each(measure::kernels(self, formats.down)),
            }
        }
        let few = self.kernels.shares.few_invocations();
        let (least, more) = attention(few);
        let queries = more.iter().copied().chain([least]);
        self.compile_each(queries.map(|queries| Kernel::Attention(queries as u32)));
        if !few {
            self.compile_each([Kernel::AttentionMerge]);
        }
        self.compile_each([Kernel::ArgmaxMerge]);
        for formats in formats {
            self.compile_each([Kernel::Embed(formats.embedding)]);
            self.compile_each(products(formats, &self.variants, self.precision));
        }
    }

    /// Settles how a model of such formats is computed, as far as that needs no measuring.
    pub(crate) fn decide(&mut self, formats: &[Formats]) {
        let can_be_rounded = self.bits == ActivationBits::Eight
            && self.device.has_dots
            && precision::can_be_rounded(formats);
        self.precision = self.asked.filter(|_| can_be_rounded).unwrap_or_default();
        self.undecided = self.asked.is_none() && can_be_rounded;
    }

    /// Remembers how it computes now.
    pub(crate) fn note_fastest(&self, formats: &[Formats]) {
        if let Some(formats) = formats.first() {
            let &Self {
                variants,
                precision,
                ref recorder,
                ..
            } = self;
            let fastest = Fastest {
                variants,
                precision,
                products: recorder.most_products,
            };
            remembered::note(self, formats.down, fastest);
        }
    }

    /// Computes so from now on.
    pub(crate) fn take(&mut self, fastest: Fastest) {
        self.variants = fastest.variants;
        self.precision = fastest.precision;
        self.recorder.most_products = fastest.products;
        self.measure = false;
    }

    fn compile_each(&mut self, kernels: impl IntoIterator<Item = Kernel>) {
        for kernel in kernels {
            self.kernels.compile(&self.device.raw, kernel);
        }
    }
}

/// For how many queries at once there are kernels of attention: the least, and more, the most first.
pub(crate) fn attention(few_invocations: bool) -> (usize, &'static [usize]) {
    if few_invocations {
        (4, &[8])
    } else {
        (1, &[8, 4, 2])
    }
}

/// Every product of a pass, whatever its tokens.
fn products(formats: &Formats, variants: &Variants, precision: Precision) -> Vec<Kernel> {
    let products: [(Operation, BlockFormat); 5] = [
        (Operation::QueryKeyValue, common(&formats.query_key_value)),
        (Operation::ProjectAdd, formats.output),
        (Operation::GateUpSilu, common(&formats.gate_up)),
        (Operation::ProjectAdd, formats.down),
        (Operation::Argmax, formats.head),
    ];
    let of = |variant: Variant| {
        products.map(|(operation, format)| {
            Kernel::Product(Product::new(operation, format, variant, precision))
        })
    };
    variants
        .iter()
        .flat_map(|(_, variant)| of(variant))
        .collect()
}
