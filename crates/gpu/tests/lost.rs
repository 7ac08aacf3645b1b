//! A device that is lost while a model is on it.

use foretab_gpu::{Gpu, Options};
use model::testing::Random;
use model::{Error, LoadOptions, Model};
use pollster::block_on;

fn load() -> Model<Gpu> {
    let gpu = block_on(Gpu::new(Options::default())).unwrap_or_else(|error| {
        panic!("{error}; `cargo xtask setup` installs a Vulkan driver that needs no GPU")
    });
    let file = Random::default().gguf();
    let options = LoadOptions::default();
    block_on(Model::load(&mut file.as_slice(), gpu, &options, |_, _| ())).unwrap()
}

#[test]
fn a_lost_device_says_so_and_a_new_one_computes_the_same() {
    let mut model = load();
    let expected = block_on(model.forward(0, &[1, 2, 3], 1)).unwrap();

    model.backend().lose();
    for _ in 0..2 {
        match block_on(model.forward(0, &[1, 2, 3], 1)) {
            Err(Error::Device(message)) => assert!(message.contains("lost"), "{message}"),
            other => panic!("{other:?}"),
        }
    }
    let mut model = load();
    assert_eq!(block_on(model.forward(0, &[1, 2, 3], 1)).unwrap(), expected);
}
