//! Links: what they mean stays, what they cannot mean is explained, and none of them breaks anything.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use convlab_core::network::describe;
use convlab_core::session::{Filters, Histogram, LayerView, Maps, NormView, Row};
use convlab_core::shared::random::philox;
use convlab_core::spec::link::{LONGEST, format, parse};
use convlab_core::spec::{
    Act, Backend, BlockStart, Change, Classes, Data, Experiment, Fan, InitWord, Intervention, Kind, Labels,
    NormKind, Opt, PRESETS, Problem, SOURCES, Scalar, ScheduleWord, Study, canonical, read, settings,
};

fn single(link: &str) -> Experiment {
    let (study, problems) = parse(link);
    assert_eq!(problems, [], "{link}");
    assert_eq!(study.arms.len(), 1);
    study.base
}

fn messages(link: &str) -> Vec<String> {
    parse(link).1.into_iter().map(|problem| problem.message).collect()
}

/// Everything that `v=1` pins. A change here changes links that people have kept.
#[test]
fn old_links_keep_their_meaning() {
    let first = Experiment {
        data: Data::Digits,
        side: 28,
        train: 8000,
        val: 1000,
        test: 1000,
        classes: Classes::default(),
        perclass: 0,
        imbalance: 1.0,
        noise: 0.0,
        labels: Labels::True,
        turn: 0.0,
        offset: 0.0,
        pixelnoise: 0.0,
        correlation: 0.0,
        colour: 1.0,
        texture: 0.5,
        occlusion: 0.2,
        shapeshift: 0.12,
        shapeturn: 25.0,
        smallest: 0.24,
        largest: 0.38,
        grain: 0.03,
        flip: 0.0,
        vflip: 0.0,
        shift: 0.0,
        rotate: 0.0,
        scale: 0.0,
        crop: 1.0,
        brightness: 0.0,
        contrast: 0.0,
        cutout: 0.0,
        tta: 1,
        net: "conv16-pool-conv32-pool".to_owned(),
        init: InitWord::Kaiming,
        std: 0.05,
        norm: NormKind::Batch,
        groups: 4,
        bound: 0.05,
        constant: 0.01,
        fan: Fan::In,
        gain: 0.0,
        head: 0.1,
        blocks: BlockStart::One,
        act: Act::Relu,
        opt: Opt::Sgd,
        lr: 0.02,
        schedule: ScheduleWord::Constant,
        momentum: 0.9,
        clip: 0.0,
        batch: 64,
        p: 0.25,
        wd: 0.0,
        l1: 0.0,
        smooth: 0.0,
        steps: 1000,
        seed: 1,
        freeze: Vec::new(),
        start: None,
        log: Vec::new(),
    };
    for link in ["", "v=1", "#", "#v=1&", "?v=1", "https://example.org/page?x=1#v=1"] {
        assert_eq!(single(link), first, "{link}");
    }

    let net = |name: &str, norm, p| Experiment { net: name.to_owned(), norm, p, ..first.clone() };
    assert_eq!(single("v=1&net=lenet"), net("lenet", NormKind::None, 0.0));
    assert_eq!(single("v=1&net=vgg"), net("vgg", NormKind::Batch, 0.25));
    assert_eq!(single("v=1&net=resnet8"), net("resnet-8", NormKind::Batch, 0.0));
    assert_eq!(single("v=1&net=resnet-8"), net("resnet-8", NormKind::Batch, 0.0));
    assert_eq!(single("v=1&net=resnet20w8"), net("resnet-20w8", NormKind::Batch, 0.0));
    assert_eq!(single("v=1&net=plain-20w16"), net("plain-20", NormKind::Batch, 0.0));
    assert_eq!(single("v=1&net=plain32"), net("plain32", NormKind::Batch, 0.25));
    assert_eq!(single("v=1&net=plain"), net("plain", NormKind::Batch, 0.25));
    assert_eq!(single("v=1&net=mlp"), net("mlp", NormKind::None, 0.0));
    assert_eq!(single("v=1&norm=batch&p=0.5&net=lenet"), net("lenet", NormKind::Batch, 0.5));

    assert_eq!(single("v=1&data=shapes"), Experiment { data: Data::Shapes, side: 32, ..first.clone() });
    let opt = |opt, lr, wd, momentum| Experiment { opt, lr, wd, momentum, ..first.clone() };
    assert_eq!(single("v=1&opt=rmsprop"), opt(Opt::RmsProp, 0.001, 0.0, 0.0));
    assert_eq!(single("v=1&opt=adam"), opt(Opt::Adam, 0.001, 0.0, 0.9));
    assert_eq!(single("v=1&opt=adamw"), opt(Opt::AdamW, 0.001, 0.01, 0.9));
    assert_eq!(single("v=1&lr=0.02&opt=adam"), opt(Opt::Adam, 0.02, 0.0, 0.9));
    assert_eq!(
        single("v=1&schedule=one-cycle&clip=0.5"),
        Experiment { schedule: ScheduleWord::OneCycle, clip: 0.5, ..first.clone() }
    );
    assert_eq!(single("v=1&train=20"), Experiment { train: 20, batch: 20, ..first.clone() });
    assert_eq!(
        single("v=1&side=14&init=normal&std=1e-2&act=leaky&opt=nesterov&lr=5e-3&wd=0.0001&seed=4294967295"),
        Experiment {
            side: 14,
            init: InitWord::Normal,
            std: 0.01,
            act: Act::Leaky,
            opt: Opt::Nesterov,
            lr: 0.005,
            wd: 0.0001,
            seed: u32::MAX,
            ..first.clone()
        }
    );
    assert_eq!(
        single("v=1&norm=group&groups=8&freeze=0-4&at=300.p.0.5,120.lr.1e-3"),
        Experiment {
            norm: NormKind::Group,
            groups: 8,
            freeze: vec!["0".to_owned(), "4".to_owned()],
            log: vec![
                Intervention { step: 120, setting: "lr".to_owned(), value: 0.001.into() },
                Intervention { step: 300, setting: "p".to_owned(), value: 0.5.into() },
            ],
            ..first.clone()
        }
    );
    assert_eq!(
        single(
            "v=1&aug=flip0.5-shift0.1-rotate10-scale0.1-crop0.8-brightness0.2-contrast0.2-cutout0.25&tta=5"
        ),
        Experiment {
            flip: 0.5,
            shift: 0.1,
            rotate: 10.0,
            scale: 0.1,
            crop: 0.8,
            brightness: 0.2,
            contrast: 0.2,
            cutout: 0.25,
            tta: 5,
            ..first
        }
    );
}

