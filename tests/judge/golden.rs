//! The CPU against the GPU over the golden networks.

use std::fs;
use std::path::Path;

use convlab_core::device::cpu::Cpu;
use convlab_core::golden::{Case, Folder, losses};
use pollster::block_on;

use crate::gpu;

#[test]
fn cpu_and_gpu_follow_the_same_losses() {
    let Some(mut gpu) = gpu::open() else { return };
    let at = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/torch");
    let open = |name: &str| fs::read(at.join(name)).map_err(|why| why.to_string());
    let folder = Folder::read(&open("cases.json").unwrap(), open).unwrap();
    let mut networks = 0;
    for entry in &folder.entries {
        let Ok(Case::Net(case)) = &entry.case else { continue };
        let ours = block_on(losses(case, &folder.files, &mut Cpu::default())).unwrap();
        let theirs = block_on(losses(case, &folder.files, &mut gpu)).unwrap();
        for (step, (cpu, gpu)) in ours.iter().zip(&theirs).enumerate() {
            let allowed = 4.0 * case.loss_atol[step];
            assert!((cpu - gpu).abs() <= allowed, "{}, step {step}: {cpu} and {gpu}", entry.name);
        }
        // Twice on one device: the same bits.
        assert_eq!(block_on(losses(case, &folder.files, &mut gpu)), Ok(theirs), "{}", entry.name);
        networks += 1;
    }
    assert!(networks >= 11, "only {networks} networks");
}
