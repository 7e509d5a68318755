//! Which constants only functions of the rest can reach: they come with the rest.
//!
//! The linker leaves its relocations in the module: every place where code or data holds an address.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use rustc_demangle::demangle;
use wasmparser::{
    DataKind, KnownCustom, Linking, LinkingSectionReader, Name, NameSectionReader, Operator, Parser, Payload,
    RelocSectionReader, RelocationEntry, RelocationType, SymbolInfo, TypeRef,
};

use crate::Done;

/// Shorter constants stay: a segment of their own would cost as much.
const LEAST: usize = 12;

/// What the linker's output says of itself.
#[derive(Default)]
struct Linked<'a> {
    imported: u32,
    /// Where the contents of both sections begin in the file.
    code: usize,
    data: usize,
    /// Bodies of functions in the file.
    bodies: Vec<Range<usize>>,
    names: HashMap<u32, String>,
    segments: Vec<Segment>,
    symbols: Vec<SymbolInfo<'a>>,
    in_code: Vec<RelocationEntry>,
    in_data: Vec<RelocationEntry>,
}

#[derive(Default)]
struct Segment {
    address: u32,
    /// In the file.
    bytes: Range<usize>,
    constant: bool,
}

/// Addresses of constants that only functions of the rest reach, themselves or through other constants.
/// A function of which `is_moved` does not know the name counts as one of the first part.
pub fn late(linked: &[u8], is_moved: impl Fn(&str) -> bool) -> Done<Vec<Range<u32>>> {
    let linked = read(linked).map_err(|error| format!("The linker's output cannot be read: {error}."))?;
    let places: Vec<Option<Range<u32>>> = linked.symbols.iter().map(|symbol| linked.place(symbol)).collect();
    let holds: BTreeMap<u32, u32> = linked.in_data.iter().filter_map(|entry| linked.held(entry)).collect();
    let from_code = linked.in_code.iter().filter(|entry| !linked.name(entry).is_some_and(&is_moved));
    let mut waiting: Vec<u32> = from_code.map(|entry| entry.index).collect();
    for segment in linked.segments.iter().filter(|segment| !segment.constant) {
        let addresses = segment.address..segment.address + segment.bytes.len() as u32;
        waiting.extend(holds.range(addresses).map(|(_, symbol)| symbol));
    }
    let mut is_early = vec![false; places.len()];
    while let Some(symbol) = waiting.pop() {
        let Some(place) = &places[symbol as usize] else { continue };
        if !std::mem::replace(&mut is_early[symbol as usize], true) {
            waiting.extend(holds.range(place.clone()).map(|(_, symbol)| symbol));
        }
    }
    // Symbols may overlap: a byte is late where one symbol says so and none says otherwise.
    let mut bytes = BTreeMap::new();
    for early in [false, true] {
        for (place, _) in places.iter().zip(&is_early).filter(|(_, is_early)| **is_early == early) {
            bytes.extend(place.iter().cloned().flatten().map(|byte| (byte, early)));
        }
    }
    let mut late: Vec<Range<u32>> = Vec::new();
    for byte in bytes.into_iter().filter(|(_, early)| !early).map(|(byte, _)| byte) {
        match late.last_mut() {
            Some(last) if byte == last.end => last.end += 1,
            _ => late.push(byte..byte + 1),
        }
    }
    late.retain(|range| range.len() >= LEAST);
    Ok(late)
}

impl Linked<'_> {
    /// Where a constant lies in memory; variables stay where they are.
    fn place(&self, symbol: &SymbolInfo) -> Option<Range<u32>> {
        let SymbolInfo::Data { symbol: Some(data), .. } = symbol else { return None };
        let segment = self.segments.get(data.index as usize).filter(|segment| segment.constant)?;
        let start = segment.address + data.offset;
        Some(start..start + data.size)
    }

    /// An address in a constant: where it stands in memory, and the symbol that it means.
    fn held(&self, entry: &RelocationEntry) -> Option<(u32, u32)> {
        let at = self.data + entry.offset as usize;
        let segment = self.segments.iter().find(|segment| segment.bytes.contains(&at))?;
        Some((segment.address + (at - segment.bytes.start) as u32, entry.index))
    }

    /// The function in whose body an address stands.
    fn name(&self, entry: &RelocationEntry) -> Option<&str> {
        let at = self.code + entry.offset as usize;
        let number = self.bodies.partition_point(|body| body.end <= at);
        self.names.get(&(self.imported + number as u32)).map(String::as_str)
    }
}

impl<'a> Linked<'a> {
    fn take_names(&mut self, names: NameSectionReader) -> wasmparser::Result<()> {
        for part in names {
            match part? {
                Name::Function(names) => {
                    for name in names {
                        let name = name?;
                        self.names.insert(name.index, demangle(name.name).to_string());
                    }
                }
                Name::Data(names) => {
                    for name in names {
                        let name = name?;
                        self.segments[name.index as usize].constant = name.name == ".rodata";
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn take_symbols(&mut self, parts: LinkingSectionReader<'a>) -> wasmparser::Result<()> {
        for part in parts.subsections() {
            if let Linking::SymbolTable(symbols) = part? {
                self.symbols = symbols.into_iter().collect::<Result<_, _>>()?;
            }
        }
        Ok(())
    }
}

/// Where a segment begins in memory; one without a place of its own has none.
fn address(kind: &DataKind) -> wasmparser::Result<u32> {
    if let DataKind::Active { offset_expr, .. } = kind
        && let Operator::I32Const { value } = offset_expr.get_operators_reader().read()?
    {
        return Ok(value as u32);
    }
    Ok(0)
}

fn addresses(entries: &RelocSectionReader) -> wasmparser::Result<Vec<RelocationEntry>> {
    use RelocationType::{MemoryAddrI32, MemoryAddrLeb, MemoryAddrSleb};
    let is_address =
        |entry: &RelocationEntry| matches!(entry.ty, MemoryAddrI32 | MemoryAddrLeb | MemoryAddrSleb);
    entries.entries().into_iter().filter(|entry| entry.as_ref().map_or(true, is_address)).collect()
}

fn read(bytes: &[u8]) -> wasmparser::Result<Linked<'_>> {
    let mut linked = Linked::default();
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    linked.imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionStart { range, .. } => linked.code = range.start,
            Payload::CodeSectionEntry(body) => linked.bodies.push(body.range()),
            Payload::DataSection(data) => {
                linked.data = data.range().start;
                for segment in data {
                    let segment = segment?;
                    let bytes = segment.range.end - segment.data.len()..segment.range.end;
                    linked.segments.push(Segment {
                        address: address(&segment.kind)?,
                        bytes,
                        constant: false,
                    });
                }
            }
            Payload::CustomSection(section) => match section.as_known() {
                KnownCustom::Name(names) => linked.take_names(names)?,
                KnownCustom::Linking(parts) => linked.take_symbols(parts)?,
                KnownCustom::Reloc(entries) if section.name() == "reloc.CODE" => {
                    linked.in_code = addresses(&entries)?;
                }
                KnownCustom::Reloc(entries) if section.name() == "reloc.DATA" => {
                    linked.in_data = addresses(&entries)?;
                }
                _ => {}
            },
            _ => {}
        }
    }
    Ok(linked)
}
