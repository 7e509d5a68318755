//! Steps of the optimisers. Each element is a few operations in the order of the references, so the
//! bits are theirs; the compiler makes registers of four of them.

/// What joins the gradient: `weight_decay`·w + `l1`·sign(w).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Penalties {
    /// Weight decay.
    pub weight_decay: f32,
    /// L1 penalty.
    pub l1: f32,
}

impl Penalties {
    #[inline(always)]
    fn join(self, g: f32, w: f32) -> f32 {
        let sign = f32::from(u8::from(w > 0.0)) - f32::from(u8::from(w < 0.0));
        g + self.weight_decay * w + self.l1 * sign
    }
}

/// Settings of one step of stochastic gradient descent (`torch.optim.SGD`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SgdStep {
    /// Learning rate.
    pub lr: f32,
    /// Share of the old velocity that is kept.
    pub momentum: f32,
    /// What joins the gradient g.
    pub penalties: Penalties,
    /// Whether the step looks ahead: g + momentum·v instead of v.
    pub nesterov: bool,
}

/// v = momentum·v + g; w -= lr·v, or lr·(g + momentum·v).
pub fn sgd(step: &SgdStep, gradient: &[f32], velocity: &mut [f32], weight: &mut [f32]) {
    assert!(gradient.len() == weight.len() && velocity.len() == weight.len());
    let SgdStep { lr, momentum, penalties, nesterov } = *step;
    for ((w, v), &g) in weight.iter_mut().zip(velocity).zip(gradient) {
        let g = penalties.join(g, *w);
        *v = momentum * *v + g;
        *w -= lr * if nesterov { g + momentum * *v } else { *v };
    }
}

/// Settings of one step of RMSProp (`torch.optim.RMSprop`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RmsPropStep {
    /// Learning rate.
    pub lr: f32,
    /// Share of the old velocity that is kept.
    pub momentum: f32,
    /// What joins the gradient g.
    pub penalties: Penalties,
    /// Shares of the old mean square and of g² in the new one.
    pub shares: [f32; 2],
    /// Added to the root.
    pub eps: f32,
}

/// s = α·s + (1−α)·g²; v = momentum·v + g/(√s + eps); w -= lr·v.
pub fn rms_prop(
    step: &RmsPropStep,
    gradient: &[f32],
    square: &mut [f32],
    velocity: &mut [f32],
    weight: &mut [f32],
) {
    assert!([gradient.len(), square.len(), velocity.len()] == [weight.len(); 3]);
    let RmsPropStep { lr, momentum, penalties, shares: [old, new], eps } = *step;
    for (((w, v), s), &g) in weight.iter_mut().zip(velocity).zip(square).zip(gradient) {
        let g = penalties.join(g, *w);
        *s = old * *s + new * g * g;
        *v = momentum * *v + g / (s.sqrt() + eps);
        *w -= lr * *v;
    }
}

/// Settings of one step of Adam (`torch.optim.Adam`, `torch.optim.AdamW`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamStep {
    /// Learning rate.
    pub lr: f32,
    /// What joins the gradient g.
    pub penalties: Penalties,
    /// Weight decay that shrinks the weight itself.
    pub decoupled: f32,
    /// Shares of the old mean and of g in the new one: β₁ and 1 − β₁.
    pub mean: [f32; 2],
    /// Shares of the old mean square and of g² in the new one: β₂ and 1 − β₂.
    pub square: [f32; 2],
    /// What the mean and the root of the mean square are divided by.
    pub corrections: [f32; 2],
    /// Added to the root.
    pub eps: f32,
}

/// m = β₁·m + (1−β₁)·g; v = β₂·v + (1−β₂)·g²; w -= lr·(m/c₁)/(√v/c₂ + eps).
pub fn adam(step: &AdamStep, gradient: &[f32], mean: &mut [f32], square: &mut [f32], weight: &mut [f32]) {
    assert!([gradient.len(), mean.len(), square.len()] == [weight.len(); 3]);
    let AdamStep { lr, penalties, decoupled, eps, .. } = *step;
    let ([beta1, new1], [beta2, new2], [correction1, correction2]) =
        (step.mean, step.square, step.corrections);
    for (((w, m), v), &g) in weight.iter_mut().zip(mean).zip(square).zip(gradient) {
        let g = penalties.join(g, *w);
        if decoupled != 0.0 {
            *w -= lr * decoupled * *w;
        }
        *m = beta1 * *m + new1 * g;
        *v = beta2 * *v + new2 * g * g;
        *w -= lr * (*m / correction1) / (v.sqrt() / correction2 + eps);
    }
}
