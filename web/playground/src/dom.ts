type Child = Node | string | null | undefined | false;

/** Makes an element with attributes and children. `class` and `data-…` are attributes like any other. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string | boolean | undefined> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (typeof value === "string") element.setAttribute(name, value);
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

/** The element with that id, which the page has. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}

/** A row of radio buttons that looks like one switch. */
export function segmented<Value extends string>(
  name: string,
  label: string,
  values: Record<Value, string>,
  selected: Value,
  onChange: (value: Value) => void,
): HTMLElement {
  const group = h("fieldset", { class: "segmented" }, h("legend", { class: "visually-hidden" }, label));
  for (const [value, text] of Object.entries(values) as [Value, string][]) {
    const input = h("input", { type: "radio", name, value });
    input.checked = value === selected;
    input.addEventListener("change", () => onChange(value));
    group.append(h("label", {}, input, h("span", {}, text)));
  }
  return group;
}

/** A list to choose from: values with their texts. */
export function select(label: string, options: Record<string, string>, testId: string): HTMLSelectElement {
  return h(
    "select",
    { "aria-label": label, "data-testid": testId },
    ...Object.entries(options).map(([value, text]) => h("option", { value }, text)),
  );
}

export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

export function formatMs(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}