#[test]
fn augmentation_is_one_word_and_each_part_a_setting() {
    let written = |link: &str| {
        let (study, problems) = parse(link);
        assert_eq!(problems, [], "{link}");
        format(&study)
    };
    let link = "v=1&train=500&aug=flip0.5-vflip0.1-rotate10-crop0.8&tta=3&lr=0.05";
    assert_eq!(written(link), link);
    assert_eq!(written("v=1&rotate=20&aug=shift0.1"), "v=1&aug=shift0.1-rotate20");
    assert_eq!(written("v=1&aug=Flip0.5-&aug=crop1"), "v=1&aug=flip0.5");
    assert_eq!(written("v=1&aug=none"), "v=1");
    assert_eq!(written("v=1&at=120.rotate.20,300.crop.0.5"), "v=1&at=120.rotate.20,300.crop.0.5");
    let (study, problems) = parse("v=1&aug=rotate10&arms=aug.none,aug.rotate20-flip0.5,rotate.5");
    assert_eq!(problems, []);
    let arms: Vec<(f64, f64)> =
        study.arms.iter().map(|arm| study.experiment(arm, 1)).map(|e| (e.rotate, e.flip)).collect();
    assert_eq!(arms, [(0.0, 0.0), (20.0, 0.5), (5.0, 0.0)]);
    assert_eq!(parse(&format(&study)), (study, Vec::new()));
}

