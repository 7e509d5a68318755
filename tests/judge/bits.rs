//! The same bits everywhere: draws on every device, losses on every CPU.
//!
//! The browser holds its own against the same file (`tests/web/golden.test.mjs`).

use std::path::Path;
use std::{env, fs};

use convlab_core::device::cpu::Cpu;
use convlab_core::golden::bits::{Digest, draws, losses};
use pollster::block_on;

use crate::gpu;

fn printed(digests: &[Digest]) -> String {
    digests.iter().map(|(name, digest)| format!("{name} {digest:016x}\n")).collect()
}

#[test]
fn bits_are_the_committed_ones() {
    let mut all = block_on(draws(&mut Cpu::default())).unwrap();
    all.extend(block_on(losses()).unwrap());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/bits.txt");
    if env::var_os("CONVLAB_BLESS").is_some() {
        fs::write(&path, printed(&all)).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(printed(&all), committed, "bits have changed: raise NUMERICS and run `cargo xtask golden`");
    let mut different: Vec<u64> = all.iter().map(|(_, digest)| *digest).collect();
    different.sort_unstable();
    different.dedup();
    assert_eq!(different.len(), all.len(), "two digests are equal");
}

#[test]
fn draws_have_the_same_bits_with_the_references_and_on_the_gpu() {
    let want = block_on(draws(&mut Cpu::default())).unwrap();
    let mut reference = Cpu::default();
    reference.reference = true;
    assert_eq!(block_on(draws(&mut reference)), Ok(want.clone()));
    let Some(mut gpu) = gpu::open() else { return };
    assert_eq!(block_on(draws(&mut gpu)), Ok(want));
}
