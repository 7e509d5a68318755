use super::search::{Axis, End, Trials};
use super::testing::{device, finish, lab, study};
use super::*;

const FEW: &str = "train=60&val=20&test=20&lr=0.05";

#[test]
fn a_dropped_procedure_leaves_nothing_on_the_device() {
    let device = device();
    let mut procedure = overfit(lab(&device), study(FEW).base, 10, 200);
    for _ in 0..3 {
        assert_eq!(pollster::block_on(procedure.next()).unwrap().outcome, None);
    }
    assert!(device.borrow().usage().buffers > 0 && procedure.progress().done == 3);
    drop(procedure);
    assert_eq!(device.borrow().usage(), Default::default());
}

#[test]
fn the_pace_changes_no_bit() {
    let run = |pace| {
        let procedure = range_test(lab(&device()), study(FEW).base, [1e-3, 1.0], 40).unwrap();
        procedure.pace(pace);
        finish(procedure)
    };
    let (rows, outcome) = run(1);
    assert_eq!((rows.clone(), outcome), run(64));
    let [first, last] = [rows[0].lr, rows[rows.len() - 1].lr];
    assert!((first - 1e-3).abs() < 1e-9 && (rows.len() < 40 || (last - 1.0).abs() < 1e-6), "{first} {last}");
}

#[test]
fn after_its_outcome_a_procedure_is_over() {
    let mut procedure = first_loss(lab(&device()), study(FEW).base);
    while pollster::block_on(procedure.next()).unwrap().outcome.is_none() {}
    assert!(pollster::block_on(procedure.next()).is_err());
}

#[test]
fn a_healthy_net_passes_the_first_rungs_and_a_broken_one_does_not() {
    let (_, first) = finish(first_loss(lab(&device()), study(FEW).base));
    assert_eq!(first.verdict.grade, Grade::Good, "{first:?}");
    let (_, first) = finish(first_loss(lab(&device()), study(&format!("{FEW}&init=normal&std=3")).base));
    assert_eq!(first.verdict.grade, Grade::Bad, "{first:?}");

    let (_, one) = finish(overfit(lab(&device()), study(&format!("{FEW}&p=0.5")).base, 1, 100));
    assert!(one.reached.is_some() && one.off == ["Dropout p (was 0.5)"], "{one:?}");
    let (_, none) =
        finish(overfit(lab(&device()), study(&format!("{FEW}&init=zeros&norm=none")).base, 10, 60));
    assert!(none.reached.is_none() && none.verdict.grade != Grade::Good, "{none:?}");
}

#[test]
fn the_ladder_stops_at_a_red_rung() {
    let (rows, rungs) =
        finish(ladder(lab(&device()), study(&format!("{FEW}&init=normal&std=3&steps=20")).base));
    assert_eq!((rows, rungs.len(), rungs[0].verdict.grade), (rungs.clone(), 1, Grade::Bad));
    let (_, rungs) = finish(ladder(lab(&device()), study(&format!("{FEW}&steps=40")).base));
    let names: Vec<&str> = rungs.iter().map(|rung| rung.name).collect();
    assert_eq!(names[..2], ["first loss", "overfit 1 image"]);
    assert!(names.contains(&"gap"), "{rungs:?}");
}

#[test]
fn arms_in_lock_step_give_the_bits_of_runs_alone() {
    let two = study(&format!("{FEW}&steps=20&arms=base,small:lr.0.001&seeds=1-2"));
    let (rows, outcome) = finish(super::study(lab(&device()), &two).unwrap());
    assert!(outcome.same_batches && rows.len() == 40, "{}", rows.len());
    let alone = study("train=60&val=20&test=20&steps=20&lr=0.001&seed=2");
    let (single, _) = finish(super::study(lab(&device()), &alone).unwrap());
    for (row, single) in rows[20..].iter().zip(&single) {
        assert_eq!((row.seed, row.step, row.loss[1]), (2, single.step, single.loss[0]));
    }
    let band = outcome.arms[0].band[4];
    let seen = [rows[4].loss[0].unwrap(), rows[24].loss[0].unwrap()];
    assert_eq!((band.step, band.min, band.max), (5, seen[0].min(seen[1]), seen[0].max(seen[1])));
    assert_eq!(rows[0].loss[0], rows[0].loss[1], "the first loss is that of the same images");
}

#[test]
fn every_procedure_begins_behind_the_first_stage() {
    let loss = |words: &str| {
        let (_, first) = finish(first_loss(lab(&device()), study(&format!("{FEW}&{words}")).base));
        first.loss / first.guessing
    };
    let [behind, alone] = ["start=60", "steps=10"].map(loss);
    assert!(behind < 0.8 && alone > 0.9, "{behind} {alone}");
    let learned = |losses: Vec<f64>| losses[0] < 0.8 * 10f64.ln();
    let staged = study(&format!("{FEW}&start=60&steps=10&seeds=1-2"));
    let (rows, _) = finish(super::study(lab(&device()), &staged).unwrap());
    assert!(learned(rows.iter().filter(|row| row.step == 1).filter_map(|row| row.loss[0]).collect()));
    let (rows, _) = finish(record(lab(&device()), staged.base.clone()));
    assert!(learned(rows.iter().map(|row| row.loss).collect()));
    let (rows, _) = finish(range_test(lab(&device()), staged.base.clone(), [1e-4, 1.0], 16).unwrap());
    assert!(learned(rows.iter().map(|row| row.loss).collect()));
    let (rungs, _) = finish(ladder(lab(&device()), staged.base.clone()));
    assert_eq!(rungs[0].verdict.grade, Grade::Good, "less than guessing: {rungs:?}");
    finish(knock_out(lab(&device()), staged.clone(), None));
    finish(cues(lab(&device()), staged.clone()).unwrap());
    finish(overfit(lab(&device()), staged.base.clone(), 1, 10));
    let axes = Axis::read("lr=1e-3..1e-1").unwrap();
    finish(search(lab(&device()), staged.base, axes, Trials::Grid(2)).unwrap());
}

