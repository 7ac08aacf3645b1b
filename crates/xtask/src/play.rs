//! The playground on this machine.

use anyhow::Result;
use xshell::Shell;

use crate::{build, node, say, setup};

/// Sets up, builds, serves until it is interrupted.
pub(crate) fn run(sh: &Shell, port: u16, dev: bool) -> Result<()> {
    setup::for_build(sh)?;
    build::run(sh, dev)?;
    say("serving the playground; Ctrl-C stops it");
    let port = port.to_string();
    let mut arguments = vec!["exec", "--workspace", "web/playground", "--"];
    arguments.extend(["vite", "preview", "--host", "localhost", "--port", &port]);
    if has_display(sh) {
        arguments.push("--open");
    }
    node::npm(sh, &arguments)
}

/// Whether a browser that is opened could be seen.
fn has_display(sh: &Shell) -> bool {
    let display = ["DISPLAY", "WAYLAND_DISPLAY"];
    !cfg!(target_os = "linux") || display.iter().any(|name| sh.var(name).is_ok())
}
