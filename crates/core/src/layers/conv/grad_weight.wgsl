// dweight[o, i, ky, kx] =
//   Σ dy[n, o, oy, ox] · x[n, i, oy·STRIDE + ky − PADDING, ox·STRIDE + kx − PADDING]
//
//   x         [N, IC, H, W], 0 outside
//   dy        [N, OC, OH, OW]
//   dweight   [PARTS, OC, IC·KH·KW]
//
// Where BIAS is 1 the bias counts as the weight of one more tap, the last, that always sees 1;
// another file says so and stores the sums.
//
// One invocation per part, 4 filters and the 9 taps of a channel, or any 4 taps where filters are not 3×3.
// A part is every PARTS-th row of the batch. Nothing is shared and nobody waits; parts are added later.

override PARTS: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;

// The gradients of four filters, by the places of their rows.
fn gradients(rows: vec4<u32>, ox: u32) -> vec4<f32> {
  return vec4<f32>(dy[rows.x + ox], dy[rows.y + ox], dy[rows.z + ox], dy[rows.w + ox]);
}

// Three pixels of a column. One left of the map has wrapped round and is beyond W, too.
fn pixels(row: u32, inside: vec3<bool>, ix: u32) -> vec3<f32> {
  let at = row + ix;
  return select(vec3<f32>(), vec3<f32>(x[at], x[at + W], x[at + 2u * W]), inside & vec3(ix < W));
}

fn nine_taps(part: u32, o: u32, filters: vec4<u32>, i: u32) {
  var top = mat3x4<f32>();
  var middle = mat3x4<f32>();
  var bottom = mat3x4<f32>();
  var ones = vec4<f32>();
  for (var line = part; line < N * OH; line += PARTS) {
    let n = line / OH;
    let oy = line % OH;
    let source = ((n * OC + filters) * OH + oy) * OW;
    let iy = oy * STRIDE - PADDING;
    let row = ((n * IC + i) * H + iy) * W;
    let inside = vec3<u32>(iy, iy + 1u, iy + 2u) < vec3(H);
    var left = pixels(row, inside, 0u - PADDING);
    var centre = pixels(row, inside, 1u - PADDING);
    for (var ox = 0u; ox < OW; ox++) {
      let ix = ox * STRIDE - PADDING;
      if (STRIDE != 1u) {
        left = pixels(row, inside, ix);
        centre = pixels(row, inside, ix + 1u);
      }
      let right = pixels(row, inside, ix + 2u);
      let g = gradients(source, ox);
      top += mat3x4<f32>(left.x * g, centre.x * g, right.x * g);
      middle += mat3x4<f32>(left.y * g, centre.y * g, right.y * g);
      bottom += mat3x4<f32>(left.z * g, centre.z * g, right.z * g);
      ones += g;
      left = centre;
      centre = right;
    }
  }
  for (var f = 0u; f < 4u && o + f < OC; f++) {
    for (var k = 0u; k < 3u; k++) {
      store(part, o + f, i * 9u + k, top[k][f]);
      store(part, o + f, i * 9u + 3u + k, middle[k][f]);
      store(part, o + f, i * 9u + 6u + k, bottom[k][f]);
    }
    if (BIAS == 1u && i == 0u) {
      store(part, o + f, IC * 9u, ones[f]);
    }
  }
}

// What a tap sees; the tap of the bias sees 1.
fn pixel(at: u32, inside: bool, one: bool) -> f32 {
  return select(select(0.0, x[at], inside), 1.0, one);
}

fn four_taps(part: u32, o: u32, filters: vec4<u32>, first: u32) {
  let depth = IC * KH * KW + BIAS;
  // What is beyond the end repeats the last one; the results are not stored.
  let taps = min(first + STEPS, vec4<u32>(depth - 1u));
  let channels = taps / (KH * KW);
  let ky = taps / KW % KH;
  let kx = taps % KW;
  let one = vec4<bool>(BIAS == 1u) & (taps == vec4<u32>(IC * KH * KW));
  var sums = mat4x4<f32>();
  for (var line = part; line < N * OH; line += PARTS) {
    let n = line / OH;
    let oy = line % OH;
    let source = ((n * OC + filters) * OH + oy) * OW;
    let iy = oy * STRIDE + ky - PADDING;
    let rows = ((n * IC + channels) * H + iy) * W;
    for (var ox = 0u; ox < OW; ox++) {
      let ix = ox * STRIDE + kx - PADDING;
      let inside = (iy < vec4(H)) & (ix < vec4(W));
      let at = rows + ix;
      let g = gradients(source, ox);
      sums += mat4x4<f32>(
        pixel(at.x, inside.x, one.x) * g,
        pixel(at.y, inside.y, one.y) * g,
        pixel(at.z, inside.z, one.z) * g,
        pixel(at.w, inside.w, one.w) * g,
      );
    }
  }
  for (var f = 0u; f < 4u && o + f < OC; f++) {
    for (var k = 0u; k < 4u && first + k < depth; k++) {
      store(part, o + f, first + k, sums[k][f]);
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
  let nine = KH == 3u && KW == 3u;
  let columns = select((IC * KH * KW + BIAS + 3u) / 4u, IC, nine);
  let column = item % columns;
  let blocks = (OC + 3u) / 4u;
  let o = item / columns % blocks * 4u;
  let part = item / columns / blocks;
  if (part >= PARTS) {
    return;
  }
  // Filters beyond the end repeat the last one; their results are not stored.
  let filters = min(o + STEPS, vec4<u32>(OC - 1u));
  if (nine) {
    nine_taps(part, o, filters, column);
  } else {
    four_taps(part, o, filters, column * 4u);
  }
}
