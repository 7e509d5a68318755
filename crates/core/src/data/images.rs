use crate::text::data as text;

/// Images with their classes, as a reader or a generator hands them over.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Images {
    /// Channels, rows, columns of an image.
    pub shape: [usize; 3],
    /// What the classes are called, in their order.
    pub names: Vec<String>,
    /// The pixels, `[N, C, H, W]`.
    pub pixels: Pixels,
    /// Class of each image.
    pub labels: Vec<u32>,
    /// How many at the end are the test images that their authors chose; 0 where they chose none.
    pub tests: usize,
}

/// Pixels as they are stored.
#[derive(Clone, Debug, PartialEq)]
pub enum Pixels {
    /// 0 to 255, read as 0 to 1.
    Bytes(Vec<u8>),
    /// As they are.
    Floats(Vec<f32>),
}

impl Default for Pixels {
    fn default() -> Self {
        Pixels::Bytes(Vec::new())
    }
}

impl Pixels {
    /// Number of values.
    pub fn len(&self) -> usize {
        match self {
            Pixels::Bytes(bytes) => bytes.len(),
            Pixels::Floats(floats) => floats.len(),
        }
    }

    /// The values in their own units: 0 to 255 for bytes.
    pub fn floats(&self) -> Vec<f32> {
        match self {
            Pixels::Bytes(bytes) => bytes.iter().map(|&v| f32::from(v)).collect(),
            Pixels::Floats(floats) => floats.clone(),
        }
    }

    /// Whether there is no value.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Images {
    /// Images of a caller's own.
    ///
    /// # Errors
    /// One sentence when shape, pixels, labels and classes do not fit each other.
    pub fn checked(
        shape: [usize; 3],
        names: Vec<String>,
        pixels: Pixels,
        labels: Vec<u32>,
    ) -> Result<Self, String> {
        let wanted = shape.iter().try_fold(labels.len(), |product, &side| product.checked_mul(side));
        let [c, h, w] = shape;
        if labels.is_empty() || wanted == Some(0) {
            return Err(text::NO_IMAGE.to_owned());
        }
        if wanted != Some(pixels.len()) {
            let (count, got) = (labels.len(), pixels.len());
            return Err(text::images_do_not_fit(count, c, h, w, got));
        }
        if let Some(label) = labels.iter().find(|&&label| label as usize >= names.len()) {
            return Err(text::no_class_of_label(*label, names.len()));
        }
        if let Pixels::Floats(floats) = &pixels
            && floats.iter().any(|v| !v.is_finite())
        {
            return Err(text::PIXEL_NOT_FINITE.to_owned());
        }
        Ok(Self { shape, names, pixels, labels, tests: 0 })
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is no image.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Half as many rows and columns: each pixel the mean of 2x2. An odd last row or column is left
    /// out.
    pub fn halve(&self) -> Self {
        let [channels, rows, columns] = self.shape;
        let (h, w) = (rows / 2, columns / 2);
        let corners = (0..self.len() * channels).flat_map(|plane| {
            (0..h).flat_map(move |y| (0..w).map(move |x| plane * rows * columns + 2 * y * columns + 2 * x))
        });
        let around = |at: usize| [at, at + 1, at + columns, at + columns + 1];
        let pixels = match &self.pixels {
            Pixels::Bytes(v) => {
                let mean = |at| ((around(at).map(|i| u32::from(v[i])).iter().sum::<u32>() + 2) / 4) as u8;
                Pixels::Bytes(corners.map(mean).collect())
            }
            Pixels::Floats(v) => {
                let mean = |at| around(at).map(|i| v[i]).iter().sum::<f32>() / 4.0;
                Pixels::Floats(corners.map(mean).collect())
            }
        };
        let (names, labels) = (self.names.clone(), self.labels.clone());
        Self { shape: [channels, h, w], names, pixels, labels, tests: self.tests }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halving_takes_the_mean_of_four() {
        let names = vec!["a".to_owned()];
        let bytes = vec![0, 4, 9, 1, 2, 8, 9, 3, 5, 5, 5];
        let images =
            |pixels| Images { shape: [1, 2, 5], names: names.clone(), pixels, labels: vec![0], tests: 0 };
        let half = images(Pixels::Bytes(bytes[..10].to_vec())).halve();
        assert_eq!(half.shape, [1, 1, 2]);
        // (0 + 4 + 8 + 9)/4 = 5.25 and (9 + 1 + 3 + 5)/4 = 4.5.
        assert_eq!(half.pixels, Pixels::Bytes(vec![5, 5]));
        let floats = bytes[..10].iter().map(|&v| f32::from(v)).collect();
        assert_eq!(images(Pixels::Floats(floats)).halve().pixels, Pixels::Floats(vec![5.25, 4.5]));
    }
}
