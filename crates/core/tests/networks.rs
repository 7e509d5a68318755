//! Networks: what words expand to, what they cost, and what cannot be built.

#![allow(clippy::unwrap_used)]

use convlab_core::network::{Description, Network, describe};
use convlab_core::plan::{Builder, Mode, Shape};
use convlab_core::shared::random::philox;
use convlab_core::spec::{Experiment, PRESETS, Problem, Scalar, link, settings};
use convlab_core::state::{Fill, Layout};

fn experiment(link: &str) -> Experiment {
    let (study, problems) = link::parse(link);
    assert_eq!(problems, [], "{link}");
    study.base
}

fn build(experiment: &Experiment) -> Result<Network, Vec<Problem>> {
    Network::new(experiment, experiment.input(), experiment.names().len())
}

fn layout(link: &str) -> Layout {
    let network = build(&experiment(link)).unwrap();
    let mut plan = Builder::new(Mode::Evaluate, 1);
    let x = plan.value("x", network.input);
    network.chain.forward(&mut plan, x, false);
    plan.finish().layout
}

fn columns(description: &Description) -> Vec<String> {
    let column = |l: &convlab_core::network::LayerDescription| {
        let shape: Vec<String> = l.shape.iter().map(ToString::to_string).collect();
        format!("{} {} {}", l.title, shape.join("x"), l.parameters)
    };
    description.layers.iter().map(column).collect()
}

#[test]
fn the_default_experiment() {
    let description = describe("");
    assert_eq!(
        columns(&description),
        [
            "Image 1x28x28 0",
            "Conv 3×3 16x28x28 144",
            "Batch 16x28x28 32",
            "ReLU 16x28x28 0",
            "Max 2×2 16x14x14 0",
            "Conv 3×3 32x14x14 4608",
            "Batch 32x14x14 64",
            "ReLU 32x14x14 0",
            "Max 2×2 32x7x7 0",
            "Flatten 1568 0",
            "Dropout 1568 0",
            "Dense 10 15690",
        ]
    );
    assert_eq!(description.parameters, 20_538);
    assert_eq!(description.macs, 9 * 16 * 784 + 9 * 16 * 32 * 196 + 15_680);
    let seen: Vec<usize> = description.layers.iter().map(|layer| layer.receptive).collect();
    assert_eq!(seen, [1, 3, 3, 3, 4, 8, 8, 8, 10, 34, 34, 34]);
    assert_eq!(description.classes.concat(), "0123456789");
    assert_eq!((description.link.as_str(), description.data.shape), ("v=1", [1, 28, 28]));
    let json = serde_json::to_value(&description).unwrap();
    assert_eq!((&json["values"]["lr"], &json["values"]["norm"]), (&0.02.into(), &"batch".into()));
}

#[test]
fn lenet_is_the_peers() {
    assert_eq!(
        columns(&describe("net=lenet")),
        [
            "Image 1x28x28 0",
            "Conv 3×3 8x28x28 80",
            "ReLU 8x28x28 0",
            "Max 2×2 8x14x14 0",
            "Conv 3×3 16x14x14 1168",
            "ReLU 16x14x14 0",
            "Max 2×2 16x7x7 0",
            "Flatten 784 0",
            "Dropout 784 0",
            "Dense 10 7850",
        ]
    );
    assert_eq!(experiment("net=lenet").p, 0.0);
    let chosen = describe("net=lenet&p=0.5");
    assert_eq!((&chosen.values["p"], &chosen.defaults["p"]), (&Scalar::Number(0.5), &Scalar::Number(0.0)));
}

#[test]
fn vgg_is_the_peers() {
    let vgg = describe("net=vgg&data=shapes");
    let shapes: Vec<&str> = vgg.layers.iter().map(|layer| layer.kind).collect();
    let block = ["conv", "norm", "activation"];
    let want: Vec<&str> = [
        &["input"][..],
        &block,
        &block,
        &["pool"],
        &block,
        &block,
        &["pool"],
        &block,
        &["gap", "dropout", "dense"],
    ]
    .concat();
    assert_eq!(shapes, want);
    assert_eq!((vgg.parameters, experiment("net=vgg").p), (35_962, 0.25));
    assert_eq!(vgg.layers[14].shape, [32, 8, 8]);
}

