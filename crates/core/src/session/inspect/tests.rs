use std::sync::Arc;

use pollster::block_on;

use super::*;
use crate::init::{Init, InitKind};
use crate::layers::{Activation, Chain, Conv, Dense, Dropout, Flatten, Kind, Layer, Norm, Over, Residual};
use crate::optimizer::Optimizer;
use crate::plan::{Buffer, assemble};
use crate::session::tests::{open, setup, train};
use crate::session::{Session, Setup, Turn};

/// A convolution, a residual block with a projection, tanh, dropout and a classifier.
fn deep() -> Setup {
    let init = Init { kind: InitKind::KaimingNormal, gain: 1.0, fan_out: false };
    let conv = |filters, size, padding| {
        let kernel = (size, size);
        Arc::new(Conv { filters, kernel, stride: 1, padding, bias: false, init }) as Arc<dyn Layer>
    };
    let norm = || Arc::new(Norm::new(Over::Batch)) as Arc<dyn Layer>;
    let block = Residual {
        body: Chain(vec![conv(4, 3, 1), norm(), Arc::new(Activation { kind: Kind::Relu }), conv(4, 3, 1)]),
        shortcut: Chain(vec![conv(4, 1, 0)]),
        activation: Some(Activation { kind: Kind::Relu }),
    };
    let layers: Vec<Arc<dyn Layer>> = vec![
        conv(3, 3, 1),
        norm(),
        Arc::new(block),
        Arc::new(Activation { kind: Kind::Tanh }),
        Arc::new(Flatten),
        Arc::new(Dropout::Units),
        Arc::new(Dense { units: 3, bias: true, init }),
    ];
    let mut setup = setup();
    setup.network.chain = Chain(layers);
    setup.live.p = 0.5;
    setup
}

fn everything() -> Query {
    Query {
        stats: true,
        histogram: Some(HistogramQuery { bins: 8 }),
        maps: Some(MapsQuery::default()),
        filters: true,
        norms: true,
        saliency: Some(SaliencyQuery { image: 2, class: Some(1) }),
        dropout: Some(DropoutQuery { image: 1 }),
        confusion: Some(ImagesQuery::default()),
        mistakes: Some(MistakesQuery { n: 3, split: Split::Train, limit: None }),
        next_batch: 4,
        predictions: true,
        ..Query::default()
    }
}

fn look(session: &mut crate::session::Session, query: &Query) -> Inspection {
    block_on(session.inspect(query)).unwrap()
}

fn layer<'a>(seen: &'a Inspection, name: &str) -> &'a LayerView {
    seen.layers.iter().find(|view| view.name == name).unwrap()
}

#[test]
fn a_glance_is_the_forward_half_of_a_look() {
    let mut session = open(deep());
    train(&mut session, 2);
    let whole = look(&mut session, &Query { stats: true, ..Query::default() });
    let glance = look(&mut session, &Query { stats: true, forward: true, ..Query::default() });
    for (seen, known) in glance.layers.iter().zip(whole.layers) {
        assert_eq!((seen.gradient, seen.update), (None, None));
        assert_eq!(*seen, LayerView { gradient: None, update: None, ..known });
    }
}

#[test]
fn looking_never_changes_the_run() {
    for setup in [setup(), deep()] {
        let mut watched = open(setup.clone());
        let mut bits = Vec::new();
        for _ in 0..6 {
            let seen = look(&mut watched, &everything());
            assert!(seen.next_batch.is_some() && seen.mistakes.is_some() && seen.saliency.is_some());
            bits.extend(train(&mut watched, 3));
            block_on(watched.evaluate(Split::Val, Some(30))).unwrap();
        }
        assert_eq!(bits, train(&mut open(setup), 18));
    }
}

