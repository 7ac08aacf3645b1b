import type { Story } from "../story.js";

/** A weather station: `mean` is declared once and used three times. */
export const rename: Story = {
  task: "Rename “mean” to “average” where it is declared.",
  edit: { at: "fn «mean»(", type: "average" },
  follows: [
    ["mean(readings) > 21.0", "average(readings) > 21.0"],
    ["readings.len(), mean(readings))", "readings.len(), average(readings))"],
    ["(mean(readings) - expected)", "(average(readings) - expected)"],
  ],
  files: [
    {
      path: "src/climate.rs",
      text: `use crate::sensor::Reading;

pub fn mean(readings: &[Reading]) -> f64 {
    let sum: f64 = readings.iter().map(|reading| reading.degrees).sum();
    sum / readings.len() as f64
}

pub fn is_warm(readings: &[Reading]) -> bool {
    mean(readings) > 21.0
}

pub fn report(readings: &[Reading]) -> String {
    format!("{} readings, {:.1} degrees", readings.len(), mean(readings))
}

pub fn deviation(readings: &[Reading], expected: f64) -> f64 {
    (mean(readings) - expected).abs()
}
`,
    },
  ],
};
