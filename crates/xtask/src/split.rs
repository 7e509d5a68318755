//! Takes the engine's module apart by functions: what a first step needs, and the rest behind it.
//!
//! As in Binaryen's wasm-split. The first part keeps memory, data and table. Where it calls a function
//! that moved stands a stub: it asks JavaScript for the rest, unless that is there, and calls through a
//! slot at the end of the table, which the rest fills when it is made.

use std::collections::HashSet;
use std::ops::Range;

use walrus::ir::{Call, Const, Value, Visitor, dfs_in_order};
use walrus::{
    ConstExpr, DataKind, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, FunctionKind,
    GlobalId, GlobalKind, ImportKind, ImportedFunction, Module, ModuleConfig, TableId, ValType,
};

use crate::Done;

/// The module that JavaScript provides: `rest` loads the rest, `mark` hears which functions run.
const GLUE: &str = "parts";

/// Two modules that do together what one did.
pub struct Parts {
    pub first: Vec<u8>,
    pub rest: Vec<u8>,
}

/// Functions by their position in the module that is taken apart.
#[derive(Default)]
struct Cut {
    /// Moved, and called from the first part.
    stubs: Vec<usize>,
    /// Kept, and called from the rest.
    shared: Vec<usize>,
}

/// Keeps the functions of which `is_first` knows the name in the first part and moves all others, and the
/// constants of the addresses `late`.
pub fn split(whole: &[u8], is_first: impl Fn(&str) -> bool, late: &[Range<u32>]) -> Done<Parts> {
    // The same bytes are read twice, so that both modules have their functions in the same order.
    let (mut first, mut rest) = (parse(whole)?, parse(whole)?);
    let cut = cut(&first, is_first);
    share(&mut first, &mut rest, &cut.shared);
    let slots = stub(&mut first, &cut.stubs)?;
    fill(&mut rest, &cut.stubs, slots)?;
    take_constants(&mut first, &mut rest, late);
    Ok(Parts { first: finished(first), rest: finished(rest) })
}

/// The module in which every function says its number in [`names`] when it begins.
pub fn marked(whole: &[u8]) -> Done<Vec<u8>> {
    let mut module = parse(whole)?;
    let ty = module.types.add(&[ValType::I32], &[]);
    let (func, _) = module.add_import_func(GLUE, "mark", ty);
    ready(&mut module);
    for (number, (_, function)) in module.funcs.iter_local_mut().enumerate() {
        let value = Value::I32(number as i32);
        function.builder_mut().func_body().instr_at(0, Call { func }).instr_at(0, Const { value });
    }
    Ok(finished(module))
}

/// The names of a module's own functions, as [`plain`] has them; some have none.
pub fn names(whole: &[u8]) -> Done<Vec<String>> {
    let module = read(whole)?;
    let named = module.funcs.iter().filter(|function| matches!(function.kind, FunctionKind::Local(_)));
    Ok(named.map(|function| plain(function.name.as_deref().unwrap_or_default())).collect())
}

/// A function's demangled name without what changes with every compiler: hashes, and the numbers that tell
/// functions of one name apart.
pub fn plain(name: &str) -> String {
    let is_noise = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut plain = String::new();
    let mut left = name;
    while let Some((before, after)) = left.split_once('[') {
        plain += before;
        left = match after.split_once(']') {
            Some((inside, behind)) if is_noise(inside) => behind,
            _ => {
                plain.push('[');
                after
            }
        };
    }
    without_numbers(&(plain + left))
}

/// LLVM tells copies of a function apart by `.17` at the end, wasm-bindgen its closures by `shim_idx: 17`.
fn without_numbers(name: &str) -> String {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let name = name.rsplit_once('.').filter(|(_, end)| digits(end)).map_or(name, |(start, _)| start);
    match name.split_once("shim_idx: ") {
        Some((start, end)) => {
            format!("{start}shim_idx: {}", end.trim_start_matches(|c: char| c.is_ascii_digit()))
        }
        None => name.to_owned(),
    }
}

/// What a module imports, by the names that wasm-bindgen gives: each ends in a hash, which no packing makes
/// smaller. In the parts their numbers stand instead.
pub fn imports(whole: &[u8]) -> Done<Vec<String>> {
    Ok(read(whole)?.imports.iter().map(|import| import.name.clone()).collect())
}