#[test]
fn a_look_between_the_stages_of_a_step_changes_nothing() {
    use crate::plan::Stage::{Backward, Forward, Loss, Update};
    let mut watched = open(deep());
    train(&mut watched, 2);
    let mut rows = Vec::new();
    for stage in [Forward, Loss, Backward, Update] {
        rows.extend(block_on(watched.advance_stage(stage)).unwrap().rows);
        look(&mut watched, &everything());
    }
    assert_eq!(rows[0].loss.to_bits(), train(&mut open(deep()), 3)[2]);
}

#[test]
fn layers_inside_a_block_are_named_as_in_pytorch() {
    let mut session = open(deep());
    let seen = look(&mut session, &everything());
    let names: Vec<&str> = seen.layers.iter().map(|view| view.name.as_str()).collect();
    let inside = ["2.body.0", "2.body.1", "2.body.2", "2.body.3", "2.shortcut.0"];
    assert_eq!(names[..7], [&["0", "1"][..], &inside].concat());
    assert_eq!(names[7..], ["2", "3", "4", "5", "6"]);
    assert_eq!(layer(&seen, "2.body.0").filters.as_ref().unwrap().shape, [4, 3, 3, 3]);
    let only = Query { layers: Some(vec!["2.body.1".to_owned()]), ..everything() };
    assert_eq!(look(&mut session, &only).layers, [layer(&seen, "2.body.1").clone()]);
}

#[test]
fn the_last_update_is_what_the_optimizer_did() {
    let adam = |decoupled| Optimizer::Adam { betas: [0.9, 0.999], eps: 1e-8, decoupled };
    let rms_prop = Optimizer::RmsProp { alpha: 0.99, eps: 1e-8 };
    let sgd = |nesterov| Optimizer::Sgd { nesterov };
    for optimizer in [sgd(false), sgd(true), rms_prop, adam(false), adam(true)] {
        let mut setup = setup();
        setup.network.optimizer = optimizer;
        (setup.live.lr, setup.live.wd, setup.live.clip) = (0.01, 0.1, 0.1);
        let mut session = open(setup);
        for step in 0..4 {
            let weights = |session: &crate::session::Session| {
                let at = session.train.plan.layout.parameters[0].at;
                let reply = session.device.borrow_mut().read_state(session.state, Buffer::Parameters);
                block_on(reply).unwrap()[at.offset..at.offset + at.len].to_vec()
            };
            let before = weights(&session);
            let Turn { rows, .. } = block_on(session.turn(1)).unwrap();
            assert_eq!(rows.len(), 1);
            let after = weights(&session);
            let norm = |of: &mut dyn Iterator<Item = f64>| of.map(|x| x * x).sum::<f64>().sqrt();
            let moved = norm(&mut before.iter().zip(&after).map(|(&a, &b)| f64::from(a) - f64::from(b)));
            let size = norm(&mut after.iter().map(|&w| f64::from(w)));
            let seen = look(&mut session, &Query { stats: true, ..Query::default() });
            let update = layer(&seen, "1").update.unwrap();
            let wanted = moved / size;
            assert!((update / wanted - 1.0).abs() < 1e-3, "{optimizer:?} {step}: {update} {wanted}");
        }
    }
}

#[test]
fn before_the_first_step_the_update_is_that_of_the_rule() {
    for (optimizer, factor) in
        [(Optimizer::Sgd { nesterov: false }, 1.0), (Optimizer::Sgd { nesterov: true }, 1.9)]
    {
        let mut setup = setup();
        setup.network.optimizer = optimizer;
        let seen = look(&mut open(setup), &Query { stats: true, ..Query::default() });
        let view = layer(&seen, "1");
        let wanted = factor * 0.05 * view.gradient.unwrap() / view.weight.unwrap();
        assert!((view.update.unwrap() / wanted - 1.0).abs() < 1e-4);
        assert_eq!((view.batch_gradient, view.drift), (None, Some(0.0)));
    }
}

