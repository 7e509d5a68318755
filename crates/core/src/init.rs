//! How weights start.

use crate::state::Fill;

/// The rule that a layer's weights are drawn by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum InitKind {
    /// All 0: every filter of a layer stays like its neighbour.
    Zeros,
    /// All the same number.
    Constant(f64),
    /// Normal with this standard deviation, whatever the layer.
    Normal(f64),
    /// Uniform on `[−bound, bound)`, whatever the layer.
    Uniform(f64),
    /// Normal with deviation `gain/√fan` (K. He et al. 2015; `torch.nn.init.kaiming_normal_`).
    KaimingNormal,
    /// Uniform with the same deviation (`torch.nn.init.kaiming_uniform_`).
    KaimingUniform,
    /// Normal with deviation `gain·√(2/(fan_in + fan_out))` (X. Glorot and Y. Bengio 2010;
    /// `torch.nn.init.xavier_normal_`).
    XavierNormal,
    /// Uniform with the same deviation (`torch.nn.init.xavier_uniform_`).
    XavierUniform,
    /// What `nn.Conv2d` and `nn.Linear` do: Kaiming-uniform with a = √5, so `U(±1/√fan_in)`,
    /// biases too.
    PyTorch,
}

/// How the weights and the bias of one layer start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Init {
    /// The rule.
    pub kind: InitKind,
    /// Factor that makes up for the activation behind: √2 for ReLU. Kaiming and Xavier use it.
    pub gain: f64,
    /// Kaiming keeps the deviation of the gradients (fan_out) instead of the activations' (fan_in).
    pub fan_out: bool,
}

impl Init {
    /// Weights of a unit that reads `fan_in` numbers and is read by `fan_out`; for a convolution
    /// `channels·kh·kw` and `filters·kh·kw`.
    pub fn weight(&self, fan_in: usize, fan_out: usize) -> Fill {
        let fan = if self.fan_out { fan_out } else { fan_in } as f64;
        let kaiming = self.gain / libm::sqrt(fan);
        let xavier = self.gain * libm::sqrt(2.0 / (fan_in + fan_out) as f64);
        let uniform = |std: f64| Fill::Uniform { bound: libm::sqrt(3.0) * std };
        match self.kind {
            InitKind::Zeros => Fill::Constant(0.0),
            InitKind::Constant(value) => Fill::Constant(value),
            InitKind::Normal(std) => Fill::Normal { std },
            InitKind::Uniform(bound) => Fill::Uniform { bound },
            InitKind::KaimingNormal => Fill::Normal { std: kaiming },
            InitKind::KaimingUniform => uniform(kaiming),
            InitKind::XavierNormal => Fill::Normal { std: xavier },
            InitKind::XavierUniform => uniform(xavier),
            InitKind::PyTorch => Fill::Uniform { bound: 1.0 / libm::sqrt(fan_in as f64) },
        }
    }