#[test]
fn named_networks_keep_their_layers() {
    let layers: Vec<(&str, &str)> = PRESETS.iter().map(|preset| (preset.name, preset.words)).collect();
    assert_eq!(
        layers,
        [
            ("lenet", "conv8-pool-conv16-pool"),
            ("vgg", "2xconv16-pool-2xconv32-pool-conv64-gap"),
            ("vgg-deep", "2xconv16-pool-3xconv32-pool-4xconv64-gap"),
            ("resnet-8", "conv16-res16-res32s2-res64s2-gap"),
            ("resnet-14", "conv16-2xres16-res32s2-res32-res64s2-res64-gap"),
            ("resnet-20", "conv16-3xres16-res32s2-2xres32-res64s2-2xres64-gap"),
            ("resnet-32", "conv16-5xres16-res32s2-4xres32-res64s2-4xres64-gap"),
            ("resnet-44", "conv16-7xres16-res32s2-6xres32-res64s2-6xres64-gap"),
            ("plain-8", "conv16-plain16-plain32s2-plain64s2-gap"),
            ("plain-14", "conv16-2xplain16-plain32s2-plain32-plain64s2-plain64-gap"),
            ("plain-20", "conv16-3xplain16-plain32s2-2xplain32-plain64s2-2xplain64-gap"),
            ("plain-32", "conv16-5xplain16-plain32s2-4xplain32-plain64s2-4xplain64-gap"),
            ("plain-44", "conv16-7xplain16-plain32s2-6xplain32-plain64s2-6xplain64-gap"),
            ("plain", "3xconv8-pool-3xconv16-pool"),
            ("one-7x7", "conv16-conv16k7-gap"),
            ("three-3x3", "conv16-3xconv16-gap"),
            ("mlp", "dense64-dense64"),
        ]
    );
    for preset in PRESETS {
        assert_eq!(canonical(&read(preset.words).unwrap()), preset.words);
    }
}

#[test]
fn a_study_has_arms_and_seeds() {
    let link = "v=1&lr=0.05&seeds=1-2-3&arms=norm.none,my%20batch:norm.batch;lr.0.1,base&backend=cpu";
    let (study, problems) = parse(link);
    assert_eq!(problems, []);
    assert_eq!((study.base.seed, &study.seeds[..], study.backend), (1, &[1, 2, 3][..], Backend::Cpu));
    let names: Vec<&str> = study.arms.iter().map(|arm| arm.name.as_str()).collect();
    assert_eq!(names, ["norm=none", "my batch", "base"]);
    assert_eq!(study.arms[1].changes[1], Change { key: "lr".to_owned(), word: "0.1".to_owned() });
    let runs: Vec<_> = study.runs().map(|(_, seed, e)| (seed, e.norm, e.lr, e.seed)).collect();
    assert_eq!(runs.len(), 9);
    assert_eq!(runs[0], (1, NormKind::None, 0.05, 1));
    assert_eq!(runs[4], (2, NormKind::Batch, 0.1, 2));
    assert_eq!(runs[8], (3, NormKind::Batch, 0.05, 3));
    assert_eq!(format(&study), link);
}

#[test]
fn an_arm_may_freeze_layers() {
    let link = "v=1&start=30&arms=fine:base,frozen:freeze.0-1,lr.0.1;freeze.0";
    let (study, problems) = parse(link);
    assert_eq!(problems, []);
    assert_eq!(study.arms[2].name, "lr=0.1 freeze=0");
    let frozen: Vec<_> = study.runs().map(|(_, _, e)| e.freeze).collect();
    assert_eq!(frozen, [vec![], vec!["0".to_owned(), "1".to_owned()], vec!["0".to_owned()]]);
    assert_eq!(format(&study), link);
}

