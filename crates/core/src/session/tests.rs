use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use super::*;
use crate::data::{Images, Pixels, Sizes, Standardize};
use crate::device::cpu::Cpu;
use crate::init::{Init, InitKind};
use crate::layers::Chain;
use crate::layers::activation::{Activation, Kind};
use crate::layers::dense::Dense;
use crate::layers::flatten::Flatten;
use crate::layers::norm::{Norm, Over};
use crate::optimizer::Optimizer;
use crate::plan::{Operand, Shape};
use crate::spec::{Experiment, Start};

/// Three classes of 4x4 images: a bright row each, with noise.
pub(super) fn data() -> Rc<DataSet> {
    let labels: Vec<u32> = (0..200).map(|i| i % 3).collect();
    let pixels = labels.iter().enumerate().flat_map(|(n, &class)| {
        (0..16).map(move |i| {
            let noise =
                crate::shared::random::word(5, crate::shared::random::Stream::Shapes, 0, n as u32, i) >> 26;
            (if i / 4 == class { 180 } else { 20 }) + noise as u8
        })
    });
    let images = Images {
        shape: [1, 4, 4],
        names: ["a", "b", "c"].map(str::to_owned).to_vec(),
        pixels: Pixels::Bytes(pixels.collect()),
        labels,
        tests: 0,
    };
    let sizes = Sizes { train: 100, val: 50, test: 50 };
    Rc::new(DataSet::new(images, sizes, 1, &Standardize::Auto).unwrap())
}

pub(super) fn setup() -> Setup {
    let init = Init { kind: InitKind::KaimingNormal, gain: 1.0, fan_out: false };
    let layers: Vec<Arc<dyn crate::layers::Layer>> = vec![
        Arc::new(Flatten),
        Arc::new(Dense { units: 8, bias: false, init }),
        Arc::new(Norm::new(Over::Batch)),
        Arc::new(Activation { kind: Kind::Relu }),
        Arc::new(Dense { units: 3, bias: true, init }),
    ];
    Setup {
        network: Network {
            chain: Chain(layers),
            input: Shape::new(1, 1, 4, 4),
            classes: 3,
            optimizer: Optimizer::Sgd { nesterov: false },
            clip: false,
            augment: false,
        },
        data: data(),
        batch: 20,
        seed: 3,
        schedule: Schedule::Constant,
        live: Live { lr: 0.05, momentum: 0.9, p: 0.0, ..Live::default() },
        frozen: Vec::new(),
        log: Vec::new(),
        start: None,
    }
}

pub(super) fn open(setup: Setup) -> Session {
    Session::open(Rc::new(RefCell::new(Cpu::default())), setup).unwrap()
}

pub(super) fn train(session: &mut Session, steps: usize) -> Vec<u64> {
    let mut bits = Vec::new();
    while bits.len() < steps {
        let turn = pollster::block_on(session.turn(steps - bits.len())).unwrap();
        assert_eq!(turn.diverged, None);
        bits.extend(turn.rows.iter().map(|row| row.loss.to_bits()));
    }
    bits
}

#[test]
fn it_learns() {
    let mut session = open(setup());
    let before = pollster::block_on(session.evaluate(Split::Val, None)).unwrap();
    train(&mut session, 40);
    let after = pollster::block_on(session.evaluate(Split::Val, None)).unwrap();
    assert!(after.loss < before.loss / 2.0 && after.accuracy > 0.9, "{before:?} {after:?}");
    assert_eq!(after.count, 50);
}

#[test]
fn the_same_seed_gives_the_same_bits() {
    let mut session = open(setup());
    let first = train(&mut session, 100);
    session.restart();
    assert_eq!(first, train(&mut session, 100));
    assert_ne!(first, train(&mut open(Setup { seed: 4, ..setup() }), 100));
}

#[test]
fn a_live_change_is_replayed_from_the_log() {
    let mut session = open(setup());
    let mut bits = train(&mut session, 20);
    assert_eq!(session.set("lr", 0.01).unwrap(), 20);
    bits.extend(train(&mut session, 20));
    let mut replay = open(session.setup().clone());
    assert_eq!(bits, train(&mut replay, 40));
    assert!(session.set("norm", 1.0).is_err());
}

/// The link of [`setup`], as far as live settings go.
pub(super) const LINK: &str = "v=1&lr=0.05&p=0";