/// Names and shapes of the reference: its blocks are `c1 b1 c2 b2 proj`, ours `body` and `shortcut`.
#[test]
fn resnet_is_the_peers() {
    let link = "net=resnet8&data=shapes";
    let resnet = describe(link);
    let kinds: Vec<&str> = resnet.layers.iter().map(|layer| layer.kind).collect();
    assert_eq!(
        kinds,
        [
            "input",
            "conv",
            "norm",
            "activation",
            "residual",
            "residual",
            "residual",
            "gap",
            "dropout",
            "dense"
        ]
    );
    assert_eq!(resnet.parameters, 78_042);
    let segments = layout(link).parameters;
    let shape = |name: &str| segments.iter().find(|s| s.name == name).map(|s| s.shape.clone());
    assert_eq!(shape("0.weight"), Some(vec![16, 3, 3, 3]));
    assert_eq!(shape("3.body.3.weight"), Some(vec![16, 16, 3, 3]));
    assert_eq!(shape("3.shortcut.0.weight"), None);
    assert_eq!(shape("4.body.0.weight"), Some(vec![32, 16, 3, 3]));
    assert_eq!(shape("4.shortcut.0.weight"), Some(vec![32, 16, 1, 1]));
    assert_eq!(shape("5.shortcut.1.bias"), Some(vec![64]));
    assert_eq!(shape("5.shortcut.0.bias"), None);
    assert_eq!(shape("8.weight"), Some(vec![10, 64]));
}

#[test]
fn a_bias_stands_where_no_norm_removes_it() {
    for (norm, bias) in [
        ("none", true),
        ("batch", false),
        ("instance", false),
        ("layer", true),
        ("layer-element", true),
        ("group", true),
    ] {
        let names: Vec<String> =
            layout(&format!("norm={norm}")).parameters.into_iter().map(|s| s.name).collect();
        assert_eq!(names.contains(&"0.bias".to_owned()), bias, "{norm}");
    }
}

#[test]
fn weights_start_as_the_words_say() {
    let fill = |link: &str, name: &str| {
        layout(link).parameters.into_iter().find(|s| s.name == name).map(|s| s.fill).unwrap()
    };
    assert_eq!(fill("", "0.weight"), Fill::Normal { std: (2.0f64).sqrt() / 3.0 });
    assert_eq!(fill("act=tanh", "0.weight"), Fill::Normal { std: 5.0 / 3.0 / 3.0 });
    assert_eq!(fill("", "10.weight"), Fill::Normal { std: 0.1 / 1568f64.sqrt() });
    assert_eq!(fill("init=normal&std=3", "0.weight"), Fill::Normal { std: 3.0 });
    assert_eq!(fill("init=normal&std=3", "10.weight"), Fill::Normal { std: 3.0 });
    assert_eq!(fill("init=pytorch", "10.bias"), Fill::Uniform { bound: 1.0 / 1568f64.sqrt() });
    assert_eq!(fill("init=zeros", "4.weight"), Fill::Constant(0.0));
    assert_eq!(fill("init=xavier", "0.weight"), Fill::Normal { std: (2.0 / (9.0 + 144.0f64)).sqrt() });
    assert_eq!(fill("init=uniform&bound=0.5", "4.weight"), Fill::Uniform { bound: 0.5 });
    assert_eq!(fill("init=constant&constant=-2", "4.weight"), Fill::Constant(-2.0));
    assert_eq!(fill("fan=out&gain=3", "0.weight"), Fill::Normal { std: 3.0 / 12.0 });
    assert_eq!(fill("head=1", "10.weight"), Fill::Normal { std: 1.0 / 1568f64.sqrt() });
    assert_eq!(fill("head=0", "10.weight"), Fill::Normal { std: 0.0 });
}

/// PyTorch's `zero_init_residual`: the last norm of a block's body, and no other.
#[test]
fn blocks_may_start_as_their_shortcuts() {
    let weights = |link: &str| -> Vec<(String, Fill)> {
        let norms = layout(link).parameters.into_iter().filter(|s| s.shape.len() == 1);
        norms.filter(|s| s.name.ends_with("weight")).map(|s| (s.name, s.fill)).collect()
    };
    let zeros: Vec<String> = weights("net=resnet-8&blocks=zero")
        .into_iter()
        .filter_map(|(name, fill)| (fill == Fill::Constant(0.0)).then_some(name))
        .collect();
    assert_eq!(zeros, ["3.body.4.weight", "4.body.4.weight", "5.body.4.weight"]);
    assert!(weights("net=resnet-8").iter().all(|(_, fill)| *fill == Fill::Constant(1.0)));
    assert_eq!(layout("net=plain-8&blocks=zero"), layout("net=plain-8"));
}

