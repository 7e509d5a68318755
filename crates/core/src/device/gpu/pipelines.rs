use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::faults::Outcome;
use super::sized::sized;
use crate::plan::{AnyKernel, Grid, Resources, Step, StepRecord};
use crate::shared::by_subgroups;

/// Name, address of the WGSL, the bits of the constants, and the lengths of the operands.
type Key = (&'static str, usize, Vec<(&'static str, u64)>, Vec<usize>);

/// With more pipelines than this, those that no program uses are given back.
const MOST: usize = 256;

/// Whether kernels take the form that shares memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// Never: what imitates a GPU runs invocations that wait one by one.
    Never,
    /// Where the shape gains by it.
    WherePays,
    /// Wherever there is one: a test of that form by small shapes.
    Always,
}

/// Browsers want to be told; naga takes subgroups as they come, and not this line.
const ENABLE: &str = if cfg!(target_arch = "wasm32") { "enable subgroups;" } else { "" };

/// A pipeline, and how the commands that made it ended.
struct Made {
    pipeline: Rc<wgpu::ComputePipeline>,
    outcome: Rc<Outcome>,
}

/// Pipelines, shared by all programs of a device: another plan with the same sizes compiles nothing.
pub(super) struct Pipelines {
    share: Share,
    /// Invocations that certainly lie in one subgroup; 1 where none are used.
    lanes: u32,
    operands: BTreeMap<(usize, usize), wgpu::BindGroupLayout>,
    resources: BTreeMap<usize, wgpu::BindGroupLayout>,
    pipelines: BTreeMap<Key, Made>,
    /// Compiled ahead, held until the next program is made.
    ahead: Vec<Rc<wgpu::ComputePipeline>>,
}

impl Pipelines {
    pub fn new(share: Share, lanes: u32) -> Self {
        Self {
            share,
            lanes,
            operands: BTreeMap::new(),
            resources: BTreeMap::new(),
            pipelines: BTreeMap::new(),
            ahead: Vec::new(),
        }
    }

    /// The WGSL files and the workgroups of the form that a kernel takes on this device.
    pub fn form(&self, kernel: &dyn AnyKernel) -> (&'static [&'static str], Grid) {
        let sharing = kernel.sharing().filter(|form| match self.share {
            Share::Never => false,
            Share::WherePays => form.pays,
            Share::Always => true,
        });
        sharing.map_or((kernel.wgsl(), kernel.grid()), |form| (form.wgsl, form.grid))
    }

    /// Layout of group 0: operands read, then operands written.
    pub fn operands(&mut self, device: &wgpu::Device, arity: (usize, usize)) -> &wgpu::BindGroupLayout {
        self.operands.entry(arity).or_insert_with(|| {
            let (reads, writes) = arity;
            let entries: Vec<_> = (0..reads + writes).map(|i| storage(i, i < reads)).collect();
            layout(device, "operands", &entries)
        })
    }

    /// Layout of group 1: the step record, then the data set.
    pub fn resources(&mut self, device: &wgpu::Device, resources: Resources) -> &wgpu::BindGroupLayout {
        let bindings = bindings(resources);
        self.resources.entry(bindings).or_insert_with(|| {
            let entries: Vec<_> =
                (0..bindings).map(|i| if i == 0 { record() } else { storage(i, true) }).collect();
            layout(device, "resources", &entries)
        })
    }

    fn key(&self, step: &Step) -> Key {
        let kernel = &*step.kernel;
        let (wgsl, _) = self.form(kernel);
        let bits = kernel.constants().iter().map(|&(name, x)| (name, x.to_bits())).collect();
        let lens = step.reads.iter().chain(&step.writes).map(|at| at.len).collect();
        (kernel.name(), wgsl.as_ptr().addr(), bits, lens)
    }

    /// The pipeline of a key, unless it was refused.
    fn known(&self, key: &Key) -> Option<&Rc<wgpu::ComputePipeline>> {
        let made = self.pipelines.get(key)?;
        made.outcome.check().is_ok().then_some(&made.pipeline)
    }

    /// The steps whose kernels have no pipeline yet, one for each pipeline.
    pub fn missing(&self, steps: &[Step]) -> Vec<usize> {
        let mut keys = BTreeSet::new();
        let mut is_new = |step: &Step| {
            let key = self.key(step);
            self.known(&key).is_none() && keys.insert(key)
        };
        (0..steps.len()).filter(|&at| is_new(&steps[at])).collect()
    }

    /// Makes a pipeline ahead of its program.
    pub fn make_ahead(&mut self, device: &wgpu::Device, step: &Step, outcome: &Rc<Outcome>) {
        let pipeline = self.pipeline(device, step, outcome);
        self.ahead.push(pipeline);
    }

    /// Lets go of what was made ahead.
    pub fn let_go(&mut self) {
        self.ahead.clear();
    }

    /// The pipeline of a step's kernel with its constants, for operands of their lengths. What has to be
    /// made belongs to an outcome.
    pub fn pipeline(
        &mut self,
        device: &wgpu::Device,
        step: &Step,
        outcome: &Rc<Outcome>,
    ) -> Rc<wgpu::ComputePipeline> {
        let kernel = &*step.kernel;
        let key = self.key(step);
        if let Some(pipeline) = self.known(&key) {
            return Rc::clone(pipeline);
        }
        let mut groups = vec![self.operands(device, kernel.arity()).clone()];
        if kernel.resources() != Resources::None {
            groups.push(self.resources(device, kernel.resources()).clone());
        }
        let mut constants = kernel.constants();
        let mut files = self.form(kernel).0.to_vec();
        if self.lanes > 1
            && let Some(reducing) = by_subgroups(&files)
        {
            constants.push(("LANES", f64::from(self.lanes)));
            files = [vec![ENABLE], reducing].concat();
        }
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some(kernel.name()),
            source: wgpu::ShaderSource::Wgsl(sized(&files.join("\n"), &key.3).into()),
        });
        let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some(kernel.name()),
            bind_group_layouts: &groups.iter().map(Some).collect::<Vec<_>>(),
            immediate_size: 0,
        });
        let pipeline = Rc::new(device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some(kernel.name()),
            layout: Some(&layout),
            module: &module,
            entry_point: Some("main"),
            compilation_options: wgpu::PipelineCompilationOptions {
                constants: &constants,
                ..wgpu::PipelineCompilationOptions::default()
            },
            cache: None,
        }));
        if self.pipelines.len() >= MOST {
            self.pipelines.retain(|_, made| Rc::strong_count(&made.pipeline) > 1);
        }
        let made = Made { pipeline: Rc::clone(&pipeline), outcome: Rc::clone(outcome) };
        self.pipelines.insert(key, made);
        pipeline
    }
}