#[test]
fn gradients_of_the_batch_are_those_that_the_optimizer_used() {
    let mut setup = setup();
    (setup.live.lr, setup.live.momentum) = (0.01, 0.0);
    let mut session = open(setup);
    train(&mut session, 3);
    let query = Query { stats: true, ..Query::default() };
    let seen = look(&mut session, &query);
    let view = layer(&seen, "1").clone();
    let wanted = 0.01 * view.batch_gradient.unwrap() / view.weight.unwrap();
    assert!((view.update.unwrap() / wanted - 1.0).abs() < 1e-6);
    assert!(view.drift.unwrap() > 0.0);
    let bytes = block_on(session.snapshot("v=1&lr=0.01&momentum=0&p=0")).unwrap();
    session.restore(&bytes).unwrap();
    assert_eq!(layer(&look(&mut session, &query), "1").batch_gradient, None);
    train(&mut session, 1);
    session.freeze(&["1".to_owned()]).unwrap();
    train(&mut session, 1);
    let frozen = look(&mut session, &query);
    let view = layer(&frozen, "1");
    assert_eq!((view.batch_gradient, view.update, view.frozen), (None, Some(0.0), true));
    assert!(layer(&frozen, "4").batch_gradient.is_some());
}

#[test]
fn normalisations_show_what_they_measured() {
    let mut session = open(setup());
    train(&mut session, 5);
    let seen =
        look(&mut session, &Query { norms: true, maps: Some(MapsQuery::default()), ..Query::default() });
    let norm = layer(&seen, "2").norm.as_ref().unwrap();
    let statistics =
        block_on(session.device.borrow_mut().read_state(session.state, Buffer::Statistics)).unwrap();
    assert_eq!(norm.running_mean.as_ref().unwrap()[..], statistics[..8]);
    let eps = 1e-5;
    let dense =
        block_on(session.inspect(&Query { histogram: Some(HistogramQuery { bins: 1 }), ..Query::default() }))
            .unwrap();
    assert_eq!(layer(&dense, "2").activations.as_ref().unwrap().counts, [8 * 8]);
    // The first image's normalised units follow from the dense layer's and the statistics.
    let of = |name: &str| layer(&seen, name).maps.as_ref().unwrap().data.clone();
    for (i, (x, y)) in of("1").iter().zip(of("2")).enumerate() {
        let scaled = (x - norm.mean[i]) / (norm.variance[i] + eps).sqrt();
        let wanted = scaled * norm.weight.as_ref().unwrap()[i] + norm.bias.as_ref().unwrap()[i];
        assert!((y - wanted).abs() < 1e-4, "{i}: {y} {wanted}");
    }
}

#[test]
fn saturated_activations_are_counted() {
    let mut setup = deep();
    let tanh = look(&mut open(setup.clone()), &Query { stats: true, ..Query::default() });
    assert!(layer(&tanh, "3").saturated.is_some() && layer(&tanh, "2.body.2").saturated.is_none());
    let init = Init { kind: InitKind::Normal(100.0), gain: 1.0, fan_out: false };
    let dense = Arc::new(Dense { units: 6, bias: false, init });
    let sigmoid = Arc::new(Activation { kind: Kind::Sigmoid });
    setup.network.chain =
        Chain(vec![Arc::new(Flatten), dense.clone(), sigmoid, Arc::new(Dense { units: 3, ..*dense })]);
    let seen = look(&mut open(setup), &Query { stats: true, ..Query::default() });
    assert!(layer(&seen, "2").saturated.unwrap() > 0.9);
}

