use crate::wrong::{Call, Mistake, kernel};
use convlab_core::plan::StepRecord;

/// What the rules read of a step.
fn settings(call: &Call) -> [f32; 3] {
    let StepRecord { lr, momentum, weight_decay, .. } = *call.at.record;
    [lr, momentum, weight_decay]
}

/// SGD got wrong: `each(gradient, weight, velocity, [lr, momentum, decay], nesterov)`.
fn sgd(name: &'static str, each: fn(f32, &mut f32, &mut f32, [f32; 3], bool)) -> Mistake {
    kernel("optimizer/sgd", name, move |call, reads, writes| {
        let (settings, nesterov) = (settings(call), call.size("NESTEROV") == 1);
        let [w, v] = writes else { unreachable!("SGD writes two operands") };
        for ((&g, w), v) in reads[0].iter().zip(w.iter_mut()).zip(v.iter_mut()) {
            each(g, w, v, settings, nesterov);
        }
    })
}

/// One weight of Adam.
struct Weight<'a> {
    w: &'a mut f32,
    m: &'a mut f32,
    v: &'a mut f32,
    lr: f32,
    decay: f32,
    beta: [f32; 2],
    new: [f32; 2],
    eps: f32,
    decoupled: bool,
    corrections: [f32; 2],
}

impl Weight<'_> {
    /// Decay as it should be; gives the gradient.
    fn decayed(&mut self, g: f32) -> f32 {
        if self.decoupled {
            *self.w -= self.lr * self.decay * *self.w;
            return g;
        }
        g + self.decay * *self.w
    }

    fn follow(&mut self, g: f32) {
        *self.m = self.beta[0] * *self.m + self.new[0] * g;
        *self.v = self.beta[1] * *self.v + self.new[1] * g * g;
    }

    fn step(&mut self) {
        let [first, second] = self.corrections;
        *self.w -= self.lr * (*self.m / first) / (self.v.sqrt() / second + self.eps);
    }
}

fn adam(name: &'static str, each: fn(f32, Weight)) -> Mistake {
    kernel("optimizer/adam", name, move |call, reads, writes| {
        let [lr, _, decay] = settings(call);
        let pair = |a, b| [call.number(a) as f32, call.number(b) as f32];
        let (beta, new) = (pair("BETA1", "BETA2"), pair("NEW1", "NEW2"));
        let (eps, decoupled) = (call.number("EPSILON") as f32, call.size("DECOUPLED") == 1);
        let corrections = call.at.record.corrections;
        let [w, m, v] = writes else { unreachable!("Adam writes three operands") };
        for (i, &g) in reads[0].iter().enumerate() {
            let (w, m, v) = (&mut w[i], &mut m[i], &mut v[i]);
            each(g, Weight { w, m, v, lr, decay, beta, new, eps, decoupled, corrections });
        }
    })
}

/// The rule under another record.
fn at(place: &'static str, name: &'static str, change: fn(&mut StepRecord)) -> Mistake {
    kernel(place, name, move |call, reads, writes| {
        let mut record = *call.at.record;
        change(&mut record);
        call.right_at(&record, reads, writes);
    })
}

