// Eight filters by eight pixels of a column, for sums over what both see.
//
// Sixteen numbers are read for 64 products, or 34 for 192 where three taps lie above one another. Neighbours
// take neighbouring columns, so that they read and write neighbours.

// Pixels by filters: the first four pixels and the last four of the first four filters, then of the last.
var<private> a: mat4x4<f32>;
var<private> b: mat4x4<f32>;
var<private> c: mat4x4<f32>;
var<private> d: mat4x4<f32>;

fn product(v: vec4<f32>, k: vec4<f32>) -> mat4x4<f32> {
  return mat4x4<f32>(v.x * k, v.y * k, v.z * k, v.w * k);
}

fn weights(at: vec4<u32>) -> vec4<f32> {
  return vec4<f32>(weight[at.x], weight[at.y], weight[at.z], weight[at.w]);
}

// Adds the products of eight weights with the first four pixels and the last four.
fn add(first: vec4<u32>, second: vec4<u32>, v: vec4<f32>, w: vec4<f32>) {
  let k = weights(first);
  a += product(v, k);
  b += product(w, k);
  let l = weights(second);
  c += product(v, l);
  d += product(w, l);
}
