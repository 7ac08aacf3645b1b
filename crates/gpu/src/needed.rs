//! Which kernels a model is computed with, so that they are compiled before they are needed.
//!
//! In a page wgpu only asks for that: the browser's GPU process compiles, one after the other, while the
//! weights are read. Asking by `createComputePipelineAsync`, which wgpu does not have
//! (<https://github.com/gfx-rs/wgpu/issues/3794>), would keep that process free for other things. It was
//! tried with SwiftShader, past wgpu: Chromium compiles then in a thread of low priority, which on a busy
//! machine took two or three times as long.

use model::{ActivationBits, Formats};

use crate::Gpu;
use crate::beside::Beside;
use crate::kernels::Kernel;
use crate::measure::{self, Fastest};
use crate::precision::{self, Precision};
use crate::product::{Operation, Product};
use crate::remembered;
use crate::shared_out;
use crate::variants::{Variant, Variants};

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
        let (least, more) = shared_out::queries(few);
        let queries = more.iter().copied().chain([least]);
        self.compile_each(queries.map(|queries| Kernel::Attention(queries as u32)));
        self.compile_each([Kernel::ArgmaxMerge]);
        for formats in formats {
            self.compile_each([Kernel::Embed(formats.embedding)]);
            self.compile_each(products(formats, &self.variants, self.precision, !few));
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

/// Every product of a pass, whatever its tokens; also those of attention `in_spans`.
fn products(
    formats: &Formats,
    variants: &Variants,
    precision: Precision,
    in_spans: bool,
) -> Vec<Kernel> {
    let mut products: Vec<(Operation, Beside)> = vec![
        (
            Operation::QueryKeyValue,
            Beside::of(&formats.query_key_value),
        ),
        (Operation::ProjectAdd, formats.output.into()),
        (Operation::GateUpSilu, Beside::of(&formats.gate_up)),
        (Operation::ProjectAdd, formats.down.into()),
        (Operation::Argmax, formats.head.into()),
    ];
    if in_spans {
        products.push((Operation::ProjectAddSpans, formats.output.into()));
    }
    let of = |variant: Variant| {
        products.iter().map(move |&(operation, formats)| {
            Kernel::Product(Product::new(operation, formats, variant, precision))
        })
    };
    variants
        .iter()
        .flat_map(|(_, variant)| of(variant))
        .collect()
}