/// A checkpoint with a live change at step 10, taken at step 17, and the bits of the 30 steps after it.
fn checkpoint() -> (Vec<u8>, Vec<u64>) {
    let mut session = open(setup());
    train(&mut session, 10);
    session.set("lr", 0.01).unwrap();
    train(&mut session, 7);
    let bytes = pollster::block_on(session.snapshot(LINK)).unwrap();
    (bytes, train(&mut session, 30))
}

#[test]
fn a_checkpoint_continues_with_the_same_bits() {
    let (bytes, rest) = checkpoint();
    let mut other = open(Setup { live: Live { lr: 0.5, ..setup().live }, ..setup() });
    other.restore(&bytes).unwrap();
    assert_eq!((other.step(), other.live().lr, other.setup().live), (17, 0.01, setup().live));
    assert_eq!(rest, train(&mut other, 30));
    assert!(other.restore(&bytes[..bytes.len() - 4]).is_err());
    assert_eq!(other.step(), 47);
}

#[test]
fn a_resumed_run_keeps_its_newer_changes() {
    let (bytes, rest) = checkpoint();
    let mut other = open(setup());
    train(&mut other, 10);
    other.set("lr", 0.01).unwrap();
    train(&mut other, 15);
    other.set("lr", 0.2).unwrap();
    other.resume(&bytes).unwrap();
    let again = train(&mut other, 30);
    assert_eq!(again[..9], rest[..9]);
    assert_ne!(again, rest);
}

/// Bytes with one word of the metadata replaced by another of the same length.
fn altered(bytes: &[u8], old: &str, new: &str) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    let at = bytes.windows(old.len()).position(|part| part == old.as_bytes()).unwrap();
    [&bytes[..at], new.as_bytes(), &bytes[at + old.len()..]].concat()
}

#[test]
fn a_foreign_checkpoint_is_refused() {
    let (bytes, _) = checkpoint();
    let mut other = open(setup());
    let version = format!("\"numerics\":\"{}\"", crate::NUMERICS);
    for (old, new, why) in [
        (version.as_str(), version.replace(char::is_numeric, "0").as_str(), "numerics version 0"),
        ("10.lr.0.01", "10.xx.0.01", "10.xx.0.01 names nothing that can change"),
        ("v=1&lr", "v=7&lr", "v=7 is not a version"),
        ("\"convlab\"", "\"another\"", "not a Convlab checkpoint"),
    ] {
        let error = other.restore(&altered(&bytes, old, new)).unwrap_err().to_string();
        assert!(error.contains(why) && error.ends_with('.'), "{error}");
        assert_eq!(other.step(), 0);
    }
}

#[test]
fn weights_begin_a_run_of_their_own() {
    let mut source = open(setup());
    train(&mut source, 40);
    let trained = pollster::block_on(source.evaluate(Split::Val, None)).unwrap();
    let weights = pollster::block_on(source.weights(LINK, &Part::default())).unwrap();

    let mut other = open(Setup { seed: 9, ..setup() });
    train(&mut other, 5);
    other.load(&weights, &Part::default()).unwrap();
    assert_eq!(other.step(), 0);
    assert_eq!(pollster::block_on(other.evaluate(Split::Val, None)).unwrap(), trained);
    let first = train(&mut other, 10);
    other.load(&weights, &Part::default()).unwrap();
    assert_eq!(first, train(&mut other, 10), "the optimiser begins anew");

    let why = other.restore(&weights).unwrap_err().to_string();
    assert!(why.contains("optim/0/1.weight"), "{why}");
    let mut plain = setup();
    plain.network.chain.0.remove(2);
    let why = open(plain).load(&weights, &Part::default()).unwrap_err().to_string();
    assert!(why.ends_with("of another network."), "{why}");
    assert_eq!(other.step(), 10);
}