#[test]
fn other_words_bring_their_own_defaults() {
    let (lenet, _) = Experiment::default().with(&[("net", "lenet")]);
    assert_eq!((lenet.norm, lenet.p), (NormKind::None, 0.0));
    let (lenet, _) = single("v=1&norm=layer&p=0.5").with(&[("net", "lenet")]);
    assert_eq!((lenet.norm, lenet.p), (NormKind::Layer, 0.5));
    let (shapes, problems) = Experiment::default().with(&[("data", "shapes")]);
    assert_eq!((shapes.side, problems), (32, vec![]));
}

#[test]
fn bad_words_are_explained() {
    for (link, message) in [
        ("norm=batsh", "norm=batsh is not a normalization, so the default, batch, is used."),
        ("net=lenet&norm=batsh", "norm=batsh is not a normalization, so the default, none, is used."),
        ("data=cats", "data=cats is not a data set, so the default, digits, is used."),
        ("lr=abc", "lr=abc is not a number, so the default, 0.02, is used."),
        ("lr=", "lr= is not a number, so the default, 0.02, is used."),
        ("lr=NaN", "lr=NaN is not a number, so the default, 0.02, is used."),
        ("lr=-1", "lr=-1 is outside 0.000001 to 1000000, so the default, 0.02, is used."),
        ("lr=1e400", "lr=1e400 is outside 0.000001 to 1000000, so the default, 0.02, is used."),
        ("batch=1.5", "batch=1.5 is not a whole number, so the default, 64, is used."),
        ("batch=0", "batch=0 is outside 1 to 1024, so the default, 64, is used."),
        ("seed=9999999999", "seed=9999999999 is outside 0 to 4294967295, so the default, 1, is used."),
        (
            "batch=512&train=100",
            "batch=512 is more than the 100 training images, so the largest that fits, 100, is used.",
        ),
        ("side=32", "side=32 is not a size of digits (28 or 14), so the default, 28, is used."),
        ("lr=0.1&lr=0.2", "lr is given more than once; the first, 0.1, counts."),
        ("dataset=x", "dataset is not a setting, so it is left out."),
        ("aug=flip", "flip= is not a number, so the default, 0, is used."),
        ("aug=rotate10-turn5", "aug: turn5 is not an augmentation, so it is left out."),
        ("aug=tta3", "aug: tta3 is not an augmentation, so it is left out."),
        ("aug=crop0", "crop=0 is outside 0.05 to 1, so the default, 1, is used."),
        ("aug=shift0.1-shift0.2", "shift is given more than once; the first, 0.1, counts."),
        ("aug=shift0.1&shift=0.2", "shift is given more than once; the first, 0.1, counts."),
        ("tta=12", "tta=12 is outside 1 to 11, so the default, 1, is used."),
        ("arms=aug.spin3", "arms: aug.spin3 does not fit (spin3 is not an augmentation), so it is left out."),
        ("seed=3&seeds=1-2", "seed=3 is not read beside seeds."),
        ("seeds=1-x", "seeds: x is not a seed (0 to 4294967295), so it is left out."),
        ("backend=gpu", "backend=gpu is not a backend, so the default, auto, is used."),
        (
            "net=conv16-cinv32",
            "net=conv16-cinv32 cannot be read (cinv32 is not a layer), so the default, conv16-pool-conv32-pool, is used.",
        ),
        ("net=alexnet", "net=alexnet is not a network, so the default, conv16-pool-conv32-pool, is used."),
        ("net=conv0", "net=conv0 needs 1 to 512 filters, so the default, conv16-pool-conv32-pool, is used."),
        ("freeze=0-body", "freeze: body is not the number of a layer, so it is left out."),
        ("at=120", "at: 120 is not a change (like 120.lr.0.01), so it is left out."),
        ("at=x.lr.1", "at: x.lr.1 does not begin with a step (like 120.lr.0.01), so it is left out."),
        ("at=9.batch.8", "at: 9.batch.8 names nothing that can change during a run, so it is left out."),
        ("at=9.p.2", "at: 9.p.2 is outside 0 to 1, so it is left out."),
        ("arms=lr", "arms: lr is not an arm (like lr.0.01), so it is left out."),
        (
            "net=resnet-9",
            "net=resnet-9 is not a network (resnet-D and plain-D have D = 8, 14, 20, 32 or 44 and w1 to w128), \
             so the default, conv16-pool-conv32-pool, is used.",
        ),
        (
            "net=conv8-",
            "net=conv8- cannot be read (no layer stands on one side of a dash), so the default, \
             conv16-pool-conv32-pool, is used.",
        ),
        ("freeze=00", "freeze: 00 is not the number of a layer, so it is left out."),
        ("seeds=1--2", "seeds: an empty place in the list is left out."),
        (
            "arms=freeze.77",
            "arms: freeze.77 does not fit (freeze: 77 is not a layer of this network; they are 0 to 10), so it is \
             left out.",
        ),
        ("arms=seed.4", "arms: seed.4 sets seed, which no arm can set, so it is left out."),
        ("arms=norm.x", "arms: norm.x does not fit (norm=x is not a normalization), so it is left out."),
        (
            "v=2&lr=1",
            "v=2 is not a version that this page reads (it reads 1), so the default experiment is used.",
        ),
    ] {
        assert_eq!(messages(link), [message], "{link}");
    }
}

