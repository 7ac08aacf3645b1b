//! What is said of a model beforehand, and what it takes; alone in its process, because it counts memory.

use cpu::Cpu;
use foretab_predictor::cpu_needs;
use model::testing::{Random, header};
use model::{BlockFormat, Inspection, LoadOptions, Model};
use peak_alloc::PeakAlloc;
use pollster::block_on;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

#[test]
fn a_model_takes_what_was_said() {
    for format in BlockFormat::ALL {
        let random = Random {
            hidden: 512,
            heads: 8,
            feed_forward: 1024,
            layers: 1,
            ..Random::fit(format)
        };
        let file = random.gguf();
        let parsed = header(&file).expect("a header");
        let inspection = Inspection::of(&parsed, None);
        assert_eq!(inspection.missing, [""; 0]);
        assert!((inspection.file_bytes..inspection.file_bytes + 32).contains(&(file.len() as u64)));
        let needs = cpu_needs(&inspection, parsed.data_start);
        drop(parsed);

        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let model = block_on(Model::load(
            &mut file.as_slice(),
            Cpu::new(),
            &LoadOptions::default(),
            |_, _| {},
        ));
        let peak = (MEMORY.peak_usage() - before) as u64;
        let taken = (MEMORY.current_usage() - before) as u64;
        drop(model.expect("a model"));
        assert!(
            needs.weight_bytes <= taken && taken <= needs.weight_bytes + (3 << 20),
            "{format:?}: {taken} bytes taken, {} said",
            needs.weight_bytes
        );
        assert!(peak <= needs.wasm_bytes, "{format:?}: {peak}, {needs:?}");
    }
}
