// dx[n, i, iy, ix] = Σ dy[n, o, oy, ox] · weight[o, i, ky, kx]
//   over all taps with oy·STRIDE + ky = iy + PADDING and ox·STRIDE + kx = ix + PADDING
//
//   weight   [OC, IC, KH, KW]
//   dy       [N, OC, OH, OW], 0 outside
//   dx       [N, IC, H, W]
//
// One invocation per 4 channels and 8 neighbouring pixels of a row. The gradients of a tap are those
// of the tap behind it but one, so taps are taken from the last to the first.

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

@group(0) @binding(0) var<storage, read> weight: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

const STEPS = vec4<u32>(0u, 1u, 2u, 3u);

// The gradient at `place` = ox·STRIDE of a row, 0 between two outputs. A place left of the map has
// wrapped round and is beyond OW, too.
fn gradient(row: u32, place: u32) -> f32 {
  if (STRIDE == 1u) {
    return select(0.0, dy[row + place], place < OW);
  }
  let there = place % STRIDE == 0u && place / STRIDE < OW;
  return select(0.0, dy[row + place / STRIDE], there);
}

fn gradients(row: u32, places: vec4<u32>) -> vec4<f32> {
  return vec4<f32>(
    gradient(row, places.x), gradient(row, places.y), gradient(row, places.z), gradient(row, places.w)
  );
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let item = (group.y * groups.x + group.x) * 64u + local;
  let columns = (W + 7u) / 8u;
  let blocks = (IC + 3u) / 4u;
  let ix = item % columns * 8u;
  let iy = item / columns % H;
  let i = item / columns / H % blocks * 4u;
  let n = item / columns / H / blocks;
  if (n >= N) {
    return;
  }
  // Channels beyond the end repeat the last one; their results are not stored.
  let channels = min(vec4<u32>(i) + STEPS, vec4<u32>(IC - 1u));
  // Channels by pixels, the first four and the last four.
  var left = mat4x4<f32>();
  var right = left;
  for (var o = 0u; o < OC; o++) {
    for (var ky = 0u; ky < KH; ky++) {
      let place = iy + PADDING - ky;
      if (place % STRIDE != 0u || place / STRIDE >= OH) {
        continue;
      }
      let row = ((n * OC + o) * OH + place / STRIDE) * OW;
      let taps = ((o * IC + channels) * KH + ky) * KW;
      let first = ix + PADDING - (KW - 1u);
      var v = gradients(row, first + STEPS);
      var w = gradients(row, first + STEPS + 4u);
      for (var t = 0u; t < KW; t++) {
        if (t > 0u) {
          v = vec4<f32>(v.yzw, w.x);
          w = vec4<f32>(w.yzw, gradient(row, first + t + 7u));
        }
        let kx = KW - 1u - t;
        let k = vec4<f32>(weight[taps.x + kx], weight[taps.y + kx], weight[taps.z + kx], weight[taps.w + kx]);
        left += mat4x4<f32>(k.x * v, k.y * v, k.z * v, k.w * v);
        right += mat4x4<f32>(k.x * w, k.y * w, k.z * w, k.w * w);
      }
    }
  }
  for (var f = 0u; f < 4u && i + f < IC; f++) {
    let row = ((n * IC + i + f) * H + iy) * W;
    for (var p = 0u; p < 4u && ix + p < W; p++) {
      dx[row + ix + p] = left[f][p];
    }
    for (var p = 0u; p < 4u && ix + p + 4u < W; p++) {
      dx[row + ix + p + 4u] = right[f][p];
    }
  }
}