#[test]
fn hostile_links_give_defaults_and_a_note() {
    for file in [
        include_str!("../../../tests/hostile/link_hashes.txt"),
        include_str!("../../../tests/hostile/url_hashes.txt"),
    ] {
        for line in file.lines() {
            let link: String = serde_json::from_str(line).unwrap();
            let (study, problems) = parse(&link);
            let short: String = link.chars().take(60).collect();
            assert_eq!(problems.is_empty(), link.is_empty(), "{short}");
            let lr = if link.starts_with("lr=0.1&") { 0.1 } else { 0.02 };
            assert_eq!(study, Study::single(Experiment { lr, ..Experiment::default() }), "{short}");
            for problem in problems {
                assert!(
                    problem.message.chars().count() < 300 && problem.message.ends_with('.'),
                    "{problem:?}"
                );
            }
        }
    }
    let (study, problems) = parse(&"a".repeat(LONGEST + 1));
    assert_eq!((study, problems.len()), (Study::default(), 1));
}

#[test]
fn the_notes_about_one_link_are_few() {
    let link: String = (0..10_000).map(|i| format!("k{i}=1&")).collect();
    let (_, problems) = parse(&link);
    assert_eq!(problems.len(), 20);
    assert_eq!(problems[0].message, "Of the link the first 200 words are read.");
    assert_eq!(problems[19].message, "182 more words of this link cannot be used.");
}

/// Numbers below a limit, from the one generator of the engine.
struct Draw(u32);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 += 1;
        philox([self.0, 0, 0, 0], [17, 4])[0] as usize % n
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }

    /// A word that the setting allows.
    fn word(&mut self, key: &str) -> String {
        let setting = settings().iter().find(|setting| setting.key == key).unwrap();
        if key == "net" {
            let nets = ["mlp", "vgg", "resnet-8", "2xconv12k5s2-res8-gap-drop", "conv16-pool-conv32-pool"];
            return self.of(&nets).to_owned();
        }
        if !setting.choices.is_empty() {
            return setting.choices[self.below(setting.choices.len())].value.to_owned();
        }
        if setting.kind == Kind::List {
            return self.of(&["all", "0-1", "7-3-0"]).to_owned();
        }
        let (min, max) = (setting.min.unwrap(), setting.max.unwrap());
        let share = self.below(1 << 20) as f64 / f64::from(1 << 20);
        let number = min + (max - min) * share * share * share;
        if setting.integer { number.round().to_string() } else { number.to_string() }
    }

    fn link(&mut self) -> String {
        let mut link = "v=1".to_owned();
        for setting in settings() {
            if self.below(3) == 0 && setting.key != "side" {
                link += &format!("&{}={}", setting.key, self.word(setting.key));
            }
        }
        for (key, words) in [
            ("seeds", ["1-2-3", "7", "0-4294967295"]),
            ("freeze", ["0", "0-1", "2.body.0-2.shortcut"]),
            ("arms", ["base,lr.0.1", "norm.none", "a%2Cb:act.silu;lr.3,net.lenet"]),
            ("at", ["5.lr.0.001", "5.lr.0.1,5.lr.0.2,9.p.0", "1.wd.0.1,0.momentum.0"]),
            ("backend", ["cpu", "webgpu", "auto"]),
        ] {
            if self.below(3) == 0 {
                link += &format!("&{key}={}", self.of(&words));
            }
        }
        link
    }
}

