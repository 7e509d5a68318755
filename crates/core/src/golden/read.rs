use std::collections::{BTreeMap, BTreeSet};

use safetensors::{Dtype, SafeTensors};
use serde_json::Value;

use super::{Case, Files, Tensor};

/// The cases of a folder with their tensors.
#[derive(Clone, Debug)]
pub struct Folder {
    /// In the order of `cases.json`.
    pub entries: Vec<Entry>,
    /// The tensors that they name.
    pub files: Files,
}

/// A case, or why it cannot be one.
#[derive(Clone, Debug)]
pub struct Entry {
    /// `conv2d/n1_cin1_cout1_…`.
    pub name: String,
    /// What is computed.
    pub op: String,
    /// What to compute it from, or one sentence.
    pub case: Result<Case, String>,
}

impl Folder {
    /// Reads a `cases.json`, and through `open` the files that it names; a file that cannot be read
    /// costs the cases that need it.
    ///
    /// # Errors
    /// One sentence when there is no list of cases.
    pub fn read(cases: &[u8], mut open: impl FnMut(&str) -> Result<Vec<u8>, String>) -> Result<Self, String> {
        let json: Value =
            serde_json::from_slice(cases).map_err(|why| format!("The list of cases is not JSON: {why}."))?;
        let cases = json["cases"].as_array().ok_or("There is no list named cases.")?;
        let mut entries: Vec<Entry> = cases.iter().enumerate().map(entry).collect();
        let mut files = Files::new();
        for name in named(&entries) {
            match open(&name).and_then(|bytes| tensors(&bytes)) {
                Ok(tensors) => _ = files.insert(name, tensors),
                Err(why) => spoil(&mut entries, &name, &why),
            }
        }
        Ok(Self { entries, files })
    }
}

fn entry((number, case): (usize, &Value)) -> Entry {
    let text = |field: &str| case[field].as_str().map(str::to_owned);
    let op = text("op").unwrap_or_default();
    let name = text("name").unwrap_or_else(|| format!("case {number}"));
    Entry { case: Case::read(&op, case).map_err(|why| format!("The case cannot be read: {why}.")), name, op }
}

fn named(entries: &[Entry]) -> BTreeSet<String> {
    let cases = entries.iter().filter_map(|entry| entry.case.as_ref().ok());
    cases.flat_map(|case| case.files().into_iter().map(str::to_owned).collect::<Vec<_>>()).collect()
}

fn spoil(entries: &mut [Entry], file: &str, why: &str) {
    let uses = |case: &Result<Case, String>| case.as_ref().is_ok_and(|case| case.files().contains(&file));
    for entry in entries.iter_mut().filter(|entry| uses(&entry.case)) {
        entry.case = Err(format!("{file}: {why}"));
    }
}

fn tensors(bytes: &[u8]) -> Result<BTreeMap<String, Tensor>, String> {
    let file =
        SafeTensors::deserialize(bytes).map_err(|why| format!("This is no safetensors file: {why}."))?;
    file.iter()
        .map(|(key, view)| {
            let numbers = numbers(view.dtype(), view.data())
                .ok_or_else(|| format!("{key} holds {:?}: only F32, F64 and I32 are read.", view.dtype()))?;
            Ok((key.to_owned(), Tensor { shape: view.shape().to_vec(), numbers }))
        })
        .collect()
}

fn numbers(kind: Dtype, bytes: &[u8]) -> Option<Vec<f64>> {
    Some(match kind {
        Dtype::F32 => each(bytes, |b| f32::from_le_bytes(b).into()),
        Dtype::F64 => each(bytes, f64::from_le_bytes),
        Dtype::I32 => each(bytes, |b| i32::from_le_bytes(b).into()),
        _ => return None,
    })
}

fn each<const N: usize>(bytes: &[u8], number: impl Fn([u8; N]) -> f64) -> Vec<f64> {
    bytes.as_chunks().0.iter().map(|&b| number(b)).collect()
}
