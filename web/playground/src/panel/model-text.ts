import type { Foretab } from "@foretab/client";
import { h } from "../dom.js";

/** The answer as it grows: what the drafter guessed right is coloured apart from what the model had to say itself. */
export function answerCard(foretab: Foretab): HTMLElement {
  const answer = h("pre", {
    class: "model-text",
    role: "group",
    tabindex: "0",
    "aria-label": "Answer",
    "data-testid": "answer",
  });
  let last: HTMLElement | null = null;
  whenUntold(foretab, answer);
  foretab.on("prompt", () => {
    answer.replaceChildren();
    last = null;
  });
  foretab.on("answer", ({ pieces }) => {
    for (const { text, drafted } of pieces) {
      const kind = drafted ? "drafted" : "spoken";
      if (last?.className !== kind) {
        last = h("span", { class: kind });
        answer.append(last);
      }
      last.append(text);
    }
    answer.scrollTop = answer.scrollHeight;
  });
  const legend = h(
    "p",
    { class: "legend" },
    h("span", { class: "drafted" }, "drafted and accepted"),
    h("span", { class: "spoken" }, "the model’s own"),
  );
  return h(
    "section",
    { class: "card" },
    h("div", { class: "card-head" }, h("h2", {}, "Answer"), legend),
    answer,
  );
}

/** The prompt as the model sees it, with its control tokens set off, and a way to each of its parts. */
export function promptCard(foretab: Foretab): HTMLElement {
  const prompt = h("pre", {
    class: "model-text",
    role: "group",
    tabindex: "0",
    "aria-label": "Prompt",
    "data-testid": "prompt",
  });
  const count = h("span", { class: "count" });
  const parts = h("p", { class: "parts", "data-testid": "prompt-parts" });
  whenUntold(foretab, prompt, () => {
    parts.replaceChildren();
    count.textContent = "";
  });
  foretab.on("prompt", ({ text, tokens, cached }) => {
    const pieces = text
      .split(/(<\|[a-z_]+\|>)/)
      .map((piece, index) => (index % 2 ? h("span", { class: "control" }, piece) : new Text(piece)));
    prompt.replaceChildren(...pieces);
    parts.replaceChildren(
      ...pieces.flatMap((piece, index) => {
        const name = piece instanceof Text ? partOfPrompt(piece.data) : undefined;
        const start = pieces[index - 1];
        return name && start instanceof HTMLElement ? [wayTo(name, start, prompt)] : [];
      }),
    );
    count.textContent = `${tokens} tokens, ${cached} of them from the cache`;
  });
  return h(
    "details",
    { class: "card", open: true },
    h("summary", {}, h("h2", {}, "Prompt"), count),
    parts,
    prompt,
  );
}

/** Takes away what stands there when an edge does not tell it, or the model was not asked; the style has a sentence for each. */
function whenUntold(foretab: Foretab, text: HTMLElement, clear?: () => void): void {
  const untold = (why: "edge" | "unasked") => {
    text.dataset.untold = why;
    text.replaceChildren();
    clear?.();
  };
  foretab.on("model", ({ backend }) => {
    if (backend === "edge") untold("edge");
    else if (backend === "rule") untold("unasked");
    else delete text.dataset.untold;
  });
  foretab.on("prediction", ({ prediction: { outcome, stats } }) => {
    const unasked = stats.promptTokens === 0 && (outcome === "nothing" || stats.byRule !== undefined);
    if (unasked && text.dataset.untold !== "edge") untold("unasked");
  });
}

function wayTo(name: string, start: HTMLElement, prompt: HTMLElement): HTMLElement {
  const button = h("button", { type: "button" }, name);
  button.addEventListener("click", () => {
    prompt.scrollTop += start.getBoundingClientRect().top - prompt.getBoundingClientRect().top - 8;
  });
  return button;
}

/** What a part of the prompt is, by the name that its first line gives it. */
function partOfPrompt(text: string): string | undefined {
  const name = text.split("\n", 1)[0] ?? "";
  if (name.endsWith(".diff")) return "Edit";
  if (name.startsWith("original/")) return "Window before";
  if (name.startsWith("current/")) return "Window now";
  if (name.startsWith("updated/")) return "Answer";
  return name.includes("/") ? name.split("/").at(-1) : undefined;
}