pub fn mistakes() -> Vec<Mistake> {
    let mut all = vec![
        sgd("Nesterov is plain momentum", |g, w, v, [lr, momentum, decay], _| {
            *v = momentum * *v + g + decay * *w;
            *w -= lr * *v;
        }),
        sgd("momentum is Nesterov's", |g, w, v, [lr, momentum, decay], _| {
            let g = g + decay * *w;
            *v = momentum * *v + g;
            *w -= lr * (g + momentum * *v);
        }),
        sgd("momentum dampens the gradient", |g, w, v, [lr, momentum, decay], nesterov| {
            let g = g + decay * *w;
            *v = momentum * *v + (1.0 - momentum) * g;
            *w -= lr * if nesterov { g + momentum * *v } else { *v };
        }),
        sgd("weight decay of SGD is decoupled", |g, w, v, [lr, momentum, decay], nesterov| {
            *v = momentum * *v + g;
            *w -= lr * decay * *w;
            *w -= lr * if nesterov { g + momentum * *v } else { *v };
        }),
        sgd("weight decay pushes away from 0", |g, w, v, [lr, momentum, decay], nesterov| {
            let g = g - decay * *w;
            *v = momentum * *v + g;
            *w -= lr * if nesterov { g + momentum * *v } else { *v };
        }),
    ];
    all.extend([
        at("optimizer/sgd", "weight decay of SGD is ignored", |record| record.weight_decay = 0.0),
        at("optimizer/sgd", "momentum is ignored", |record| record.momentum = 0.0),
        at("optimizer/adam", "Adam does not correct its bias", |record| record.corrections = [1.0, 1.0]),
        at("optimizer/adam", "Adam corrects the second mean without a root", |record| {
            record.corrections[1] *= record.corrections[1];
        }),
        at("optimizer/rms_prop", "RMSProp ignores its momentum", |record| record.momentum = 0.0),
    ]);
    all.extend([
        adam("Adam adds eps inside the root", |g, mut weight| {
            let g = weight.decayed(g);
            weight.follow(g);
            let [first, second] = weight.corrections;
            let root = (*weight.v / (second * second) + weight.eps).sqrt();
            *weight.w -= weight.lr * (*weight.m / first) / root;
        }),
        adam("Adam adds eps before the correction", |g, mut weight| {
            let g = weight.decayed(g);
            weight.follow(g);
            let [first, second] = weight.corrections;
            *weight.w -= weight.lr * (*weight.m / first) * second / (weight.v.sqrt() + weight.eps);
        }),
        adam("weight decay of AdamW is coupled", |g, mut weight| {
            let g = g + weight.decay * *weight.w;
            weight.follow(g);
            weight.step();
        }),
        adam("weight decay of Adam is decoupled", |g, mut weight| {
            weight.decoupled = true;
            let g = weight.decayed(g);
            weight.follow(g);
            weight.step();
        }),
        adam("Adam swaps its betas", |g, mut weight| {
            let g = weight.decayed(g);
            weight.beta.reverse();
            weight.new.reverse();
            weight.follow(g);
            weight.step();
        }),
        adam("Adam's second mean forgets the square", |g, mut weight| {
            let g = weight.decayed(g);
            *weight.m = weight.beta[0] * *weight.m + weight.new[0] * g;
            *weight.v = weight.beta[1] * *weight.v + weight.new[1] * g.abs();
            weight.step();
        }),
        kernel("optimizer/rms_prop", "RMSProp adds eps inside the root", |call, reads, writes| {
            let [lr, momentum, decay] = settings(call);
            let [alpha, new, eps] = ["ALPHA", "NEW", "EPSILON"].map(|name| call.number(name) as f32);
            for (i, g) in reads[0].iter().enumerate() {
                let g = g + decay * writes[0][i];
                writes[1][i] = alpha * writes[1][i] + new * g * g;
                writes[2][i] = momentum * writes[2][i] + g / (writes[1][i] + eps).sqrt();
                writes[0][i] -= lr * writes[2][i];
            }
        }),
        kernel("optimizer/clip", "clipping cuts every gradient by itself", |call, _, writes| {
            let most = call.at.record.max_norm;
            writes[0].iter_mut().for_each(|g| *g = g.clamp(-most, most));
        }),
        kernel("optimizer/clip", "clipping forgets the root of the norm", |call, reads, writes| {
            let square: f32 = reads[0].iter().sum();
            let scale = call.at.record.max_norm / (square + 1e-6);
            writes[0].iter_mut().filter(|_| scale < 1.0).for_each(|g| *g *= scale);
        }),
        kernel("optimizer/clip", "clipping also lengthens", |call, reads, writes| {
            let norm = reads[0].iter().sum::<f32>().sqrt();
            let scale = call.at.record.max_norm / (norm + 1e-6);
            writes[0].iter_mut().for_each(|g| *g *= scale);
        }),
        kernel("optimizer/clip", "clipping takes each range by itself", |call, reads, writes| {
            let mut own = reads[0].to_vec();
            own.iter_mut().skip(64).for_each(|sum| *sum = 0.0);
            call.right(&[&own], writes);
        }),
    ]);
    all
}
