//! Every kernel's WGSL is valid by naga (Firefox's compiler) and keeps to WebGPU's default limits.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use convlab_core::judge::Single;
use convlab_core::plan::{AnyKernel, Mode, Plan};
use naga::valid::{Capabilities, ValidationFlags, Validator};
use naga::{AddressSpace, Module};

use crate::catalogue::{modes, rows};
use crate::devices::{SGD, images, network, optimizers};

fn plans() -> Vec<Plan> {
    let mut plans = vec![network(Mode::Predict, SGD, false).plan];
    let train = |optimizer| network(Mode::Train { frozen: vec![] }, optimizer, false).plan;
    plans.extend(optimizers().map(train));
    for (layer, shape) in rows() {
        plans.extend(modes().map(|mode| Single::new(&*layer, shape, mode).plan));
    }
    plans.extend(crate::fused::plans());
    plans.push(crate::augment::plan(&images([3, 8, 9], false)));
    plans
}

type Sources = &'static [&'static str];

fn kernels() -> BTreeMap<(&'static str, Sources), Arc<dyn AnyKernel>> {
    let kernels = plans().into_iter().flat_map(|plan| plan.steps).map(|step| step.kernel);
    let forms = |kernel: Arc<dyn AnyKernel>| {
        let sharing = kernel.sharing().map(|form| form.wgsl);
        let sources = [Some(kernel.wgsl()), sharing].into_iter().flatten();
        sources.map(move |wgsl| ((kernel.name(), wgsl), Arc::clone(&kernel)))
    };
    kernels.flat_map(forms).collect()
}

fn parse(kernel: &dyn AnyKernel, sources: Sources) -> Module {
    let source = sources.join("\n");
    let module = naga::front::wgsl::parse_str(&source)
        .unwrap_or_else(|e| panic!("{}: {}", kernel.name(), e.emit_to_string(&source)));
    let mut validator = Validator::new(ValidationFlags::all(), Capabilities::empty());
    if let Err(error) = validator.validate(&module) {
        panic!("{}: {}", kernel.name(), error.emit_to_string(&source));
    }
    module
}

#[test]
fn naga_takes_every_kernel() {
    for ((name, sources), kernel) in kernels() {
        let module = parse(&*kernel, sources);
        let names = |all: bool| -> BTreeSet<&str> {
            let known = module.overrides.iter().filter(|(_, o)| all || o.init.is_none());
            known.filter_map(|(_, o)| o.name.as_deref()).collect()
        };
        let given: BTreeSet<_> = kernel.constants().iter().map(|&(constant, _)| constant).collect();
        assert!(given.is_subset(&names(true)), "{name}: not all of {given:?} are declared");
        // What follows from others need not be given.
        assert!(names(false).is_subset(&given), "{name}: {:?} need more than {given:?}", names(false));
    }
}

#[test]
fn every_kernel_keeps_to_the_default_limits() {
    for ((name, sources), kernel) in kernels() {
        let module = parse(&*kernel, sources);
        let storage = |space| matches!(space, AddressSpace::Storage { .. });
        let buffers = module.global_variables.iter().filter(|(_, variable)| storage(variable.space)).count();
        assert!(buffers <= 8, "{name} binds {buffers} storage buffers");
        let [entry] = &module.entry_points[..] else { panic!("{name} has not exactly one entry point") };
        assert_eq!(entry.name, "main", "{name}");
        assert!(entry.workgroup_size.iter().product::<u32>() <= 256, "{name} has too many invocations");
        let shared = module.global_variables.iter().filter(|(_, v)| v.space == AddressSpace::WorkGroup);
        let bytes: u32 = shared.map(|(_, v)| module.types[v.ty].inner.size(module.to_ctx())).sum();
        assert!(bytes <= 16 * 1024, "{name} takes {bytes} bytes of workgroup memory");
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let nested = entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    nested.filter(|path| path.extension().is_some_and(|e| e == "wgsl")).collect()
}

#[test]
fn no_wgsl_file_goes_unjudged() {
    let judged: BTreeSet<&str> =
        kernels().into_keys().flat_map(|(_, sources)| sources.iter().copied()).collect();
    for path in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/core/src")) {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split_inclusive('\n').map(|line| match line.split_once("//") {
            Some((code, _)) => format!("{code}\n"),
            None => line.to_owned(),
        });
        assert!(
            judged.contains(code.collect::<String>().as_str()),
            "no plan of this test runs {}",
            path.display()
        );
    }
}
