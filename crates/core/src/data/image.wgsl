// The data set: which image stands in a row of the batch, and its pixels.
//
// Position cursor + n of the split, shuffled by (seed, epoch) if the record says so, names an entry
// of the table, and that an image. Bytes lie four to a word, the first lowest.

override FLOATS: u32 = 0u;

// Pixels in shards of one size, the last one shorter: no device has to bind all of them at once.
@group(1) @binding(1) var<storage, read> shard_0: array<u32>;
@group(1) @binding(2) var<storage, read> shard_1: array<u32>;
@group(1) @binding(3) var<storage, read> shard_2: array<u32>;
@group(1) @binding(4) var<storage, read> labels: array<u32>;
@group(1) @binding(5) var<storage, read> table: array<u32>;

fn image_of(n: u32) -> u32 {
  var entry = record.cursor + n;
  if (record.shuffle == 1u) {
    entry = permute(record.seed, record.epoch, entry, record.size);
  }
  return table[record.first + entry];
}

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
