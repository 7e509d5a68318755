//! `convlab check`: golden cases, a line per failure.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use convlab_core::device::Device;
use convlab_core::device::cpu::Cpu;
use convlab_core::device::gpu::{Gpu, Options};
use convlab_core::golden::{self, Entry, Files, Folder, Miss};
use pollster::block_on;

use crate::args::Check;
use crate::{Done, say};

/// A GPU may be this many times further out than the CPU.
const GPU_SLACK: f64 = 4.0;

/// Runs the cases of a folder and prints what failed.
///
/// # Errors
/// One sentence when there is nothing that could be run.
pub fn run(options: &Check) -> Done {
    let folder = read(&options.folder)?;
    let known = |op: &&String| folder.entries.iter().any(|entry| entry.op == **op);
    if let Some(op) = options.only.iter().find(|op| !known(op)) {
        return Err(format!("No case in {} is about {op}.", options.folder.display()));
    }
    let wanted = |entry: &&Entry| options.only.is_empty() || options.only.contains(&entry.op);
    let entries: Vec<&Entry> = folder.entries.iter().filter(wanted).collect();
    if entries.is_empty() {
        return Err(format!("There is no case in {}.", options.folder.display()));
    }
    let (mut device, slack) = device(options)?;
    let mut failed = 0;
    for entry in &entries {
        match examine(entry, &folder.files, device.as_mut(), slack) {
            Ok(misses) if misses.is_empty() => {}
            Ok(misses) => {
                failed += 1;
                misses.iter().try_for_each(|miss| say(format!("{}: {miss}", entry.name)))?;
            }
            Err(why) => {
                failed += 1;
                say(format!("{}: {why}", entry.name))?;
            }
        }
    }
    say(format!("{} passed, {failed} failed", entries.len() - failed))?;
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn device(options: &Check) -> Result<(Box<dyn Device>, f64), String> {
    if options.gpu {
        let any = Options { software: true, ..Options::default() };
        let gpu = block_on(Gpu::open(&any)).map_err(|why| why.to_string())?;
        return Ok((Box::new(gpu), GPU_SLACK));
    }
    let mut cpu = Cpu::default();
    cpu.reference = options.reference;
    Ok((Box::new(cpu), 1.0))
}

fn examine(entry: &Entry, files: &Files, device: &mut dyn Device, slack: f64) -> Result<Vec<Miss>, String> {
    block_on(golden::check(entry.case.as_ref()?, files, device, slack))
}

fn read(folder: &Path) -> Result<Folder, String> {
    let list = folder.join("cases.json");
    let cases = fs::read(&list).map_err(|why| format!("{} cannot be read: {why}.", list.display()))?;
    let open =
        |name: &str| fs::read(folder.join(name)).map_err(|why| format!("The file cannot be read: {why}."));
    Folder::read(&cases, open).map_err(|why| format!("{}: {why}", list.display()))
}
