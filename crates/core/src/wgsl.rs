//! Shaders as they are shipped: their comments are for who reads the files, and readers of a page load none.

/// The text of a WGSL file without its comments; lines keep their numbers.
macro_rules! wgsl {
    ($file:literal) => {{
        const SOURCE: &str = include_str!($file);
        const BYTES: [u8; $crate::wgsl::length(SOURCE)] = $crate::wgsl::without_comments(SOURCE);
        match std::str::from_utf8(&BYTES) {
            Ok(text) => text,
            Err(_) => panic!("cut at two ASCII characters, it stays UTF-8"),
        }
    }};
}

/// Where the next byte outside comments stands, from `at` on.
const fn next(source: &[u8], mut at: usize) -> usize {
    if at + 1 < source.len() && source[at] == b'/' && source[at + 1] == b'/' {
        while at < source.len() && source[at] != b'\n' {
            at += 1;
        }
    }
    at
}

/// Bytes of a text without its comments.
pub const fn length(source: &str) -> usize {
    let source = source.as_bytes();
    let (mut at, mut length) = (next(source, 0), 0);
    while at < source.len() {
        length += 1;
        at = next(source, at + 1);
    }
    length
}

/// The text without its comments, for [`wgsl`].
pub const fn without_comments<const LENGTH: usize>(source: &str) -> [u8; LENGTH] {
    let source = source.as_bytes();
    let mut kept = [0; LENGTH];
    let (mut at, mut length) = (next(source, 0), 0);
    while length < LENGTH {
        kept[length] = source[at];
        length += 1;
        at = next(source, at + 1);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_lines_stay() {
        const SOURCE: &str = "// σ\nlet a = b / c; // and\n\n// more";
        const KEPT: [u8; length(SOURCE)] = without_comments(SOURCE);
        assert_eq!(std::str::from_utf8(&KEPT), Ok("\nlet a = b / c; \n\n"));
        assert_eq!(length("//"), 0);
        assert_eq!(length("/"), 1);
    }
}
