//! Augmentation: the same draws to the last bit, and the same images up to rounding.

use convlab_core::augment::{Draw, Strengths, View};
use convlab_core::data::DataSet;
use convlab_core::judge::{Case, first_difference};
use convlab_core::network::Network;
use convlab_core::plan::{Builder, Mode, Operand, Plan, Shape, StepRecord, batch};
use pollster::block_on;

use crate::catalogue::record;
use crate::devices::{SGD, devices, images, judge, network_of};

/// Everything at once.
fn strong() -> Strengths {
    let mut strengths = Strengths {
        rotate: 30.0,
        scale: 0.2,
        crop: 0.5,
        brightness: 0.3,
        contrast: 0.4,
        ..Strengths::default()
    };
    strengths.set_flips(0.5, 0.3);
    strengths.set_sides(0.2, 0.3);
    strengths
}

#[test]
fn views_have_the_same_bits_on_every_device() {
    let mut devices = devices();
    for (n, h, w, seed, step) in [(1, 1, 1, 0, 0), (65, 28, 28, 7, 3), (300, 5, 64, u32::MAX, u32::MAX)] {
        let mut plan = Builder::new(Mode::Evaluate, n);
        let views = plan.value("views", Shape::new(n, View::<f32>::LEN, 1, 1));
        plan.run(Draw { n, h, w }, [] as [Operand; 0], [views]);
        let record = StepRecord { augment: strong(), seed, step, ..StepRecord::default() };
        let case = Case::new(plan.finish(), DataSet::default(), record);
        for device in &mut devices {
            assert_eq!(block_on(first_difference(&mut **device, &case, 0.0)), Ok(None), "{}", device.name());
        }
    }
}

/// Four augmented images of the data, and nothing trained on them.
pub fn plan(data: &DataSet) -> Plan {
    batch(&Network { augment: true, ..network_of(SGD) }, data, 4)
}

#[test]
fn augmented_images_agree_on_every_device() {
    let mut devices = devices();
    let alone = |set: fn(&mut Strengths)| {
        let mut strengths = Strengths::default();
        set(&mut strengths);
        strengths
    };
    for (augment, what) in [
        (Strengths::default(), "nothing"),
        (alone(|s| s.set_flips(0.5, 0.5)), "flips"),
        (alone(|s| s.set_sides(0.3, 0.0)), "shift"),
        (alone(|s| s.rotate = 180.0), "rotate"),
        (alone(|s| s.scale = 0.5), "scale"),
        (alone(|s| s.crop = 0.9), "crop"),
        (alone(|s| s.contrast = 1.0), "contrast"),
        (alone(|s| s.set_sides(0.0, 0.5)), "cutout"),
        (strong(), "everything"),
    ] {
        for floats in [false, true] {
            let data = images([3, 8, 9], floats);
            for step in 0..3 {
                let order = StepRecord { first: 2, size: 6, cursor: 1, shuffle: 1, epoch: 7, ..record() };
                let case = Case::new(plan(&data), data.clone(), StepRecord { augment, step, ..order });
                judge(&mut devices, &case, &format!("{what}, floats: {floats}"));
            }
        }
    }
}
