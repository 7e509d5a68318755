//! Every kernel's WGSL is valid by naga (Firefox's compiler) and keeps to WebGPU's default limits.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use convlab_core::judge::Single;
use convlab_core::plan::{AnyKernel, Mode, Plan};
use convlab_core::shared::by_subgroups;
use naga::valid::{Capabilities, ShaderStages, SubgroupOperationSet, ValidationFlags, Validator};
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
    plans.extend(crate::fused::fused_plans());
    plans.push(crate::augment::plan(&images([3, 8, 9], false)));
    plans
}

/// The WGSL files of a form of a kernel.
type Sources = Vec<&'static str>;

/// A kernel, and whether the form is the one by subgroups.
type Form = (Arc<dyn AnyKernel>, bool);

fn kernels() -> BTreeMap<(&'static str, Sources), Form> {
    let kernels = plans().into_iter().flat_map(|plan| plan.steps).map(|step| step.kernel);
    let forms = |kernel: Arc<dyn AnyKernel>| {
        let sharing = kernel.sharing().map(|form| (form.wgsl.to_vec(), false));
        let reducing = by_subgroups(kernel.wgsl()).map(|wgsl| (wgsl, true));
        let forms = [Some((kernel.wgsl().to_vec(), false)), sharing, reducing].into_iter().flatten();
        forms.map(move |(wgsl, by_subgroups)| ((kernel.name(), wgsl), (Arc::clone(&kernel), by_subgroups)))
    };
    kernels.flat_map(forms).collect()
}

fn parse(sources: &Sources, (kernel, by_subgroups): &Form) -> Module {
    let source = sources.join("\n");
    let module = naga::front::wgsl::parse_str(&source)
        .unwrap_or_else(|e| panic!("{}: {}", kernel.name(), e.emit_to_string(&source)));
    let capabilities = if *by_subgroups { Capabilities::SUBGROUP } else { Capabilities::empty() };
    let mut validator = Validator::new(ValidationFlags::all(), capabilities);
    validator.subgroup_stages(ShaderStages::COMPUTE).subgroup_operations(SubgroupOperationSet::all());
    if let Err(error) = validator.validate(&module) {
        panic!("{}: {}", kernel.name(), error.emit_to_string(&source));
    }
    module
}

#[test]
fn naga_takes_every_kernel() {
    for ((name, sources), form) in kernels() {
        let module = parse(&sources, &form);
        let names = |all: bool| -> BTreeSet<&str> {
            let known = module.overrides.iter().filter(|(_, o)| all || o.init.is_none());
            known.filter_map(|(_, o)| o.name.as_deref()).collect()
        };
        let lanes = form.1.then_some("LANES");
        let given: BTreeSet<_> =
            form.0.constants().into_iter().map(|(constant, _)| constant).chain(lanes).collect();
        assert!(given.is_subset(&names(true)), "{name}: not all of {given:?} are declared");
        // What follows from others need not be given.
        assert!(names(false).is_subset(&given), "{name}: {:?} need more than {given:?}", names(false));
    }
}

#[test]
fn every_kernel_keeps_to_the_default_limits() {
    for ((name, sources), form) in kernels() {
        let module = parse(&sources, &form);
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
    let judged: BTreeSet<&str> = kernels().into_keys().flat_map(|(_, sources)| sources).collect();
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
