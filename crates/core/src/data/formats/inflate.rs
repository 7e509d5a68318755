use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

/// Why something cannot be unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is cut off or was never packed.
    Damaged,
    /// It unpacks to more than was allowed.
    TooLarge,
}

/// Appends what a deflate stream (RFC 1951) at the beginning of `packed` holds; returns the stream's
/// length. `bytes` grow to `limit` at most.
pub fn inflate(packed: &[u8], bytes: &mut Vec<u8>, limit: usize) -> Result<usize, Fault> {
    let mut state = Box::<DecompressorOxide>::default();
    let (mut read, mut end) = (0, bytes.len());
    let start = end;
    loop {
        bytes.resize((limit + 1).min(end + (2 * (end - start)).max(4 * packed.len() + 64)), 0);
        let (status, taken, made) = decompress(
            &mut state,
            &packed[read..],
            &mut bytes[start..],
            end - start,
            TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF,
        );
        (read, end) = (read + taken, end + made);
        match status {
            _ if end > limit => return Err(Fault::TooLarge),
            TINFLStatus::Done => {
                bytes.truncate(end);
                return Ok(read);
            }
            TINFLStatus::HasMoreOutput => {}
            _ => return Err(Fault::Damaged),
        }
    }
}