fn parse(bytes: &[u8]) -> Done<Module> {
    let mut module = read(bytes)?;
    for (number, import) in module.imports.iter_mut().enumerate() {
        import.name = number.to_string();
    }
    Ok(module)
}

fn read(bytes: &[u8]) -> Done<Module> {
    let mut config = ModuleConfig::new();
    config.generate_name_section(false).generate_producers_section(false);
    config.parse(bytes).map_err(|error| format!("The .wasm cannot be taken apart: {error:#}."))
}

fn finished(mut module: Module) -> Vec<u8> {
    let customs: Vec<_> = module.customs.iter().map(|(id, _)| id).collect();
    for id in customs {
        module.customs.delete(id);
    }
    walrus::passes::gc::run(&mut module);
    module.emit_wasm()
}

fn cut(module: &Module, is_first: impl Fn(&str) -> bool) -> Cut {
    let moves = |id: FunctionId| {
        let function = module.funcs.get(id);
        let named = function.name.as_deref().is_none_or(&is_first);
        matches!(function.kind, FunctionKind::Local(_)) && !named
    };
    let (mut from_first, mut from_rest) = (Called::default(), Called::default());
    for (id, function) in module.funcs.iter_local() {
        let called = if moves(id) { &mut from_rest } else { &mut from_first };
        dfs_in_order(called, function, function.entry_block());
    }
    from_first.0.extend(module.exports.iter().filter_map(|export| match export.item {
        ExportItem::Function(id) => Some(id),
        _ => None,
    }));
    for element in module.elements.iter() {
        if let ElementItems::Functions(ids) = &element.items {
            from_first.0.extend(ids);
        }
    }
    let mut cut = Cut::default();
    for (position, function) in module.funcs.iter().enumerate() {
        let id = function.id();
        if moves(id) && from_first.0.contains(&id) {
            cut.stubs.push(position);
        } else if !moves(id) && from_rest.0.contains(&id) && matches!(function.kind, FunctionKind::Local(_)) {
            cut.shared.push(position);
        }
    }
    cut
}

/// Functions that instructions name.
#[derive(Default)]
struct Called(HashSet<FunctionId>);

impl Visitor<'_> for Called {
    fn visit_function_id(&mut self, &id: &FunctionId) {
        self.0.insert(id);
    }
}

/// Puts a stub in the place of each function; says where in the table their slots begin.
fn stub(module: &mut Module, positions: &[usize]) -> Done<u64> {
    let table_id = table(module)?;
    let table = module.tables.get_mut(table_id);
    let begin = table.initial;
    table.initial += positions.len() as u64;
    table.maximum = table.maximum.map(|maximum| maximum.max(table.initial));
    let slot = slot(module);
    let ids = ids(module);
    for (index, &position) in positions.iter().enumerate() {
        let function = module.funcs.get(ids[position]);
        let ty = function.ty();
        let (params, results) = module.types.params_results(ty);
        let (params, results) = (params.to_vec(), results.to_vec());
        let locals: Vec<_> = params.iter().map(|&param| module.locals.add(param)).collect();
        let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
        let mut body = builder.func_body();
        for &local in &locals {
            body.local_get(local);
        }
        body.i32_const((begin + index as u64) as i32).call(slot).call_indirect(ty, table_id);
        module.funcs.get_mut(ids[position]).kind = FunctionKind::Local(builder.local_func(locals));
    }
    Ok(begin)
}

/// A function that gives back the slot it is given, once the rest is there.
fn slot(module: &mut Module) -> FunctionId {
    let ty = module.types.add(&[], &[]);
    let (rest, _) = module.add_import_func(GLUE, "rest", ty);
    let ready = ready(module);
    let slot = module.locals.add(ValType::I32);
    let mut builder = FunctionBuilder::new(&mut module.types, &[ValType::I32], &[ValType::I32]);
    let nothing = |_: &mut walrus::InstrSeqBuilder| {};
    builder
        .func_body()
        .global_get(ready)
        .if_else(None, nothing, |missing| {
            missing.call(rest);
        })
        .local_get(slot);
    builder.finish(vec![slot], &mut module.funcs)
}

/// A number that JavaScript sets to 1 when the rest is there.
fn ready(module: &mut Module) -> GlobalId {
    let ready = module.globals.add_local(ValType::I32, true, false, ConstExpr::Value(Value::I32(0)));
    module.exports.add("ready", ready);
    ready
}

