// y[n, o, oy, ox] = bias[o]
//   + Σ x[n, i, oy·STRIDE + ky − PADDING, ox·STRIDE + kx − PADDING] · weight[o, i, ky, kx]
//
//   x        [N, IC, H, W], 0 outside
//   weight   [OC, IC, KH, KW]
//   bias     [OC]
//   y        [N, OC, OH, OW]
//
// One invocation per 4 filters and 4 neighbouring pixels: 8 numbers read for 16 products.

override N: u32;
override IC: u32;
override H: u32;
override W: u32;
override OC: u32;
override OH: u32;
override OW: u32;
override KH: u32;
override KW: u32;
override STRIDE: u32;
override PADDING: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> weight: array<f32>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

const STEPS = vec4<u32>(0u, 1u, 2u, 3u);

// A column left of the map has wrapped round and is beyond W, too.
fn pixel(row: u32, column: u32) -> f32 {
  if (column < W) {
    return x[row + column];
  }
  return 0.0;
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let item = (group.y * groups.x + group.x) * 64u + local;
  let columns = (OW + 3u) / 4u;
  let blocks = (OC + 3u) / 4u;
  let ox = item % columns * 4u;
  let oy = item / columns % OH;
  let o = item / columns / OH % blocks * 4u;
  let n = item / columns / OH / blocks;
  if (n >= N) {
    return;
  }
  // Filters beyond the end repeat the last one; their results are not stored.
  let filters = min(vec4<u32>(o) + STEPS, vec4<u32>(OC - 1u));
  var a = vec4<f32>(bias[filters.x]);
  var b = vec4<f32>(bias[filters.y]);
  var c = vec4<f32>(bias[filters.z]);
  var d = vec4<f32>(bias[filters.w]);
  for (var i = 0u; i < IC; i++) {
    for (var ky = 0u; ky < KH; ky++) {
      let iy = oy * STRIDE + ky - PADDING;
      if (iy >= H) {
        continue;
      }
      let row = ((n * IC + i) * H + iy) * W;
      let taps = ((filters * IC + i) * KH + ky) * KW;
      for (var kx = 0u; kx < KW; kx++) {
        let ix = (ox + STEPS) * STRIDE + kx - PADDING;
        let v = vec4<f32>(pixel(row, ix.x), pixel(row, ix.y), pixel(row, ix.z), pixel(row, ix.w));
        a += weight[taps.x + kx] * v;
        b += weight[taps.y + kx] * v;
        c += weight[taps.z + kx] * v;
        d += weight[taps.w + kx] * v;
      }
    }
  }
  let sums = mat4x4<f32>(a, b, c, d);
  for (var f = 0u; f < 4u && o + f < OC; f++) {
    let row = ((n * OC + o + f) * OH + oy) * OW;
    for (var p = 0u; p < 4u && ox + p < OW; p++) {
      y[row + ox + p] = sums[f][p];
    }
  }
}
