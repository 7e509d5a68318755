//! Files of the user, read step by step: the browser decodes the pictures.

use std::rc::Rc;

use convlab_core::data::Images;
use convlab_core::data::formats::{self, File, Gallery, Opened, Picture};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::convert::error;
use crate::given::Given;
use convlab_core::text::web as text;

/// Files that are being read.
#[wasm_bindgen]
pub struct Reading {
    gallery: Gallery,
    pictures: Vec<Picture>,
    images: Option<Images>,
    notes: Vec<String>,
}

impl Reading {
    /// Unpacks files; pictures will become `side`x`side`.
    ///
    /// # Errors
    /// One sentence that names the file and what is wrong with it.
    pub fn begin(names: Vec<String>, files: &Array, side: usize) -> Result<Self, JsValue> {
        let bytes = files.iter().map(|file| file.dyn_into().map(|bytes: Uint8Array| bytes.to_vec()));
        let bytes = bytes.collect::<Result<Vec<_>, _>>().map_err(|_| error(text::NO_FILE))?;
        let files = names.into_iter().zip(bytes).map(|(name, bytes)| File { name, bytes }).collect();
        let (opened, notes) = formats::open(files).map_err(error)?;
        let (pictures, images) = match opened {
            Opened::Images(images) => (Vec::new(), Some(images)),
            Opened::Pictures(pictures) => (pictures, None),
        };
        Ok(Self { gallery: Gallery::new(side).map_err(error)?, pictures, images, notes })
    }

    /// The images.
    ///
    /// # Errors
    /// One sentence when there are none.
    pub fn finish(self) -> Result<Given, JsValue> {
        let images = match self.images {
            Some(images) => images,
            None => self.gallery.finish().map_err(error)?,
        };
        Ok(Given::Files(Rc::new(images), self.notes))
    }
}

#[wasm_bindgen]
impl Reading {
    /// Pictures that wait to be decoded.
    pub fn pictures(&self) -> usize {
        self.pictures.len()
    }

    /// What a picture is called.
    pub fn name(&self, number: usize) -> String {
        self.pictures[number].file.name.clone()
    }

    /// A picture as it is packed.
    pub fn packed(&self, number: usize) -> Uint8Array {
        Uint8Array::from(&self.pictures[number].file.bytes[..])
    }

    /// Takes a decoded picture: red, green, blue and opacity of each pixel.
    ///
    /// # Errors
    /// One sentence when it has another size than its header said, or there are too many.
    pub fn add(&mut self, number: usize, width: u32, height: u32, rgba: &[u8]) -> Result<(), JsValue> {
        let picture = &self.pictures[number];
        let class = picture.class().map_err(error)?.to_owned();
        let name = picture.file.name.clone();
        self.gallery.add(&name, &class, [width, height], rgba).map_err(error)
    }
}