/// The same weights in the same order, but for the projections of the shortcuts.
#[test]
fn skip_connections_can_be_left_out_at_equal_depth() {
    for depth in [8, 14, 20, 32, 44] {
        let shapes = |family: &str| -> Vec<Vec<usize>> {
            let all = layout(&format!("net={family}-{depth}w8&data=shapes&batch=32")).parameters;
            all.into_iter().filter(|s| !s.name.contains("shortcut")).map(|s| s.shape).collect()
        };
        assert_eq!(shapes("resnet"), shapes("plain"));
        let matrices = shapes("plain").iter().filter(|shape| shape.len() > 1).count();
        assert_eq!(matrices, depth);
    }
}

#[test]
fn one_large_filter_costs_49_c2_and_three_small_ones_27_c2() {
    for c in [8, 16, 24] {
        let behind = |net: &str| -> usize {
            let all = layout(&format!("net={net}w{c}")).parameters;
            let filters = all.iter().filter(|s| s.shape.len() == 4 && s.name != "0.weight");
            filters.map(|s| s.shape.iter().product::<usize>()).sum()
        };
        assert_eq!((behind("one-7x7"), behind("three-3x3")), (49 * c * c, 27 * c * c));
        let seen =
            |net: &str| describe(&format!("net={net}w{c}")).layers.iter().rev().nth(3).unwrap().receptive;
        assert_eq!((seen("one-7x7"), seen("three-3x3")), (9, 9));
    }
}

#[test]
fn dropout_stands_once() {
    let kinds = |link: &str| -> Vec<&str> { describe(link).layers.iter().map(|layer| layer.kind).collect() };
    assert_eq!(kinds("net=gap-dense8"), ["input", "gap", "dense", "activation", "dropout", "dense"]);
    assert_eq!(kinds("net=gap-drop-dense8"), ["input", "gap", "dropout", "dense", "activation", "dense"]);
    let conv = ["conv", "norm", "activation"];
    let spatial = [&["input"][..], &conv, &["dropout"], &conv, &["dropout", "gap", "dense"]].concat();
    assert_eq!(kinds("net=conv8-drop2d-conv8-drop-gap"), spatial);
}

#[test]
fn what_cannot_be_built_is_explained() {
    for (net, field, message) in [
        ("net=6xpool", "net", "Layer 5, pool: A 2×2 window does not fit a 1×1 map without padding."),
        (
            "net=conv8k11p0-conv8k11p0-conv8k11p0",
            "net",
            "Layer 3, conv8k11p0: A 11×11 filter does not fit a 8×8 map without padding.",
        ),
        (
            "net=dense8-conv8",
            "net",
            "Layer 2, conv8: it reads maps, and the dense layer before it leaves a vector.",
        ),
        (
            "net=conv16&norm=group&groups=5",
            "groups",
            "Layer 1, conv16: 16 channels cannot be split into 5 equal groups. Nearest that can: 4 or 8.",
        ),
        (
            "net=gap-conv8&norm=instance",
            "norm",
            "Layer 2, conv8: Instance normalization sees one value per channel here: it would turn every map into its bias.",
        ),
        (
            "net=gap-conv8&batch=1",
            "batch",
            "Layer 2, conv8: batch normalization needs more than one value per channel, and a batch of 1 on 1×1 maps has one. The smallest batch that works is 2.",
        ),
        (
            "net=conv512&batch=1024",
            "net",
            "Layer 1, conv512: its output for a batch of 1024 has 1568 MB, more than the 128 MB that a device takes at once.",
        ),
        (
            "net=conv64-dense4096",
            "net",
            "The weights of one layer (4096 × 50176) have 784 MB, more than the 128 MB that a device takes at once: make its input smaller with pool or gap, or use fewer units.",
        ),
        (
            "net=32xconv32&batch=512",
            "batch",
            "A training step of this network with a batch of 512 needs about 3277 MB, more than the 1024 MB allowed: the largest batch that fits is 155.",
        ),
    ] {
        let words: Vec<(&str, &str)> = net.split('&').filter_map(|word| word.split_once('=')).collect();
        let (experiment, problems) = Experiment::resolve(&words);
        assert_eq!(problems, [], "{net}");
        let problems = build(&experiment).unwrap_err();
        assert_eq!((problems[0].field.as_str(), problems[0].message.as_str()), (field, message), "{net}");
    }
    let frozen = Experiment { freeze: vec!["12".to_owned(), "0".to_owned()], ..Experiment::default() };
    assert_eq!(
        build(&frozen).unwrap_err()[0].message,
        "freeze: 12 is not a layer of this network; they are 0 to 10."
    );
}

