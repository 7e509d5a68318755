// dx[n, i, iy, ix] = Σ dy[n, o, oy, ox] · weight[o, i, ky, kx]
//   over all taps with oy·STRIDE + ky = iy + PADDING and ox·STRIDE + kx = ix + PADDING
//
//   weight   [OC, IC, KH, KW]
//   dy       [N, OC, OH, OW], 0 outside
//   dx       [N, IC, H, W]
//
// One invocation per tile, with channels for filters, whose pixels lie STRIDE apart: taps either reach all of
// them or none.

@group(0) @binding(0) var<storage, read> weight: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

// A row above or a column left of the map has wrapped round and is beyond OH or OW, too.
fn gradient(map: u32, oy: u32, ox: u32) -> f32 {
  return select(0.0, dy[map + oy * OW + ox], oy < OH && ox < OW);
}

fn gradients(map: u32, oy: vec4<u32>, ox: u32) -> vec4<f32> {
  return vec4<f32>(
    gradient(map, oy.x, ox), gradient(map, oy.y, ox), gradient(map, oy.z, ox), gradient(map, oy.w, ox)
  );
}

fn store(n: u32, i: u32, iy: u32, ix: u32, sums: mat4x4<f32>) {
  var results = sums;
  for (var p = 0u; p < 4u && iy + p * STRIDE < H; p++) {
    for (var f = 0u; f < 4u && i + f < IC; f++) {
      dx[((n * IC + i + f) * H + iy + p * STRIDE) * W + ix] = results[p][f];
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
  let columns = (W + STRIDE - 1u) / STRIDE;
  let rows = (H + STRIDE - 1u) / STRIDE;
  let bands = (rows + 7u) / 8u;
  let blocks = (IC + 7u) / 8u;
  // Columns and rows that the same taps reach stand together.
  let across = item % (columns * STRIDE);
  let down = item / (columns * STRIDE) % (bands * STRIDE);
  let ix = across % columns * STRIDE + across / columns;
  let iy = down % bands * 8u * STRIDE + down / bands;
  let i = item / (columns * STRIDE) / (bands * STRIDE) % blocks * 8u;
  let n = item / (columns * STRIDE) / (bands * STRIDE) / blocks;
  if (n >= N || ix >= W) {
    return;
  }
  // Channels beyond the end repeat the last one; their results are not stored.
  let first = min(i + STEPS, vec4<u32>(IC - 1u)) * KH * KW;
  let second = min(i + 4u + STEPS, vec4<u32>(IC - 1u)) * KH * KW;
  if (KH == 3u && STRIDE == 1u) {
    let top = iy + PADDING - 2u;
    for (var j = 0u; j < OC * KW; j++) {
      let map = (n * OC + j / KW) * OH * OW;
      let ox = ix + PADDING - j % KW;
      let v = gradients(map, top + STEPS, ox);
      let w = gradients(map, top + STEPS + 4u, ox);
      let r = vec2<f32>(gradient(map, top + 8u, ox), gradient(map, top + 9u, ox));
      let tap = j / KW * IC * KH * KW + j % KW;
      add(first + tap + 2u * KW, second + tap + 2u * KW, v, w);
      add(first + tap + KW, second + tap + KW, vec4<f32>(v.yzw, w.x), vec4<f32>(w.yzw, r.x));
      add(first + tap, second + tap, vec4<f32>(v.zw, w.xy), vec4<f32>(w.zw, r));
    }
  } else {
    // The first tap that reaches these pixels, what it sees, and how many taps do; a row above the first
    // has wrapped round.
    let ky = (iy + PADDING) % STRIDE;
    let kx = (ix + PADDING) % STRIDE;
    let top = (iy + PADDING) / STRIDE;
    let left = (ix + PADDING) / STRIDE;
    let high = (KH + STRIDE - 1u - ky) / STRIDE;
    let wide = (KW + STRIDE - 1u - kx) / STRIDE;
    for (var j = 0u; j < OC * high * wide; j++) {
      let map = (n * OC + j / (high * wide)) * OH * OW;
      let rows = top - j / wide % high + STEPS;
      let ox = left - j % wide;
      let tap = (j / (high * wide) * IC * KH + ky + j / wide % high * STRIDE) * KW + kx + j % wide * STRIDE;
      add(first + tap, second + tap, gradients(map, rows, ox), gradients(map, rows + 4u, ox));
    }
  }
  store(n, i, iy, ix, a);
  store(n, i, iy + 4u * STRIDE, ix, b);
  store(n, i + 4u, iy, ix, c);
  store(n, i + 4u, iy + 4u * STRIDE, ix, d);
}
