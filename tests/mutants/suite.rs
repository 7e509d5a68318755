//! Every test that a mistake has to pass by.

use std::fs;
use std::path::Path;

use convlab_core::device::Device;
use convlab_core::device::cpu::Cpu;
use convlab_core::golden::{self, Case, Entry, Folder};
use pollster::block_on;

use crate::known;
use crate::mistakes::Shader;
use crate::wrong::{Bench, Mistake};

/// A known answer: one sentence when it is missed.
pub type Known = (&'static str, fn(&mut Bench) -> Result<(), String>);

/// A GPU may be this many times further out than the CPU.
const GPU_SLACK: f64 = 4.0;

/// The golden numbers and the known answers.
pub struct Suite {
    folder: Folder,
    inits: Vec<known::init::Row>,
}

impl Suite {
    /// Reads the golden numbers of the repository.
    pub fn read() -> Self {
        let at = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/torch");
        let cases = fs::read(at.join("cases.json")).unwrap();
        let open = |name: &str| fs::read(at.join(name)).map_err(|why| why.to_string());
        let folder = Folder::read(&cases, open).unwrap();
        Self { folder, inits: known::init::rows(&cases) }
    }

    /// The first test that notices a mistake on a GPU: golden cases of these operations only, for a
    /// GPU in software takes its time.
    pub fn first_failure_on(&self, gpu: &mut dyn Device, shader: &Shader) -> Result<String, String> {
        let mut bench = Bench::new(gpu, Some(&shader.mistake));
        for entry in self.folder.entries.iter().filter(|entry| shader.ops.contains(&entry.op.as_str())) {
            if let Some(why) = self.golden(entry, &mut bench, GPU_SLACK) {
                let caught = format!("golden {}: {why}", entry.name);
                // A shader that does not compile is no mistake of the kind that is looked for.
                let ran = bench.made && !why.contains("refused a command");
                return if ran { Ok(caught) } else { Err(format!("did not run: {caught}")) };
            }
        }
        Err(if bench.made { "no test notices it" } else { "the shader has no such text" }.to_owned())
    }

    /// The first test that notices the mistake, with what it says.
    pub fn first_failure(&self, mistake: Option<&Mistake>) -> Option<String> {
        let mut cpu = Cpu::default();
        let mut bench = Bench::new(&mut cpu, mistake);
        for entry in &self.folder.entries {
            if let Some(why) = self.golden(entry, &mut bench, 1.0) {
                return Some(format!("golden {}: {why}", entry.name));
            }
        }
        for (name, run) in known::ALL {
            if let Err(why) = run(&mut bench) {
                return Some(format!("{name}: {why}"));
            }
        }
        known::init::check(&self.inits, &bench).err().map(|why| format!("golden init: {why}"))
    }

    fn golden(&self, entry: &Entry, bench: &mut Bench, slack: f64) -> Option<String> {
        let case = match &entry.case {
            Ok(case) => case,
            Err(why) => return Some(why.clone()),
        };
        if let (Case::Layer(case), "lr_schedule") = (case, entry.op.as_str()) {
            return known::schedule::check(case, bench).err();
        }
        match block_on(golden::check(case, &self.folder.files, bench, slack)) {
            Ok(misses) => misses.first().map(ToString::to_string),
            Err(why) => Some(why),
        }
    }
}
