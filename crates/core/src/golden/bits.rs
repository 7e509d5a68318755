//! Digests of numbers that must agree to the last bit: what is drawn on every device, and the losses
//! of the CPU in the browser and outside.
//!
//! `tests/golden/bits.txt` holds them; a change there is a change of the numerics.

use std::cell::RefCell;
use std::rc::Rc;

use crate::augment::{Draw, View};
use crate::data::{Batches, DataSet, data_set};
use crate::device::Device;
use crate::device::cpu::Cpu;
use crate::plan::{Builder, Mode, Operand, Shape, StepRecord, assemble};
use crate::session::{Session, Setup};
use crate::spec::{Live, link};

use super::rig::Rig;

/// What a digest is of, and the digest.
pub type Digest = (String, u64);

/// Experiments whose batches and masks are drawn.
const DRAWN: [&str; 2] = [
    "v=1&data=shapes&side=16&train=40&val=10&test=10&batch=16&net=conv4-drop-pool-conv8-gap&p=0.4&seed=7",
    "v=1&data=shapes&side=32&train=40&val=10&test=10&batch=9&net=dense32-drop-dense16&p=0.1&seed=4294967295",
];

/// Strengths that views are drawn with; images seen through them agree only up to rounding.
const SEEN: &str =
    "v=1&aug=flip0.5-vflip0.3-shift0.2-rotate30-scale0.2-crop0.5-brightness0.3-contrast0.4-cutout0.3";

/// Steps of a draw: more than an epoch.
const DRAWS: u32 = 6;

/// Experiments whose losses are taken.
const TRAINED: [&str; 11] = [
    "",
    "&net=lenet&act=tanh",
    "&net=vgg&opt=nesterov",
    "&net=resnet-8&opt=adam",
    "&net=plain&norm=group&groups=4&act=gelu",
    "&net=mlp&opt=rmsprop&act=silu",
    "&norm=layer&act=sigmoid&schedule=cosine",
    "&norm=layer-element&act=gelu-tanh&clip=0.5",
    "&norm=instance&act=leaky&opt=adamw&schedule=one-cycle",
    "&net=conv8k5s2-avgpool-conv8-gap&init=pytorch&schedule=warmup&wd=0.01",
    "&aug=flip0.5-shift0.1-rotate20-scale0.2-crop0.7-brightness0.2-contrast0.3-cutout0.25",
];

const SMALL: &str = "v=1&data=shapes&side=16&train=200&val=10&test=10&batch=16&steps=12";

fn data(words: &str) -> Result<(crate::spec::Experiment, Rc<DataSet>), String> {
    let (study, problems) = link::parse(words);
    if let Some(problem) = problems.first() {
        return Err(problem.message.clone());
    }
    let experiment = study.base;
    let data = data_set(&experiment, None, false)?;
    Ok((experiment, Rc::new(data)))
}

/// FNV-1a over the bits of the numbers, which all came from f32.
fn digest(so_far: u64, numbers: impl IntoIterator<Item = f64>) -> u64 {
    let bytes = numbers.into_iter().flat_map(|x| (x as f32).to_bits().to_le_bytes());
    bytes.fold(so_far, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

const START: u64 = 0xCBF2_9CE4_8422_2325;

/// Images, labels, dropout masks and views of some steps, in two epochs and more.
///
/// # Errors
/// One sentence when the device fails.
pub async fn draws(device: &mut dyn Device) -> Result<Vec<Digest>, String> {
    let mut all = Vec::new();
    for (number, words) in DRAWN.iter().enumerate() {
        let (experiment, data) = data(words)?;
        let setup = Setup::of(&experiment, Rc::clone(&data)).map_err(|why| why.to_string())?;
        let plan = assemble(&setup.network, &data, Mode::Train { frozen: Vec::new() }, setup.batch);
        let masks = plan.steps.iter().filter(|step| step.kernel.name() == "dropout/mask");
        let masks: Vec<Operand> = masks.map(|step| step.writes[0]).collect();
        let ([Some(x), Some(labels)], [mask, ..]) = ([plan.ports.x, plan.ports.labels], &masks[..]) else {
            return Err("The plan draws nothing.".to_owned());
        };
        let batches = Batches::training(&data, setup.batch)?;
        let mut rig = Rig::new(device, &plan.layout, (*data).clone())?;
        let program = rig.program(&plan)?;
        let mut digests = [START; 3];
        for step in 0..DRAWS {
            let mut record = StepRecord { step, seed: setup.seed, ..StepRecord::default() };
            batches.point(&mut record, step);
            record.set_dropout(setup.live.p);
            rig.run(program, 0..plan.steps.len(), record)?;
            let seen = rig.read(program, [x.at, labels.at, *mask]).await?;
            for (hash, numbers) in digests.iter_mut().zip(seen) {
                *hash = digest(*hash, numbers);
            }
        }
        for (what, digest) in ["images", "labels", "masks"].into_iter().zip(digests) {
            all.push((format!("draws/{number}/{what}"), digest));
        }
    }
    all.push(("draws/views".to_owned(), views(device).await?));
    Ok(all)
}

/// Views of some steps.
async fn views(device: &mut dyn Device) -> Result<u64, String> {
    let (n, h, w) = (70, 28, 32);
    let mut plan = Builder::new(Mode::Evaluate, n);
    let views = plan.value("views", Shape::new(n, View::<f32>::LEN, 1, 1));
    plan.run(Draw { n, h, w }, [] as [Operand; 0], [views]);
    let plan = plan.finish();
    let mut rig = Rig::without_data(device, &plan.layout)?;
    let program = rig.program(&plan)?;
    let augment = Live::of(&link::parse(SEEN).0.base).augment();
    let mut hash = START;
    for step in 0..DRAWS {
        rig.run(program, 0..1, StepRecord { step, seed: 7, augment, ..StepRecord::default() })?;
        let [numbers] = rig.read(program, [views]).await?;
        hash = digest(hash, numbers);
    }
    Ok(hash)
}

/// Losses of some steps on the CPU.
///
/// # Errors
/// One sentence when an experiment cannot be run.
pub async fn losses() -> Result<Vec<Digest>, String> {
    let mut all = Vec::new();
    for words in TRAINED {
        let (experiment, data) = data(&format!("{SMALL}{words}"))?;
        let setup = Setup::of(&experiment, data).map_err(|why| why.to_string())?;
        let device = Rc::new(RefCell::new(Cpu::default()));
        let mut session = Session::open(device, setup).map_err(|why| why.to_string())?;
        let turn = session.turn(experiment.steps as usize).await.map_err(|why| why.to_string())?;
        let losses = turn.rows.iter().map(|row| row.loss);
        let name = if words.is_empty() { "default" } else { &words[1..] };
        all.push((format!("losses/{name}"), digest(START, losses)));
    }
    Ok(all)
}
