use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};

use super::super::Pixels;
use super::*;

fn file(name: &str, bytes: impl Into<Vec<u8>>) -> File {
    File { name: name.to_owned(), bytes: bytes.into() }
}

fn hostile(name: &str) -> File {
    let path = format!("{}/../../tests/hostile/{name}", env!("CARGO_MANIFEST_DIR"));
    file(name, std::fs::read(path).unwrap())
}

fn images(files: Vec<File>) -> Images {
    match open(files).unwrap() {
        (Opened::Images(images), notes) if notes.is_empty() => images,
        other => panic!("{other:?}"),
    }
}

fn refused(files: Vec<File>) -> String {
    let why = open(files).unwrap_err();
    assert!(why.ends_with('.') && !why.contains('\n') && why.len() < 200, "not a sentence: {why}");
    why
}

fn idx(kind: u8, shape: &[u32], body: &[u8]) -> Vec<u8> {
    let mut file = vec![0, 0, kind, shape.len() as u8];
    file.extend(shape.iter().flat_map(|side| side.to_be_bytes()));
    file.extend(body);
    file
}

fn npy(descr: &str, fortran: bool, shape: &str, body: &[u8]) -> Vec<u8> {
    let fortran = if fortran { "True" } else { "False" };
    let header = format!("{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}\n");
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header.as_bytes());
    file.extend(body);
    file
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A zip archive as the format's description has it; sizes in it may lie.
fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        let packed = encoder.finish().unwrap();
        let start = archive.len() as u32;
        let mut middle = vec![20, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        middle.extend((packed.len() as u32).to_le_bytes());
        middle.extend((bytes.len() as u32).to_le_bytes());
        middle.extend((name.len() as u16).to_le_bytes());
        middle.extend([0, 0]);
        archive.extend([b"PK\x03\x04", &middle[..], name.as_bytes(), &packed].concat());
        directory.extend(
            [b"PK\x01\x02\x14\x00", &middle[..], &[0; 10], &start.to_le_bytes(), name.as_bytes()].concat(),
        );
    }
    let (start, size, count) = (archive.len() as u32, directory.len() as u32, files.len() as u16);
    archive.extend(directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    archive.extend([size.to_le_bytes(), start.to_le_bytes()].concat());
    archive.extend([0, 0]);
    archive
}

#[test]
fn mnist_files_are_read_as_they_are() {
    let bytes: Vec<u8> = (0..18).collect();
    let set =
        |name: &str, kind: &str, content: Vec<u8>| file(&format!("{name}-{kind}-ubyte.gz"), gz(&content));
    let got = images(vec![
        set("train", "labels-idx1", idx(8, &[2], &[3, 1])),
        set("t10k", "images-idx3", idx(8, &[1, 3, 3], &bytes[..9])),
        set("train", "images-idx3", idx(8, &[2, 3, 3], &bytes)),
        set("t10k", "labels-idx1", idx(8, &[1], &[0])),
    ]);
    assert_eq!(got.shape, [1, 3, 3]);
    assert_eq!((&got.labels[..], got.tests), (&[3, 1, 0][..], 1));
    assert_eq!(got.names, ["0", "1", "2", "3"]);
    assert_eq!(got.pixels, Pixels::Bytes([&bytes, &bytes[..9]].concat()));
}

