// dweight[o, i, ky, kx] =
//   Σ dy[n, o, oy, ox] · x[n, i, oy·STRIDE + ky − PADDING, ox·STRIDE + kx − PADDING]
//
//   x         [N, IC, H, W], 0 outside
//   dy        [N, OC, OH, OW]
//   dweight   [OC, IC, KH, KW], read as [OC, IC·KH·KW]
//
// Where BIAS is 1 the bias counts as the weight of one more tap, the last, that always sees 1;
// another file says so and stores the sums.
//
// One workgroup per 4 filters and 4 of a filter's weights: each invocation takes every 128th pixel,
// so that neighbours read neighbours, and the 128 parts are added in a fixed order.

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
@group(0) @binding(1) var<storage, read> dy: array<f32>;

const STEPS = vec4<u32>(0u, 1u, 2u, 3u);
const SIZE = 128u;

var<workgroup> parts: array<array<vec4<f32>, 128>, 4>;

// What a tap sees; the tap of the bias sees 1.
fn pixel(at: u32, inside: bool, one: bool) -> f32 {
  return select(select(0.0, x[at], inside), 1.0, one);
}

@compute @workgroup_size(128)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let tile = group.y * groups.x + group.x;
  let depth = IC * KH * KW + BIAS;
  let columns = (depth + 3u) / 4u;
  let o = tile / columns * 4u;
  let k = tile % columns * 4u;
  if (o >= OC) {
    return;
  }
  // What is beyond the end repeats the last one; the results are not stored.
  let filters = min(vec4<u32>(o) + STEPS, vec4<u32>(OC - 1u));
  let taps = min(vec4<u32>(k) + STEPS, vec4<u32>(depth - 1u));
  let channels = taps / (KH * KW);
  let ky = taps / KW % KH;
  let kx = taps % KW;
  let plane = OH * OW;
  var a = vec4<f32>();
  var b = vec4<f32>();
  var c = vec4<f32>();
  var d = vec4<f32>();
  // Image, row and column of a pixel, and how far the next one of this invocation is: divisions are slow.
  var n = local / plane;
  var oy = local % plane / OW;
  var ox = local % OW;
  // A row above or a column left of the map wraps round and is beyond H or W, too.
  let offsets = (channels * H + ky - PADDING) * W + kx - PADDING;
  let ones = vec4<bool>(BIAS == 1u) & (taps == vec4<u32>(IC * KH * KW));
  for (var p = local; p < N * plane; p += SIZE) {
    let source = n * OC * plane + oy * OW + ox + filters * plane;
    let g = vec4<f32>(dy[source.x], dy[source.y], dy[source.z], dy[source.w]);
    let at = (n * IC * H + oy * STRIDE) * W + ox * STRIDE + offsets;
    let inside = (oy * STRIDE + ky - PADDING < vec4(H)) & (ox * STRIDE + kx - PADDING < vec4(W));
    a += pixel(at.x, inside.x, ones.x) * g;
    b += pixel(at.y, inside.y, ones.y) * g;
    c += pixel(at.z, inside.z, ones.z) * g;
    d += pixel(at.w, inside.w, ones.w) * g;
    ox += SIZE % OW;
    oy += SIZE / OW % OH + select(0u, 1u, ox >= OW);
    ox -= select(0u, OW, ox >= OW);
    n += SIZE / plane + select(0u, 1u, oy >= OH);
    oy -= select(0u, OH, oy >= OH);
  }
  parts[0][local] = a;
  parts[1][local] = b;
  parts[2][local] = c;
  parts[3][local] = d;
  workgroupBarrier();
  let tap = local / 4u;
  let unit = local % 4u;
  if (local < 16u && o + unit < OC && k + tap < depth) {
    var sum = 0.0;
    for (var i = 0u; i < SIZE; i++) {
      sum += parts[tap][i][unit];
    }
    store(o + unit, k + tap, sum);
  }
}