#[test]
fn a_run_starts_from_the_weights_of_a_first_stage() {
    let device = || -> SharedDevice { Rc::new(RefCell::new(Cpu::default())) };
    let experiment = Experiment { start: Some(Start::Steps(70)), ..Experiment::default() };
    let stage = FirstStage::of(device(), setup(), &experiment).unwrap().unwrap();
    let weights = pollster::block_on(stage.train()).unwrap();
    let mut source = open(setup());
    train(&mut source, 70);
    let trained = pollster::block_on(source.weights(LINK, &Part::default())).unwrap();

    let mut run = open(Setup { start: Some(weights.clone()), seed: 8, ..setup() });
    let first = train(&mut run, 10);
    run.restart();
    assert_eq!(first, train(&mut run, 10));
    let mut loaded = open(Setup { seed: 8, ..setup() });
    loaded.load(&trained, &Part::default()).unwrap();
    assert_eq!(first, train(&mut loaded, 10));
    // The weights bring what their images were standardised by.
    let data = DataSet { standard: vec![[0.4, 2.0]], ..(*setup().data).clone() };
    let mut run = open(Setup { start: Some(weights.clone()), seed: 8, data: Rc::new(data), ..setup() });
    assert_eq!(first, train(&mut run, 10));
    run.restart();
    assert_eq!(first, train(&mut run, 10));

    // Other classes: the body is taken over, the classifier drawn.
    let mut other = setup();
    other.network.chain.0.pop();
    let init = Init { kind: InitKind::KaimingNormal, gain: 1.0, fan_out: false };
    other.network.chain.0.push(Arc::new(Dense { units: 4, bias: true, init }));
    other.network.classes = 4;
    let drawn = open(other.clone()).saved.arenas.swap_remove(0).1;
    let body = open(Setup { start: Some(weights), ..other }).saved.arenas.swap_remove(0).1;
    let classifier = loaded.train.plan.layout.parameters[3].at.offset;
    assert_eq!(body[..classifier], loaded.start[..classifier]);
    assert_eq!(body[classifier..], drawn[classifier..]);
}

#[test]
fn a_divergence_stops_and_leaves_usable_weights() {
    let mut session = open(Setup { live: Live { lr: 1e6, ..setup().live }, ..setup() });
    let turn = pollster::block_on(session.turn(30)).unwrap();
    let step = turn.diverged.unwrap();
    assert!(step > 1 && turn.rows.len() == step as usize - 1, "{turn:?}");
    let left = pollster::block_on(session.evaluate(Split::Val, None)).unwrap();
    assert!(left.loss.is_finite());

    let mut staged = open(Setup { live: Live { lr: 1e6, ..setup().live }, ..setup() });
    let stages = [Stage::Forward, Stage::Loss, Stage::Backward, Stage::Update];
    let mut turns = stages.iter().cycle().map(|&s| pollster::block_on(staged.advance_stage(s)).unwrap());
    assert_eq!(turns.find_map(|turn| turn.diverged), Some(step));
    let same = pollster::block_on(staged.evaluate(Split::Val, None)).unwrap();
    assert_eq!((staged.step(), same.loss.to_bits()), (session.step(), left.loss.to_bits()));
}

#[test]
fn stages_make_a_step() {
    let mut staged = open(setup());
    let mut whole = open(setup());
    let stages = [Stage::Forward, Stage::Loss, Stage::Backward, Stage::Update];
    for _ in 0..3 {
        let rows: Vec<_> =
            stages.iter().flat_map(|&s| pollster::block_on(staged.advance_stage(s)).unwrap().rows).collect();
        assert_eq!(vec![rows[0].loss.to_bits()], train(&mut whole, 1));
    }
    assert!(pollster::block_on(staged.advance_stage(Stage::Update)).is_err());
    pollster::block_on(staged.advance_stage(Stage::Forward)).unwrap();
    assert_eq!(train(&mut staged, 5), train(&mut whole, 6)[1..]);
}

#[test]
fn freed_sessions_leave_nothing_on_the_device() {
    let device: SharedDevice = Rc::new(RefCell::new(Cpu::default()));
    for _ in 0..3 {
        let mut session = Session::open(Rc::clone(&device), setup()).unwrap();
        train(&mut session, 2);
        pollster::block_on(session.evaluate(Split::Val, None)).unwrap();
        assert!(device.borrow().usage().buffers > 0);
    }
    assert_eq!(device.borrow().usage(), Default::default());
}

#[test]
fn weights_bring_what_their_images_were_standardised_by() {
    let mut one = open(setup());
    let own = one.setup().data.standard.clone();
    pollster::block_on(one.turn(3)).unwrap();
    let weights = pollster::block_on(one.weights("v=1", &Part::default())).unwrap();
    let mut other = {
        let mut setup = setup();
        setup.data = Rc::new(DataSet { standard: vec![[0.9, 3.0]], ..(*setup.data).clone() });
        open(setup)
    };
    let fresh = pollster::block_on(other.turn(2)).unwrap();
    let foreign = pollster::block_on(other.evaluate(Split::Val, None)).unwrap();
    other.load(&weights, &Part::default()).unwrap();
    assert_eq!(other.setup().data.standard, own);
    let [here, there] =
        [&mut one, &mut other].map(|session| pollster::block_on(session.evaluate(Split::Val, None)).unwrap());
    assert_eq!(here, there);
    assert_ne!(here, foreign);
    other.restart();
    assert_eq!(other.setup().data.standard, [[0.9, 3.0]]);
    assert_eq!(pollster::block_on(other.turn(2)).unwrap(), fresh);
}

