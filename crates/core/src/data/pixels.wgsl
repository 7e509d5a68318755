// The pixels of the data set. Bytes lie four to a word, the first lowest.

override FLOATS: u32 = 0u;

// Shards of one size, the last one shorter: no device has to bind all pixels at once.
@group(1) @binding(1) var<storage, read> shard_0: array<u32>;
@group(1) @binding(2) var<storage, read> shard_1: array<u32>;
@group(1) @binding(3) var<storage, read> shard_2: array<u32>;

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

fn pixel(at: u32) -> f32 {
  if (FLOATS == 1u) {
    return bitcast<f32>(pixel_word(at));
  }
  return f32((pixel_word(at >> 2u) >> (8u * (at & 3u))) & 255u);
}