#[test]
fn a_written_link_reads_as_the_same_study() {
    let mut draw = Draw(0);
    for _ in 0..2000 {
        let link = draw.link();
        let (study, _) = parse(&link);
        let written = format(&study);
        assert_eq!(parse(&written), (study, vec![]), "{link}\n{written}");
        assert!(written.starts_with("v=1") && format(&parse(&written).0) == written);
    }
}

#[test]
fn damaged_links_are_read_too() {
    let mut draw = Draw(1 << 20);
    let spice = [
        "&", "=", "%", "%ff", "#", "-", ".", ",", ";", ":", "9e9", "é", "\0", "x", "net=", "at=1.lr.",
        "arms=",
    ];
    for _ in 0..5000 {
        let mut link: Vec<char> = draw.link().chars().collect();
        for _ in 0..=draw.below(6) {
            let at = draw.below(link.len());
            let end = (at + draw.below(4)).min(link.len());
            let with = draw.of(&spice);
            link.splice(at..end, with.chars());
        }
        let link: String = link.into_iter().collect();
        let (study, _) = parse(&link);
        assert_eq!(parse(&format(&study)), (study, vec![]), "{link}");
    }
}

#[test]
fn declarations_fit_the_form() {
    for setting in settings() {
        let choices = setting.choices.iter().map(|choice| choice.help);
        for help in [setting.help].into_iter().chain(choices) {
            assert!(help.chars().count() <= 48 && help.ends_with('.'), "{}: {help}", setting.key);
        }
        let word = Experiment::default().word(setting.key).unwrap();
        assert_eq!(setting.default, setting.scalar(word.clone()));
        assert_eq!(parse(&format!("{}={word}", setting.key)), (Study::default(), vec![]));
        if let (Some(min), Some(max), Some([low, high])) = (setting.min, setting.max, setting.slider) {
            assert!(min <= low && low < high && high <= max, "{}", setting.key);
        }
    }
    let labels: Vec<&str> = settings().iter().map(|setting| setting.label).collect();
    for label in ["Learning rate", "Dropout p", "Batch size", "Seed", "Normalization", "Initialization"] {
        assert!(labels.contains(&label), "{label}");
    }
    for label in ["Activation", "Data", "Network", "Optimizer"] {
        assert!(labels.contains(&label), "{label}");
    }
}

#[test]
fn declarations_are_the_pages_json() {
    let json = serde_json::to_value(settings()).unwrap();
    let lr = json.as_array().unwrap().iter().find(|setting| setting["key"] == "lr").unwrap();
    let wanted = serde_json::json!({
        "key": "lr", "label": "Learning rate", "help": "Too high: loss jumps. Too low: it crawls.",
        "low": "the loss falls slowly, in a straight line", "high": "the loss jumps, stays high, or diverges",
        "group": "Optimizer", "kind": "number", "live": true, "default": 0.02, "min": 1e-6, "max": 1e6,
        "slider": [1e-4, 10.0], "scale": "log", "integer": false, "free": false,
        "source": { "title": "Bengio, Practical recommendations, 2012", "url": "https://arxiv.org/abs/1206.5533" },
    });
    assert_eq!(lr, &wanted);
    let patch: Vec<Scalar> = serde_json::from_str(r#"[0.5, "lenet"]"#).unwrap();
    assert_eq!(patch, [Scalar::Number(0.5), Scalar::Word("lenet".to_owned())]);
}

const TYPES: &str = include_str!("../../../www/src/engine/types.ts");

/// What stands between a declaration of the page's types and its end.
fn declared(start: &str, end: &str) -> &'static str {
    let (_, after) = TYPES.split_once(start).unwrap_or_else(|| panic!("no {start}"));
    after.split_once(end).unwrap().0
}

