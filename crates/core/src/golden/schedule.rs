use super::{Judge, LayerCase};
use crate::optimizer::Schedule;

/// The schedule of a case and its base rate.
///
/// # Errors
/// One sentence when the case names no schedule, or one that is not here.
pub fn schedule(case: &LayerCase) -> Result<(Schedule, f64), String> {
    let attrs = &case.attrs;
    let mut base = attrs.number_or("base_lr", 0.1)?;
    let count = |name: &str| attrs.positive(name).map(|x| x as u32);
    let schedule = match attrs.text("kind")? {
        "constant" => Schedule::Constant,
        "step" => Schedule::Step { size: count("step_size")?, gamma: attrs.number_or("gamma", 0.1)? },
        "exponential" => Schedule::Exponential { gamma: attrs.number("gamma")? },
        "cosine" => Schedule::Cosine { steps: count("T_max")?, min: attrs.number_or("eta_min", 0.0)? },
        "warmup" => Schedule::Warmup {
            start: attrs.number_or("start_factor", 1.0 / 3.0)?,
            end: attrs.number_or("end_factor", 1.0)?,
            steps: attrs.number_or("total_iters", 5.0)? as u32,
        },
        "one_cycle" => {
            base = attrs.number("max_lr")?;
            Schedule::OneCycle {
                steps: count("total_steps")?,
                rise: attrs.number_or("pct_start", 0.3)?,
                div: attrs.number_or("div_factor", 25.0)?,
                final_div: attrs.number_or("final_div_factor", 1e4)?,
                linear: attrs.text("anneal_strategy").is_ok_and(|how| how == "linear"),
            }
        }
        other => return Err(format!("There is no schedule {other}.")),
    };
    Ok((schedule, base))
}

/// Holds a schedule against the learning rate of each step.
pub(super) fn check(case: &LayerCase, judge: &mut Judge<'_>) -> Result<(), String> {
    let (schedule, base) = schedule(case)?;
    let rates: Vec<f64> = (0..case.lr.len() as u32).map(|step| schedule.rate(base, step)).collect();
    judge.compare("lr", &rates, &case.lr, case.atol, 0.0)
}
