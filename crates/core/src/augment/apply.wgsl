// The batch that the step record points at, each image through its view, standardised.
//
//   affine   [C, 2]: centre and factor of each channel, in the pixels' own units
//   views    [N, 14]: see augment/draw
//   x        [N, C, H, W] = (view(pixel) − centre)·factor
//
// A pixel comes from columns·(distance from the new centre) + from, bilinear, black outside; then
// clamp((v − ½)·contrast + ½ + brightness, 0, 1), then the black square. Rows behind the live ones
// become 0. One workgroup per image.

override N: u32;
override C: u32;
override H: u32;
override W: u32;

const HALF_PI: f32 = 1.5707963267948966;

@group(0) @binding(0) var<storage, read> affine: array<f32>;
@group(0) @binding(1) var<storage, read> views: array<f32>;
@group(0) @binding(2) var<storage, read_write> x: array<f32>;

struct Place {
  to: vec2<f32>,
  start: vec2<f32>,
  columns: vec2<f32>,
  rows: vec2<f32>,
}

var<workgroup> shared_image: u32;
var<workgroup> shared_place: Place;

// Quarter turns, and the polynomials of Cephes on what is left: WGSL's own may be off by 2⁻¹¹.
fn sin_cos(degrees: f32) -> vec2<f32> {
  let quarters = degrees * (1.0 / 90.0);
  let whole = floor(quarters + 0.5);
  let a = (quarters - whole) * HALF_PI;
  let a2 = a * a;
  let s = a + a * a2 * ((-1.9515295891e-4 * a2 + 8.3321608736e-3) * a2 - 1.6666654611e-1);
  let c = 1.0 - a2 * 0.5 + a2 * a2 * ((2.4433157118e-5 * a2 - 1.3887316255e-3) * a2 + 4.1666645683e-2);
  switch (i32(whole) & 3) {
    case 0: { return vec2<f32>(s, c); }
    case 1: { return vec2<f32>(c, -s); }
    case 2: { return vec2<f32>(-s, -c); }
    default: { return vec2<f32>(-c, s); }
  }
}

fn place(v: u32) -> Place {
  let zoom = views[v + 5u];
  let cut = views[v + 6u];
  var side = 1.0;
  var step = 1.0;
  // Guarded: where nothing is cut or resized, the factors are exactly 1 on every device.
  if (cut > 0.0) {
    side = sqrt(1.0 - cut);
  }
  if (cut > 0.0 || zoom != 0.0) {
    step = side / (1.0 + zoom);
  }
  let turn = sin_cos(views[v + 4u]);
  let across = (1.0 - 2.0 * views[v]) * step;
  let down = (1.0 - 2.0 * views[v + 1u]) * step;
  let size = vec2<f32>(f32(W), f32(H));
  let centre = (size - 1.0) * 0.5;
  return Place(
    centre + vec2<f32>(views[v + 2u], views[v + 3u]),
    centre + (1.0 - side) * size * 0.5 * vec2<f32>(views[v + 7u], views[v + 8u]),
    vec2<f32>(across * turn.y, across * turn.x),
    vec2<f32>(-(down * turn.x), down * turn.y),
  );
}

fn tap(start: u32, i: i32, j: i32, weight: f32) -> f32 {
  if (i < 0 || j < 0 || i >= i32(H) || j >= i32(W)) {
    return 0.0;
  }
  return pixel(start + u32(i) * W + u32(j)) * weight;
}

fn sample(start: u32, at: vec2<f32>) -> f32 {
  let low = floor(at);
  let f = at - low;
  let j = i32(low.x);
  let i = i32(low.y);
  return tap(start, i, j, (1.0 - f.y) * (1.0 - f.x)) + tap(start, i, j + 1, (1.0 - f.y) * f.x)
    + tap(start, i + 1, j, f.y * (1.0 - f.x)) + tap(start, i + 1, j + 1, f.y * f.x);
}

fn black(v: u32, row: f32, column: f32) -> bool {
  let left = views[v + 11u];
  let top = views[v + 12u];
  let size = views[v + 13u];
  return row >= top && row < top + size && column >= left && column < left + size;
}

fn recolour(v: u32, value: f32) -> f32 {
  let brightness = views[v + 9u];
  let contrast = views[v + 10u];
  if (brightness == 0.0 && contrast == 0.0) {
    return value;
  }
  let full = select(255.0, 1.0, FLOATS == 1u);
  let grey = full * 0.5;
  return clamp((value - grey) * (1.0 + contrast) + grey + brightness * full, 0.0, full);
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let n = group.y * groups.x + group.x;
  if (n >= N) {
    return;
  }
  let live = n < record.live;
  let v = 14u * n;
  if (local == 0u && live) {
    shared_image = image_of(n);
    shared_place = place(v);
  }
  workgroupBarrier();
  let image = shared_image;
  let at = shared_place;
  let plane = H * W;
  let size = C * plane;
  for (var k = local; k < size; k += 64u) {
    var value = 0.0;
    if (live) {
      let c = k / plane;
      let row = f32((k % plane) / W);
      let column = f32(k % W);
      let d = vec2<f32>(column, row) - at.to;
      let source = vec2<f32>(dot(at.columns, d), dot(at.rows, d)) + at.start;
      var seen = 0.0;
      if (!black(v, row, column)) {
        seen = recolour(v, sample(image * size + c * plane, source));
      }
      value = (seen - affine[2u * c]) * affine[2u * c + 1u];
    }
    x[n * size + k] = value;
  }
}
