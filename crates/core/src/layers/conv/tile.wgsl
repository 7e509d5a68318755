// Eight filters by eight pixels of a column, for sums over what both see. Other files say what is read and
// written: pixel(at), keep(at, sum), of the maps that are read how HIGH and WIDE they are, how far APART the
// weights of two channels lie; and how weights come: each for itself, or shared.
//
// Sixteen numbers are read for 64 products, or 34 for 192 where three taps lie above one another. Neighbours
// take neighbouring columns, so that they read and write neighbours.

// What an invocation makes.
struct Place {
  tile: u32,
  block: u32,
  image: u32,
}

// Pixels by filters: the first four pixels and the last four of the first four filters, then of the last.
var<private> a: mat4x4<f32>;
var<private> b: mat4x4<f32>;
var<private> c: mat4x4<f32>;
var<private> d: mat4x4<f32>;

// Where a column of pixels is read: the place of its first one, the row that lies in, and whether the column
// is one of the map. A row above the first or a column left of it has wrapped round and is beyond, too.
struct Column {
  at: u32,
  row: u32,
  inside: bool,
}

// Four of its pixels, `apart` rows from one another, from the pixel `first` of it on; 0 outside the map.
fn four(column: Column, first: u32, apart: u32) -> vec4<f32> {
  let rows = column.row + (first + STEPS) * apart;
  let at = column.at + first * apart * WIDE;
  let down = apart * WIDE;
  let pixels = vec4<f32>(pixel(at), pixel(at + down), pixel(at + 2u * down), pixel(at + 3u * down));
  return select(vec4<f32>(), pixels, vec4<bool>(column.inside) & (rows < vec4<u32>(HIGH)));
}

// The two behind its first eight.
fn last_two(column: Column) -> vec2<f32> {
  let at = column.at + 8u * WIDE;
  let rows = column.row + vec2<u32>(8u, 9u);
  let pixels = vec2<f32>(pixel(at), pixel(at + WIDE));
  return select(vec2<f32>(), pixels, vec2<bool>(column.inside) & (rows < vec2<u32>(HIGH)));
}

fn product(v: vec4<f32>, k: vec4<f32>) -> mat4x4<f32> {
  return mat4x4<f32>(v.x * k, v.y * k, v.z * k, v.w * k);
}

// Adds the products of the weights of a tap with the first four pixels and the last four.
fn add(tap: u32, v: vec4<f32>, w: vec4<f32>) {
  let near = first_weights(tap);
  a += product(v, near);
  b += product(w, near);
  let far = second_weights(tap);
  c += product(v, far);
  d += product(w, far);
}

// Adds what a column sees through three taps above one another, which are `apart` weights from one another.
fn add_three(column: Column, tap: u32, apart: u32) {
  let v = four(column, 0u, 1u);
  let w = four(column, 4u, 1u);
  let r = last_two(column);
  add(tap, v, w);
  add(tap + apart, vec4<f32>(v.yzw, w.x), vec4<f32>(w.yzw, r.x));
  add(tap + 2u * apart, vec4<f32>(v.zw, w.xy), vec4<f32>(w.zw, r));
}

// Writes the sums of one pixel for as many of four filters as are `left`, whose maps lie `plane` apart.
fn write_pixel(at: u32, plane: u32, left: u32, sums: vec4<f32>) {
  if (left > 0u) {
    keep(at, sums.x);
  }
  if (left > 1u) {
    keep(at + plane, sums.y);
  }
  if (left > 2u) {
    keep(at + 2u * plane, sums.z);
  }
  if (left > 3u) {
    keep(at + 3u * plane, sums.w);
  }
}

// Writes a pixel of all eight filters.
fn write_filters(at: u32, plane: u32, left: u32, first: vec4<f32>, second: vec4<f32>) {
  write_pixel(at, plane, left, first);
  write_pixel(at + 4u * plane, plane, max(left, 4u) - 4u, second);
}

// Writes as many pixels as there are rows `below`, `down` apart. A loop would look the sums up in memory by a
// place that is not known when this is compiled.
fn write_tile(at: u32, plane: u32, left: u32, down: u32, below: u32) {
  write_filters(at, plane, left, a[0], c[0]);
  if (below > 1u) {
    write_filters(at + down, plane, left, a[1], c[1]);
  }
  if (below > 2u) {
    write_filters(at + 2u * down, plane, left, a[2], c[2]);
  }
  if (below > 3u) {
    write_filters(at + 3u * down, plane, left, a[3], c[3]);
  }
  if (below > 4u) {
    write_filters(at + 4u * down, plane, left, b[0], d[0]);
  }
  if (below > 5u) {
    write_filters(at + 5u * down, plane, left, b[1], d[1]);
  }
  if (below > 6u) {
    write_filters(at + 6u * down, plane, left, b[2], d[2]);
  }
  if (below > 7u) {
    write_filters(at + 7u * down, plane, left, b[3], d[3]);
  }
}
