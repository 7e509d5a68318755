use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use convlab_core::golden::{Case, Files, Tensor};
use safetensors::{Dtype, SafeTensors};
use serde_json::Value;

/// The cases of a folder with their tensors.
pub struct Folder {
    pub entries: Vec<Entry>,
    pub files: Files,
}

/// A case, or why it cannot be one.
pub struct Entry {
    pub name: String,
    pub op: String,
    pub case: Result<Case, String>,
}

/// Reads `cases.json` and the tensors beside it.
///
/// # Errors
/// One sentence when there is no list of cases.
pub fn folder(folder: &Path) -> Result<Folder, String> {
    let list = folder.join("cases.json");
    let text = fs::read(&list).map_err(|why| format!("{} cannot be read: {why}.", list.display()))?;
    let list = list.display();
    let json: Value = serde_json::from_slice(&text).map_err(|why| format!("{list} is not JSON: {why}."))?;
    let cases = json["cases"].as_array().ok_or_else(|| format!("{list} has no list named cases."))?;
    let mut entries: Vec<Entry> = cases.iter().enumerate().map(entry).collect();
    let names: BTreeSet<String> = entries
        .iter()
        .filter_map(|entry| entry.case.as_ref().ok())
        .flat_map(|case| case.files().into_iter().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let mut files = Files::new();
    for name in names {
        match tensors(&folder.join(&name)) {
            Ok(tensors) => _ = files.insert(name, tensors),
            Err(why) => {
                let uses = |case: &Result<Case, String>| {
                    case.as_ref().is_ok_and(|case| case.files().contains(&name.as_str()))
                };
                entries.iter_mut().filter(|entry| uses(&entry.case)).for_each(|entry| {
                    entry.case = Err(format!("{name}: {why}"));
                });
            }
        }
    }
    Ok(Folder { entries, files })
}

fn entry((number, case): (usize, &Value)) -> Entry {
    let text = |field: &str| case[field].as_str().map(str::to_owned);
    let op = text("op").unwrap_or_default();
    let name = text("name").unwrap_or_else(|| format!("case {number}"));
    Entry { case: Case::read(&op, case).map_err(|why| format!("The case cannot be read: {why}.")), name, op }
}

fn tensors(path: &Path) -> Result<BTreeMap<String, Tensor>, String> {
    let bytes = fs::read(path).map_err(|why| format!("The file cannot be read: {why}."))?;
    let file =
        SafeTensors::deserialize(&bytes).map_err(|why| format!("This is no safetensors file: {why}."))?;
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
