// y[n, o, oy, ox] = bias[o]
//   + Σ x[n, i, oy·STRIDE + ky − PADDING, ox·STRIDE + kx − PADDING] · weight[o, i, ky, kx]
//
//   x        [N, IC, H, W], 0 outside
//   weight   [OC, IC, KH, KW]
//   bias     [OC]
//   y        [N, OC, OH, OW]
//
// One invocation per 4 filters and 8 neighbouring pixels of a row. With stride 1 the pixels of a tap are
// those of the tap before but one: 22 numbers are read for the 96 products of three taps.

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
  return select(0.0, x[row + column], column < W);
}

fn pixels(row: u32, columns: vec4<u32>) -> vec4<f32> {
  return vec4<f32>(
    pixel(row, columns.x), pixel(row, columns.y), pixel(row, columns.z), pixel(row, columns.w)
  );
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let item = (group.y * groups.x + group.x) * 64u + local;
  let columns = (OW + 7u) / 8u;
  let blocks = (OC + 3u) / 4u;
  let ox = item % columns * 8u;
  let oy = item / columns % OH;
  let o = item / columns / OH % blocks * 4u;
  let n = item / columns / OH / blocks;
  if (n >= N) {
    return;
  }
  // Filters beyond the end repeat the last one; their results are not stored.
  let filters = min(vec4<u32>(o) + STEPS, vec4<u32>(OC - 1u));
  let start = vec4<f32>(bias[filters.x], bias[filters.y], bias[filters.z], bias[filters.w]);
  // Filters by pixels, the first four and the last four.
  var left = mat4x4<f32>(vec4(start.x), vec4(start.y), vec4(start.z), vec4(start.w));
  var right = left;
  for (var i = 0u; i < IC; i++) {
    for (var ky = 0u; ky < KH; ky++) {
      let iy = oy * STRIDE + ky - PADDING;
      if (iy >= H) {
        continue;
      }
      let row = ((n * IC + i) * H + iy) * W;
      let taps = ((filters * IC + i) * KH + ky) * KW;
      let first = ox * STRIDE - PADDING;
      var v = pixels(row, first + STEPS * STRIDE);
      var w = pixels(row, first + (STEPS + 4u) * STRIDE);
      for (var kx = 0u; kx < KW; kx++) {
        if (kx > 0u) {
          if (STRIDE == 1u) {
            v = vec4<f32>(v.yzw, w.x);
            w = vec4<f32>(w.yzw, pixel(row, first + kx + 7u));
          } else {
            v = pixels(row, first + kx + STEPS * STRIDE);
            w = pixels(row, first + kx + (STEPS + 4u) * STRIDE);
          }
        }
        let k = vec4<f32>(weight[taps.x + kx], weight[taps.y + kx], weight[taps.z + kx], weight[taps.w + kx]);
        left += mat4x4<f32>(k.x * v, k.y * v, k.z * v, k.w * v);
        right += mat4x4<f32>(k.x * w, k.y * w, k.z * w, k.w * w);
      }
    }
  }
  for (var f = 0u; f < 4u && o + f < OC; f++) {
    let row = ((n * OC + o + f) * OH + oy) * OW;
    for (var p = 0u; p < 4u && ox + p < OW; p++) {
      y[row + ox + p] = left[f][p];
    }
    for (var p = 0u; p < 4u && ox + p + 4u < OW; p++) {
      y[row + ox + p + 4u] = right[f][p];
    }
  }
}
