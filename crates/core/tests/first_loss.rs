//! Before it has learned anything a network guesses: its first loss is near ln 10.

#![allow(clippy::unwrap_used)]

use std::cell::RefCell;
use std::rc::Rc;

use convlab_core::data::shapes::Shapes;
use convlab_core::data::{DataSet, Sizes, Standardize};
use convlab_core::device::cpu::Cpu;
use convlab_core::network::Network;
use convlab_core::session::{Live, Session, Setup};
use convlab_core::spec::link;

fn losses(text: &str, data: &Rc<DataSet>, steps: usize) -> Vec<f64> {
    let (study, problems) = link::parse(text);
    assert_eq!(problems, [], "{text}");
    let e = study.base;
    let setup = Setup {
        network: Network::new(&e, e.input(), data.classes).unwrap(),
        data: Rc::clone(data),
        batch: e.batch as usize,
        seed: e.seed,
        schedule: e.schedule.rule(e.steps),
        live: Live::of(&e),
        frozen: e.freeze,
        log: e.log,
        start: None,
    };
    let mut session = Session::open(Rc::new(RefCell::new(Cpu::default())), setup).unwrap();
    let mut losses = Vec::new();
    while losses.len() < steps {
        let turn = pollster::block_on(session.turn(steps - losses.len())).unwrap();
        assert_eq!(turn.diverged, None, "{text}");
        losses.extend(turn.rows.iter().map(|row| row.loss));
    }
    losses
}

fn shapes() -> Rc<DataSet> {
    let images = Shapes::default().generate(400, 1);
    let sizes = Sizes { train: 256, val: 64, test: 64 };
    Rc::new(DataSet::new(images, sizes, 1, &Standardize::Auto).unwrap())
}

#[test]
fn the_first_loss_is_that_of_guessing() {
    let data = shapes();
    for words in [
        "",
        "net=lenet",
        "net=vgg",
        "net=resnet-8",
        "net=plain",
        "net=mlp",
        "norm=none",
        "norm=group",
        "act=tanh",
        "init=xavier",
    ] {
        let first = losses(&format!("v=1&data=shapes&train=256&{words}"), &data, 1)[0];
        assert!((first / 10f64.ln() - 1.0).abs() < 0.1, "{words}: {first}");
    }
}

#[test]
fn small_networks_learn() {
    let data = shapes();
    for net in ["lenet", "plain", "mlp"] {
        let losses = losses(&format!("v=1&data=shapes&train=256&batch=32&p=0&net={net}"), &data, 50);
        let last = losses[45..].iter().sum::<f64>() / 5.0;
        assert!(last < 0.85 * losses[0], "{net}: {} to {last}", losses[0]);
    }
}