    /// The bias of such a unit: 0, but for PyTorch's own rule.
    pub fn bias(&self, fan_in: usize) -> Fill {
        match self.kind {
            InitKind::PyTorch => Fill::Uniform { bound: 1.0 / libm::sqrt(fan_in as f64) },
            _ => Fill::Constant(0.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Buffer;
    use crate::state::Layout;

    fn arena(fills: &[Fill], seed: u32) -> (Layout, Vec<f32>) {
        let mut layout = Layout::default();
        for (i, &fill) in fills.iter().enumerate() {
            layout.parameter(format!("{i}.weight"), vec![16, 8, 3, 3], fill);
        }
        let numbers = layout.initial(Buffer::Parameters, seed);
        (layout, numbers)
    }

    fn deviation(numbers: &[f32]) -> f64 {
        libm::sqrt(numbers.iter().map(|&w| f64::from(w) * f64::from(w)).sum::<f64>() / numbers.len() as f64)
    }

    #[test]
    fn draws_have_the_deviation_of_their_rule() {
        let (fan_in, fan_out) = (8 * 9, 16 * 9);
        for (kind, want) in [
            (InitKind::Normal(0.01), 0.01),
            (InitKind::Uniform(0.3), 0.3 / 3f64.sqrt()),
            (InitKind::KaimingNormal, (2.0 / fan_in as f64).sqrt()),
            (InitKind::KaimingUniform, (2.0 / fan_in as f64).sqrt()),
            (InitKind::XavierNormal, (4.0 / (fan_in + fan_out) as f64).sqrt()),
            (InitKind::XavierUniform, (4.0 / (fan_in + fan_out) as f64).sqrt()),
            (InitKind::PyTorch, (1.0 / (3 * fan_in) as f64).sqrt()),
        ] {
            let init = Init { kind, gain: 2f64.sqrt(), fan_out: false };
            let (layout, numbers) = arena(&[init.weight(fan_in, fan_out)], 1);
            let got = deviation(&numbers[..layout.parameters[0].at.len]);
            // Five standard errors of the deviation of 1,152 normal draws.
            assert!((got / want - 1.0).abs() < 5.0 / (2.0f64 * 1152.0).sqrt(), "{kind:?}: {got} for {want}");
        }
        let fan_out_rule = Init { kind: InitKind::KaimingNormal, gain: 1.0, fan_out: true };
        assert_eq!(fan_out_rule.weight(fan_in, fan_out), Fill::Normal { std: 1.0 / 12.0 });
    }

    #[test]
    fn deviations_and_bounds_are_pytorchs() {
        // torch.nn.init on [16, 6, 5, 5]: fan_in 150, fan_out 400.
        let fill = |kind, gain, fan_out| Init { kind, gain, fan_out }.weight(150, 400);
        let relu = 2f64.sqrt();
        for (got, want) in [
            (fill(InitKind::XavierNormal, 1.0, false), Fill::Normal { std: 0.060_302_268_915_552_72 }),
            (fill(InitKind::XavierUniform, 1.0, false), Fill::Uniform { bound: 0.104_446_593_573_418_69 }),
            (fill(InitKind::KaimingNormal, relu, false), Fill::Normal { std: 0.115_470_053_837_925_16 }),
            (fill(InitKind::KaimingUniform, relu, false), Fill::Uniform { bound: 0.2 }),
            (fill(InitKind::KaimingNormal, relu, true), Fill::Normal { std: 0.070_710_678_118_654_75 }),
            (fill(InitKind::PyTorch, 1.0, false), Fill::Uniform { bound: 0.081_649_658_092_772_61 }),
        ] {
            let close = match (got, want) {
                (Fill::Normal { std: a }, Fill::Normal { std: b })
                | (Fill::Uniform { bound: a }, Fill::Uniform { bound: b }) => (a - b).abs() < 1e-15,
                _ => false,
            };
            assert!(close, "{got:?}, {want:?}");
        }
    }

    #[test]
    fn a_segment_depends_on_the_seed_and_its_place_only() {
        let fill = Fill::Normal { std: 1.0 };
        let (layout, a) = arena(&[fill, fill], 7);
        let (_, b) = arena(&[Fill::Constant(0.5), fill], 7);
        let (_, c) = arena(&[fill, fill], 8);
        let second = layout.parameters[1].at.offset..;
        assert_eq!(a[second.clone()], b[second.clone()]);
        assert_ne!(a[second.clone()], c[second.clone()]);
        assert_ne!(a[..1152], a[second][..1152]);
        assert!(b[..1152].iter().all(|&w| w == 0.5));
    }

    #[test]
    fn biases_are_zero_but_for_pytorch() {
        let init = |kind| Init { kind, gain: 1.0, fan_out: false };
        assert_eq!(init(InitKind::KaimingNormal).bias(25), Fill::Constant(0.0));
        assert_eq!(init(InitKind::PyTorch).bias(25), Fill::Uniform { bound: 0.2 });
    }
}
