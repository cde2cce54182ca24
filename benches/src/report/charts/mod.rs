//! Charts of how cost grows, one file for each axis.

mod scale;

use crate::place;
use scale::Scale;
use serde_json::Value;
use std::fmt::Write as _;
use wimse_benches::Error;

/// Draws the axes of the results.
pub(crate) fn write(results: &Value) -> Result<(), Error> {
    for axis in results["growth"].as_array().into_iter().flatten() {
        let chart = Chart::of(axis)?;
        place::write(&format!("docs/charts/{}.svg", chart.name), &chart.svg()?)?;
    }
    Ok(())
}

struct Chart {
    name: String,
    title: String,
    x_title: String,
    x: Scale,
    y: Scale,
    /// The numbers that were measured.
    x_ticks: Vec<f64>,
    lines: Vec<Line>,
}

struct Line {
    name: String,
    /// One colour for one kind of work.
    colour: usize,
    dashed: bool,
    points: Vec<(f64, f64)>,
}

impl Chart {
    fn of(axis: &Value) -> Result<Self, Error> {
        let text = |member: &str| axis[member].as_str().map(str::to_owned).ok_or("no such axis");
        let mut kinds = Vec::new();
        let series = axis["series"].as_array().into_iter().flatten();
        let lines: Vec<Line> = series.filter_map(|series| Line::of(series, &mut kinds)).collect();
        let points = || lines.iter().flat_map(|line| &line.points);
        let mut x_ticks: Vec<f64> = points().map(|(x, _)| *x).collect();
        x_ticks.sort_by(f64::total_cmp);
        x_ticks.dedup();
        let (least, most) =
            points().fold((f64::MAX, 0.0_f64), |(least, most), (_, y)| (least.min(*y), most.max(*y)));
        Ok(Self {
            name: text("name")?,
            title: text("title")?,
            x_title: text("x")?,
            x: Scale::log(x_ticks.first().copied().unwrap_or(1.0), x_ticks.last().copied().unwrap_or(1.0)),
            // What spans decades is not seen on a linear scale.
            y: if most / least > 30.0 { Scale::decades(least, most) } else { Scale::from_zero(most) },
            x_ticks,
            lines,
        })
    }

    fn svg(&self) -> Result<String, Error> {
        let mut svg = String::from(HEAD);
        write!(
            svg,
            "<title>{0}</title>\n<text class=\"title\" x=\"{LEFT}\" y=\"28\">{0}</text>\n",
            self.title
        )?;
        self.legend(&mut svg)?;
        self.grid(&mut svg)?;
        for line in &self.lines {
            let dash = if line.dashed { " dashed" } else { "" };
            let points = line.points.iter().map(|(x, y)| (self.left(*x), self.top(*y)));
            let points: Vec<(f64, f64)> = points.collect();
            write!(svg, "<polyline class=\"line c{}{dash}\" points=\"", line.colour)?;
            for (x, y) in &points {
                write!(svg, "{x:.1},{y:.1} ")?;
            }
            svg.push_str("\"/>\n");
            for (x, y) in points {
                writeln!(
                    svg,
                    "<circle class=\"dot c{}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\"/>",
                    line.colour
                )?;
            }
        }
        svg.push_str("</svg>\n");
        Ok(svg)
    }

    fn legend(&self, svg: &mut String) -> Result<(), Error> {
        let columns = self.columns();
        for (index, line) in self.lines.iter().enumerate() {
            let x = LEFT + (index % columns) as f64 * (RIGHT - LEFT) / columns as f64;
            let y = 52.0 + (index / columns) as f64 * 20.0;
            let dash = if line.dashed { " dashed" } else { "" };
            writeln!(svg, "<path class=\"line c{}{dash}\" d=\"M{x} {y}h28\"/>", line.colour)?;
            writeln!(svg, "<text x=\"{}\" y=\"{}\">{}</text>", x + 36.0, y + 4.5, line.name)?;
        }
        Ok(())
    }

