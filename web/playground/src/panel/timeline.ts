import type { Foretab } from "@foretab/client";
import { formatMs, h } from "../dom.js";

/** One forward pass. What it reads, and of the draft that it verifies what was right and what was not: tokens. */
interface Pass {
  prompt: number;
  accepted: number;
  refused: number;
  ms: number;
}

/** The forward passes of the latest prediction, one under the other, each where its time was. */
export function timeline(foretab: Foretab): HTMLElement {
  const list = h("ol", { class: "passes", tabindex: "0", "aria-label": "Passes", "data-testid": "passes" });
  let request = -1;
  let passes: Pass[] = [];
  /** Tokens of the prompt that are yet to be read. */
  let unread = 0;

  foretab.on("prompt", ({ request: number, tokens, cached }) => {
    if (number !== request) passes = [];
    request = number;
    unread = tokens - cached;
  });
  foretab.on("pass", ({ tokens, accepted, ms }) => {
    const prompt = Math.min(unread, tokens);
    unread -= prompt;
    const drafted = tokens - Math.max(prompt, 1); // each but the first reads the answer's last token, too
    passes.push({ prompt, accepted, refused: drafted - accepted, ms });
    list.replaceChildren(...rows(passes));
  });
  foretab.on("prediction", ({ request: number, prediction }) => {
    const known = number === request && passes.length === 0 && prediction.stats.knownAnswers > 0;
    if (known) list.replaceChildren(h("li", {}, "No pass: the answer was known beforehand."));
  });
  const key = (kind: string, text: string) => h("span", { class: `key ${kind}` }, text);
  const legend = h(
    "p",
    { class: "keys-of-plot" },
    key("prompt", "prompt"),
    key("accepted", "drafts accepted"),
    key("refused", "refused"),
    key("own", "model’s own"),
  );
  return h("div", { class: "timeline" }, list, legend);
}

function rows(passes: readonly Pass[]): HTMLElement[] {
  const total = passes.reduce((sum, { ms }) => sum + ms, 0);
  let start = 0;
  return passes.map((pass) => {
    const bar = h("span", { class: "bar" }, ...parts(pass));
    bar.style.marginInlineStart = `${(100 * start) / total}%`;
    bar.style.width = `${(100 * pass.ms) / total}%`;
    start += pass.ms;
    return h(
      "li",
      { title: sentence(pass) },
      h("span", { class: "pass-name" }, pass.prompt > 0 ? "Prefill" : "Verify"),
      h("span", { class: "track", "aria-hidden": "true" }, bar),
      h("span", { class: "pass-figures" }, figures(pass)),
    );
  });
}

/** What a pass computes, as parts of its bar: as wide as they have tokens. */
function parts({ prompt, accepted, refused }: Pass): HTMLElement[] {
  const tokens = { prompt, accepted, refused, own: prompt > accepted + refused ? 0 : 1 };
  return Object.entries(tokens)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => {
      const part = h("span", { class: kind });
      part.style.flexGrow = String(count);
      return part;
    });
}

function sentence({ prompt, accepted, refused }: Pass): string {
  const drafts = `${accepted} of ${accepted + refused} drafted tokens accepted`;
  return prompt > 0 ? `${prompt} tokens of the prompt read, ${drafts}` : drafts;
}

function figures({ prompt, accepted, refused, ms }: Pass): string {
  const drafted = accepted + refused;
  const read = prompt > 0 ? `${prompt} read` : "";
  const drafts = drafted > 0 ? `${accepted} of ${drafted}` : prompt > 0 ? "" : "1 token";
  return [read, drafts, formatMs(ms)].filter(Boolean).join(" · ");
}