#[test]
fn looks_at_the_test_images_are_counted() {
    let mut session = open(setup());
    pollster::block_on(session.evaluate(Split::Val, None)).unwrap();
    assert_eq!(session.looks(), 0);
    pollster::block_on(session.evaluate(Split::Test, None)).unwrap();
    session.restart();
    pollster::block_on(session.evaluate(Split::Test, None)).unwrap();
    assert_eq!(session.looks(), 2);
}

fn augmented() -> Setup {
    let live = Live { flip: 0.5, rotate: 30.0, scale: 0.2, brightness: 0.2, ..setup().live };
    Setup { live, ..setup() }
}

fn kernels(session: &Session) -> Vec<&'static str> {
    session.plan().steps.iter().map(|step| step.kernel.name()).collect()
}

#[test]
fn only_a_run_that_augments_has_kernels_for_it() {
    let plain = open(setup());
    assert!(!kernels(&plain).iter().any(|name| name.starts_with("augment/")));
    let session = open(augmented());
    assert_eq!(kernels(&session)[..2], ["augment/draw", "augment/apply"]);
    let log = vec![Intervention { step: 5, setting: "shift".to_owned(), value: 0.25.into() }];
    let mut later = open(Setup { log, ..setup() });
    assert_eq!(kernels(&later)[..2], ["augment/draw", "augment/apply"]);
    // Until the change acts, the bits are those of the plain plan.
    let mut plain = plain;
    let (bits, other) = (train(&mut plain, 8), train(&mut later, 8));
    assert_eq!(bits[..5], other[..5]);
    assert_ne!(bits[5..], other[5..]);
}

#[test]
fn augmentation_set_live_is_replayed_with_the_same_bits() {
    let mut session = open(setup());
    let mut bits = train(&mut session, 10);
    assert_eq!(session.set("rotate", 40.0).unwrap(), 10);
    bits.extend(train(&mut session, 10));
    assert_eq!(session.set("cutout", 0.5).unwrap(), 20);
    pollster::block_on(session.advance_stage(Stage::Forward)).unwrap();
    // The step has begun: it keeps the settings that it began with.
    assert_eq!(session.set("rotate", 0.0).unwrap(), 21);
    bits.extend(train(&mut session, 9));
    let mut replay = open(session.setup().clone());
    let replayed = train(&mut replay, 30);
    assert_eq!(bits[..20], replayed[..20]);
    assert_eq!(bits[20..], replayed[21..], "the step made stage by stage has no row of a turn");
    session.restart();
    assert_eq!(train(&mut session, 30), replayed);
    // Switched on while a step is under way, the plan waits for the next one.
    let mut staged = open(setup());
    train(&mut staged, 3);
    pollster::block_on(staged.advance_stage(Stage::Forward)).unwrap();
    assert_eq!(staged.set("shift", 0.25).unwrap(), 4);
    let mut rest = train(&mut staged, 6);
    let whole = train(&mut open(staged.setup().clone()), 10);
    assert_eq!(rest.split_off(0), whole[4..]);
}

#[test]
fn clipping_set_live_is_replayed_with_the_same_bits() {
    let clips = |session: &Session| kernels(session).contains(&"optimizer/clip");
    let mut session = open(setup());
    assert!(!clips(&session));
    let mut bits = train(&mut session, 10);
    assert_eq!(session.set("clip", 0.01).unwrap(), 10);
    bits.extend(train(&mut session, 10));
    assert!(clips(&session));
    assert_eq!(session.set("clip", 0.0).unwrap(), 20);
    bits.extend(train(&mut session, 10));
    let mut replay = open(session.setup().clone());
    assert!(clips(&replay), "the plan knows the whole log");
    assert_eq!(bits, train(&mut replay, 30));
    let plain = train(&mut open(setup()), 30);
    assert_eq!(bits[..11], plain[..11]);
    assert_ne!(bits[11..], plain[11..]);
}

#[test]
fn what_a_run_cannot_change_is_said() {
    let mut session = open(setup());
    let why = |session: &mut Session, key: &str| session.set(key, 1.0).unwrap_err().to_string();
    assert_eq!(why(&mut session, "batch"), "batch does not act during a run: it needs a new one.");
    let unknown = why(&mut session, "foo");
    assert!(
        unknown.starts_with("foo is not a setting; a run can change lr, momentum, wd, clip, p"),
        "{unknown}"
    );
}

