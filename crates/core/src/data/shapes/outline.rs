use std::f64::consts::TAU;

/// The edge of a shape of radius about 1 around the origin; y points down, as on the screen.
pub enum Outline {
    Circle,
    Ring,
    Moon,
    Polygon(Vec<[f64; 2]>),
}

impl Outline {
    /// No outline, with the width of a pixel at the smallest usual radius, lies further out.
    pub const REACH: f64 = 1.3;

    /// One for each class.
    pub fn all() -> [Outline; 10] {
        use Outline::{Circle, Moon, Polygon, Ring};
        [
            Circle,
            Polygon(vec![[-0.8, -0.8], [0.8, -0.8], [0.8, 0.8], [-0.8, 0.8]]),
            Polygon(turns(3, |_| 1.1)),
            Polygon(turns(10, |i| if i % 2 == 0 { 1.15 } else { 0.5 })),
            Polygon(cross(0.33)),
            Ring,
            Polygon(heart(28)),
            Polygon(turns(6, |_| 1.0)),
            Polygon(arrow()),
            Moon,
        ]
    }

    /// Signed distance of a point to the edge: negative inside.
    pub fn distance(&self, [x, y]: [f64; 2]) -> f64 {
        let to = |cx: f64, cy: f64| libm::sqrt((x - cx) * (x - cx) + (y - cy) * (y - cy));
        match self {
            Outline::Circle => to(0.0, 0.0) - 0.95,
            Outline::Ring => (to(0.0, 0.0) - 0.74).abs() - 0.24,
            Outline::Moon => (to(0.0, 0.0) - 1.0).max(0.82 - to(0.48, -0.18)),
            Outline::Polygon(corners) => polygon(corners, [x, y]),
        }
    }
}

/// Distance to the nearest edge, its sign by the crossings of a ray to the right.
fn polygon(corners: &[[f64; 2]], [x, y]: [f64; 2]) -> f64 {
    let mut nearest = f64::INFINITY;
    let mut inside = false;
    let mut previous = corners[corners.len() - 1];
    for &corner in corners {
        let [ax, ay] = previous;
        let (ex, ey) = (corner[0] - ax, corner[1] - ay);
        let along = (((x - ax) * ex + (y - ay) * ey) / (ex * ex + ey * ey)).clamp(0.0, 1.0);
        let (dx, dy) = (x - ax - along * ex, y - ay - along * ey);
        nearest = nearest.min(dx * dx + dy * dy);
        if (ay > y) != (corner[1] > y) && x < ax + (y - ay) / ey * ex {
            inside = !inside;
        }
        previous = corner;
    }
    let distance = libm::sqrt(nearest);
    if inside { -distance } else { distance }
}

/// Corners in equal turns, the first at the top.
fn turns(count: usize, radius: impl Fn(usize) -> f64) -> Vec<[f64; 2]> {
    let corner = |i: usize| {
        let angle = TAU * i as f64 / count as f64;
        [radius(i) * libm::sin(angle), -radius(i) * libm::cos(angle)]
    };
    (0..count).map(corner).collect()
}

fn cross(arm: f64) -> Vec<[f64; 2]> {
    let quarter = [[-arm, -1.0], [arm, -1.0], [arm, -arm]];
    let turn = |[x, y]: [f64; 2], times| (0..times).fold([x, y], |[x, y], _| [-y, x]);
    (0..4).flat_map(|times| quarter.map(|corner| turn(corner, times))).collect()
}

fn arrow() -> Vec<[f64; 2]> {
    vec![[0.0, -1.1], [0.85, -0.1], [0.32, -0.1], [0.32, 1.0], [-0.32, 1.0], [-0.32, -0.1], [-0.85, -0.1]]
}

/// The usual parametric heart: x = 16 sin³ t, y = 13 cos t − 5 cos 2t − 2 cos 3t − cos 4t.
fn heart(count: usize) -> Vec<[f64; 2]> {
    let point = |i: usize| {
        let t = TAU * i as f64 / count as f64;
        let sine = libm::sin(t);
        let y =
            13.0 * libm::cos(t) - 5.0 * libm::cos(2.0 * t) - 2.0 * libm::cos(3.0 * t) - libm::cos(4.0 * t);
        [sine * sine * sine, -(y + 2.5) / 16.0]
    };
    (0..count).map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_signed_and_exact() {
        let all = Outline::all();
        for (i, outline) in all.iter().enumerate() {
            assert!(outline.distance([3.0, 3.0]) > 0.0, "outline {i}");
            assert!(outline.distance([-0.74, 0.1]) < outline.distance([-2.0, 0.1]), "outline {i}");
        }
        for outline in &all {
            assert!(turns(360, |_| Outline::REACH).into_iter().all(|point| outline.distance(point) > 0.1));
        }
        assert!((all[1].distance([0.0, 0.0]) + 0.8).abs() < 1e-12);
        assert!((all[1].distance([1.1, 1.2]) - 0.5).abs() < 1e-12);
        assert!(all[5].distance([0.0, 0.0]) > 0.0, "a ring is hollow");
        assert!(all[9].distance([0.48, -0.18]) > 0.0, "a moon has a bite");
        assert!(all[9].distance([-0.7, 0.2]) < 0.0);
    }
}