#[test]
fn the_dropout_mask_is_that_of_the_next_step() {
    let mut session = open(deep());
    train(&mut session, 3);
    let seen = look(&mut session, &Query { dropout: Some(DropoutQuery { image: 7 }), ..Query::default() });
    let mask = seen.dropout.unwrap().remove(0);
    assert_eq!((mask.name.as_str(), mask.shape), ("5", [64, 1, 1]));
    // The kernel of the plan before it is fused, on the device.
    let plan = assemble(&session.setup.network, &session.setup.data, Mode::Train { frozen: vec![] }, 20);
    let record = session.record(3);
    let mut device = session.device.borrow_mut();
    let program = device.create_program(&plan, session.state, session.data).unwrap();
    let draw = plan.steps.iter().position(|step| step.kernel.name() == "dropout/mask").unwrap();
    device.run(program, &[record], draw..draw + 1).unwrap();
    let at = plan.steps[draw].writes[0];
    let drawn = block_on(device.read(program, &[at])).unwrap().swap_remove(0);
    device.free_program(program);
    let drawn: Vec<u8> = drawn[7 * 64..8 * 64].iter().map(|&keep| keep as u8).collect();
    assert_eq!(mask.kept, drawn);
    assert!((10..54).contains(&drawn.iter().filter(|&&keep| keep == 1).count()));
}

#[test]
fn saliency_is_the_slope_of_the_logit() {
    // Without normalisation a logit depends on its own image alone: a difference quotient judges.
    let mut setup = setup();
    setup.network.chain.0.remove(2);
    let mut session = open(setup);
    train(&mut session, 5);
    let query = |class| Query { saliency: Some(SaliencyQuery { image: 1, class }), ..Query::default() };
    let seen = look(&mut session, &query(Some(2))).saliency.unwrap();
    let loss = look(&mut session, &query(None)).saliency.unwrap();
    assert_eq!((seen.shape, seen.data.len()), ([1, 4, 4], 16));
    let number = session.probe()[1];
    let data = session.setup.data.clone();
    let image = data.standardized(&[number]);
    let label = data.labels[number as usize] as usize;
    let mut ask = |image: &[f32]| block_on(session.predict(image)).unwrap();
    for pixel in 0..16 {
        let (mut up, mut down) = (image.clone(), image.clone());
        (up[pixel], down[pixel]) = (up[pixel] + 0.01, down[pixel] - 0.01);
        let slope = (f64::from(ask(&down)[label]).ln() - f64::from(ask(&up)[label]).ln()).abs() / 0.02;
        let found = f64::from(loss.data[pixel]);
        assert!((slope - found).abs() < 0.02 * f64::from(loss.high) + 1e-4, "{pixel}: {slope} {found}");
    }
    assert!(seen.high > 0.0 && seen.data != loss.data);
}

#[test]
fn confusion_agrees_with_evaluation() {
    let mut session = open(setup());
    train(&mut session, 4);
    for limit in [None, Some(17)] {
        let query = ImagesQuery { split: Split::Train, limit };
        let seen =
            look(&mut session, &Query { confusion: Some(query), ..Query::default() }).confusion.unwrap();
        let evaluated = block_on(session.evaluate(Split::Train, limit)).unwrap();
        assert_eq!(seen.count, evaluated.count);
        // The device's share is in f32.
        assert!((seen.accuracy - evaluated.accuracy).abs() < 1e-6);
        assert!((seen.loss - evaluated.loss).abs() < 1e-6);
        assert_eq!(seen.matrix.iter().sum::<u32>() as usize, seen.count);
        let right: u32 = (0..3).map(|class| seen.matrix[4 * class]).sum();
        assert!((f64::from(right) / seen.count as f64 - seen.accuracy).abs() < 1e-12);
        let row: u32 = seen.matrix[..3].iter().sum();
        assert_eq!(seen.per_class[0], Some(f64::from(seen.matrix[0]) / f64::from(row)));
    }
}

