use std::cell::RefCell;
use std::rc::Rc;

use convlab_core::data::{DataSet, Pixels, Split};
use convlab_core::device::gpu::{Gpu, Options, Share};
use convlab_core::device::{Device, DeviceError, Usage};
use convlab_core::judge;
use convlab_core::plan::{
    At, Buffer, Builder, Constants, Grid, Kernel, Mode, Operand, RING, Real, Shape, StepRecord,
};
use convlab_core::session::{Query, Session, SharedDevice, Told};
use convlab_core::state::Fill;
use pollster::block_on;

use crate::devices::{SGD, network};

/// The adapter of this machine, imitations included; `CONVLAB_ADAPTER` names one that must be there.
/// Where there is none at all, says so and gives nothing.
pub fn open() -> Option<Gpu> {
    open_with(Options::default())
}

/// The same, with kernels in the form that shares memory wherever there is one.
pub fn open_sharing() -> Option<Gpu> {
    open_with(Options { share: Some(Share::Always), ..Options::default() })
}

/// The same, without its subgroups.
pub fn open_alone() -> Option<Gpu> {
    open_with(Options { alone: true, ..Options::default() })
}

fn open_with(options: Options) -> Option<Gpu> {
    let adapter = std::env::var("CONVLAB_ADAPTER").ok();
    let named = adapter.is_some();
    match block_on(Gpu::open(&Options { adapter, software: true, ..options })) {
        Ok(gpu) => {
            println!("Judging {}.", gpu.name());
            Some(gpu)
        }
        Err(DeviceError::Absent(why)) if !named => {
            println!("Skipped, for there is no adapter: {why}.");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

fn images() -> Rc<DataSet> {
    Rc::new(DataSet {
        shape: [1, 1, 3],
        classes: 2,
        pixels: Pixels::Bytes(vec![1, 2, 3, 4, 5, 6]),
        labels: vec![0, 1],
        table: vec![1, 0],
        ..DataSet::default()
    })
}

fn state(gpu: &mut Gpu, len: usize) -> (convlab_core::plan::Plan, convlab_core::device::StateId) {
    let mut plan = Builder::new(Mode::Train { frozen: vec![] }, 1);
    plan.parameter("weight", &[len], Fill::Constant(0.0));
    plan.value("x", Shape::vector(5));
    let plan = plan.finish();
    let state = gpu.create_state(&plan.layout).unwrap();
    (plan, state)
}

/// Images lie across the seams: whatever the pieces are, the batch has the same bits.
#[test]
fn pixels_in_several_shards_are_the_same_images() {
    for floats in [false, true] {
        let case = network(Mode::Evaluate, SGD, floats);
        let words = if floats { 9 * 216 } else { 9 * 54 };
        let mut batches = Vec::new();
        for shard in [words, words / 2 + 5, words / 3 + 1] {
            let Some(mut gpu) = open() else { return };
            gpu.set_shard(shard);
            let data = gpu.create_data(&case.data).unwrap();
            let state = gpu.create_state(&case.plan.layout).unwrap();
            let program = gpu.create_program(&case.plan, state, data).unwrap();
            gpu.run(program, &[case.record], 0..1).unwrap();
            batches.push(block_on(gpu.read(program, &case.plan.steps[0].writes)).unwrap());
        }
        assert!(batches.iter().all(|batch| *batch == batches[0]), "floats: {floats}");
        assert!(batches[0][0].iter().any(|&x| x != 0.0));
    }
    let Some(mut gpu) = open() else { return };
    gpu.set_shard(100);
    let why = gpu.create_data(&network(Mode::Evaluate, SGD, false).data).unwrap_err();
    assert!(matches!(why, DeviceError::OutOfMemory(_)), "{why}");
}

#[test]
fn arenas_and_values_keep_what_is_written() {
    let Some(mut gpu) = open() else { return };
    let (plan, state) = state(&mut gpu, 3);
    let data = gpu.create_data(&images()).unwrap();
    let program = gpu.create_program(&plan, state, data).unwrap();
    let numbers: Vec<f32> = (0..64).map(|i| i as f32 / 8.0).collect();
    gpu.write_state(state, Buffer::Parameters, &numbers);
    assert_eq!(block_on(gpu.read_state(state, Buffer::Parameters)).unwrap(), numbers);
    assert_eq!(block_on(gpu.read_state(state, Buffer::Statistics)).unwrap(), [0.0; 0]);
    let x = |offset, len| Operand { buffer: Buffer::Value(0), offset, len };
    gpu.write(program, x(1, 3), &[7.0, 8.0, 9.0]);
    let weight = Operand { buffer: Buffer::Parameters, offset: 8, len: 2 };
    let read = block_on(gpu.read(program, &[x(0, 5), weight, x(2, 0)])).unwrap();
    assert_eq!(read, [vec![0.0, 7.0, 8.0, 9.0, 0.0], vec![1.0, 1.125], vec![]]);
}

#[test]
fn usage_counts_and_everything_is_given_back() {
    let Some(mut gpu) = open() else { return };
    let idle = gpu.usage();
    assert_eq!(idle, Usage { buffers: 1, bytes: 256 * RING as u64 });
    let (plan, state) = state(&mut gpu, 3);
    // Parameters and gradients of 64 words each; the empty statistics take one.
    assert_eq!(gpu.usage(), Usage { buffers: idle.buffers + 3, bytes: idle.bytes + 2 * 256 + 4 });
    let data = gpu.create_data(&images()).unwrap();
    let program = gpu.create_program(&plan, state, data).unwrap();
    // Pixels, labels and table of two words each, two empty shards of one word, and x.
    assert_eq!(
        gpu.usage(),
        Usage { buffers: idle.buffers + 9, bytes: idle.bytes + 516 + 3 * 8 + 2 * 4 + 20 }
    );
    let reply = gpu.read_state(state, Buffer::Parameters);
    assert_eq!(gpu.usage().buffers, idle.buffers + 10, "a read under way holds a buffer");
    block_on(reply).unwrap();
    gpu.free_program(program);
    gpu.free_data(data);
    gpu.free_state(state);
    assert_eq!(gpu.usage(), idle);
}

#[test]
fn what_does_not_fit_is_refused_and_leaves_nothing() {
    let Some(mut gpu) = open() else { return };
    let idle = gpu.usage();
    let data = gpu.create_data(&images()).unwrap();
    let (plan, state) = state(&mut gpu, 3);
    let mut huge = Builder::new(Mode::Evaluate, 1);
    huge.value("x", Shape::vector(1 << 33));
    assert_eq!(gpu.create_program(&huge.finish(), state, data), Err(DeviceError::OutOfMemory(1 << 35)));
    let program = gpu.create_program(&plan, state, data).unwrap();
    assert!(gpu.run(program, &[StepRecord::default()], 0..0).is_ok(), "the device still works");
    gpu.free_program(program);
    gpu.free_state(state);
    gpu.free_data(data);
    assert_eq!(gpu.usage(), idle);
}

/// Kernels are compiled ahead, each once, and whoever waits is told how many.
#[test]
fn kernels_are_compiled_once_and_counted() {
    let Some(gpu) = open() else { return };
    let device: SharedDevice = Rc::new(RefCell::new(gpu));
    let setup = judge::noise("lenet", [1, 28, 28], 2).unwrap();
    let told = Rc::new(RefCell::new(Vec::new()));
    let hear: Told = {
        let told = Rc::clone(&told);
        Rc::new(move |done, total| told.borrow_mut().push((done, total)))
    };
    let each_once = |least: usize| {
        let told = told.take();
        let total = told.len();
        assert!(total >= least, "{told:?}");
        assert_eq!(told, (1..=total).map(|done| (done, total)).collect::<Vec<_>>());
    };
    block_on(Session::compile(&device, setup.clone(), &*hear)).unwrap();
    each_once(10);
    block_on(Session::compile(&device, setup.clone(), &*hear)).unwrap();
    assert_eq!(told.take(), [], "all are known");
    let mut session = Session::open(Rc::clone(&device), setup).unwrap();
    assert_eq!(device.borrow().uncompiled(session.plan()), Ok(vec![]), "the session runs what was compiled");
    session.tell(hear);
    block_on(session.evaluate(Split::Train, None)).unwrap();
    each_once(5);
    block_on(session.inspect(&Query { stats: true, ..Query::default() })).unwrap();
    each_once(5);
    block_on(session.turn(2)).unwrap();
    session.freeze(&["0".to_owned()]).unwrap();
    block_on(session.turn(2)).unwrap();
    each_once(1);
}

/// Its shader is none.
#[derive(Clone, Debug)]
struct Broken;

impl Kernel<1, 1> for Broken {
    const NAME: &'static str = "test/broken";
    const WGSL: &'static [&'static str] = &["fn main("];

    fn constants(&self) -> Constants {
        Vec::new()
    }

    fn grid(&self) -> Grid {
        Grid::cover(1, 64)
    }

    fn reference<T: Real>(&self, _at: &At, _reads: [&[T]; 1], _writes: [&mut [T]; 1]) {}
}

/// Whoever asks again for a kernel that the device has refused is refused, too.
#[test]
fn a_refused_kernel_stays_unknown() {
    let Some(mut gpu) = open() else { return };
    let data = gpu.create_data(&images()).unwrap();
    let mut plan = Builder::new(Mode::Evaluate, 1);
    let [x, y] = ["x", "y"].map(|name| plan.value(name, Shape::vector(4)));
    plan.run(Broken, [x], [y]);
    let plan = plan.finish();
    let state = gpu.create_state(&plan.layout).unwrap();
    for _ in 0..2 {
        assert_eq!(gpu.uncompiled(&plan), Ok(vec![0]));
        assert!(block_on(gpu.compile(&plan.steps[0])).is_err());
        assert!(gpu.create_program(&plan, state, data).is_err());
    }
    assert!(gpu.health().check().is_ok(), "the device still works");
}

#[test]
fn what_was_freed_is_an_error() {
    let Some(mut gpu) = open() else { return };
    let data = gpu.create_data(&images()).unwrap();
    let (plan, state) = state(&mut gpu, 3);
    let program = gpu.create_program(&plan, state, data).unwrap();
    gpu.free_data(data);
    let freed = |what: &str| Err(DeviceError::Invalid(format!("the {what} was freed")));
    assert_eq!(gpu.run(program, &[StepRecord::default()], 0..0), freed("data set"));
    gpu.free_state(state);
    assert_eq!(gpu.run(program, &[StepRecord::default()], 0..0), freed("state"));
    assert!(block_on(gpu.read_state(state, Buffer::Parameters)).is_err());
    gpu.free_program(program);
    assert_eq!(gpu.run(program, &[StepRecord::default()], 0..0), freed("program"));
}

#[test]
fn imitations_are_refused_with_a_sentence() {
    let Some(gpu) = open() else { return };
    let Some(why) = gpu.info().software() else {
        println!("Skipped, for {} is real.", gpu.name());
        return;
    };
    let adapter = Some(gpu.info().name.clone());
    let refused = block_on(Gpu::open(&Options { adapter, ..Options::default() }));
    assert_eq!(refused.err(), Some(DeviceError::Absent(why)));
    let missing = Options { adapter: Some("no such adapter".to_owned()), ..Options::default() };
    let error = block_on(Gpu::open(&missing)).err().unwrap().to_string();
    assert!(error.contains("no adapter is called `no such adapter`"), "{error}");
}
