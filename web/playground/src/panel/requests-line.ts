import type { Foretab } from "@foretab/client";
import { h } from "../dom.js";

/**
 * Counts what the page and its worker fetch once the model, the grammars of the files that are open by then, and `page`
 * are there, by the browser's own records.
 */
export function requestsLine(foretab: Foretab, page: Promise<unknown>): HTMLElement {
  const count = h("strong", { "data-testid": "requests" }, "–");
  const line = h("span", { class: "requests" }, count, " requests since everything was loaded");
  let readyAt = Number.POSITIVE_INFINITY;
  let urls: string[] = [];

  const show = () => {
    count.textContent = String(urls.length);
    line.title = urls.join("\n") || "Nothing leaves this page.";
  };
  const seen = (url: string) => {
    urls.push(url);
    show();
  };
  foretab.on("network", ({ url }) => {
    if (readyAt < Number.POSITIVE_INFINITY) seen(url);
  });
  new PerformanceObserver((entries) => {
    for (const entry of entries.getEntries()) if (entry.startTime > readyAt) seen(entry.name);
  }).observe({ type: "resource", buffered: true });
  foretab.on("status", ({ state }) => {
    if (state === "loading") readyAt = Number.POSITIVE_INFINITY;
  });
  foretab.on("model", async () => {
    await page;
    await grammars(foretab);
    readyAt = performance.now();
    urls = [];
    show();
  });
  return line;
}

/** Resolves when no grammar is on its way. */
async function grammars(foretab: Foretab): Promise<void> {
  while ([...foretab.syntax.values()].some(({ state }) => state === "loading")) {
    await new Promise<void>((resolve) => {
      const done = foretab.on("syntax", () => {
        done();
        resolve();
      });
    });
  }
}
