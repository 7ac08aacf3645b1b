//! Which kernels a model is computed with, so that they are compiled before they are needed.
//!
//! In a page wgpu only asks for that: the browser's GPU process compiles, one after the other, while the
//! weights are read. Asking by `createComputePipelineAsync`, which wgpu does not have
//! (<https://github.com/gfx-rs/wgpu/issues/3794>), would keep that process free for other things. It was
//! tried with SwiftShader, past wgpu: Chromium compiles then in a thread of low priority, which on a busy
//! machine took two or three times as long.

use model::{BlockFormat, Formats};

use crate::Gpu;
use crate::kernels::Kernel;
use crate::measure;
use crate::product::{Operation, Product};
use crate::remembered;
use crate::variants::{Variant, Variants};
use crate::weights::common;

impl Gpu {
    /// Compiles what a model of such formats is computed with, and what is to be measured before it.
    pub(crate) fn compile(&mut self, formats: &[Formats]) {
        if let (true, Some(formats)) = (self.measure, formats.first()) {
            match remembered::recall(self, formats.down) {
                Some(variants) => {
                    self.variants = variants;
                    self.measure = false;
                }
                None => self.compile_each(measure::kernels(formats.down)),
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
            self.compile_each(products(formats, &self.variants));
        }
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
fn products(formats: &Formats, variants: &Variants) -> Vec<Kernel> {
    let products: [(Operation, BlockFormat); 5] = [
        (Operation::QueryKeyValue, common(&formats.query_key_value)),
        (Operation::ProjectAdd, formats.output),
        (Operation::GateUpSilu, common(&formats.gate_up)),
        (Operation::ProjectAdd, formats.down),
        (Operation::Argmax, formats.head),
    ];
    let of = |variant: Variant| {
        products
            .map(|(operation, format)| Kernel::Product(Product::new(operation, format, variant)))
    };
    variants
        .iter()
        .flat_map(|(_, variant)| of(variant))
        .collect()
}
