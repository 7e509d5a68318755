use std::fmt;

/// The shape of a value, `[N, C, H, W]`, row-major. A vector per image is `[N, C, 1, 1]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shape {
    /// Images.
    pub n: usize,
    /// Channels.
    pub c: usize,
    /// Rows.
    pub h: usize,
    /// Columns.
    pub w: usize,
}

impl Shape {
    /// `[n, c, h, w]`.
    pub const fn new(n: usize, c: usize, h: usize, w: usize) -> Self {
        Self { n, c, h, w }
    }

    /// `len` numbers without further structure.
    pub const fn vector(len: usize) -> Self {
        Self::new(1, len, 1, 1)
    }

    /// `groups` pairs, stored `[groups, 2]`.
    pub const fn pairs(groups: usize) -> Self {
        Self::new(groups, 2, 1, 1)
    }

    /// Number of elements.
    pub const fn len(&self) -> usize {
        self.n * self.c * self.h * self.w
    }

    /// Whether there is no element.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Elements of one image, `C·H·W`.
    pub const fn image(&self) -> usize {
        self.c * self.h * self.w
    }

    /// Elements of one channel of one image, `H·W`.
    pub const fn plane(&self) -> usize {
        self.h * self.w
    }

    /// The same shape for another number of images.
    pub const fn with_n(self, n: usize) -> Self {
        Self { n, ..self }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}, {}, {}, {}]", self.n, self.c, self.h, self.w)
    }
}
