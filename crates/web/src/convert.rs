//! Numbers, words and errors between JavaScript and Rust.

use convlab_core::data::Pixels;
use convlab_core::device::DeviceError;
use convlab_core::session::SessionError;
use convlab_core::text::web as text;
use js_sys::{Float32Array, Reflect, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

/// A JavaScript error with this sentence.
pub fn error(why: impl ToString) -> JsValue {
    js_sys::Error::new(&why.to_string()).into()
}

/// The same; `device` says what is wrong with the device, where that is the reason.
pub fn failed(why: impl Into<SessionError>) -> JsValue {
    let why = why.into();
    let error = error(&why);
    if let SessionError::Device(fault) = &why {
        let word = match fault {
            DeviceError::Absent(_) => "absent",
            DeviceError::Lost(_) => "lost",
            DeviceError::Destroyed(_) => "destroyed",
            DeviceError::OutOfMemory(_) => "memory",
            DeviceError::Invalid(_) => "invalid",
        };
        // An error made here takes any field.
        let _ = put(&error, "device", word);
    }
    error
}

/// Plain objects, `null` as `null`.
pub fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    let serializer =
        serde_wasm_bindgen::Serializer::new().serialize_maps_as_objects(true).serialize_missing_as_null(true);
    value.serialize(&serializer).map_err(error)
}

/// Refuses an object with other keys than these: serde never sees them in an object of JavaScript.
pub fn only(object: &JsValue, keys: &[&str]) -> Result<(), JsValue> {
    let Some(object) = object.dyn_ref::<js_sys::Object>() else { return Ok(()) };
    let given = js_sys::Object::keys(object).iter().filter_map(|key| key.as_string()).collect::<Vec<_>>();
    match given.iter().find(|key| !keys.contains(&key.as_str())) {
        Some(key) => Err(error(text::cannot_be_asked(key, &keys.join(", ")))),
        None => Ok(()),
    }
}

/// Reads an object; `undefined` gives the default.
pub fn from_js<T: DeserializeOwned + Default>(value: JsValue) -> Result<T, JsValue> {
    if value.is_undefined() || value.is_null() {
        return Ok(T::default());
    }
    serde_wasm_bindgen::from_value(value).map_err(error)
}

/// A field of an object; `undefined` where there is none.
pub fn field(object: &JsValue, key: &str) -> JsValue {
    if !object.is_object() {
        return JsValue::UNDEFINED;
    }
    Reflect::get(object, &JsValue::from_str(key)).unwrap_or(JsValue::UNDEFINED)
}

/// Sets a field of an object made here.
pub fn put(object: &JsValue, key: &str, value: impl Into<JsValue>) -> Result<(), JsValue> {
    Reflect::set(object, &JsValue::from_str(key), &value.into()).map(|_| ())
}

/// Bytes (0 to 255) or floats.
pub fn pixels(value: &JsValue) -> Result<Pixels, JsValue> {
    if let Some(bytes) = value.dyn_ref::<Uint8Array>() {
        return Ok(Pixels::Bytes(bytes.to_vec()));
    }
    match value.dyn_ref::<Float32Array>() {
        Some(floats) => Ok(Pixels::Floats(floats.to_vec())),
        None => Err(error(text::NO_IMAGES)),
    }
}

/// Keys and words of an object of settings.
pub fn words(object: &JsValue) -> Vec<(String, String)> {
    let Some(object) = object.dyn_ref::<js_sys::Object>() else { return Vec::new() };
    let entries = js_sys::Object::entries(object);
    entries
        .iter()
        .filter_map(|pair| {
            let pair: js_sys::Array = pair.into();
            let value = pair.get(1);
            let word = value.as_string().or_else(|| value.as_f64().map(|number| number.to_string()))?;
            Some((pair.get(0).as_string()?, word))
        })
        .collect()
}