/// A tar archive as POSIX has it.
fn tar_of(files: &[(&str, u8, &[u8])]) -> Vec<u8> {
    let mut archive = Vec::new();
    for (name, kind, bytes) in files {
        let mut header = [0; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[124..135].copy_from_slice(format!("{:011o}", bytes.len()).as_bytes());
        header[156] = *kind;
        header[257..262].copy_from_slice(b"ustar");
        archive.extend(header);
        archive.extend(*bytes);
        archive.resize(archive.len().next_multiple_of(512), 0);
    }
    archive.extend([0; 1024]);
    archive
}

#[test]
fn cifar_is_read_as_it_is_downloaded() {
    let record = |label: u8| [vec![label], vec![label; 3072]].concat();
    let archive = tar_of(&[
        ("cifar-10-batches-bin/", b'5', b""),
        ("cifar-10-batches-bin/data_batch_1.bin", b'0', &record(3)),
        ("cifar-10-batches-bin/test_batch.bin", b'0', &record(7)),
    ]);
    let got = images(vec![file("cifar-10-binary.tar.gz", gz(&archive))]);
    assert_eq!((got.shape, &got.labels[..], got.tests), ([3, 32, 32], &[3, 7][..], 1));
    assert_eq!(got, images(vec![file("cifar-10-binary.tgz", gz(&archive))]));
    for end in [700, 3000] {
        let why = refused(vec![file("cut.tar", &archive[..end])]);
        assert_eq!(why, "cut.tar is damaged: it ends within a file.");
    }
}

#[test]
fn the_controls_are_accepted() {
    let labels = || file("labels.idx1", idx(8, &[2], &[0, 1]));
    let got = images(vec![hostile("ok_2x3x3.idx3"), labels()]);
    assert_eq!((got.shape, got.pixels), ([1, 3, 3], Pixels::Bytes((0..18).collect())));
    let got = images(vec![hostile("ok_2x3.npy"), labels()]);
    assert_eq!((got.shape, got.pixels), ([1, 1, 3], Pixels::Floats(vec![0.0, 1.0, 2.0, 3.0, 4.0, 5.0])));
    let got = images(vec![hostile("fortran.npy"), labels()]);
    assert_eq!(got.pixels, Pixels::Floats(vec![0.0, 2.0, 4.0, 1.0, 3.0, 5.0]));
    let File { bytes, .. } = hostile("ok_4x4.png");
    let folder = vec![file("test/a/1.png", bytes.clone()), file("train/b/1.png", bytes.clone())];
    let Ok((Opened::Pictures(pictures), _)) = open(folder) else { panic!("pictures") };
    assert_eq!((pictures[0].class().unwrap(), pictures[0].size), ("b", [4, 4]));
    assert!(refused(vec![hostile("ok_4x4.png")]).starts_with("ok_4x4.png lies in no folder"));
}

#[test]
fn hostile_files_get_their_sentence() {
    for (name, word) in [
        ("short_header.idx3", "no IDX file"),
        ("bad_type.idx3", "0x77"),
        ("trailing.idx3", "19 bytes follow"),
        ("wrap32.idx3", "65536x65536x1"),
        ("ndim255.idx", "255 dimensions"),
        ("idx_gz_bomb.gz", "more than 17 MB"),
        ("code_header.npy", "header"),
        ("neg_shape.npy", "header"),
        ("short_body.npy", "20 bytes follow"),
        ("v9.npy", "version 9"),
        ("header_lies.png", "2147483647x2147483647"),
        ("script.svg", "left out"),
        ("bomb.zip", "more than 16 MB"),
        ("traversal.zip", "evil"),
        ("nested.zip", "in.zip"),
        ("cut.zip", "table of contents"),
    ] {
        let why = refused(vec![hostile(name)]);
        assert!(
            why.contains(word) && why.contains(name.trim_end_matches(".gz")) || name == "traversal.zip",
            "{why}"
        );
    }
    let why =
        refused(vec![hostile("labels_out_of_range.idx1"), file("images.idx3", idx(8, &[6, 1, 1], &[0; 6]))]);
    assert!(why.contains("Label 3 of labels_out_of_range.idx1 is 255"), "{why}");
}

#[test]
fn any_cut_or_flipped_byte_is_refused_or_read_but_never_a_panic() {
    let labels =
        || file("l.npy", npy("<i8", false, "(2,)", &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]));
    let archive =
        zip_of(&[("a/1.png", b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x04\0\0\0\x04\x08\x02\0\0\0")]);
    let jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08\x00\x05\x00\x07\x01\x01\x11\x00".to_vec();
    for (name, good) in [
        ("i.npy", npy("<f4", true, "(2, 3)", &[0; 24])),
        ("i.idx", idx(8, &[2, 2, 2], &[7; 8])),
        ("i.gz", gz(&idx(8, &[2, 2, 2], &[7; 8]))),
        ("i.zip", archive),
        ("a/i.jpg", jpeg),
    ] {
        let picture = ["i.zip", "a/i.jpg"].contains(&name);
        let set = |bytes: &[u8]| match picture {
            true => vec![file(name, bytes)],
            false => vec![file(name, bytes), labels()],
        };
        assert!(open(set(&good)).is_ok(), "{name}: {:?}", open(set(&good)));
        for cut in 0..good.len() {
            let result = open(set(&good[..cut]));
            assert!(result.is_err() || name == "a/i.jpg", "{name} cut to {cut}: {result:?}");
        }
        for at in 0..good.len() {
            for flip in [1, 0x80, 0xff] {
                let mut bad = good.clone();
                bad[at] ^= flip;
                if let Ok((Opened::Images(images), _)) = open(set(&bad)) {
                    assert_eq!(images.pixels.len(), images.len() * images.shape.iter().product::<usize>());
                }
            }
        }
    }
}

#[test]
fn numpy_types_orders_and_layouts() {
    let labels = || file("y.npy", npy("|u1", false, "(2,)", &[1, 0]));
    let got = |x: Vec<u8>| images(vec![file("x.npy", x), labels()]);
    let big: Vec<u8> = [1i16, -2].iter().flat_map(|v| v.to_be_bytes()).collect();
    assert_eq!(got(npy(">i2", false, "(2, 1, 1)", &big)).pixels, Pixels::Floats(vec![1.0, -2.0]));
    let last = got(npy("|u1", false, "(2, 2, 1, 3)", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]));
    assert_eq!(last.shape, [3, 2, 1]);
    assert_eq!(last.pixels, Pixels::Bytes(vec![1, 4, 2, 5, 3, 6, 7, 10, 8, 11, 9, 12]));
    assert_eq!(got(npy("|u1", false, "(2, 4)", &[0; 8])).shape, [1, 2, 2]);
    for (descr, shape, body, word) in [
        ("|O", "(2, 1, 1)", vec![0; 2], "type '|O'"),
        ("<f4", "(2, 1, 1)", f32::NAN.to_le_bytes().repeat(2), "NaN"),
        ("|u1", "(4294967296, 4294967296, 4294967296)", vec![0; 2], "limit"),
        ("|u1", "(99999999999999999999999, 1)", vec![0; 2], "header"),
        ("|u1", "(0, 1, 1)", vec![], "no number"),
        ("|u1", "()", vec![1], "single number"),
        ("|u1", "(2, 5, 1, 2)", vec![0; 20], "2x5x1x2"),
        ("|u1", "(3, 1, 1)", vec![0; 3], "x.npy has 3 images, but y.npy has 2 labels"),
        ("|u1", "(2, 257, 1)", vec![0; 514], "257x1"),
    ] {
        let why = refused(vec![file("x.npy", npy(descr, false, shape, &body)), labels()]);
        assert!(why.contains(word), "{why}");
    }
    let why = refused(vec![file("x.npy", npy("|u1", false, "(2, 1, 1)", &[0; 2]))]);
    assert_eq!(why, "Every file of images needs its file of labels; images: x.npy; labels: none.");
}

#[test]
fn cifar_batches_are_read_in_order() {
    let record = |label: u8, v: u8| [vec![label], vec![v; 3072]].concat();
    let got = images(vec![
        file("test_batch.bin", record(9, 3)),
        file("data_batch_1.bin", [record(0, 1), record(4, 2)].concat()),
    ]);
    assert_eq!((got.shape, &got.labels[..], got.tests), ([3, 32, 32], &[0, 4, 9][..], 1));
    assert_eq!(got.names[9], "truck");
    let Pixels::Bytes(bytes) = &got.pixels else { panic!("bytes") };
    assert_eq!((bytes[0], bytes[3072], bytes[2 * 3072]), (1, 2, 3));
    assert!(refused(vec![file("a.bin", vec![0; 3072])]).contains("3072 bytes"));
    assert!(refused(vec![file("a.bin", record(10, 0))]).contains("label 10"));
}

#[test]
fn pictures_take_the_class_of_their_folder() {
    let mut gallery = Gallery::new(2).unwrap();
    // A 4x2 picture: its middle square has columns 1 and 2.
    let grey = |v: u8| [v, v, v, 255];
    let wide = [9, 10, 20, 9, 9, 30, 40, 9].map(grey).concat();
    gallery.add("b/1.png", "b", [4, 2], &wide).unwrap();
    gallery.add("a/1.png", "a", [1, 1], &[0, 0, 0, 0]).unwrap();
    assert!(gallery.add("a/2.png", "a", [2, 1], &[0; 4]).unwrap_err().contains("a/2.png"));
    let got = gallery.finish().unwrap();
    assert_eq!(
        (got.shape, &got.names[..], &got.labels[..]),
        ([1, 2, 2], &["a".to_owned(), "b".to_owned()][..], &[1, 0][..])
    );
    assert_eq!(got.pixels, Pixels::Bytes(vec![10, 20, 30, 40, 255, 255, 255, 255]));
    let class = |name: &str| Picture { file: file(name, []), size: [1, 1] }.class().map(str::to_owned);
    assert_eq!(class("set/cat/1.png").unwrap(), "cat");
    assert_eq!(class("C:\\dog\\1.png").unwrap(), "dog");
    assert!(class("../1.png").unwrap_err().contains("no folder"));
    assert!(Gallery::new(0).is_err() && Gallery::new(2).unwrap().finish().is_err());
}

#[test]
fn mixed_kinds_and_nothing_are_sentences() {
    let png = hostile("ok_4x4.png");
    assert!(refused(vec![png.clone(), hostile("ok_2x3.npy")]).contains("several kinds"));
    assert_eq!(refused(Vec::new()), "There is no file to read.");
    let other = || file("notes.txt", *b"hello");
    let png = file("a/1.png", png.bytes);
    let (_, notes) = open(vec![png.clone(), other()]).unwrap();
    assert_eq!(notes, ["notes.txt was left out: it is no image file that Convlab reads."]);
    let (_, notes) = open(vec![png, other(), other(), other(), other(), other()]).unwrap();
    assert_eq!(notes[3..], ["2 more files were left out."]);
}

#[test]
fn floats_that_are_no_numbers_are_refused_by_their_place() {
    let body = [1.0, f32::NAN].map(f32::to_be_bytes).concat();
    let why = refused(vec![file("float_nan.idx2", idx(0x0D, &[1, 2], &body))]);
    assert_eq!(why, "Number 1 of float_nan.idx2 is NaN; images need finite numbers, none beyond 1e9.");
}
