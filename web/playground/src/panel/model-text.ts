import type { Foretab } from "@foretab/client";
import { h } from "../dom.js";

/** The answer as it grows: what the drafter guessed right is coloured apart from what the model had to say itself. */
export function answerCard(foretab: Foretab): HTMLElement {
  const answer = h("pre", {
    class: "model-text",
    tabindex: "0",
    "aria-label": "Answer",
    "data-testid": "answer",
  });
  let last: HTMLElement | null = null;
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

/** The prompt as the model sees it, with its control tokens set off. */
export function promptCard(foretab: Foretab): HTMLElement {
  const prompt = h("pre", {
    class: "model-text",
    tabindex: "0",
    "aria-label": "Prompt",
    "data-testid": "prompt",
  });
  const count = h("span", { class: "count" });
  foretab.on("prompt", ({ text, tokens, cached }) => {
    prompt.replaceChildren(
      ...text
        .split(/(<\|[a-z_]+\|>)/)
        .map((part, index) => (index % 2 ? h("span", { class: "control" }, part) : part)),
    );
    count.textContent = `${tokens} tokens, ${cached} of them from the cache`;
  });
  return h("details", { class: "card", open: true }, h("summary", {}, h("h2", {}, "Prompt"), count), prompt);
}
