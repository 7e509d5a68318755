//! Each rule on a curve that it must name, and on one that it must not.

use super::*;
use crate::spec::Experiment;
use crate::spec::link::parse_log;

/// A run of 200 steps whose curves are functions of the step.
struct Run {
    record: Record,
}

fn run(
    words: &[(&str, &str)],
    train: impl Fn(f64) -> [f64; 2],
    clean: impl Fn(f64) -> [f64; 2],
    val: impl Fn(f64) -> [f64; 2],
) -> Run {
    let point = |step: u32, [loss, accuracy]: [f64; 2]| Point { step, loss, accuracy };
    let looks = || (0..=20).map(|i| i * 10);
    let (experiment, problems) = Experiment::resolve(words);
    assert_eq!(problems, []);
    Run {
        record: Record {
            experiment,
            classes: 10,
            images: [4000, 1000],
            train: (1..=200).map(|step| point(step, train(f64::from(step) / 200.0))).collect(),
            clean: looks().map(|step| point(step, clean(f64::from(step) / 200.0))).collect(),
            val: looks().map(|step| point(step, val(f64::from(step) / 200.0))).collect(),
            looks: Vec::new(),
            diverged: None,
        },
    }
}

/// Falls from guessing to 0.05 within the first half; accuracy rises with it.
fn learned(t: f64) -> [f64; 2] {
    let left = (-10.0 * t).exp();
    [0.05 + 2.25 * left, 0.98 - 0.88 * left]
}

fn healthy() -> Run {
    run(&[], learned, learned, |t| [learned(t)[0] + 0.03, learned(t)[1] - 0.01])
}

fn names(run: &Run) -> Vec<Ailment> {
    diagnose(&run.record).iter().map(|finding| finding.name).collect()
}

#[test]
fn a_run_without_a_symptom_is_healthy() {
    let found = diagnose(&healthy().record);
    assert_eq!((found.len(), found[0].name, found[0].advice.len()), (1, Ailment::Healthy, 0));
    assert!(found[0].sentence.starts_with("Nothing wrong: "));
}

#[test]
fn every_finding_has_evidence_and_advice_that_can_be_set() {
    let mut sick = run(&[], |_| [2.3, 0.1], |_| [2.3, 0.1], |_| [2.3, 0.1]);
    sick.record.diverged = Some(150);
    for finding in diagnose(&sick.record) {
        assert!(!finding.evidence.is_empty() && (0.0..=1.0).contains(&finding.confidence), "{finding:?}");
        let (_, problems) = Experiment::resolve(&finding.advice);
        assert_eq!(problems, [], "{finding:?}");
    }
}

#[test]
fn a_rate_too_high_diverges_or_spikes() {
    let mut diverged = healthy();
    diverged.record.diverged = Some(120);
    assert_eq!(names(&diverged)[0], Ailment::RateTooHigh);
    let mut burst = healthy();
    (burst.record.diverged, burst.record.looks) = (Some(1), vec![strip([1.0, 1.0], 0.3, 0)]);
    burst.record.train.clear();
    assert_eq!(names(&burst)[0], Ailment::BadInit, "no step was made before the loss burst");
    let spike = |t: f64| if (0.1..0.2).contains(&t) { [40.0, 0.1] } else { [2.3, 0.1] };
    let spiked = run(&[], spike, |_| [2.3, 0.1], |_| [2.3, 0.1]);
    assert_eq!(names(&spiked)[0], Ailment::RateTooHigh);
    // What follows from the rate advises nothing against it.
    let found = diagnose(&spiked.record);
    let stuck = found.iter().find(|finding| finding.name == Ailment::Stuck).expect("it never left guessing");
    assert!(!found[0].advice.is_empty() && stuck.advice.is_empty(), "{found:?}");
    let back = |t: f64| if (0.05..0.2).contains(&t) { [9.0, 0.1] } else { [2.5 - 1.1 * t, 0.5 * t] };
    assert_eq!(names(&run(&[], back, |_| [1.3, 0.5], |_| [1.3, 0.5])), [Ailment::RateTooHigh]);
    // A spike that was overcome.
    let overcome = |t: f64| if (0.1..0.12).contains(&t) { [6.0, 0.1] } else { learned(t) };
    assert_eq!(names(&run(&[], overcome, learned, learned)), [Ailment::Healthy]);
}

