//! Mistakes in the text of a shader.

use crate::wrong::{Mistake, Place};

/// A mistake in a shader, and the operations whose golden cases should notice it.
pub struct Shader {
    pub mistake: Mistake,
    pub ops: &'static [&'static str],
}

fn shader(
    kernel: &'static str,
    ops: &'static [&'static str],
    name: &'static str,
    text: &'static str,
    instead: &'static str,
) -> Shader {
    Shader { mistake: Mistake { name, place: Place::Shader(kernel, text, instead) }, ops }
}

pub fn shaders() -> Vec<Shader> {
    const CONV: &[&str] = &["conv2d"];
    const NORM: &[&str] = &["batch_norm", "group_norm"];
    vec![
        shader("conv/forward", CONV, "shader: no stride", "ox * STRIDE", "ox"),
        shader(
            "conv/forward",
            CONV,
            "shader: columns wrap into the next row",
            "vec4<bool>(column.inside) & ",
            "",
        ),
        shader("conv/forward", CONV, "shader: filters by fours only", "left > 1u", "left > 3u"),
        shader(
            "conv/forward",
            CONV,
            "shader: one bias for four filters",
            "bias[filters.y]",
            "bias[filters.x]",
        ),
        shader(
            "conv/forward",
            CONV,
            "shader: rows of a filter for columns",
            "tap / KW % KH",
            "tap / KH % KW",
        ),
        shader(
            "conv/grad_input",
            CONV,
            "shader: the same taps for every pixel",
            "let kx = (ix + PADDING) % STRIDE",
            "let kx = 0u",
        ),
        shader(
            "conv/grad_weight",
            CONV,
            "shader: the window does not move",
            "left = centre;",
            "left = left;",
        ),
        shader(
            "conv/grad_weight",
            CONV,
            "shader: taps above the map count",
            "inside & vec3(ix < W)",
            "vec3(ix < W)",
        ),
        shader("norm/moments", NORM, "shader: parts are not merged", "half >= LANES", "half > LANES"),
        shader(
            "norm/moments",
            NORM,
            "shader: means merged without their counts",
            "delta * share,",
            "delta * 0.5,",
        ),
        shader(
            "norm/moments",
            NORM,
            "shader: spread between parts forgotten",
            "a.z + b.z + delta * delta * a.x * share",
            "a.z + b.z",
        ),
        shader(
            "norm/moments",
            NORM,
            "shader: groups lie in blocks",
            "(k / RUN * GROUPS + g) * RUN",
            "(g * RUNS + k / RUN) * RUN",
        ),
    ]
}