/// Names of the fields of an interface; those of inner objects stand further to the right.
fn interface(name: &str) -> BTreeSet<String> {
    declared(&format!("export interface {name} {{\n"), "\n}\n")
        .lines()
        .filter_map(|line| line.strip_prefix("  ").filter(|rest| rest.starts_with(char::is_alphabetic)))
        .filter_map(|line| Some(line.split_once(':')?.0.trim_end_matches('?').to_owned()))
        .collect()
}

/// Names of the fields that values of a type have as JSON.
fn fields<T: serde::Serialize>(values: &[T]) -> BTreeSet<String> {
    let names = |value: &T| match serde_json::to_value(value).unwrap() {
        serde_json::Value::Object(object) => object.into_iter().map(|(key, _)| key).collect::<Vec<_>>(),
        other => panic!("{other} is no object"),
    };
    values.iter().flat_map(names).collect()
}

#[test]
fn layers_are_frozen_and_set_free_by_the_log() {
    let study = parse("v=1&net=resnet-8&freeze=0&at=50.unfreeze.0,20.freeze.3.body.0-4,30.lr.0.1").0;
    let log: Vec<(u32, &str, String)> =
        study.base.log.iter().map(|c| (c.step, c.setting.as_str(), c.value.to_string())).collect();
    let layers = "3.body.0-4".to_owned();
    assert_eq!(log, [(20, "freeze", layers), (30, "lr", "0.1".to_owned()), (50, "unfreeze", "0".to_owned())]);
    assert_eq!(format(&study), "v=1&net=resnet-8&freeze=0&at=20.freeze.3.body.0-4,30.lr.0.1,50.unfreeze.0");
    for (word, why) in [
        (
            "20.freeze.99",
            "at: 20.freeze.99 names layer 99, which this network does not have, so it is left out.",
        ),
        ("20.freeze.x", "at: 20.freeze.x names x, which is not the number of a layer, so it is left out."),
        ("20.freeze", "at: 20.freeze is not a change (like 120.lr.0.01), so it is left out."),
    ] {
        let (study, problems) = parse(&format!("v=1&at={word}"));
        assert_eq!((problems[0].message.as_str(), study.base.log.len()), (why, 0));
    }
}

#[test]
fn a_run_starts_from_a_source_or_a_first_stage() {
    for link in ["v=1&start=digits", "v=1&train=100&start=200&freeze=0", "v=1&start=200&arms=lr.0.1,base"] {
        let (study, problems) = parse(link);
        assert_eq!((format(&study).as_str(), problems.len()), (link, 0));
        assert!(study.runs().all(|(_, _, experiment)| experiment.start == study.base.start));
    }
    for (link, why) in [
        (
            "v=1&start=cats",
            "start=cats is neither a source network nor a number of steps, so the run starts with weights of its own.",
        ),
        ("v=1&start=0", "start=0 is outside 1 to 10000, so the run starts with weights of its own."),
        (
            "v=1&start=digits&net=lenet",
            "start=digits holds the layers of v=1&steps=300&backend=cpu, and this network has others, so the run starts with weights of its own.",
        ),
        (
            "v=1&start=20&arms=base,net.lenet",
            "arms: net.lenet does not fit (its layers are not those that start gives), so it is left out.",
        ),
    ] {
        let (_, problems) = parse(link);
        assert_eq!(problems.iter().map(|p| p.message.as_str()).collect::<Vec<_>>(), [why]);
    }
}

