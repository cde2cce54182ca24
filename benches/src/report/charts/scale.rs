//! From a number to a place between 0 and 1.

/// A scale of a chart.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scale {
    /// From 0 to this.
    Linear(f64),
    /// From one power to another.
    Log(f64, f64),
}

impl Scale {
    /// From 0 to a little above.
    pub(crate) fn from_zero(most: f64) -> Self {
        let step = step(most);
        Self::Linear((most / step).ceil() * step)
    }

    /// By powers, between these.
    pub(crate) fn log(least: f64, most: f64) -> Self {
        Self::Log(least, most.max(least * 1.001))
    }

    /// By powers, between powers of ten.
    pub(crate) fn decades(least: f64, most: f64) -> Self {
        Self::log(10_f64.powf(least.log10().floor()), 10_f64.powf(most.log10().ceil()))
    }

    /// The place of a number.
    pub(crate) fn at(self, value: f64) -> f64 {
        match self {
            Self::Linear(most) => value / most,
            Self::Log(least, most) => (value / least).ln() / (most / least).ln(),
        }
    }

    /// Round numbers.
    pub(crate) fn ticks(self) -> Vec<f64> {
        let all = match self {
            Self::Linear(most) => {
                let step = step(most);
                // Not by adding up, which would show in the last digits.
                (0..=20).map(|index| (f64::from(index) * step * 1e6).round() / 1e6).collect::<Vec<_>>()
            }
            Self::Log(..) => (-6..=12).map(|power| 10_f64.powi(power)).collect(),
        };
        all.into_iter().filter(|tick| (-0.001..=1.001).contains(&self.at(*tick))).collect()
    }
}

/// 1, 2 or 5 of a power of ten, so that there are four to eight.
fn step(most: f64) -> f64 {
    let power = 10_f64.powf((most / 4.0).log10().floor());
    let steps = [5.0, 2.0, 1.0].map(|factor| factor * power);
    steps.into_iter().find(|step| most / step >= 4.0).unwrap_or(power)
}

#[cfg(test)]
mod tests {
    use super::Scale;

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(Scale::from_zero(0.41).ticks(), [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]);
        assert_eq!(Scale::from_zero(550.0).ticks(), [0.0, 100.0, 200.0, 300.0, 400.0, 500.0, 600.0]);
        assert_eq!(Scale::decades(30.0, 9_000.0).ticks(), [10.0, 100.0, 1_000.0, 10_000.0]);
    }
}
