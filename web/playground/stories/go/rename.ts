import type { Story } from "../story.js";

/** A weather station: `mean` is declared once and used three times. */
export const rename: Story = {
  task: "Rename “mean” to “average” where it is declared.",
  edit: { at: "func «mean»(", type: "average" },
  follows: [
    ["mean(readings) > 21", "average(readings) > 21"],
    ["mean(readings) - expected", "average(readings) - expected"],
    ["len(readings), mean(readings))", "len(readings), average(readings))"],
  ],
  files: [
    {
      path: "climate/climate.go",
      text: `package climate

type Reading struct {
	Station string
	Degrees float64
}

func mean(readings []Reading) float64 {
	sum := 0.0
	for _, reading := range readings {
		sum += reading.Degrees
	}
	return sum / float64(len(readings))
}

func IsWarm(readings []Reading) bool {
	return mean(readings) > 21
}

func Deviation(readings []Reading, expected float64) float64 {
	return mean(readings) - expected
}

func Report(readings []Reading) string {
	return fmt.Sprintf("%d readings, %.1f degrees", len(readings), mean(readings))
}
`,
    },
  ],
};