#[test]
fn a_link_that_cannot_be_built_falls_back() {
    for (link, message) in [
        (
            "net=6xpool&lr=0.5",
            "Layer 5, pool: A 2×2 window does not fit a 1×1 map without padding. \
             The default net, conv16-pool-conv32-pool, is used.",
        ),
        (
            "norm=group&groups=5&lr=0.5",
            "Layer 1, conv16: 16 channels cannot be split into 5 equal groups. Nearest that can: 4 or 8. \
             The default groups, 4, is used.",
        ),
        (
            "freeze=0-77&lr=0.5",
            "freeze: 77 is not a layer of this network; they are 0 to 10. It is left out.",
        ),
        (
            "arms=net.6xpool,lr.1&lr=0.5",
            "arms: net.6xpool does not fit (Layer 5, pool: A 2×2 window does not fit a 1×1 map without padding), \
             so it is left out.",
        ),
    ] {
        let description = describe(link);
        assert_eq!(description.problems.len(), 1, "{link}");
        assert_eq!(description.problems[0].message, message);
        assert_eq!(description.values["lr"], Scalar::Number(0.5));
    }
}

#[test]
fn every_choice_can_be_built() {
    for preset in PRESETS {
        let net = preset.name;
        for images in ["side=28", "side=14", "data=shapes", "data=shapes&side=16"] {
            describe_cleanly(&format!("net={net}&{images}"));
        }
        for setting in settings().iter().filter(|s| !["side", "net"].contains(&s.key)) {
            for choice in &setting.choices {
                describe_cleanly(&format!("net={net}&{}={}", setting.key, choice.value));
            }
        }
    }
}

fn describe_cleanly(link: &str) {
    let description = describe(link);
    assert_eq!(description.problems, [], "{link}");
    let scores = description.layers.last().unwrap();
    assert_eq!((scores.kind, &scores.shape[..]), ("dense", &[10][..]));
}

#[test]
fn given_images_decide_the_shape() {
    let experiment = experiment("net=lenet");
    let network = Network::new(&experiment, Shape::new(1, 4, 20, 12), 3).unwrap();
    assert_eq!(network.chain.output(network.input), Ok(Shape::new(1, 3, 1, 1)));
    assert!(Network::new(&experiment, Shape::new(1, 1, 3, 3), 2).is_err());
}

/// Random networks: built, or explained and repaired; never a panic.
#[test]
fn random_networks() {
    let words = [
        "conv8",
        "conv12k5s2",
        "conv512k11s1",
        "res16",
        "res8s2",
        "pool",
        "pool3s2",
        "avgpool",
        "gap",
        "dense64",
        "dense4096",
        "drop",
        "drop2d",
        "plain8s2",
        "conv3k1p0",
        "32xconv8",
    ];
    let rest = [
        "norm=group",
        "norm=instance",
        "norm=none",
        "batch=1",
        "batch=1024",
        "data=shapes",
        "train=1",
        "groups=3",
        "freeze=0-9",
    ];
    let (mut built, mut count) = (0, 0);
    let mut below = |n: usize| {
        count += 1;
        philox([count, 0, 0, 0], [5, 5])[0] as usize % n
    };
    for _ in 0..400 {
        let net: Vec<&str> = (0..=below(6)).map(|_| words[below(words.len())]).collect();
        let link = format!("net={}&{}&{}", net.join("-"), rest[below(rest.len())], rest[below(rest.len())]);
        let description = describe(&link);
        built += usize::from(description.problems.is_empty());
        for problem in &description.problems {
            assert!(problem.message.ends_with('.') && problem.message.len() < 400, "{problem:?}");
        }
        assert_eq!(describe(&description.link).problems, [], "{link}");
    }
    assert!((50..350).contains(&built), "{built} of 400 can be built");
}