/// Makes the rest import what it may use of the first part; what it does not use is dropped later.
fn share(first: &mut Module, rest: &mut Module, functions: &[usize]) {
    let items = items(first, functions).into_iter().zip(items(rest, functions));
    for (number, (item, twin)) in items.enumerate() {
        let name = number.to_string();
        first.exports.add(&name, item);
        let mut import = |kind: ImportKind| rest.imports.add("first", &name, kind);
        match twin {
            ExportItem::Function(id) => {
                let (ty, import) = (rest.funcs.get(id).ty(), import(id.into()));
                rest.funcs.get_mut(id).kind = FunctionKind::Import(ImportedFunction { import, ty });
            }
            ExportItem::Table(id) => rest.tables.get_mut(id).import = Some(import(id.into())),
            ExportItem::Memory(id) => rest.memories.get_mut(id).import = Some(import(id.into())),
            ExportItem::Global(id) => rest.globals.get_mut(id).kind = GlobalKind::Import(import(id.into())),
            ExportItem::Tag(_) => {}
        }
    }
}

fn items(module: &Module, functions: &[usize]) -> Vec<ExportItem> {
    let ids = ids(module);
    let memories = module.memories.iter().map(|memory| memory.id().into());
    let tables = module.tables.iter().map(|table| table.id().into());
    let globals = module.globals.iter().map(|global| global.id().into());
    let functions = functions.iter().map(|&position| ids[position].into());
    memories.chain(tables).chain(globals).chain(functions).collect()
}

/// Leaves the moved functions in the rest, and puts those that have a stub into their slots.
fn fill(rest: &mut Module, stubs: &[usize], begin: u64) -> Done {
    rest.start = None;
    for id in rest.exports.iter().map(|export| export.id()).collect::<Vec<_>>() {
        rest.exports.delete(id);
    }
    for id in rest.data.iter().map(|data| data.id()).collect::<Vec<_>>() {
        rest.data.delete(id);
    }
    for id in rest.elements.iter().map(|element| element.id()).collect::<Vec<_>>() {
        rest.elements.delete(id);
    }
    rest.memories.iter_mut().for_each(|memory| memory.data_segments.clear());
    rest.tables.iter_mut().for_each(|table| table.elem_segments.clear());

    let ids = ids(rest);
    let functions = stubs.iter().map(|&position| ids[position]).collect();
    let table = table(rest)?;
    let offset = ConstExpr::Value(Value::I32(begin as i32));
    let slots = ElementKind::Active { table, offset };
    // The first part has made it longer.
    rest.tables.get_mut(table).maximum = None;
    let element = rest.elements.add(slots, ElementItems::Functions(functions));
    rest.tables.get_mut(table).elem_segments.insert(element);
    Ok(())
}

/// Moves constants to the rest, which puts them where they always lay.
fn take_constants(first: &mut Module, rest: &mut Module, late: &[Range<u32>]) {
    let Some(memory) = rest.memories.iter().map(|memory| memory.id()).next() else { return };
    let segments: Vec<_> = first.data.iter().map(|segment| segment.id()).collect();
    for id in segments {
        let segment = first.data.get_mut(id);
        let DataKind::Active { offset: ConstExpr::Value(Value::I32(start)), .. } = segment.kind else {
            continue;
        };
        let start = start as u32;
        let within = start..start + segment.value.len() as u32;
        for range in late.iter().filter(|range| within.contains(&range.start) && range.end <= within.end) {
            let bytes = &mut segment.value[(range.start - start) as usize..(range.end - start) as usize];
            let offset = ConstExpr::Value(Value::I32(range.start as i32));
            let data = rest.data.add(DataKind::Active { memory, offset }, bytes.to_vec());
            rest.memories.get_mut(memory).data_segments.insert(data);
            bytes.fill(0);
        }
    }
}

fn ids(module: &Module) -> Vec<FunctionId> {
    module.funcs.iter().map(|function| function.id()).collect()
}

fn table(module: &Module) -> Done<TableId> {
    let table = module.tables.main_function_table().ok().flatten();
    table.ok_or_else(|| "The .wasm has no table of functions, so it cannot be taken apart.".to_owned())
}
