//! What was seen, as JavaScript: numbers by the thousand travel as typed arrays, not as lists.

use convlab_core::session::{Inspection, LayerValues, LayerView, NormView, Shown, Trained};
use js_sys::{Array, Float32Array, Reflect, Uint8Array, Uint32Array};
use wasm_bindgen::prelude::*;

use crate::convert::{field, only, put, to_js};

/// Refuses a question with a word that no look has.
///
/// # Errors
/// One sentence about the first such word.
pub fn check(query: &JsValue) -> Result<(), JsValue> {
    const WORDS: [&str; 14] = [
        "layers",
        "stats",
        "forward",
        "histogram",
        "maps",
        "filters",
        "norms",
        "saliency",
        "dropout",
        "confusion",
        "mistakes",
        "nextBatch",
        "predictions",
        "values",
    ];
    only(query, &WORDS)?;
    let inside: [(&str, &[&str]); 7] = [
        ("values", &["layer", "image"]),
        ("histogram", &["bins"]),
        ("maps", &["layers", "image", "channels"]),
        ("saliency", &["image", "class"]),
        ("dropout", &["image"]),
        ("confusion", &["split", "limit"]),
        ("mistakes", &["n", "split", "limit"]),
    ];
    inside.iter().try_for_each(|(word, words)| only(&field(query, word), words))
}

/// The whole of it.
///
/// # Errors
/// None that a caller could make.
pub fn seen(seen: &Inspection) -> Result<JsValue, JsValue> {
    let object = to_js(seen)?;
    let layers: Array = get(&object, "layers")?.into();
    for (target, view) in layers.iter().zip(&seen.layers) {
        layer(&target, view)?;
    }
    shown(&object, "image", &seen.image)?;
    if let Some(batch) = &seen.next_batch {
        shown(&object, "nextBatch", batch)?;
    }
    if let Some(saliency) = &seen.saliency {
        put(&get(&object, "saliency")?, "data", Float32Array::from(&saliency.data[..]))?;
    }
    if let Some(masks) = &seen.dropout {
        let targets: Array = get(&object, "dropout")?.into();
        for (target, mask) in targets.iter().zip(masks) {
            put(&target, "kept", Uint8Array::from(&mask.kept[..]))?;
        }
    }
    if let Some(confusion) = &seen.confusion {
        put(&get(&object, "confusion")?, "matrix", Uint32Array::from(&confusion.matrix[..]))?;
    }
    if let Some(all) = &seen.values {
        values(&get(&object, "values")?, all)?;
    }
    if let Some(mistakes) = &seen.mistakes {
        shown(&get(&object, "mistakes")?, "image", &mistakes.image)?;
    }
    Ok(object)
}

fn get(object: &JsValue, key: &str) -> Result<JsValue, JsValue> {
    Reflect::get(object, &key.into())
}

fn layer(target: &JsValue, view: &LayerView) -> Result<(), JsValue> {
    if let Some(maps) = &view.maps {
        put(&get(target, "maps")?, "data", Float32Array::from(&maps.data[..]))?;
    }
    if let Some(filters) = &view.filters {
        put(&get(target, "filters")?, "data", Float32Array::from(&filters.data[..]))?;
    }
    match &view.norm {
        Some(view) => norm(&get(target, "norm")?, view),
        None => Ok(()),
    }
}

fn values(target: &JsValue, values: &LayerValues) -> Result<(), JsValue> {
    let steps: Array = get(target, "computed")?.into();
    for (step, computed) in steps.iter().zip(&values.computed) {
        let constants = js_sys::Object::new();
        for (name, value) in &computed.constants {
            put(&constants, name, *value)?;
        }
        put(&step, "constants", constants)?;
        for (key, all) in [("reads", &computed.reads), ("writes", &computed.writes)] {
            let operands: Array = get(&step, key)?.into();
            for (operand, numbers) in operands.iter().zip(all) {
                put(&operand, "data", Float32Array::from(&numbers.data[..]))?;
            }
        }
    }
    let Some(updated) = &values.updated else { return Ok(()) };
    let target = get(target, "updated")?;
    let constants = js_sys::Object::new();
    for (name, value) in &updated.constants {
        put(&constants, name, *value)?;
    }
    put(&target, "constants", constants)?;
    put(&target, "weight", Float32Array::from(&updated.weight[..]))?;
    put(&target, "gradient", Float32Array::from(&updated.gradient[..]))?;
    let slots: Array = updated.slots.iter().map(|slot| Float32Array::from(&slot[..])).collect();
    put(&target, "slots", slots)
}

fn norm(target: &JsValue, view: &NormView) -> Result<(), JsValue> {
    let all = [
        ("mean", Some(&view.mean)),
        ("variance", Some(&view.variance)),
        ("runningMean", view.running_mean.as_ref()),
        ("runningVariance", view.running_variance.as_ref()),
        ("weight", view.weight.as_ref()),
        ("bias", view.bias.as_ref()),
    ];
    for (key, numbers) in all {
        let array = numbers.map_or(JsValue::NULL, |numbers| Float32Array::from(&numbers[..]).into());
        put(target, key, array)?;
    }
    Ok(())
}

fn shown(object: &JsValue, key: &str, shown: &Shown) -> Result<(), JsValue> {
    let target = get(object, key)?;
    put(&target, "images", Uint8Array::from(&shown.images[..]))?;
    let labels: Vec<u8> = shown.labels.iter().map(|&label| label as u8).collect();
    put(&target, "labels", Uint8Array::from(&labels[..]))?;
    if let Some(predictions) = &shown.predictions {
        put(&target, "predictions", Float32Array::from(&predictions[..]))?;
    }
    if let Some(Trained { images, values }) = &shown.trained {
        let trained = get(&target, "trained")?;
        put(&trained, "images", Uint8Array::from(&images[..]))?;
        put(&trained, "values", Float32Array::from(&values[..]))?;
    }
    Ok(())
}