    fn grid(&self, svg: &mut String) -> Result<(), Error> {
        for tick in self.y.ticks() {
            let y = self.top(tick);
            writeln!(svg, "<path class=\"grid\" d=\"M{LEFT} {y:.1}H{RIGHT}\"/>")?;
            writeln!(
                svg,
                "<text class=\"end\" x=\"{}\" y=\"{:.1}\">{}</text>",
                LEFT - 8.0,
                y + 4.5,
                grouped(tick)
            )?;
        }
        for tick in &self.x_ticks {
            let x = self.left(*tick);
            writeln!(svg, "<path class=\"axis\" d=\"M{x:.1} {BOTTOM}v5\"/>")?;
            let shown = if self.x_title.contains("bytes") { bytes(*tick) } else { grouped(*tick) };
            writeln!(svg, "<text class=\"middle\" x=\"{x:.1}\" y=\"{}\">{shown}</text>", BOTTOM + 20.0)?;
        }
        writeln!(svg, "<path class=\"axis\" d=\"M{LEFT} {BOTTOM}H{RIGHT}\"/>")?;
        let middle = f64::midpoint(LEFT, RIGHT);
        writeln!(
            svg,
            "<text class=\"middle\" x=\"{middle}\" y=\"{}\">{}</text>",
            BOTTOM + 44.0,
            self.x_title
        )?;
        let (x, y) = (20.0, f64::midpoint(self.top_edge(), BOTTOM));
        writeln!(
            svg,
            "<text class=\"middle\" transform=\"translate({x} {y}) rotate(-90)\">µs for one operation</text>"
        )?;
        Ok(())
    }

    /// Of the legend: long names need room.
    fn columns(&self) -> usize {
        if self.lines.iter().any(|line| line.name.len() > 22) { 2 } else { 3 }
    }

    /// Where the lines begin, below the legend.
    fn top_edge(&self) -> f64 {
        64.0 + self.lines.len().div_ceil(self.columns()) as f64 * 20.0
    }

    fn left(&self, x: f64) -> f64 {
        LEFT + 12.0 + self.x.at(x) * (RIGHT - LEFT - 24.0)
    }

    fn top(&self, y: f64) -> f64 {
        BOTTOM - self.y.at(y) * (BOTTOM - self.top_edge())
    }
}

impl Line {
    /// A name is the work, and after the last comma the algorithm.
    fn of(series: &Value, kinds: &mut Vec<String>) -> Option<Self> {
        let name = series["name"].as_str()?.to_owned();
        let (kind, algorithm) = name.rsplit_once(", ").unwrap_or((name.as_str(), ""));
        if !kinds.iter().any(|known| known == kind) {
            kinds.push(kind.to_owned());
        }
        let points = series["points"].as_array()?.iter();
        Some(Self {
            colour: kinds.iter().position(|known| known == kind)?,
            dashed: algorithm == "ES256",
            points: points.filter_map(|point| Some((point["x"].as_f64()?, point["us"].as_f64()?))).collect(),
            name,
        })
    }
}

/// With a space between thousands.
fn grouped(number: f64) -> String {
    let text = format!("{number}");
    let (whole, rest) =
        text.split_once('.').map_or((text.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let mut shown = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            shown.push(' ');
        }
        shown.push(digit);
    }
    rest.map_or(shown.clone(), |rest| format!("{shown}.{rest}"))
}

fn bytes(number: f64) -> String {
    if number < 1_048_576.0 {
        format!("{} KiB", number / 1024.0)
    } else {
        format!("{} MiB", number / 1_048_576.0)
    }
}

const LEFT: f64 = 76.0;
const RIGHT: f64 = 740.0;
const BOTTOM: f64 = 390.0;

/// It has a ground of its own, so that it is readable on any page.
const HEAD: &str = include_str!("head.svg");
