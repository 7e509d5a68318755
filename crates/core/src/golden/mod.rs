//! Golden cases: what this engine computes beside numbers that somebody else's engine computed.
//!
//! A folder of cases is a `cases.json` and safetensors files beside it; the format is described in
//! `tests/golden/torch`. Whoever has read the files hands [`check`] a [`Case`] and its [`Files`], so
//! the command line and the browser run the same suite.

mod augment;
pub mod bits;
mod case;
mod layer;
mod loss;
mod net;
mod optimizer;
mod read;
mod residual;
mod rig;
mod schedule;

pub use case::{Attribute, Attributes, Case, Expect, LayerCase, NetCase, WeightCase};
pub use net::losses;
pub use read::{Entry, Folder};
pub use schedule::schedule;

use std::collections::BTreeMap;
use std::fmt;

use crate::device::Device;
use crate::plan::Shape;

/// Numbers out of a file; every type that the format uses fits into f64.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tensor {
    /// As stored.
    pub shape: Vec<usize>,
    /// Row-major.
    pub numbers: Vec<f64>,
}

impl fmt::Display for Miss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Miss { tensor, index, got, want, tolerance } = self;
        write!(f, "{tensor}[{index}] is {got:.9e}, expected {want:.9e} within {tolerance:.2e}")
    }
}

impl Tensor {
    /// Rounded to what the devices compute in.
    fn f32(&self) -> Vec<f32> {
        self.numbers.iter().map(|&x| x as f32).collect()
    }

    /// Up to four axes as `[N, C, H, W]`; missing ones are 1.
    fn shape4(&self) -> Result<Shape, String> {
        let axis = |i: usize| self.shape.get(i).copied().unwrap_or(1);
        match self.shape.len() {
            _ if self.numbers.is_empty() => Err("A tensor has no element.".to_owned()),
            0..=4 => Ok(Shape::new(axis(0), axis(1), axis(2), axis(3))),
            axes => Err(format!("A tensor of {axes} axes is not an image batch.")),
        }
    }
}

/// The tensors of each file, by file name and key.
pub type Files = BTreeMap<String, BTreeMap<String, Tensor>>;

/// A result outside its tolerance.
#[derive(Clone, Debug, PartialEq)]
pub struct Miss {
    /// `grad_weight`, `loss[3]`.
    pub tensor: String,
    /// The element that is furthest out, in row-major order.
    pub index: usize,
    /// What this engine computed.
    pub got: f64,
    /// What was expected.
    pub want: f64,
    /// Largest difference allowed there.
    pub tolerance: f64,
}

/// Computed tensors by name.
type Answers = BTreeMap<String, Vec<f64>>;

/// Collects the comparisons of one case.
struct Judge<'a> {
    slack: f64,
    misses: &'a mut Vec<Miss>,
}

impl Judge<'_> {
    /// Holds `|got − want| ≤ slack·atol + rtol·|want|` against every element.
    fn compare(
        &mut self,
        tensor: &str,
        got: &[f64],
        want: &[f64],
        atol: f64,
        rtol: f64,
    ) -> Result<(), String> {
        if got.len() != want.len() {
            return Err(format!("{tensor} has {} numbers, expected {}.", got.len(), want.len()));
        }
        // How far out an element is, in tolerances; what is not a number is furthest out.
        let excess = |i: usize| {
            let ratio = (got[i] - want[i]).abs() / (self.slack * atol + rtol * want[i].abs());
            if got[i] == want[i] {
                0.0
            } else if ratio.is_nan() {
                f64::INFINITY
            } else {
                ratio
            }
        };
        let worst = (0..got.len()).max_by(|&a, &b| excess(a).total_cmp(&excess(b)));
        if let Some(index) = worst.filter(|&i| excess(i) > 1.0) {
            let (got, want) = (got[index], want[index]);
            let tolerance = self.slack * atol + rtol * want.abs();
            self.misses.push(Miss { tensor: tensor.to_owned(), index, got, want, tolerance });
        }
        Ok(())
    }

    /// Holds answers against all that a case expects.
    fn all(&mut self, case: &LayerCase, files: &Files, answers: &Answers) -> Result<(), String> {
        for (name, expect) in &case.expect {
            let got = answers.get(name).ok_or_else(|| format!("Nothing here computes {name}."))?;
            let want = case.tensor(files, &expect.key)?;
            self.compare(name, got, &want.numbers, expect.atol(), expect.rtol)?;
        }
        Ok(())
    }
}

/// Runs a case on a device; the misses are empty when it passes. `slack` multiplies the absolute
/// tolerances: 1 for the CPU, 4 for a GPU.
///
/// # Errors
/// One sentence: why the case cannot be run.
pub async fn check(
    case: &Case,
    files: &Files,
    device: &mut dyn Device,
    slack: f64,
) -> Result<Vec<Miss>, String> {
    let mut misses = Vec::new();
    let mut judge = Judge { slack, misses: &mut misses };
    match case {
        Case::Net(case) => net::check(case, files, device, &mut judge).await?,
        Case::Layer(case) => {
            let answers = match case.op.as_str() {
                "augment" => augment::run(case, files, device).await?,
                "softmax_ce" => loss::run(case, files, device, &mut judge).await?,
                "optimizer" | "clip_grad_norm" => optimizer::run(case, files, device).await?,
                "lr_schedule" => return schedule::check(case, &mut judge).map(|()| misses),
                "residual" if case.attrs.text("mode") == Ok("add") => {
                    residual::add(case, files, device).await?
                }
                _ => layer::run(case, files, device).await?,
            };
            judge.all(case, files, &answers)?;
        }
    }
    Ok(misses)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn misses(got: &[f64], want: &[f64]) -> Vec<Miss> {
        let mut misses = Vec::new();
        Judge { slack: 1.0, misses: &mut misses }.compare("y", got, want, 1e-6, 1e-5).unwrap();
        misses
    }

    #[test]
    fn the_worst_element_is_named() {
        assert_eq!(misses(&[1.0, 2.0], &[1.0 + 1e-5, 2.0]), []);
        let found = misses(&[1.0, 2.1, 3.05], &[1.0, 2.0, 3.0]);
        assert_eq!((found[0].index, found[0].got, found[0].want), (1, 2.1, 2.0));
    }

    #[test]
    fn what_is_not_a_number_is_a_miss() {
        assert_eq!(misses(&[0.0, f64::NAN], &[0.1, 0.0])[0].index, 1);
        assert_eq!(misses(&[f64::INFINITY], &[1.0]).len(), 1);
    }
}
