//! Readers and the link's parser take whatever comes: valid files with bytes changed, cut or put in, and
//! bytes that are no file at all. The seed is fixed, so a failure stays one.

#![allow(clippy::unwrap_used)]

use convlab_core::data::formats::{BYTES, File, Gallery, Opened, open};
use convlab_core::data::{Pixels, digits};
use convlab_core::spec::link;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

const CASES: u32 = 2000;

fn runner() -> TestRunner {
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]))
}

/// Small files that are read as they are.
fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let hostile = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/hostile/");
    let read = |name: &str| std::fs::read(format!("{hostile}{name}")).unwrap();
    let cifar = [vec![3], vec![9; 3072]].concat();
    vec![
        ("images.idx3", read("ok_2x3x3.idx3")),
        ("images.npy", read("ok_2x3.npy")),
        ("a/x.png", read("ok_4x4.png")),
        ("traversal.zip", read("traversal.zip")),
        ("nested.zip", read("nested.zip")),
        ("data_batch_1.bin", cifar),
        (
            "a/x.jpg",
            b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08\x00\x05\x00\x07\x01\x01\x11\x00".to_vec(),
        ),
    ]
}

/// What becomes of a file: bytes put in, cut, or changed at places.
#[derive(Clone, Debug)]
struct Damage {
    places: Vec<(prop::sample::Index, u8)>,
    cut: Option<prop::sample::Index>,
    more: Vec<u8>,
}

fn damage() -> impl Strategy<Value = Damage> {
    let places = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6);
    let more = prop::collection::vec(any::<u8>(), 0..8);
    (places, any::<Option<prop::sample::Index>>(), more).prop_map(|(places, cut, more)| Damage {
        places,
        cut,
        more,
    })
}

impl Damage {
    fn apply(&self, file: &[u8]) -> Vec<u8> {
        let mut file = file.to_vec();
        for (place, byte) in &self.places {
            let at = place.index(file.len());
            file[at] = *byte;
        }
        if let Some(cut) = &self.cut {
            file.truncate(cut.index(file.len() + 1));
        }
        file.extend(&self.more);
        file
    }
}

/// Either images that agree with themselves, pictures of bounded size, or one sentence.
fn check(files: Vec<File>) -> Result<(), TestCaseError> {
    match open(files) {
        Ok((Opened::Images(images), _)) => {
            let wanted = images.len() * images.shape.iter().product::<usize>();
            prop_assert_eq!(images.pixels.len(), wanted);
            prop_assert!(wanted <= BYTES && images.tests <= images.len());
            prop_assert!(images.labels.iter().all(|&label| (label as usize) < images.names.len()));
            if let Pixels::Floats(floats) = &images.pixels {
                prop_assert!(floats.iter().all(|v| v.is_finite()));
            }
        }
        Ok((Opened::Pictures(pictures), _)) => {
            for picture in pictures {
                prop_assert!(u64::from(picture.size[0]) * u64::from(picture.size[1]) <= 64 << 20);
            }
        }
        Err(why) => prop_assert!(why.ends_with('.') && !why.contains('\n'), "{why}"),
    }
    Ok(())
}

fn with_labels(name: &str, bytes: Vec<u8>) -> Vec<File> {
    let labels = vec![0, 0, 8, 1, 0, 0, 0, 2, 0, 1];
    let mut files = vec![File { name: name.to_owned(), bytes }];
    if name.starts_with("images") {
        files.push(File { name: "labels.idx1".to_owned(), bytes: labels });
    }
    files
}

#[test]
fn damaged_files_are_images_or_a_sentence() {
    let seeds = seeds();
    let any_seed = (0..seeds.len(), damage());
    runner()
        .run(&any_seed, |(seed, damage)| {
            let (name, good) = &seeds[seed];
            check(with_labels(name, damage.apply(good)))
        })
        .unwrap();
}

#[test]
fn files_cut_anywhere_are_images_or_a_sentence() {
    for (name, good) in seeds() {
        for cut in 0..good.len() {
            check(with_labels(name, good[..cut].to_vec())).unwrap();
        }
    }
}

#[test]
fn noise_with_the_start_of_a_file_is_a_sentence() {
    let starts: [&[u8]; 7] = [
        b"",
        b"\0\0\x08\x03",
        b"\x93NUMPY\x01\0",
        b"\x1f\x8b\x08",
        b"PK\x03\x04",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
    ];
    let noise = (0..starts.len(), prop::collection::vec(any::<u8>(), 0..400), "[a-z./-]{0,12}");
    runner()
        .run(&noise, |(start, body, name)| {
            let bytes = [starts[start], &body].concat();
            check(with_labels("images.x", bytes.clone()))?;
            check(vec![File { name, bytes }])
        })
        .unwrap();
}

#[test]
fn packed_digits_and_pictures_hold_too() {
    let mut good = b"CVLD".to_vec();
    good.extend([1, 0, 0, 0, 3, 0, 0, 0, 2, 0, 4, 0, 7, 0, 9]);
    good.extend(0..24);
    runner()
        .run(&damage(), |damage| {
            if let Ok(images) = digits::parse(&damage.apply(&good)) {
                let wanted = images.len() * images.shape.iter().product::<usize>();
                prop_assert_eq!(images.pixels.len(), wanted);
            }
            Ok(())
        })
        .unwrap();
    let picture = (0u32..9, 0u32..9, prop::collection::vec(any::<u8>(), 0..260), 0usize..9);
    runner()
        .run(&picture, |(width, height, rgba, side)| {
            let Ok(mut gallery) = Gallery::new(side) else { return Ok(()) };
            let fits = (width * height * 4) as usize == rgba.len() && !rgba.is_empty();
            prop_assert_eq!(gallery.add("a/1.png", "a", [width, height], &rgba).is_ok(), fits);
            Ok(())
        })
        .unwrap();
}

#[test]
fn any_text_is_a_link() {
    let key = "[a-z]{1,9}|data|net|lr|classes|arms|at|seeds|freeze|noise|side|train";
    let value = "[ -~]{0,24}|[0-9.xe-]{0,9}|conv[0-9]{1,3}(-pool){0,3}|\\PC{0,9}|[0-9]-[0-9]{1,2}-[0-9]";
    let words = prop::collection::vec((key, value), 0..8);
    runner()
        .run(&words, |words| {
            let text: Vec<String> = words.iter().map(|(key, value)| format!("{key}={value}")).collect();
            let (study, problems) = link::parse(&format!("v=1&{}", text.join("&")));
            let written = link::format(&study);
            let (again, _) = link::parse(&written);
            prop_assert_eq!(link::format(&again), written);
            for problem in problems {
                prop_assert!(!problem.message.contains('\n'), "{}", problem.message);
            }
            Ok(())
        })
        .unwrap();
}
