use super::View;

/// Views that test-time augmentation has without mirroring.
pub const MOST_VIEWS: u32 = 11;

/// Shift of a view in shares of the side, and its change of size.
const STEPS: [[f32; 3]; MOST_VIEWS as usize] = [
    [0.0, 0.0, 0.0],
    [-1.0, 0.0, 0.0],
    [1.0, 0.0, 0.0],
    [0.0, -1.0, 0.0],
    [0.0, 1.0, 0.0],
    [0.0, 0.0, 0.1],
    [0.0, 0.0, -0.1],
    [-1.0, -1.0, 0.0],
    [1.0, -1.0, 0.0],
    [-1.0, 1.0, 0.0],
    [1.0, 1.0, 0.0],
];

/// The fixed views of test-time augmentation, for images of `h` rows and `w` columns:
/// as it is, shifted by a 28th of the side in whole pixels, larger and smaller by a tenth, shifted
/// along the diagonals. No label changes by them. Where training mirrors images, each view is
/// followed by its mirror image; mirrored digits would be other digits.
pub fn views(mirrored: bool, h: usize, w: usize) -> Vec<View<f32>> {
    let pixels = |side: usize| side.div_ceil(28) as f32;
    let view = |[x, y, zoom]: &[f32; 3]| View {
        dx: x * pixels(w),
        dy: y * pixels(h),
        zoom: *zoom,
        ..View::default()
    };
    let both = |view: View<f32>| [Some(view), mirrored.then_some(View { flip: 1.0, ..view })];
    STEPS.iter().map(view).flat_map(both).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_view_is_the_image_itself() {
        let plain = views(false, 28, 28);
        assert_eq!((plain.len(), plain[0]), (11, View::default()));
        assert!(plain.iter().all(|view| view.flip == 0.0));
        let mirrored = views(true, 32, 28);
        assert_eq!((mirrored[1].flip, mirrored[1].dx), (1.0, 0.0));
        assert_eq!((mirrored[2].dx, mirrored[3].flip, mirrored[3].dx), (-1.0, 1.0, -1.0));
        assert_eq!(views(false, 32, 28)[3].dy, -2.0);
    }
}
