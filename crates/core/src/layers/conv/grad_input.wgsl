// dx[n, i, iy, ix] = Σ dy[n, o, oy, ox] · weight[o, i, ky, kx]
//   over all taps with oy·STRIDE + ky = iy + PADDING and ox·STRIDE + kx = ix + PADDING
//
//   weight   [OC, IC, KH, KW]
//   dy       [N, OC, OH, OW], 0 outside
//   dx       [N, IC, H, W]
//
// One invocation per tile, with channels for filters, whose pixels lie STRIDE apart: taps either reach all of
// them or none. The gradients of a tap are those of the next tap below it but one, so taps are taken from
// the last to the first.

@group(0) @binding(0) var<storage, read> weight: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

// A row above the map has wrapped round and is beyond OH, too.
fn gradient(map: u32, oy: u32, ox: u32) -> f32 {
  return select(0.0, dy[map + oy * OW + ox], oy < OH);
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
  // The last tap that reaches these rows, and the first row that it sees.
  let phase = (iy + PADDING) % STRIDE;
  let last = (KH - 1u - phase) / STRIDE * STRIDE + phase;
  let top = u32((i32(iy + PADDING) - i32(last)) / i32(STRIDE));
  for (var o = 0u; o < OC; o++) {
    let map = (n * OC + o) * OH * OW;
    for (var kx = 0u; kx < KW; kx++) {
      let place = ix + PADDING - kx;
      let ox = place / STRIDE;
      if (place % STRIDE != 0u || ox >= OW || phase >= KH) {
        continue;
      }
      let tap = o * IC * KH * KW + kx;
      var v = gradients(map, top + STEPS, ox);
      var w = gradients(map, top + STEPS + 4u, ox);
      if (KH == 3u && STRIDE == 1u) {
        let r = vec2<f32>(gradient(map, top + 8u, ox), gradient(map, top + 9u, ox));
        add(first + tap + 2u * KW, second + tap + 2u * KW, v, w);
        add(first + tap + KW, second + tap + KW, vec4<f32>(v.yzw, w.x), vec4<f32>(w.yzw, r.x));
        add(first + tap, second + tap, vec4<f32>(v.zw, w.xy), vec4<f32>(w.zw, r));
        continue;
      }
      for (var ky = last; ky < KH; ky -= STRIDE) {
        let at = tap + ky * KW;
        add(first + at, second + at, v, w);
        let below = top + (last - ky) / STRIDE + 8u;
        v = vec4<f32>(v.yzw, w.x);
        w = vec4<f32>(w.yzw, gradient(map, below, ox));
      }
    }
  }
  store(n, i, iy, ix, a);
  store(n, i, iy + 4u * STRIDE, ix, b);
  store(n, i + 4u, iy, ix, c);
  store(n, i + 4u, iy + 4u * STRIDE, ix, d);
}
