//! Draws how a step's time grows: docs/growth.svg, a panel an axis, both scales logarithmic.

use std::fmt::Write as _;
use std::fs;

use crate::Done;
use crate::process::{cargo, run_and_read};
use crate::project::root;

struct Point {
    axis: String,
    value: f64,
    operations: f64,
    seconds: f64,
}

/// What stands under each panel.
const AXES: [(&str, &str); 4] = [
    ("batch", "images a batch"),
    ("width", "filters of the first layer"),
    ("depth", "convolutions of 16 filters"),
    ("side", "rows and columns of an image"),
];

const WIDTH: f64 = 210.0;
const HEIGHT: f64 = 200.0;
const LEFT: f64 = 52.0;
const TOP: f64 = 42.0;
const PANEL: f64 = WIDTH + LEFT + 12.0;

/// Measures on the CPU natively, draws, and says how steep each line is.
pub fn draw() -> Done {
    let words = ["run", "--quiet", "--release", "--package", "convlab-cli", "--", "bench", "--growth"];
    let (ran, said) = run_and_read(cargo(&words))?;
    if !ran {
        return Err("The growth could not be measured.".to_owned());
    }
    let points: Vec<Point> = said.lines().filter_map(parse).collect();
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0} 300\" font-family=\"system-ui, sans-serif\" \
         font-size=\"11\" fill=\"#474d57\" role=\"img\" aria-label=\"Time of a training step against batch, width, \
         depth and side\"><rect width=\"100%\" height=\"100%\" fill=\"#fbfbf9\"/>\n",
        4.0 * PANEL
    );
    for (number, (axis, label)) in AXES.iter().enumerate() {
        let points: Vec<&Point> = points.iter().filter(|point| point.axis == *axis).collect();
        let slope = slope(&points);
        println!("{axis}: time grows as the operations to the power of {slope:.2}");
        panel(&mut svg, number as f64 * PANEL + LEFT, label, slope, &points);
    }
    svg.push_str("</svg>\n");
    let file = root().join("docs/growth.svg");
    fs::write(&file, svg).map_err(|why| format!("{} cannot be written: {why}.", file.display()))
}

/// One line of `convlab bench --growth`: `batch 64  106.20 MFLOP  3.210 ms`.
fn parse(line: &str) -> Option<Point> {
    let [axis, value, operations, "MFLOP", milliseconds, "ms"] =
        line.split_whitespace().collect::<Vec<_>>()[..]
    else {
        return None;
    };
    let number = |word: &str| word.parse::<f64>().ok();
    Some(Point {
        axis: axis.to_owned(),
        value: number(value)?,
        operations: 1e6 * number(operations)?,
        seconds: number(milliseconds)? / 1e3,
    })
}

/// Least squares of the logarithms: 1 is linear. Small networks do little but start kernels, so the two
/// smallest do not count.
fn slope(points: &[&Point]) -> f64 {
    let logs: Vec<[f64; 2]> = points[2..].iter().map(|p| [p.operations.ln(), p.seconds.ln()]).collect();
    let mean = |of: usize| logs.iter().map(|log| log[of]).sum::<f64>() / logs.len() as f64;
    let (x, y) = (mean(0), mean(1));
    let products: f64 = logs.iter().map(|log| (log[0] - x) * (log[1] - y)).sum();
    products / logs.iter().map(|log| (log[0] - x).powi(2)).sum::<f64>()
}

/// The measured times as dots, and behind them the line of the last point's speed.
fn panel(svg: &mut String, left: f64, label: &str, slope: f64, points: &[&Point]) {
    let range = |of: fn(&Point) -> f64| {
        let logs = points.iter().map(|point| of(point).log10());
        let (low, high) = logs.fold((f64::MAX, f64::MIN), |(low, high), log| (low.min(log), high.max(log)));
        (low - 0.08 * (high - low), high + 0.08 * (high - low))
    };
    let (xs, ys) = (range(|p| p.value), range(|p| p.seconds));
    let x = |value: f64| left + (value.log10() - xs.0) / (xs.1 - xs.0) * WIDTH;
    let y = |seconds: f64| TOP + HEIGHT - (seconds.log10() - ys.0) / (ys.1 - ys.0) * HEIGHT;
    let (middle, bottom) = (left + WIDTH / 2.0, TOP + HEIGHT);
    let mut add = |text: std::fmt::Arguments| {
        // Writing to a string cannot fail.
        let _ = svg.write_fmt(text);
    };
    add(format_args!(
        "<path d=\"M{left:.1} {TOP}V{bottom:.1}H{:.1}\" fill=\"none\" stroke=\"#8b8f96\"/>\n",
        left + WIDTH
    ));
    for power in (ys.0.ceil() as i32)..=(ys.1.floor() as i32) {
        let at = y(10f64.powi(power));
        add(format_args!(
            "<path d=\"M{left:.1} {at:.1}h{WIDTH}\" stroke=\"#eceae5\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{} ms</text>\n",
            left - 6.0,
            at + 4.0,
            10f64.powi(power + 3)
        ));
    }
    let last = points[points.len() - 1];
    let speed = last.seconds / last.operations;
    let line: Vec<String> = points
        .iter()
        .filter(|point| (speed * point.operations).log10() > ys.0)
        .map(|point| format!("{:.1} {:.1}", x(point.value), y(speed * point.operations)))
        .collect();
    add(format_args!(
        "<path d=\"M{}\" fill=\"none\" stroke=\"#5f9a8b\" stroke-dasharray=\"6 4\"/>\n",
        line.join("L")
    ));
    for Point { value, seconds, .. } in points {
        add(format_args!(
            "<circle cx=\"{0:.1}\" cy=\"{1:.1}\" r=\"3.4\" fill=\"#1d4fbb\"/><text x=\"{0:.1}\" y=\"{2:.1}\" text-anchor=\"middle\">{value}</text>\n",
            x(*value),
            y(*seconds),
            bottom + 16.0
        ));
    }
    add(format_args!(
        "<text x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"#1a1d23\">{label}</text>\n\
         <text x=\"{left:.1}\" y=\"24\" fill=\"#1a1d23\" font-weight=\"640\">time ∝ operations<tspan dy=\"-4\" font-size=\"9\">{slope:.2}</tspan></text>\n",
        bottom + 36.0
    ));
}