#[test]
fn source_networks_say_what_made_them() {
    for source in SOURCES {
        let weights = (source.weights)();
        let text = String::from_utf8_lossy(&weights);
        assert!(weights.len() < 100_000 && text.contains(&format!("\"link\":\"{}\"", source.link)));
        let (study, problems) = parse(source.link);
        assert_eq!((format(&study).as_str(), problems.len()), (source.link, 0));
        assert!(text.contains(&format!("\"step\":\"{}\"", study.base.steps)));
    }
}

#[test]
fn the_pages_types_have_these_fields() {
    let description = describe("v=1");
    let view = LayerView {
        activations: Some(Histogram::default()),
        weights: Some(Histogram::default()),
        maps: Some(Maps::default()),
        filters: Some(Filters::default()),
        norm: Some(NormView::default()),
        ..LayerView::default()
    };
    let said = || Some("x".to_owned());
    let problem = Problem { word: said(), reason: said(), ..Problem::new("net", "No.") };
    let row = Row { step: 1, epoch: 0.0, loss: 0.0, accuracy: 0.0, lr: 0.0 };
    assert_eq!(interface("Setting"), fields(settings()));
    assert_eq!(interface("LayerDescription"), fields(&description.layers));
    assert_eq!(interface("Description"), fields(&[description]));
    assert_eq!(interface("LayerView"), fields(&[view]));
    assert_eq!(interface("Problem"), fields(&[problem]));
    assert_eq!(interface("Row"), fields(&[row]));

    let groups: BTreeSet<&str> = declared("export type Group =", ";").split('"').skip(1).step_by(2).collect();
    let json = serde_json::to_value(settings()).unwrap();
    let used = json.as_array().unwrap().iter().map(|setting| setting["group"].as_str().unwrap());
    assert_eq!(groups, used.collect());
}

#[test]
fn images_can_be_chosen_spoiled_and_moved() {
    let link = "v=1&train=500&classes=0-1-7&perclass=20&imbalance=4&noise=0.3&labels=shuffled&turn=40&offset=0.1&pixelnoise=0.2";
    let experiment = single(link);
    assert_eq!(experiment.classes, Classes(vec![0, 1, 7]));
    assert_eq!(experiment.names(), ["0", "1", "7"]);
    assert_eq!((experiment.perclass, experiment.labels), (20, Labels::Shuffled));
    assert_eq!(format(&parse(link).0), link);
    assert_eq!(describe(link).classes.len(), 3);
    for (link, note) in [
        ("classes=0-12", "classes=0-12 names a class beyond 9, so the default, all, is used."),
        (
            "classes=4",
            "classes=4 is one class, and a choice needs two or more, so the default, all, is used.",
        ),
        (
            "train=9000",
            "train=9000 is more than the 10000 images leave beside val=1000 and test=1000, so the largest that \
             fits, 8000, is used.",
        ),
        (
            "val=6000&test=5000",
            "val=6000 and test=5000 leave none of the 10000 images to train on, so the defaults, 1000 and 1000, \
             are used.",
        ),
    ] {
        assert_eq!(messages(link), [note]);
    }
    assert_eq!(messages("data=own&classes=0-12&train=60000"), [""; 0]);
    assert_eq!(messages("data=shapes&train=60000&correlation=0.9"), [""; 0]);
}

#[test]
fn what_decides_the_images_is_told_from_what_does_not() {
    let base = single("v=1");
    for link in ["v=1&lr=0.1", "v=1&net=mlp&steps=5&p=0.5"] {
        assert!(base.same_images(&single(link)), "{link}");
    }
    for link in
        ["v=1&seed=2", "v=1&train=20", "v=1&classes=0-1", "v=1&noise=0.1", "v=1&turn=9", "v=1&data=shapes"]
    {
        assert!(!base.same_images(&single(link)), "{link}");
    }
}
