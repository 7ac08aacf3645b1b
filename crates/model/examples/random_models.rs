//! Writes the random models that `tests/oracle` computes logits of: `random_models DIRECTORY`.

use foretab_model::testing::Random;

fn main() -> std::io::Result<()> {
    let directory = std::path::PathBuf::from(std::env::args().nth(1).expect("a directory"));
    for (name, random) in Random::oracle() {
        std::fs::write(directory.join(format!("{name}.gguf")), random.gguf())?;
    }
    Ok(())
}
