//! Every file of `tests/hostile` behaves as its `index.json` says.

#![allow(clippy::unwrap_used)]

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

use convlab_core::data::formats::{File, Opened, open};
use convlab_core::data::{DataSet, Images, Pixels, Sizes, Standardize};
use convlab_core::device::cpu::Cpu;
use convlab_core::session::{Part, Session, Setup};
use convlab_core::spec::link;
use pollster::block_on;
use serde_json::Value;

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/hostile"))
}

/// A file as somebody would drop it: images with fitting labels, pictures in a folder.
fn drop(name: &str, kind: &str) -> Result<(Opened, Vec<String>), String> {
    let bytes = std::fs::read(folder().join(name)).unwrap();
    let file = |name: &str, bytes: Vec<u8>| File { name: name.to_owned(), bytes };
    let idx = |shape: &[u8], body: &[u8]| {
        let sides = shape.iter().flat_map(|&side| [0, 0, 0, side]);
        [0, 0, 8, shape.len() as u8].into_iter().chain(sides).chain(body.iter().copied()).collect::<Vec<u8>>()
    };
    open(match kind {
        "idx" | "npy" => vec![file(name, bytes), file("labels.idx1", idx(&[2], &[0, 1]))],
        "idx-labels" => vec![file(name, bytes), file("images.idx3", idx(&[6, 1, 1], &[0; 6]))],
        "png" | "svg" => vec![file(&format!("class/{name}"), bytes)],
        _ => vec![file(name, bytes)],
    })
}

/// A small run on the CPU, to load weights into.
fn session() -> Session {
    let images = Images {
        shape: [1, 4, 4],
        names: vec!["a".to_owned(), "b".to_owned()],
        pixels: Pixels::Bytes((0..160).collect()),
        labels: (0..10).map(|i| i % 2).collect(),
        tests: 0,
    };
    let sizes = Sizes { train: 8, val: 1, test: 1 };
    let data = DataSet::new(images, sizes, 1, &Standardize::Auto).unwrap();
    let (study, _) = link::parse("v=1&net=conv2-pool&batch=4");
    let setup = Setup::of(&study.base, Rc::new(data)).unwrap();
    Session::open(Rc::new(RefCell::new(Cpu::default())), setup).unwrap()
}

fn is_sentence(why: &str) -> bool {
    why.ends_with('.') && !why.contains('\n') && why.len() < 250
}

#[test]
fn every_file_behaves_as_its_index_says() {
    let index: Vec<Value> =
        serde_json::from_slice(&std::fs::read(folder().join("index.json")).unwrap()).unwrap();
    assert!(index.len() >= 30);
    for entry in &index {
        let [name, kind, expect] = ["file", "kind", "expect"].map(|key| entry[key].as_str().unwrap());
        match kind {
            "url-hash" => continue,
            "safetensors" => weights(name),
            // Whether pixels can be decoded is the browser's to say, and the command line's.
            "png" if ["crc.png", "not_zlib.png", "rgba16.png"].contains(&name) => {
                assert!(matches!(drop(name, kind), Ok((Opened::Pictures(_), _))), "{name}");
            }
            _ => {
                let dropped = drop(name, kind);
                let accepts = expect.starts_with("accept") || name == "fortran.npy";
                assert_eq!(dropped.is_ok(), accepts, "{name}: {dropped:?}");
                if let Err(why) = dropped {
                    let named = why.contains(name.trim_end_matches(".gz")) || name == "traversal.zip";
                    assert!(is_sentence(&why) && named, "{name}: {why}");
                }
            }
        }
    }
}

/// Weights are refused with a sentence, and the run stands where it stood.
fn weights(name: &str) {
    let bytes = std::fs::read(folder().join(name)).unwrap();
    let mut session = session();
    block_on(session.turn(2)).unwrap();
    let before = block_on(session.weights("v=1", &Part::default())).unwrap();
    for why in [session.load(&bytes, &Part::default()).unwrap_err(), session.restore(&bytes).unwrap_err()] {
        assert!(is_sentence(&why.to_string()), "{name}: {why}");
    }
    // The words of the header have no fixed order.
    let numbers = |bytes: &[u8]| bytes[8 + usize::from(bytes[0]) + 256 * usize::from(bytes[1])..].to_vec();
    assert_eq!(
        numbers(&block_on(session.weights("v=1", &Part::default())).unwrap()),
        numbers(&before),
        "{name}"
    );
    assert_eq!(session.step(), 2);
}

#[test]
fn every_hostile_link_gives_an_experiment() {
    for list in ["link_hashes.txt", "url_hashes.txt"] {
        let text = std::fs::read_to_string(folder().join(list)).unwrap();
        for line in text.lines().filter(|line| !line.is_empty()) {
            let hash: String = serde_json::from_str(line).unwrap();
            let (study, problems) = link::parse(&hash);
            assert_eq!(link::parse(&link::format(&study)).0, study);
            assert!(problems.len() <= 20 && problems.iter().all(|p| p.message.len() < 500), "{problems:?}");
        }
    }
}