#[test]
fn a_dropout_of_all_units_is_named_at_once() {
    let first = |p, log| {
        let mut good = run(&[("p", p)], learned, learned, learned);
        good.record.experiment.log = parse_log(log).expect("a log");
        names(&good)[0]
    };
    assert_eq!(first("1", ""), Ailment::AllDropped);
    assert_eq!(first("0.99", ""), Ailment::Healthy);
    // A live change acts at its step, not before.
    assert_eq!(first("0.5", "199.p.1"), Ailment::AllDropped);
    assert_eq!(first("0.5", "200.p.1"), Ailment::Healthy);
    assert_eq!(first("1", "100.p.0.5"), Ailment::Healthy);
    // A frozen dropout drops nothing.
    assert_eq!(first("1", "0.freeze.2"), Ailment::Healthy);
    // What follows from it advises nothing beside it.
    let flat = |_| [2.3, 0.1];
    let found = diagnose(&run(&[("p", "1")], flat, flat, flat).record);
    assert_eq!((found[0].name, found[1].name), (Ailment::AllDropped, Ailment::Stuck));
    assert!(!found[0].advice.is_empty() && found[1].advice.is_empty(), "{found:?}");
}

fn strip(deviations: [f64; 2], dead: f64, step: u32) -> Look {
    let layer = |(name, deviation): (usize, f64)| LayerFigures {
        name: name.to_string(),
        activation: true,
        deviation,
        dead: Some(dead),
        gradient: None,
    };
    Look { step, layers: deviations.into_iter().enumerate().map(layer).collect() }
}

#[test]
fn a_bad_start_shows_in_the_layers() {
    let flat = || run(&[], |_| [2.3, 0.1], |_| [2.3, 0.1], |_| [2.3, 0.1]);
    for (deviations, says) in [
        ([1.0, 1e-5], "die out on their way: the deviation changes by a factor of 1.0·10⁻⁵"),
        ([1.0, 1e4], "burst on their way: the deviation changes by a factor of 1.0·10⁴"),
        ([1.0, 0.0], "die out on their way: a hidden layer says the same everywhere"),
        ([0.0, 0.0], "die out on their way: a hidden layer says the same everywhere"),
    ] {
        let mut sick = flat();
        sick.record.looks = vec![strip(deviations, 0.3, 0)];
        let found = &diagnose(&sick.record)[0];
        assert_eq!(found.name, Ailment::BadInit, "{deviations:?}");
        assert!(found.sentence.contains(says), "{}", found.sentence);
    }
    // Balanced layers: what is wrong lies elsewhere. And a network that has outgrown its start.
    let mut balanced = flat();
    balanced.record.looks = vec![strip([1.0, 0.7], 0.3, 0)];
    assert!(!names(&balanced).contains(&Ailment::BadInit));
    let mut grown = healthy();
    grown.record.looks = vec![strip([1.0, 1e-3], 0.3, 0)];
    assert_eq!(names(&grown), [Ailment::Healthy]);
}

#[test]
fn dead_units_matter_where_the_loss_is_high() {
    let mut sick = run(&[], |_| [2.3, 0.1], |_| [2.3, 0.1], |_| [2.3, 0.1]);
    sick.record.looks = vec![strip([1.0, 0.0], 1.0, 200)];
    assert_eq!(names(&sick)[0], Ailment::DeadUnits);
    let mut sparse = healthy();
    sparse.record.looks = vec![strip([1.0, 1.0], 0.97, 200)];
    assert_eq!(names(&sparse), [Ailment::Healthy]);
}

