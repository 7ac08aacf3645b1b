// The small plots of the figures, drawn by hand: a row of columns is all there is.

const SVG = "http://www.w3.org/2000/svg";

export interface Column {
  /** `undefined`: not known yet. */
  value: number | undefined;
  /** Below the column. */
  label?: string;
  /** Above it. */
  title?: string;
}

/** Columns up to `most`, with a line at `mark`. `description` is what a screen reader says in place of it. */
export function columns(
  values: readonly Column[],
  { most, mark, description }: { most: number; mark?: number | undefined; description: string },
): SVGElement {
  const labelled = values.some(({ label }) => label !== undefined);
  const [width, height, top, bottom] = [200, labelled ? 76 : 48, labelled ? 16 : 4, labelled ? 16 : 2];
  const step = width / Math.max(values.length, labelled ? 1 : 12);
  const y = (value: number) => top + (height - top - bottom) * (1 - Math.min(value / most, 1));
  const plot = draw("svg", {
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-label": description,
    class: "plot",
  });
  values.forEach(({ value, label, title }, index) => {
    const middle = step * (index + 0.5);
    const wide = Math.min(step * 0.62, 26);
    const base = height - bottom;
    const at = y(value ?? 0);
    const place = { x: middle - wide / 2, width: wide, rx: 2 };
    if (labelled) plot.append(draw("rect", { ...place, y: top, height: base - top, class: "ground" }));
    if (value !== undefined) {
      plot.append(
        draw("rect", {
          ...place,
          y: Math.min(at, base - 1.5),
          height: Math.max(base - at, 1.5),
          class: "column",
        }),
      );
    }
    if (title) plot.append(draw("text", { x: middle, y: top - 5, class: "value" }, title));
    if (label) plot.append(draw("text", { x: middle, y: height - 3 }, label));
  });
  if (mark !== undefined)
    plot.append(draw("line", { x1: 0, x2: width, y1: y(mark), y2: y(mark), class: "mark-line" }));
  return plot;
}

function draw(tag: string, attributes: Record<string, string | number>, text = ""): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.textContent = text;
  return element;
}
