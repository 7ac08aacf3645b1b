//! The module, then the npm packages that carry it.

use anyhow::Result;
use xshell::Shell;

use crate::node::npm;
use crate::wasm::{self, Variant};

/// Builds everything that the page loads.
pub(crate) fn run(sh: &Shell, dev: bool) -> Result<()> {
    wasm::build(sh, &Variant::product(dev))?;
    npm(sh, &["run", "build"])
}
