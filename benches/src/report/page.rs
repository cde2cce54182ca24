//! `docs/performance.md`: the text of a template, the numbers of the last measurement.

use crate::operations::number;
use crate::place;
use crate::serve::page as service;
use crate::targets::{self, Bound, Target};
use serde_json::Value;
use std::fmt::Write as _;
use wimse_benches::Error;
use wimse_benches::library::Library;

/// Fills the template.
pub(crate) fn write(results: &Value) -> Result<(), Error> {
    let machine = &results["machine"];
    let memory = &results["counted"]["memory"];
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let values = [
        ("processor", text(&machine["processor"])),
        ("cores", text(&machine["cores"])),
        ("architecture", text(&machine["architecture"])),
        ("system", text(&machine["system"])),
        ("rust", text(&machine["rust"])),
        ("targets", promised(&targets::all(results))?),
        ("table", table(results)?),
        ("threads", scaling(results)?),
        ("serve", service::cost(&results["serve"])?),
        ("serve_memory", service::memory(&results["serve"])?),
        ("serve_processes", number(&results["serve"]["processes"], 0)),
        ("serve_requests", service::grouped(&results["serve"]["requests"])),
        ("sizing", sizing(results)?),
        ("chosen", chosen_backend(results).to_owned()),
        ("processes", number(&results["operations"][0]["processes"], 0)),
        ("replay_entry", number(&memory["replay_entry"], 0)),
        ("anchor", number(&memory["anchor"], 0)),
        ("cached_wit", number(&memory["cached_wit"], 0)),
        ("wit_bytes", number(&memory["wit_bytes"], 0)),
    ];
    let mut page = TEMPLATE.to_owned();
    for (name, value) in values {
        page = page.replace(&format!("{{{{{name}}}}}"), value.trim_end());
    }
    place::write("docs/performance.md", &page)
}

/// What is used where nothing is said: the last of the backends that were measured.
pub(crate) fn chosen_backend(results: &Value) -> &'static str {
    let rows = results["operations"].as_array();
    let measured =
        |library: &&Library| rows.is_some_and(|rows| rows.iter().any(|row| row["backend"] == library.name()));
    Library::ALL.iter().rev().find(measured).map_or("pure", |library| library.name())
}

fn promised(targets: &[Target]) -> Result<String, Error> {
    let mut out =
        String::from("| Target | bound | measured | where | met |\n| --- | --- | --- | --- | --- |\n");
    for target in targets {
        let bound = match target.bound {
            Bound::AtMost(bound) => format!("at most {}", digits(bound)),
            Bound::AtLeast(bound) => format!("at least {}", digits(bound)),
        };
        let (value, place) = target.furthest.clone().unwrap_or((f64::NAN, "not measured".to_owned()));
        let met = if target.is_met() { "yes" } else { "**no**" };
        let Target { name, unit, .. } = target;
        writeln!(out, "| {name} | {bound} {unit} | {} {unit} | {place} | {met} |", digits(value))?;
    }
    Ok(out)
}

fn table(results: &Value) -> Result<String, Error> {
    let mut out = String::from(
        "| Operation | Keys | Backend | ours, µs | floor, µs | ratio | Peers, with their time and how much faster ours is |\n\
         | --- | --- | --- | --: | --: | --: | --- |\n",
    );
    let mut rows: Vec<&Value> = results["operations"].as_array().into_iter().flatten().collect();
    // All backends of one operation are together; the order is else that of the measurement.
    let mut order: Vec<&str> = Vec::new();
    for row in &rows {
        let name = row["operation"].as_str().unwrap_or_default();
        if !order.contains(&name) {
            order.push(name);
        }
    }
    rows.sort_by_key(|row| order.iter().position(|name| row["operation"] == *name));
    let mut last = "";
    for row in rows {
        let name = row["operation"].as_str().unwrap_or_default();
        let (work, keys) = if name == last { ("", "") } else { (text(row, "work"), text(row, "keys")) };
        last = name;
        let peers = row["peers"].as_array().into_iter().flatten().map(|peer| {
            let time = peer["us"].as_f64().map_or_else(String::new, digits);
            format!("{}: {time} µs, {} ×", text(peer, "peer"), number(&peer["ratio"], 2))
        });
        let peers = peers.collect::<Vec<_>>().join("; ");
        let time = |member: &str| row[member].as_f64().map_or_else(String::new, digits);
        let (ours, floor, ratio) = (time("ours_us"), time("floor_us"), number(&row["ratio"], 2));
        writeln!(
            out,
            "| {work} | {keys} | {} | {ours} | {floor} | {ratio} | {peers} |",
            text(row, "backend")
        )?;
    }
    Ok(out)
}

fn scaling(results: &Value) -> Result<String, Error> {
    let mut out = String::from(
        "| Operation | Keys | Backend | ours, two threads to one | raw calls, two threads to one | ratio |\n\
         | --- | --- | --- | --: | --: | --: |\n",
    );
    for row in results["threads"].as_array().into_iter().flatten() {
        let ratio = |member: &str| number(&row[member], 2);
        let (work, keys, backend) = (text(row, "work"), text(row, "keys"), text(row, "backend"));
        writeln!(
            out,
            "| {work} | {keys} | {backend} | {} | {} | {} |",
            ratio("ours"),
            ratio("raw"),
            ratio("ratio")
        )?;
    }
    Ok(out)
}

/// Requests per second and core.
fn sizing(results: &Value) -> Result<String, Error> {
    const WORK: [(&str, &str); 6] = [
        ("WPT, WIT in the cache", "whole request, warm"),
        ("WPT, WIT not in the cache", "whole request, cold"),
        ("HTTP signature, GET, WIT in the cache", "HTTP signature, verify GET"),
        ("HTTP signature, 64 KiB of content", "HTTP signature, verify POST 64 KiB"),
        ("make a WPT", "WPT attach"),
        ("issue a WIT", "WIT issue"),
    ];
    let backends: Vec<&str> = Library::ALL.iter().map(|library| library.name()).collect();
    let mut out = format!("| Per second and core | Keys | {} |\n| --- | --- |", backends.join(" | "));
    out.push_str(&" --: |".repeat(backends.len()));
    out.push('\n');
    for (shown, work) in WORK {
        for keys in ["Ed25519", "ES256"] {
            write!(out, "| {shown} | {keys} |")?;
            for backend in &backends {
                let row = results["operations"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .find(|row| row["work"] == work && row["keys"] == keys && row["backend"] == *backend);
                let each = row.and_then(|row| row["ours_us"].as_f64());
                write!(out, " {} |", each.map_or_else(String::new, |us| thousands(1e6 / us)))?;
            }
            out.push('\n');
        }
    }
    Ok(out)
}

pub(crate) fn text<'r>(row: &'r Value, member: &str) -> &'r str {
    row[member].as_str().unwrap_or_default()
}

/// Three digits that mean something.
pub(crate) fn digits(value: f64) -> String {
    match value {
        0.0..10.0 => format!("{value:.2}"),
        10.0..100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

/// Two digits that mean something, in thousands.
fn thousands(value: f64) -> String {
    if value < 10_000.0 { format!("{:.1} k", value / 1000.0) } else { format!("{:.0} k", value / 1000.0) }
}

const TEMPLATE: &str = include_str!("../../templates/performance.md");
