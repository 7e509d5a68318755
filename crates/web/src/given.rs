//! Data of the caller's own.

use std::rc::Rc;

use convlab_core::data::{DataSet, Images, Pixels, Sizes, Standardize};
use js_sys::{Uint8Array, Uint32Array};
use wasm_bindgen::prelude::*;

use crate::convert::{error, field, pixels};
use convlab_core::text::web as text;

/// What a caller brings in place of the experiment's data.
#[derive(Clone)]
pub enum Given {
    /// A data set as it is: settings of the images do not touch it.
    Set(Rc<DataSet>),
    /// Images of files, and what was to say about them; settings act on them.
    Files(Rc<Images>, Vec<String>),
}

impl Given {
    /// Reads `{ images, labels, shape, classes, standardize, batches }`.
    ///
    /// # Errors
    /// One sentence about what does not fit.
    pub fn read(data: &JsValue) -> Result<Option<Self>, JsValue> {
        let given = !data.is_undefined() && !data.is_null();
        given.then(|| set(data).map(|set| Given::Set(Rc::new(set)))).transpose()
    }
}

fn set(data: &JsValue) -> Result<DataSet, JsValue> {
    let labels: Uint8Array = field(data, "labels").dyn_into().map_err(|_| error(text::NO_LABELS))?;
    let labels: Vec<u32> = labels.to_vec().into_iter().map(u32::from).collect();
    let shape: Vec<usize> = serde_wasm_bindgen::from_value(field(data, "shape")).map_err(error)?;
    let shape: [usize; 3] = shape.try_into().map_err(|_| error(text::NO_SHAPE))?;
    let classes = field(data, "classes").as_f64().unwrap_or(0.0) as usize;
    let pixels = pixels(&field(data, "images"))?;
    let standardize = standardize(&field(data, "standardize"), &pixels)?;
    let names = (0..classes).map(|class| class.to_string()).collect();
    let sizes = Sizes { train: labels.len(), val: 0, test: 0 };
    let images = Images::checked(shape, names, pixels, labels).map_err(error)?;
    let mut set = DataSet::new(images, sizes, 1, &standardize).map_err(error)?;
    if let Ok(batches) = field(data, "batches").dyn_into::<Uint32Array>() {
        set.give(&batches.to_vec()).map_err(error)?;
    }
    Ok(set)
}

fn standardize(value: &JsValue, pixels: &Pixels) -> Result<Standardize, JsValue> {
    match value.as_string().as_deref() {
        Some("none") => return Ok(Standardize::None),
        Some("auto") => return Ok(Standardize::Auto),
        Some(other) => {
            return Err(error(text::no_standard(other)));
        }
        None => {}
    }
    if value.is_undefined() {
        let floats = matches!(pixels, Pixels::Floats(_));
        return Ok(if floats { Standardize::None } else { Standardize::Auto });
    }
    let list = |key| serde_wasm_bindgen::from_value::<Vec<f32>>(field(value, key)).map_err(error);
    Ok(Standardize::Given(list("mean")?.into_iter().zip(list("std")?).map(|(m, s)| [m, s]).collect()))
}