#[test]
fn an_evaluation_is_never_augmented() {
    let mut plain = open(setup());
    let mut session = open(augmented());
    for split in [Split::Train, Split::Val] {
        let of = |session: &mut Session| pollster::block_on(session.evaluate(split, None)).unwrap();
        assert_eq!(of(&mut plain), of(&mut session));
    }
}

#[test]
fn the_preview_is_what_the_step_trains_on() {
    let mut session = open(augmented());
    train(&mut session, 7);
    let query = Query { next_batch: 12, predictions: true, ..Query::default() };
    let seen = pollster::block_on(session.inspect(&query)).unwrap().next_batch.unwrap();
    let trained = seen.trained.unwrap();
    assert_eq!((trained.images.len(), trained.values.len()), (12 * 16, 12 * 16));
    assert_ne!(trained.images, seen.images);
    assert_eq!(session.setup().data.unstandardized(&session.setup().data.standardized(&[3, 4])).len(), 32);
    pollster::block_on(session.advance_stage(Stage::Forward)).unwrap();
    let x = session.plan().ports.x.unwrap().at;
    let reply = session.device.borrow_mut().read(session.train.id, &[Operand { len: 12 * 16, ..x }]);
    let used = pollster::block_on(reply).unwrap().swap_remove(0);
    let bits = |numbers: &[f32]| numbers.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&used), bits(&trained.values));
    // Looking in the middle of a step shows the same batch and changes nothing.
    let again = pollster::block_on(session.inspect(&query)).unwrap().next_batch.unwrap();
    assert_eq!(again.trained.unwrap(), trained);
    let (rest, mut other) = (train(&mut session, 5), open(augmented()));
    assert_eq!(train(&mut other, 13)[8..], rest[..]);
    let mut plain = open(setup());
    let seen = pollster::block_on(plain.inspect(&query)).unwrap().next_batch.unwrap();
    assert_eq!(seen.trained, None, "without augmentation, as stored is as trained");
}

#[test]
fn showing_undoes_standardising() {
    let data = data();
    let images = [3, 4, 100];
    let stored: Vec<u8> = images.iter().flat_map(|&i| data.shown(i as usize)).collect();
    assert_eq!(data.unstandardized(&data.standardized(&images)), stored);
}

#[test]
fn test_time_augmentation_averages_probabilities() {
    let mut session = open(setup());
    train(&mut session, 30);
    let mut evaluate =
        |views| pollster::block_on(session.evaluate_averaged(Split::Val, Some(30), views)).unwrap();
    assert_eq!(evaluate(1).tta, None);
    let both = evaluate(5);
    let tta = both.tta.unwrap();
    assert_eq!((tta.views, tta.passes, both.count), (5, 150, 30));
    assert_eq!((both.loss, both.accuracy), (evaluate(1).loss, evaluate(1).accuracy));

    let data = session.setup().data.clone();
    let images = data.pixels_of(&data.table[data.entries(Split::Val)][..30]);
    let mut averaged = |views| pollster::block_on(session.predict_averaged(&images, views)).unwrap();
    let (one, five) = (averaged(1), averaged(5));
    assert!(five.chunks_exact(3).all(|p| (p.iter().sum::<f32>() - 1.0).abs() < 1e-5));
    let views = crate::augment::views(false, 4, 4);
    let mut mean = vec![0.0; 90];
    for view in &views[..5] {
        let answers = pollster::block_on(session.predict(&data.seen(&images, view).unwrap())).unwrap();
        mean.iter_mut().zip(&answers).for_each(|(sum, p)| *sum += p / 5.0);
    }
    assert!(mean.iter().zip(&five).all(|(a, b)| (a - b).abs() < 1e-6));
    assert_eq!(pollster::block_on(session.predict(&data.standardize(&images).unwrap())).unwrap(), one);
    let hits = five.chunks_exact(3).zip(&data.table[data.entries(Split::Val)]).filter(|(p, image)| {
        (0..3).max_by(|&a, &b| p[a].total_cmp(&p[b])) == Some(data.labels[**image as usize] as usize)
    });
    assert_eq!(tta.accuracy, hits.count() as f64 / 30.0);
    let mut refused =
        |count| pollster::block_on(session.predict_averaged(&images, count)).unwrap_err().to_string();
    assert_eq!(refused(12), "An image has 1 to 11 views here, not 12.");
}
