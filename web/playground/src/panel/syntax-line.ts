import type { Foretab } from "@foretab/client";
import { h } from "../dom.js";

/** In which languages suggestions are checked before they are shown, and where not, and why. */
export function syntaxLine(foretab: Foretab): HTMLElement {
  const line = h("p", { class: "hint", "data-testid": "syntax", role: "status" });
  foretab.on("syntax", () => {
    const grammars = [...foretab.syntax.values()];
    const checked = grammars.filter(({ state }) => state === "ready").map(({ language }) => language);
    const failed = grammars.filter(({ state }) => state === "failed");
    const sentences = failed.map(({ language, reason }) => `No syntax check in ${language}: ${reason}`);
    if (checked.length > 0) sentences.unshift(`Syntax is checked in ${checked.join(", ")}.`);
    line.textContent = sentences.join(" ");
  });
  return line;
}
