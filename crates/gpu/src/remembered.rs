//! What was measured, by adapter: for the other models of a session, and as text for later sessions.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use model::BlockFormat;

use crate::Gpu;
use crate::measure::Fastest;
use crate::precision::Precision;
use crate::variants::Variants;

static KNOWN: Mutex<Table> = Mutex::new(Table(BTreeMap::new()));

/// What is fastest, by what it was measured for, [`key`].
struct Table(BTreeMap<String, Fastest>);

/// What has been measured so far or was remembered, for [`remember`] in a later session: a line for each adapter
/// and block format. Empty where there is nothing.
#[must_use]
pub fn measured() -> String {
    known().to_string()
}

/// Takes up what [`measured`] gave in an earlier session, so that it is not measured again. Of another version of
/// this crate nothing is used, nor what is broken; what was measured on another adapter stays for that.
pub fn remember(text: &str) {
    known().read(text);
}

/// What is fastest for an adapter and a format, if that is known.
pub(crate) fn recall(gpu: &Gpu, format: BlockFormat) -> Option<Fastest> {
    known().0.get(&key(gpu, format)).copied()
}

/// Notes what was measured.
pub(crate) fn note(gpu: &Gpu, format: BlockFormat, fastest: Fastest) {
    known().0.insert(key(gpu, format), fastest);
}

/// The adapter, as far as it shows itself (a browser may give no name, but limits), how its kernels are laid out,
/// and whether the precision was to be measured, too.
pub(crate) fn key(gpu: &Gpu, format: BlockFormat) -> String {
    let wgpu::AdapterInfo {
        name,
        vendor,
        device,
        driver,
        driver_info,
        backend,
        subgroup_min_size: least,
        subgroup_max_size: most,
        ..
    } = &gpu.device.info;
    let wgpu::Limits {
        max_buffer_size: buffer,
        max_storage_buffer_binding_size: binding,
        ..
    } = gpu.device.raw.limits();
    let few = gpu.kernels.shares.few_invocations();
    let activations = match (gpu.undecided, gpu.precision) {
        (true, _) => "open",
        (false, Precision::Float) => "floats",
        (false, Precision::Int8) => "integers",
    };
    let key = format!(
        "{name} {vendor:x}:{device:x} ({driver} {driver_info}, {backend:?}), subgroups of {least} to {most}, \
         buffers of {binding} and {buffer} bytes, {format:?}, few invocations: {few}, \
         activations: {activations}"
    );
    // A driver may call itself what it likes.
    key.replace(char::is_control, " ")
}

fn known() -> MutexGuard<'static, Table> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Table {
    fn read(&mut self, text: &str) {
        for line in text.lines() {
            let fields: Vec<_> = line.split('\t').collect();
            if let [VERSION, key, variants, precision, products] = fields[..]
                && let Some(variants) = Variants::parse(variants)
                && let Some(precision) = Precision::named(precision)
                && let Ok(products) = products.parse()
            {
                let fastest = Fastest {
                    variants,
                    precision,
                    products,
                };
                self.0.insert(key.into(), fastest);
            }
        }
    }
}

/// Other versions may have other kernels.
const VERSION: &str = env!("CARGO_PKG_VERSION");

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = self.0.iter();
        lines.try_for_each(|(key, fastest)| {
            let Fastest {
                variants,
                precision,
                products,
            } = fastest;
            writeln!(f, "{VERSION}\t{key}\t{variants}\t{precision}\t{products}")
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Table, VERSION};

    /// What is kept of a text.
    fn kept(text: &str) -> String {
        let mut table = Table(BTreeMap::new());
        table.read(text);
        table.to_string()
    }

    #[test]
    fn what_was_written_is_read() {
        let text = format!(
            "{VERSION}\tcard A\t1x1 1x4 2x8 4x8 4x4t 4x8t\tfloat\t1000\n{VERSION}\tcard B\t4x1 4x4 4x4 4x4 4x4 4x4\tint8\t2000\n"
        );
        assert_eq!(kept(&text), text);
    }

    #[test]
    fn what_is_broken_or_of_another_version_is_ignored() {
        let right = format!("{VERSION}\tcard\t1x1 1x4 2x8 4x8 4x4t 4x8t\tfloat\t1000\n");
        for wrong in [
            right.replace(VERSION, "0.0.1"),
            right.replace(" 4x8t", ""),         // a class is missing
            right.replace("4x8t", "4x8t 4x8t"), // there is one too many
            right.replace("2x8", "3x8"),        // no such kernel
            right.replace("1x4", "4x8t"),       // not for so few tokens
            right.replace("float", "double"),
            right.replace("1000", "-1"),
            right.replace("card\t", "card\t\t"),
            right.replace('\t', " "),
            "\0{}\n\t\t\t\n".into(),
        ] {
            assert_eq!(kept(&wrong), "", "{wrong}");
            assert_eq!(kept(&format!("{wrong}\n{right}")), right);
        }
    }
}
