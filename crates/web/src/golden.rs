//! The golden cases and the digests of `tests/golden`, on the devices of a browser.

use convlab_core::device::Device;
use convlab_core::device::cpu::Cpu;
use convlab_core::device::gpu::{Gpu, Options, Share};
use convlab_core::golden::{self, Folder, bits};
use js_sys::{Object, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::convert::{error, field, to_js};

/// What became of the cases.
#[derive(Default, Serialize)]
struct Verdict {
    /// The adapter's name, or `CPU`.
    device: String,
    passed: usize,
    /// A sentence for each number that is out, and for each case that cannot be run.
    failures: Vec<String>,
}

/// A GPU may be this many times further out than the CPU.
const GPU_SLACK: f64 = 4.0;

async fn device(backend: &str) -> Result<(Box<dyn Device>, f64), JsValue> {
    if backend == "cpu" {
        return Ok((Box::new(Cpu::default()), 1.0));
    }
    let share = (backend == "webgpu sharing").then_some(Share::Always);
    let gpu = Gpu::open(&Options { software: true, share, ..Options::default() }).await.map_err(error)?;
    Ok((Box::new(gpu), GPU_SLACK))
}

/// Runs all cases: `cases` are the bytes of cases.json, `files` those of the files beside it, by name.
///
/// # Errors
/// One sentence when there are no cases or no device.
#[wasm_bindgen]
pub async fn golden(cases: Vec<u8>, files: Object, backend: String) -> Result<JsValue, JsValue> {
    let open = |name: &str| {
        let bytes = field(&files, name).dyn_into::<Uint8Array>();
        bytes.map(|bytes| bytes.to_vec()).map_err(|_| "The file was not given.".to_owned())
    };
    let folder = Folder::read(&cases, open).map_err(error)?;
    let (mut device, slack) = device(&backend).await?;
    let mut verdict = Verdict { device: device.name(), ..Verdict::default() };
    for entry in &folder.entries {
        let misses = match &entry.case {
            Ok(case) => golden::check(case, &folder.files, &mut *device, slack).await,
            Err(why) => Err(why.clone()),
        };
        match misses {
            Ok(misses) if misses.is_empty() => verdict.passed += 1,
            Ok(misses) => {
                let lines = misses.iter().map(|miss| format!("{}: {miss}", entry.name));
                verdict.failures.extend(lines);
            }
            Err(why) => verdict.failures.push(format!("{}: {why}", entry.name)),
        }
    }
    to_js(&verdict)
}

/// Lines of `tests/golden/bits.txt` as this device gives them; losses on the CPU only.
///
/// # Errors
/// One sentence when the device fails.
#[wasm_bindgen]
pub async fn bits(backend: String) -> Result<Vec<String>, JsValue> {
    let (mut device, _) = device(&backend).await?;
    let mut all = bits::draws(&mut *device).await.map_err(error)?;
    if backend == "cpu" {
        all.extend(bits::losses().await.map_err(error)?);
    }
    Ok(all.into_iter().map(|(name, digest)| format!("{name} {digest:016x}")).collect())
}
