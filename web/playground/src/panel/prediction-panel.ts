import { type Foretab, type Prediction, presented, type Statistics } from "@foretab/client";
import { formatMs, h } from "../dom.js";
import { timeline } from "./timeline.js";

/** What is said of suggestions that no model made. */
const BY_RULE = {
  repetition: ": your change again, by rule",
  continuation: ": as a line near by goes on, by rule",
};

/** The last prediction: what came of it, what was dropped and why, and what it took. */
export class PredictionPanel {
  readonly element: HTMLElement;
  readonly #outcome = h("p", { class: "outcome", "data-testid": "outcome" }, "Nothing asked yet");
  readonly #edits = h("ul", { class: "edits" });
  readonly #stats = h("dl", { class: "stats" });

  constructor(foretab: Foretab) {
    this.element = h(
      "section",
      { class: "card" },
      h("div", { class: "card-head" }, h("h2", {}, "Prediction")),
      this.#outcome,
      this.#edits,
      timeline(foretab),
      this.#stats,
    );
    foretab.on("prediction", ({ document, prediction }) => {
      this.#show(prediction, (path = document) => foretab.document(path)?.text ?? "");
    });
  }

  /** `textOf` gives the text of a document, without a path that of the one that was asked about. */
  #show(prediction: Prediction, textOf: (path?: string) => string): void {
    const { outcome, suggestions, dropped, stats, version } = prediction;
    Object.assign(this.#outcome.dataset, {
      outcome,
      version: String(version),
      totalMs: String(stats.totalMs),
    });
    this.#outcome.textContent = sentence(prediction);
    if (outcome === "cancelled") return; // what it would have said is of no use, what was said before is
    this.#edits.replaceChildren(
      ...suggestions.map((suggestion) => {
        const text = textOf(prediction.document);
        const { from, to, insert } = presented(suggestion, text);
        return h(
          "li",
          {},
          h("span", { class: "line" }, `${prediction.document ?? ""} line ${lineOf(text, from)}`.trim()),
          to > from && h("del", {}, visible(text.slice(from, to))),
          insert !== "" && h("ins", {}, visible(insert)),
        );
      }),
      ...dropped.map(({ reason, message, from, document }) =>
        h(
          "li",
          { class: "dropped", title: message },
          h("span", { class: "line" }, `${document ?? ""} line ${lineOf(textOf(document), from)}`.trim()),
          h("code", {}, reason),
          ` ${message}`,
        ),
      ),
    );
    this.#stats.replaceChildren(
      ...figures(stats).flatMap(([term, value]) => [h("dt", {}, term), h("dd", {}, value)]),
    );
  }
}

function sentence({ outcome, suggestions, stats }: Prediction): string {
  const took = `in ${formatMs(stats.totalMs)}${stats.knownAnswers > 0 ? ", known beforehand" : ""}`;
  switch (outcome) {
    case "suggestions":
      return `${suggestions.length} ${suggestions.length === 1 ? "edit" : "edits"} ${took}${stats.byRule === undefined ? "" : BY_RULE[stats.byRule]}`;
    case "nothing":
      return `Nothing to suggest, ${took}`;
    case "cancelled":
      return "Given up for a newer request";
    case "skipped":
      return "The model was not asked";
  }
}

function figures(stats: Statistics): [string, string][] {
  if (stats.promptTokens === 0) return [];
  const told: [string, string][] = [
    ["Prefill", formatMs(stats.prefillMs)],
    ["Decode", formatMs(stats.decodeMs)],
    ["Prompt", `${stats.promptTokens} tokens`],
  ];
  // The answer was known beforehand, or comes from an edge, which does not tell how it came by it.
  if (stats.passes === 0) return told;
  return [
    ...told,
    ["From cache", `${stats.cachedTokens} tokens`],
    ["Answer", `${stats.newTokens} tokens`],
    ["Passes", `${stats.passes}`],
    ["Per pass", `${(stats.newTokens / stats.passes).toFixed(1)} tokens`],
    ["Drafts", `${stats.accepted} of ${stats.drafted}`],
  ];
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

function visible(text: string): string {
  const line = text.replaceAll("\n", "⏎");
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
