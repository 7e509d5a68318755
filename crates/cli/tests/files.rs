//! Files of the user on the command line.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

/// A folder that goes away with its test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("convlab-files-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Trains 12 steps; the first loss, the last row and the notes, or the one sentence why not.
fn train(link: &str, paths: &[&Path]) -> Result<(Vec<Value>, String), String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_convlab"));
    command.args(["train", link, "--steps", "12", "--json", "--backend", "cpu"]);
    for path in paths {
        command.arg("--data").arg(path);
    }
    let output = command.output().unwrap();
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    match output.status.code() {
        Some(0) => Ok((out.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), err)),
        _ => Err(err),
    }
}

/// Class k of images with 8 rows is a bright row k.
fn row_of(class: u8, number: usize, columns: usize) -> Vec<u8> {
    let bright = |y: usize| if y == usize::from(class) { 220 } else { 20 };
    (0..8 * columns).map(|i| bright(i / columns) + ((i * 7 + number) % 20) as u8).collect()
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn idx(shape: &[u32], body: &[u8]) -> Vec<u8> {
    let sides = shape.iter().flat_map(|side| side.to_be_bytes());
    [0, 0, 8, shape.len() as u8].into_iter().chain(sides).chain(body.iter().copied()).collect()
}

fn learns(rows: &[Value]) {
    let loss = |row: &Value| row["loss"].as_f64().unwrap();
    assert!(loss(&rows[11]) < 0.9 * loss(&rows[0]), "{} to {}", rows[0], rows[11]);
}

#[test]
fn mnist_files_train_and_their_test_file_is_the_test_split() {
    let folder = Folder::new("idx");
    let set = |count: usize| {
        let labels: Vec<u8> = (0..count).map(|i| (i % 4) as u8).collect();
        let images: Vec<u8> = labels.iter().enumerate().flat_map(|(i, &k)| row_of(k, i, 8)).collect();
        (gz(&idx(&[count as u32, 8, 8], &images)), gz(&idx(&[count as u32], &labels)))
    };
    let ((images, labels), (test_images, test_labels)) = (set(80), set(12));
    folder.put("train-images-idx3-ubyte.gz", &images);
    folder.put("train-labels-idx1-ubyte.gz", &labels);
    folder.put("t10k-images-idx3-ubyte.gz", &test_images);
    folder.put("t10k-labels-idx1-ubyte.gz", &test_labels);
    let link = "v=1&net=conv4-pool&train=60&val=20&test=12&batch=20&lr=0.1";
    let (rows, notes) = train(link, &[&folder.0]).unwrap();
    learns(&rows);
    assert_eq!((&rows[13]["validation"]["count"], &rows[13]["test"]["count"]), (&20.into(), &12.into()));
    // Images repeat every 20 numbers and 4 classes, so the same ones stand in several splits.
    assert!(notes.contains("also stand in an earlier split, pixel by pixel"), "{notes}");
    // More than there are: shared, and said.
    let (rows, notes) = train("v=1&net=conv4-pool&batch=16&lr=0.1&classes=1-3", &[&folder.0]).unwrap();
    assert!(notes.contains("fewer images than are asked for: 72 are for training"), "{notes}");
    learns(&rows);
}

#[test]
fn cifar_batches_train() {
    let folder = Folder::new("cifar");
    let record = |i: usize| {
        let class = (i % 10) as u8;
        let bright = |at: usize| if at / 32 / 3 == i % 10 { 220 } else { 20 };
        let plane: Vec<u8> = (0..1024).map(bright).collect();
        [vec![class], plane.clone(), vec![(i % 200) as u8; 1024], plane].concat()
    };
    let batch: Vec<u8> = (0..100).flat_map(record).collect();
    let first = folder.put("data_batch_1.bin", &batch);
    let test = folder.put("test_batch.bin", &(100..120).flat_map(record).collect::<Vec<u8>>());
    let link = "v=1&net=conv4-pool&train=80&val=20&test=20&batch=20&lr=0.1&side=16";
    let (rows, _) = train(link, &[&first, &test]).unwrap();
    learns(&rows);
    assert_eq!(rows[13]["test"]["count"], 20);
}

#[test]
fn pictures_in_folders_train() {
    let folder = Folder::new("pictures");
    for number in 0..30 {
        let class = number % 2;
        let mut grey = image::GrayImage::from_raw(8, 8, row_of(4 * class as u8, number, 8)).unwrap();
        let name = format!("{}/{number}.{}", ["cat", "dog"][class], ["png", "jpg"][number / 2 % 2]);
        grey.put_pixel(7, 7, image::Luma([number as u8 * 8]));
        fs::create_dir_all(folder.0.join(["cat", "dog"][class])).unwrap();
        grey.save(folder.0.join(name)).unwrap();
    }
    folder.put("notes.txt", b"hello");
    let link = "v=1&net=conv4-pool&train=20&batch=10&lr=0.1&side=16";
    let (rows, notes) = train(link, &[&folder.0]).unwrap();
    learns(&rows);
    assert!(notes.contains("notes.txt was left out"), "{notes}");
}

#[test]
fn damaged_pictures_and_absent_files_are_one_sentence() {
    let hostile = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/hostile");
    let folder = Folder::new("damaged");
    for name in ["crc.png", "not_zlib.png", "header_lies.png"] {
        let path = folder.put(&format!("a/{name}"), &fs::read(hostile.join(name)).unwrap());
        let why = train("v=1", &[&folder.0]).unwrap_err();
        assert!(why.contains(name) && why.lines().count() == 1, "{why}");
        fs::remove_file(path).unwrap();
    }
    let good = fs::read(hostile.join("rgba16.png")).unwrap();
    for (class, number) in [("a", 1), ("b", 2), ("b", 3), ("a", 4)] {
        folder.put(&format!("{class}/{number}.png"), &good);
    }
    assert!(train("v=1&net=conv2-gap&side=16", &[&folder.0]).is_ok());
    let why = train("v=1", &[Path::new("nowhere")]).unwrap_err();
    assert!(why.starts_with("nowhere cannot be read") && why.lines().count() == 1, "{why}");
    let why = train("v=1&data=own", &[]).unwrap_err();
    assert!(why.contains("name them with --data"), "{why}");
}