#[test]
fn stuck_slow_and_too_small_are_three_things() {
    let flat = |height: f64, accuracy: f64| move |_: f64| [height, accuracy];
    let stuck = run(&[], flat(2.3, 0.1), flat(2.3, 0.1), flat(2.3, 0.1));
    assert_eq!(names(&stuck), [Ailment::Stuck]);
    let falling = |t: f64| [2.3 - 1.5 * t, 0.1 + 0.5 * t];
    assert_eq!(names(&run(&[], falling, falling, falling)), [Ailment::RateTooLow]);
    let line = |t: f64| [2.3 - 0.2 * t, 0.1 + 0.4 * t];
    assert_eq!(names(&run(&[], line, line, line)), [Ailment::RateTooLow], "slow, and not bent");
    let small = run(&[], flat(1.4, 0.5), flat(1.4, 0.5), flat(1.45, 0.48));
    assert_eq!(names(&small), [Ailment::Underfit]);
}

#[test]
fn labels_that_mean_nothing_are_learned_by_heart() {
    let shuffled = run(&[], learned, learned, |t| [2.3 + 3.0 * t, 0.1]);
    assert_eq!(names(&shuffled)[0], Ailment::LabelNoise);
    let noisy = run(&[], |_| [1.3, 0.6], |_| [1.2, 0.65], |_| [0.6, 0.92]);
    assert_eq!(names(&noisy)[0], Ailment::LabelNoise);
    // Validation a little above training is chance.
    let lucky = run(&[], learned, learned, |t| [learned(t)[0], learned(t)[1] + 0.015]);
    assert_eq!(names(&lucky), [Ailment::Healthy]);
}

#[test]
fn overfitting_is_a_gap_or_a_rising_loss() {
    let gap = run(&[], learned, learned, |t| [0.6 + learned(t)[0], learned(t)[1].min(0.8)]);
    assert_eq!(names(&gap)[0], Ailment::Overfit);
    let surer = run(&[], learned, learned, |t| [0.7 + 1.2 * t, learned(t)[1].min(0.94)]);
    let found = diagnose(&surer.record);
    assert!(
        found[0].name == Ailment::Overfit && found[0].sentence.contains("while its accuracy holds"),
        "{found:?}"
    );
    assert_eq!(found[0].span, [0, 200]);
    assert_eq!(names(&healthy()), [Ailment::Healthy]);
}

#[test]
fn tiny_batches_matter_to_batch_norm_only() {
    let apart = |norm: &'static str, batch: &'static str| {
        let words = [("norm", norm), ("batch", batch)];
        run(&words, |t| [learned(t)[0] + 0.5, learned(t)[1] - 0.05], learned, learned)
    };
    assert_eq!(names(&apart("batch", "2")), [Ailment::TinyBatch]);
    assert_eq!(names(&apart("group", "2")), [Ailment::Healthy]);
    assert_eq!(names(&apart("batch", "32")), [Ailment::Healthy]);
}

#[test]
fn few_validation_images_jump() {
    let jumping =
        || run(&[], learned, learned, |t| [learned(t)[0], learned(t)[1] - 0.04 * ((t * 20.0).round() % 2.0)]);
    let mut few = jumping();
    few.record.images[1] = 25;
    assert_eq!(names(&few), [Ailment::NoisyValidation]);
    let mut calm = healthy();
    calm.record.images[1] = 25;
    assert_eq!(names(&calm), [Ailment::Healthy]);
}

#[test]
fn a_run_of_no_step_is_no_panic() {
    let mut nothing = healthy();
    for curve in [&mut nothing.record.train, &mut nothing.record.clean, &mut nothing.record.val] {
        curve.clear();
    }
    assert_eq!(diagnose(&nothing.record)[0].sentence, "There is nothing to read yet.");
}
