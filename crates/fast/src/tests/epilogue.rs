use super::super::*;
use super::{bits, random};

/// Many channels and few, large maps and small, kernels of every variant.
fn shapes() -> impl Iterator<Item = ConvShape> {
    [
        ((8, 12), 16, 3, 1),
        ((8, 8), 16, 3, 2),
        ((8, 9), 14, 3, 2),
        ((6, 9), 3, 1, 1),
        ((3, 5), 12, 3, 1),
        ((6, 7), 8, 1, 1),
        ((2, 5), 11, 5, 1),
        ((9, 4), 4, 3, 1),
    ]
    .into_iter()
    .map(|((ic, oc), side, k, stride)| ConvShape {
        n: 5,
        ic,
        h: side,
        w: side,
        oc,
        kh: k,
        kw: k,
        stride,
        padding: k / 2,
    })
}

#[test]
fn moments_beside_are_those_behind() {
    let mut scratch = Scratch::poisoned();
    for s in shapes() {
        let (x, weight, bias) = (random(s.x_len(), 1), random(s.weight_len(), 2), random(s.oc, 3));
        let (mut y, mut stats) = (vec![f32::NAN; s.y_len()], vec![f32::NAN; 2 * s.oc]);
        conv_forward(&s, &x, &weight, Some(&bias), None, &mut y, &mut scratch);
        moments(View { runs: s.n, groups: s.oc, run: s.oh() * s.ow() }, &y, &mut stats);
        let want = (bits(&y), bits(&stats));
        y.fill(f32::NAN);
        stats.fill(f32::NAN);
        conv_forward_moments(&s, &x, &weight, Some(&bias), &mut y, &mut stats, &mut scratch);
        assert_eq!((bits(&y), bits(&stats)), want, "{s:?}");
    }
}

#[test]
fn pooled_beside_is_pooled_behind() {
    let mut scratch = Scratch::poisoned();
    for (s, (size, stride)) in shapes().flat_map(|s| [(s, (2, 2)), (s, (3, 1))]) {
        let pool = RectifiedPool {
            shape: ConvShape {
                n: s.n,
                ic: s.oc,
                h: s.oh(),
                w: s.ow(),
                oc: s.oc,
                kh: size,
                kw: size,
                stride,
                padding: 0,
            },
            rectifier: Rectifier::Relu,
            norm: None,
        };
        let (x, weight) = (random(s.x_len(), 1), random(s.weight_len(), 2));
        let (mut y, mut pooled) = (vec![f32::NAN; s.y_len()], vec![f32::NAN; pool.shape.y_len()]);
        conv_forward(&s, &x, &weight, None, None, &mut y, &mut scratch);
        pool.forward(&y, &mut pooled, &mut scratch);
        let want = (bits(&y), bits(&pooled));
        y.fill(f32::NAN);
        pooled.fill(f32::NAN);
        conv_forward_pooled(&s, &pool, &x, (&weight, None), &mut y, &mut pooled, &mut scratch);
        assert_eq!((bits(&y), bits(&pooled)), want, "{s:?}");
    }
}
