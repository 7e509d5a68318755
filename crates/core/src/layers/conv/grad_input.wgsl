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

override HIGH: u32 = OH;
override WIDE: u32 = OW;
override APART: u32 = IC * KH * KW;

fn pixel(at: u32) -> f32 {
  return dy[at];
}

fn keep(at: u32, sum: f32) {
  dx[at] = sum;
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let columns = (W + STRIDE - 1u) / STRIDE;
  let rows = (H + STRIDE - 1u) / STRIDE;
  let bands = (rows + 7u) / 8u;
  let tiles = columns * STRIDE * bands * STRIDE;
  let at = place(group.y * groups.x + group.x, local, tiles, (IC + 7u) / 8u);
  // Columns and rows that the same taps reach stand together.
  let across = at.tile % (columns * STRIDE);
  let down = at.tile / (columns * STRIDE);
  let ix = across % columns * STRIDE + across / columns;
  let iy = down % bands * 8u * STRIDE + down / bands;
  let i = at.block * 8u;
  let n = at.image;
  // Channels beyond the end repeat the last one; their results are not stored.
  first = min(i + STEPS, vec4<u32>(IC - 1u)) * KH * KW;
  second = min(i + 4u + STEPS, vec4<u32>(IC - 1u)) * KH * KW;
  // The first tap that reaches these pixels, what it sees, and how many taps do; a row above the first
  // has wrapped round.
  let ky = (iy + PADDING) % STRIDE;
  let kx = (ix + PADDING) % STRIDE;
  let top = (iy + PADDING) / STRIDE;
  let left = (ix + PADDING) / STRIDE;
  let high = (KH + STRIDE - 1u - ky) / STRIDE;
  let wide = (KW + STRIDE - 1u - kx) / STRIDE;
  let step = together(OC);
  for (var begin = 0u; begin < OC; begin += step) {
    gather_weights(begin, OC, local);
    let end = min(begin + step, OC);
    if (KH == 3u && STRIDE == 1u) {
      for (var j = begin * KW; j < end * KW; j++) {
        let ox = left - j % KW;
        let column = Column((n * OC + j / KW) * OH * OW + (top - 2u) * OW + ox, top - 2u, ox < OW);
        add_three(column, tap_at(j / KW, 2u * KW + j % KW), 0u - KW);
      }
    } else {
      for (var j = begin * high * wide; j < end * high * wide; j++) {
        let o = j / (high * wide);
        let oy = top - j / wide % high;
        let ox = left - j % wide;
        let column = Column((n * OC + o) * OH * OW + oy * OW + ox, oy, ox < OW);
        let tap = (ky + j / wide % high * STRIDE) * KW + kx + j % wide * STRIDE;
        add(tap_at(o, tap), four(column, 0u, 1u), four(column, 4u, 1u));
      }
    }
  }
  if (n < N && ix < W && iy < H) {
    let below = (H - iy + STRIDE - 1u) / STRIDE;
    write_tile(((n * IC + i) * H + iy) * W + ix, H * W, IC - i, STRIDE * W, below);
  }
}
