// The batch that the step record points at, standardised.
//
//   affine   [C, 2]: centre and factor of each channel, in the pixels' own units
//   x        [N, C, PLANE] = (pixel − centre)·factor
//   y        [N]: class
//
// Position cursor + n of the split, shuffled by (seed, epoch) if the record says so, names an entry
// of the table, and that an image. Bytes lie four to a word, the first lowest. Rows behind the live
// ones become 0. One workgroup per image: the shuffle costs as much as dozens of pixels.

override N: u32;
override C: u32;
override PLANE: u32;
override FLOATS: u32;

@group(0) @binding(0) var<storage, read> affine: array<f32>;
@group(0) @binding(1) var<storage, read_write> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

// Pixels in shards of one size, the last one shorter: no device has to bind all of them at once.
@group(1) @binding(1) var<storage, read> shard_0: array<u32>;
@group(1) @binding(2) var<storage, read> shard_1: array<u32>;
@group(1) @binding(3) var<storage, read> shard_2: array<u32>;
@group(1) @binding(4) var<storage, read> labels: array<u32>;
@group(1) @binding(5) var<storage, read> table: array<u32>;

var<workgroup> shared_image: u32;

fn pixel_word(at: u32) -> u32 {
  let size = arrayLength(&shard_0);
  if (at < size) {
    return shard_0[at];
  }
  if (at < 2u * size) {
    return shard_1[at - size];
  }
  return shard_2[at - 2u * size];
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
  if (local == 0u && live) {
    var entry = record.cursor + n;
    if (record.shuffle == 1u) {
      entry = permute(record.seed, record.epoch, entry, record.size);
    }
    shared_image = table[record.first + entry];
  }
  workgroupBarrier();
  let image = shared_image;
  if (local == 0u) {
    y[n] = select(0.0, f32(labels[image]), live);
  }
  let size = C * PLANE;
  for (var i = local; i < size; i += 64u) {
    let c = i / PLANE;
    let at = image * size + i;
    var v: f32;
    if (FLOATS == 1u) {
      v = bitcast<f32>(pixel_word(at));
    } else {
      v = f32((pixel_word(at >> 2u) >> (8u * (at & 3u))) & 255u);
    }
    x[n * size + i] = select(0.0, (v - affine[2u * c]) * affine[2u * c + 1u], live);
  }
}