#[test]
fn a_first_stage_that_diverges_ends_the_procedure() {
    let mut procedure = first_loss(lab(&device()), study("train=60&val=20&test=20&start=60&lr=1000000").base);
    let why = loop {
        if let Err(why) = pollster::block_on(procedure.next()) {
            break why.to_string();
        }
    };
    assert!(why.starts_with("The first stage diverged at step "), "{why}");
}

#[test]
fn runs_with_views_are_compared_by_their_mean() {
    let arms = study(&format!("{FEW}&steps=10&arms=base,tta.3"));
    let (_, outcome) = finish(super::study(lab(&device()), &arms).unwrap());
    let [plain, averaged] = [0, 1].map(|arm: usize| outcome.arms[arm].runs[0].test.unwrap());
    assert_eq!((plain.tta, plain.loss), (None, averaged.loss));
    assert_eq!(averaged.tta.unwrap().views, 3);
    assert_eq!((averaged.judged().loss, plain.judged().loss), (averaged.tta.unwrap().loss, plain.loss));
    let axes = Axis::read("lr=1e-3..1e-2").unwrap();
    let base = study(&format!("{FEW}&steps=10&tta=3")).base;
    let (_, found) = finish(search(lab(&device()), base, axes, Trials::Grid(2)).unwrap());
    assert!(found.test.unwrap().tta.is_some() && found.best.unwrap().validation.unwrap().tta.is_some());
}

#[test]
fn a_search_chooses_by_validation_and_tests_once() {
    let base = study(&format!("{FEW}&steps=16")).base;
    let axes = Axis::read("lr=1e-3..1e5").unwrap();
    let (rows, found) = finish(search(lab(&device()), base, axes, Trials::Grid(5)).unwrap());
    assert_eq!(rows, found.trials);
    assert_eq!(rows[4].end, End::Diverged, "{rows:?}");
    let best = found.best.unwrap();
    let finished = rows.iter().filter(|row| row.end == End::Finished);
    let top = finished.filter_map(|row| row.validation).map(|seen| seen.accuracy).fold(0.0, f64::max);
    assert_eq!(best.validation.unwrap().accuracy, top);
    assert_eq!((found.test.unwrap().count, found.distinct), (20, vec![("lr", 5)]));
}

#[test]
fn knocking_nothing_out_changes_nothing_and_everything_leaves_guessing() {
    let device = device();
    let mut session = lab(&device).open(&study(FEW).base).unwrap();
    pollster::block_on(session.turn(30)).unwrap();
    let split = crate::data::Split::Val;
    let whole = pollster::block_on(session.evaluate(split, None)).unwrap();
    let units = session.units();
    for (layer, &units) in units.iter().enumerate() {
        let none = pollster::block_on(session.evaluate_without(layer, &[], true, split, None)).unwrap();
        assert_eq!(none, whole);
        let all: Vec<usize> = (0..units).collect();
        let gone = pollster::block_on(session.evaluate_without(layer, &all, false, split, None)).unwrap();
        assert_ne!(gone.loss, whole.loss, "layer {layer}");
    }
    let knock = |session: &mut crate::session::Session, unit, rescale| {
        pollster::block_on(session.evaluate_without(2, &[unit], rescale, split, None)).unwrap().loss
    };
    assert_ne!(knock(&mut session, 0, false), knock(&mut session, 1, false));
    assert_ne!(knock(&mut session, 0, false), knock(&mut session, 0, true));
    assert!(pollster::block_on(session.evaluate_without(99, &[], true, split, None)).is_err());
    assert!(pollster::block_on(session.evaluate_without(2, &[99], true, split, None)).is_err());
    assert_eq!(pollster::block_on(session.evaluate(split, None)).unwrap(), whole);
    drop(session);
    assert_eq!(device.borrow().usage(), Default::default());
}

#[test]
fn knock_out_and_cue_curves_have_their_rows() {
    let two = study(&format!("{FEW}&steps=30&arms=base,none:p.0"));
    let (rows, all) = finish(knock_out(lab(&device()), two.clone(), None));
    assert_eq!((rows.len(), all.len()), (32, 32));
    assert!(rows[0].share == 0.0 && rows[0].accuracy[0] == rows[0].accuracy[2]);
    let (rows, _) = finish(cues(lab(&device()), two).unwrap());
    assert_eq!(rows.len(), 6);
    assert!(
        rows[0].without.is_none() && rows[0].accuracy >= rows[1].accuracy.min(rows[2].accuracy),
        "{rows:?}"
    );
    assert!(cues(lab(&device()), crate::spec::Study::default()).is_err());
}

#[test]
fn a_recording_has_all_its_curves() {
    let (rows, record) = finish(record(lab(&device()), study(&format!("{FEW}&steps=48")).base));
    assert_eq!((rows.len(), record.train.len(), record.clean.len(), record.val.len()), (48, 48, 25, 25));
    let looks: Vec<u32> = record.looks.iter().map(|look| look.step).collect();
    assert_eq!((looks, record.diverged), (vec![0, 24, 48], None));
}
