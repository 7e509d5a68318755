// What is kept is made of
//   bias[o]
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

override HIGH: u32 = H;
override WIDE: u32 = W;
override APART: u32 = KH * KW;

fn pixel(at: u32) -> f32 {
  return x[at];
}

fn biases(filters: vec4<u32>) -> mat4x4<f32> {
  return product(vec4(1.0), vec4<f32>(bias[filters.x], bias[filters.y], bias[filters.z], bias[filters.w]));
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let bands = (OH + 7u) / 8u;
  let at = place(group.y * groups.x + group.x, local, OW * bands, (OC + 7u) / 8u);
  let ox = at.tile % OW;
  let oy = at.tile / OW * 8u;
  let o = at.block * 8u;
  let n = at.image;
  // Filters beyond the end repeat the last one; their results are not stored.
  let filters = min(o + STEPS, vec4<u32>(OC - 1u));
  let others = min(o + 4u + STEPS, vec4<u32>(OC - 1u));
  first = filters * IC * KH * KW;
  second = others * IC * KH * KW;
  a = biases(filters);
  b = a;
  c = biases(others);
  d = c;
  let top = oy * STRIDE - PADDING;
  let left = ox * STRIDE - PADDING;
  let step = together(IC);
  for (var begin = 0u; begin < IC; begin += step) {
    gather_weights(begin, IC, local);
    let end = min(begin + step, IC);
    if (KH == 3u && STRIDE == 1u) {
      for (var j = begin * KW; j < end * KW; j++) {
        let ix = left + j % KW;
        let column = Column((n * IC + j / KW) * H * W + top * W + ix, top, ix < W);
        add_three(column, tap_at(j / KW, j % KW), KW);
      }
    } else {
      for (var tap = begin * KH * KW; tap < end * KH * KW; tap++) {
        let i = tap / (KH * KW);
        let iy = top + tap / KW % KH;
        let ix = left + tap % KW;
        let column = Column((n * IC + i) * H * W + iy * W + ix, iy, ix < W);
        add(tap_at(i, tap % (KH * KW)), four(column, 0u, STRIDE), four(column, 4u, STRIDE));
      }
    }
  }
  if (n < N) {
    write_tile(((n * OC + o) * OH + oy) * OW + ox, OH * OW, OC - o, OW, OH - oy);
  }
}
