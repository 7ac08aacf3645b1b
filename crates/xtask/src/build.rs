//! The module, once with and once without relaxed SIMD, then the npm packages that carry both.

use anyhow::Result;
use xshell::Shell;

use crate::node::npm;
use crate::notices;
use crate::wasm::{self, Variant};

/// Builds everything that the page loads.
pub(crate) fn run(sh: &Shell, dev: bool) -> Result<()> {
    let modules = Variant::products(dev);
    for module in &modules {
        wasm::build(sh, module)?;
    }
    // Both are compiled from the same packages.
    notices::write(sh, modules[0].package)?;
    npm(sh, &["run", "build"])
}
