//! The module, once with and once without relaxed SIMD, then the npm packages that carry both.

use anyhow::Result;
use xshell::Shell;

use crate::node::npm;
use crate::notices;
use crate::wasm::{self, Variant};

/// Builds everything that the page loads.
pub(crate) fn run(sh: &Shell, dev: bool) -> Result<()> {
    for module in Variant::products(dev) {
        wasm::build(sh, &module)?;
        notices::write(sh, module.package)?;
    }
    npm(sh, &["run", "build"])
}