/// Most pieces that the pixels of a data set lie in.
pub(super) const SHARDS: usize = 3;

/// Bindings of group 1.
fn bindings(resources: Resources) -> usize {
    match resources {
        Resources::None => 0,
        Resources::Record => 1,
        Resources::Data => 3 + SHARDS,
    }
}

fn layout(
    device: &wgpu::Device,
    label: &str,
    entries: &[wgpu::BindGroupLayoutEntry],
) -> wgpu::BindGroupLayout {
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: Some(label), entries })
}

fn storage(binding: usize, read_only: bool) -> wgpu::BindGroupLayoutEntry {
    entry(binding, wgpu::BufferBindingType::Storage { read_only }, false, None)
}

fn record() -> wgpu::BindGroupLayoutEntry {
    let size = wgpu::BufferSize::new(size_of::<StepRecord>() as u64);
    entry(0, wgpu::BufferBindingType::Uniform, true, size)
}

fn entry(
    binding: usize,
    ty: wgpu::BufferBindingType,
    has_dynamic_offset: bool,
    min_binding_size: Option<wgpu::BufferSize>,
) -> wgpu::BindGroupLayoutEntry {
    wgpu::BindGroupLayoutEntry {
        binding: binding as u32,
        visibility: wgpu::ShaderStages::COMPUTE,
        ty: wgpu::BindingType::Buffer { ty, has_dynamic_offset, min_binding_size },
        count: None,
    }
}

/// A bind group with these buffers at bindings 0, 1, ...
pub(super) fn bind(
    device: &wgpu::Device,
    label: &str,
    layout: &wgpu::BindGroupLayout,
    buffers: Vec<wgpu::BindingResource>,
) -> wgpu::BindGroup {
    let entry = |(i, resource)| wgpu::BindGroupEntry { binding: i as u32, resource };
    let entries: Vec<_> = buffers.into_iter().enumerate().map(entry).collect();
    device.create_bind_group(&wgpu::BindGroupDescriptor { label: Some(label), layout, entries: &entries })
}
