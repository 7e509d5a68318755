use bytemuck::{Pod, Zeroable};

/// How strongly a step augments, in the numbers that devices draw with: a part of the step record.
/// All zeros change no image.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
pub struct Strengths {
    /// An image is mirrored left to right when its 24-bit draw is below this (`p·2²⁴`).
    pub flip_below: u32,
    /// The same for top to bottom.
    pub vflip_below: u32,
    /// Largest shift, in 1/65,536 of the side.
    pub shift: u32,
    /// Side of the square that is blacked out, in 1/65,536 of the shorter side.
    pub cutout: u32,
    /// Largest turn, in degrees.
    pub rotate: f32,
    /// Largest change of size, as a share of it.
    pub scale: f32,
    /// Largest share of the area that a crop cuts away.
    pub crop: f32,
    /// Largest change of brightness, black to white being 1.
    pub brightness: f32,
    /// Largest change of contrast, as a share of it.
    pub contrast: f32,
}

impl Strengths {
    /// A share of 0 to 1 in units of `1 / one`.
    pub(super) fn units(share: f64, one: u32) -> u32 {
        (share.clamp(0.0, 1.0) * f64::from(one)).round() as u32
    }

    /// Sets the probabilities of mirroring, 0 to 1 (`RandomHorizontalFlip`, `RandomVerticalFlip`).
    pub fn set_flips(&mut self, horizontal: f64, vertical: f64) {
        self.flip_below = Self::units(horizontal, 1 << 24);
        self.vflip_below = Self::units(vertical, 1 << 24);
    }

    /// Sets the largest shift and the side of the blacked-out square, in shares of the image's side.
    pub fn set_sides(&mut self, shift: f64, cutout: f64) {
        self.shift = Self::units(shift, 1 << 16);
        self.cutout = Self::units(cutout, 1 << 16);
    }
}
