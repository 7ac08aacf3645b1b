//! Writes the random models that `tests/oracle` computes logits of, and one that llama.cpp quantizes there:
//! `random_models DIRECTORY`.

use foretab_model::testing::Random;

fn main() -> std::io::Result<()> {
    let directory = std::path::PathBuf::from(std::env::args().nth(1).expect("a directory"));
    let to_quantize = ("to-quantize".into(), Random::to_quantize());
    for (name, random) in Random::oracle().into_iter().chain([to_quantize]) {
        std::fs::write(directory.join(format!("{name}.gguf")), random.gguf())?;
    }
    Ok(())
}
