// The readme's examples as pages.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { rename } from "../../web/playground/stories/typescript/rename.js";
import { root } from "./install.js";
import type { EditorName } from "./playground.js";

export const editors: EditorName[] = ["codemirror", "monaco"];

/** What the readme's examples leave to the reader. */
const left = {
  codemirror: `
    const parent = document.body;
    const doc = code;`,
  monaco: `
    const parent = document.body.appendChild(document.createElement("div"));
    parent.style.height = "900px"; // every line is in view: Playwright would scroll Monaco to click on it
    const model = monaco.editor.createModel(code, "typescript", monaco.Uri.parse("file:///src/cart.ts"));`,
};

/** What the pages give to the tests. */
export interface ReadmeHandle {
  device(): string;
  dispose(): void;
  open(path: string, text: string): void;
  /** Renames `total` in a document that no editor shows, and asks about that several times at once: what came of each. */
  ask(times: number): Promise<string[]>;
  syntax(): { language: string; state: string }[];
}

/**
 * The example for an editor, with access to its text: TypeScript and JavaScript at once. The model is asked in it, not
 * the rule, which is done before a newer request could overtake it.
 * `example` may change it, and `handle` add to what the page gives.
 */
export async function page(
  editor: EditorName,
  { example = (code: string) => code, handle: further = "" } = {},
): Promise<string> {
  const readme = await readFile(join(root, "README.md"), "utf8");
  const examples = [...readme.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => code ?? "");
  const code = examples.find((code) => code.includes(`@foretab/${editor}`)) ?? "";
  const handle = `{
      text: () => foretab.document("src/cart.ts")?.text ?? "",
      cursor: () => 0,
      device: () => foretab.model?.device,
      dispose: () => foretab.dispose(),
      open: foretab.open.bind(foretab),
      syntax: () => [...foretab.syntax.values()],
      ask: async (times = 2) => {
        const asked = foretab.open("src/asked.ts", code);
        asked.replace(code.replace("function total", "function grandTotal"));
        const predictions = await Promise.all(Array.from({ length: times }, () => asked.predict()));
        return predictions.map(({ outcome }) => outcome);
      },${further}
    }`;
  return `
      const code = ${JSON.stringify(rename.files[0].text)};
      ${left[editor]}
      ${example(code.replace("createForetab()", "createForetab({ threads: 2, repeat: false })"))}
      foretab.ready.then(() => Object.assign(window, { foretab: ${handle} }));`;
}
