// The data set: which image stands in a row of the batch.
//
// Position cursor + n of the split, shuffled by (seed, epoch) if the record says so, names an entry
// of the table, and that an image.

@group(1) @binding(4) var<storage, read> labels: array<u32>;
@group(1) @binding(5) var<storage, read> table: array<u32>;

fn image_of(n: u32) -> u32 {
  var entry = record.cursor + n;
  if (record.shuffle == 1u) {
    entry = permute(record.seed, record.epoch, entry, record.size);
  }
  return table[record.first + entry];
}