#[test]
fn mistakes_come_with_the_largest_loss_first() {
    let mut session = open(setup());
    train(&mut session, 2);
    let query = MistakesQuery { n: 4, split: Split::Train, limit: Some(90) };
    let query = Query {
        mistakes: Some(query),
        confusion: Some(ImagesQuery { split: Split::Train, limit: Some(90) }),
        ..Query::default()
    };
    let seen = look(&mut session, &query);
    let (mistakes, confusion) = (seen.mistakes.unwrap(), seen.confusion.unwrap());
    let wrong = 90 - (0..3).map(|class| confusion.matrix[4 * class] as usize).sum::<usize>();
    assert_eq!(mistakes.count, wrong);
    assert_eq!(mistakes.numbers.len(), wrong.min(4));
    assert!(wrong > 0 && mistakes.losses.is_sorted_by(|a, b| a >= b));
    let data = session.setup.data.clone();
    for (i, &number) in mistakes.numbers.iter().enumerate() {
        let answers = block_on(session.predict(&data.standardized(&[number]))).unwrap();
        let label = data.labels[number as usize];
        assert_eq!(mistakes.image.labels[i], label);
        assert_ne!(mistakes.predicted[i], label);
        let loss = -f64::from(answers[label as usize]).ln();
        assert!((loss - mistakes.losses[i]).abs() < 1e-4, "{loss} {}", mistakes.losses[i]);
        assert!(answers.iter().all(|&p| p <= answers[mistakes.predicted[i] as usize]));
    }
}

#[test]
fn what_is_not_there_is_one_sentence() {
    let mut session = open(setup());
    for (query, why) in [
        (
            Query { histogram: Some(HistogramQuery { bins: 0 }), ..Query::default() },
            "A histogram has 1 to 1000 bins, not 0.",
        ),
        (
            Query { saliency: Some(SaliencyQuery { image: 8, class: None }), ..Query::default() },
            "Image 8 is not there: they are 0 to 7.",
        ),
        (
            Query { saliency: Some(SaliencyQuery { image: 0, class: Some(3) }), ..Query::default() },
            "Class 3 is not there: they are 0 to 2.",
        ),
        (
            Query { dropout: Some(DropoutQuery { image: 20 }), ..Query::default() },
            "Image 20 is not there: they are 0 to 19.",
        ),
    ] {
        assert_eq!(block_on(session.inspect(&query)).unwrap_err().to_string(), why);
    }
}

#[test]
fn the_numbers_of_a_layer_can_be_computed_again() {
    let mut session = open(deep());
    train(&mut session, 2);
    let values = |session: &mut Session, layer: &str| {
        let query = ValuesQuery { layer: layer.to_owned(), image: 1 };
        look(session, &Query { values: Some(query), ..Query::default() }).values.unwrap()
    };
    let dense = values(&mut session, "6");
    let [computed] = &dense.computed[..] else { panic!("{:?}", dense.computed) };
    let [x, weight, bias] = &computed.reads[..] else { panic!("{:?}", computed.reads) };
    assert_eq!((computed.kernel, x.data.len() * 3), ("dense/forward", weight.data.len()));
    for (class, &y) in computed.writes[0].data.iter().enumerate() {
        let row = &weight.data[class * x.data.len()..];
        let sum: f32 = x.data.iter().zip(row).map(|(x, w)| x * w).sum();
        assert!((sum + bias.data[class] - y).abs() < 1e-4, "{y}");
    }
    let updated = dense.updated.unwrap();
    assert_eq!((updated.kernel, updated.slots.len()), ("optimizer/sgd", 1));
    assert_eq!(updated.gradient.len(), updated.weight.len());

    let block = values(&mut session, "2");
    assert_eq!(
        block.computed.iter().map(|c| c.kernel).collect::<Vec<_>>(),
        ["residual/add", "activation/forward"]
    );
    let loss = values(&mut session, "loss");
    assert_eq!(loss.computed[0].reads[0].shape[0], 3);
    let why = block_on(session.inspect(&Query {
        values: Some(ValuesQuery { layer: "77".to_owned(), image: 0 }),
        ..Query::default()
    }));
    assert_eq!(why.unwrap_err().to_string(), "77 is not a layer of this network.");
}
