use std::collections::BTreeSet;

use super::super::{Images, Pixels};
use super::{BYTES, CLASSES, File, SIDE, is_test};
use crate::text::files as text;

/// Most pixels of a picture: what a phone's camera makes.
const PIXELS: u64 = 64 << 20;
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const JPEG: &[u8] = b"\xff\xd8\xff";

/// Whether the bytes begin as a PNG or JPEG file does.
pub fn is(file: &[u8]) -> bool {
    file.starts_with(PNG) || file.starts_with(JPEG)
}

/// A PNG or JPEG file whose size is known and small enough to be decoded.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// The file, still packed.
    pub file: File,
    /// Columns and rows that its header names.
    pub size: [u32; 2],
}

impl Picture {
    /// Reads the header.
    ///
    /// # Errors
    /// One sentence when it is no picture, or too large a one.
    pub fn new(file: File) -> Result<Self, String> {
        let size = if file.bytes.starts_with(PNG) { png(&file.bytes) } else { jpeg(&file.bytes) };
        let Some(size @ [width, height]) = size else {
            return Err(text::picture_damaged(&file.name));
        };
        if width == 0 || height == 0 || u64::from(width) * u64::from(height) > PIXELS {
            return Err(text::picture_too_large(&file.name, width, height, PIXELS >> 20));
        }
        Ok(Self { file, size })
    }

    /// The class: the folder that the file lies in.
    ///
    /// # Errors
    /// One sentence when it lies in none.
    pub fn class(&self) -> Result<&str, String> {
        let mut parts = self.file.name.rsplit(['/', '\\']).skip(1);
        parts
            .find(|part| !part.is_empty() && *part != "." && *part != "..")
            .ok_or_else(|| text::no_folder(&self.file.name))
    }
}

/// A sentence where pictures differ in size, for they will not.
///
/// # Errors
/// One sentence about a picture that lies in no folder.
pub fn sizes(pictures: &[Picture]) -> Result<Option<String>, String> {
    for picture in pictures {
        picture.class()?;
    }
    let area = |picture: &&Picture| picture.size[0] * picture.size[1];
    let (small, large) = (pictures.iter().min_by_key(area), pictures.iter().max_by_key(area));
    Ok(small.zip(large).filter(|_| pictures.iter().any(|picture| picture.size != pictures[0].size)).map(
        |(small, large)| {
            let [[w, h], [width, height]] = [small.size, large.size];
            text::several_sizes(w, h, width, height)
        },
    ))
}

fn png(file: &[u8]) -> Option<[u32; 2]> {
    let header = file.get(8..24)?;
    if &header[4..8] != b"IHDR" {
        return None;
    }
    let side = |at: usize| u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    Some([side(8), side(12)])
}

/// Walks the segments up to the start of the frame.
fn jpeg(file: &[u8]) -> Option<[u32; 2]> {
    let mut at = 2;
    loop {
        let &[0xff, marker, high, low, ..] = file.get(at..)? else { return None };
        let frame = matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
        if frame {
            let &[a, b, c, d] = file.get(at + 5..at + 9)? else { return None };
            return Some([u32::from(u16::from_be_bytes([c, d])), u32::from(u16::from_be_bytes([a, b]))]);
        }
        at += 2 + usize::from(u16::from_be_bytes([high, low]));
    }
}

/// Gathers decoded pictures into a data set of one size: the middle square of each, averaged down
/// or repeated up; grey if all pictures are.
pub struct Gallery {
    side: usize,
    pixels: Vec<u8>,
    classes: Vec<String>,
    tests: usize,
}

impl Gallery {
    /// An empty gallery of `side`x`side` images.
    ///
    /// # Errors
    /// One sentence when the side is 0 or above [`SIDE`].
    pub fn new(side: usize) -> Result<Self, String> {
        match side {
            1..=SIDE => Ok(Self { side, pixels: Vec::new(), classes: Vec::new(), tests: 0 }),
            _ => Err(text::sides(SIDE, side)),
        }
    }

    /// Adds a decoded picture, those for testing last: red, green, blue and opacity of each pixel, row by row. What is not
    /// opaque shows white.
    ///
    /// # Errors
    /// One sentence when the bytes are not those of the size, or there are too many pictures.
    pub fn add(
        &mut self,
        name: &str,
        class: &str,
        [width, height]: [u32; 2],
        rgba: &[u8],
    ) -> Result<(), String> {
        let bytes = u64::from(width) * u64::from(height) * 4;
        if bytes == 0 || bytes != rgba.len() as u64 {
            return Err(text::decoded_wrongly(name, rgba.len(), width, height));
        }
        if self.pixels.len() + 3 * self.side * self.side > BYTES {
            return Err(text::too_many_pictures(name, BYTES >> 20));
        }
        let (width, height) = (width as usize, height as usize);
        let square = width.min(height);
        let (left, top) = ((width - square) / 2, (height - square) / 2);
        let span = |i: usize| {
            let from = i * square / self.side;
            from..((i + 1) * square / self.side).max(from + 1)
        };
        for channel in 0..3 {
            for y in 0..self.side {
                for x in 0..self.side {
                    let (mut sum, mut count) = (0, 0);
                    for row in span(y) {
                        for column in span(x) {
                            let at = 4 * ((top + row) * width + left + column);
                            let (v, opacity) = (u64::from(rgba[at + channel]), u64::from(rgba[at + 3]));
                            sum += v * opacity + 255 * (255 - opacity);
                            count += 255;
                        }
                    }
                    self.pixels.push(((sum + count / 2) / count) as u8);
                }
            }
        }
        self.classes.push(class.to_owned());
        self.tests += usize::from(is_test(name));
        Ok(())
    }

    /// The data set; classes in alphabetical order.
    ///
    /// # Errors
    /// One sentence when there are no pictures or too many classes.
    pub fn finish(self) -> Result<Images, String> {
        let names: Vec<String> = BTreeSet::from_iter(self.classes.iter().cloned()).into_iter().collect();
        if names.is_empty() {
            return Err(text::NO_PICTURE.to_owned());
        }
        if names.len() > CLASSES {
            return Err(text::too_many_folders(names.len(), CLASSES));
        }
        let number = |class: &String| names.partition_point(|name| name < class) as u32;
        let labels = self.classes.iter().map(number).collect();
        let plane = self.side * self.side;
        let grey = self
            .pixels
            .chunks_exact(3 * plane)
            .all(|image| image[..plane] == image[plane..2 * plane] && image[..plane] == image[2 * plane..]);
        let (channels, pixels) = match grey {
            true => {
                (1, self.pixels.chunks_exact(3 * plane).flat_map(|image| &image[..plane]).copied().collect())
            }
            false => (3, self.pixels),
        };
        let tests = if self.tests < self.classes.len() { self.tests } else { 0 };
        let shape = [channels, self.side, self.side];
        Ok(Images { shape, names, pixels: Pixels::Bytes(pixels), labels, tests })
    }
}
