// y[n, o, oy, ox] = bias[o]
//   + Σ x[n, i, oy·STRIDE + ky − PADDING, ox·STRIDE + kx − PADDING] · weight[o, i, ky, kx]
//
//   x        [N, IC, H, W], 0 outside
//   weight   [OC, IC, KH, KW]
//   bias     [OC]
//   y        [N, OC, OH, OW]
//
// One invocation per tile.

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> weight: array<f32>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

// A row above or a column left of the map has wrapped round and is beyond H or W, too.
fn pixel(map: u32, iy: u32, ix: u32) -> f32 {
  return select(0.0, x[map + iy * W + ix], iy < H && ix < W);
}

fn pixels(map: u32, iy: vec4<u32>, ix: u32) -> vec4<f32> {
  return vec4<f32>(pixel(map, iy.x, ix), pixel(map, iy.y, ix), pixel(map, iy.z, ix), pixel(map, iy.w, ix));
}

fn biases(filters: vec4<u32>) -> mat4x4<f32> {
  return product(vec4(1.0), vec4<f32>(bias[filters.x], bias[filters.y], bias[filters.z], bias[filters.w]));
}

fn store(n: u32, o: u32, oy: u32, ox: u32, sums: mat4x4<f32>) {
  var results = sums;
  for (var p = 0u; p < 4u && oy + p < OH; p++) {
    for (var f = 0u; f < 4u && o + f < OC; f++) {
      y[((n * OC + o + f) * OH + oy + p) * OW + ox] = results[p][f];
    }
  }
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let item = (group.y * groups.x + group.x) * 64u + local;
  let bands = (OH + 7u) / 8u;
  let blocks = (OC + 7u) / 8u;
  let ox = item % OW;
  let oy = item / OW % bands * 8u;
  let o = item / OW / bands % blocks * 8u;
  let n = item / OW / bands / blocks;
  if (n >= N) {
    return;
  }
  // Filters beyond the end repeat the last one; their results are not stored.
  let filters = min(o + STEPS, vec4<u32>(OC - 1u));
  let others = min(o + 4u + STEPS, vec4<u32>(OC - 1u));
  let first = filters * IC * KH * KW;
  let second = others * IC * KH * KW;
  a = biases(filters);
  b = a;
  c = biases(others);
  d = c;
  let top = oy * STRIDE - PADDING;
  if (KH == 3u && STRIDE == 1u) {
    for (var j = 0u; j < IC * KW; j++) {
      let map = (n * IC + j / KW) * H * W;
      let ix = ox + j % KW - PADDING;
      let v = pixels(map, top + STEPS, ix);
      let w = pixels(map, top + STEPS + 4u, ix);
      let r = vec2<f32>(pixel(map, top + 8u, ix), pixel(map, top + 9u, ix));
      let tap = j / KW * KH * KW + j % KW;
      add(first + tap, second + tap, v, w);
      add(first + tap + KW, second + tap + KW, vec4<f32>(v.yzw, w.x), vec4<f32>(w.yzw, r.x));
      add(first + tap + 2u * KW, second + tap + 2u * KW, vec4<f32>(v.zw, w.xy), vec4<f32>(w.zw, r));
    }
  } else {
    for (var tap = 0u; tap < IC * KH * KW; tap++) {
      let map = (n * IC + tap / (KH * KW)) * H * W;
      let rows = top + tap / KW % KH + STEPS * STRIDE;
      let ix = ox * STRIDE + tap % KW - PADDING;
      add(first + tap, second + tap, pixels(map, rows, ix), pixels(map, rows + 4u * STRIDE, ix));
    }
  }
  store(n, o, oy, ox, a);
  store(n, o, oy + 4u, ox, b);
  store(n, o + 4u, oy, ox, c);
  store(n, o + 4u, oy + 4u, ox, d);
}
