import type { Foretab } from "@foretab/client";
import { h } from "../dom.js";

/**
 * Counts what the page and its worker fetch once the model and `page` are there, by the browser's own records.
 */
export function requestsLine(foretab: Foretab, page: Promise<unknown>): HTMLElement {
  const count = h("strong", { "data-testid": "requests" }, "–");
  const line = h("span", { class: "requests" }, count, " requests since the model was loaded");
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
  foretab.on("progress", () => {
    readyAt = Number.POSITIVE_INFINITY; // a model is being loaded
  });
  foretab.on("status", async () => {
    await page;
    readyAt = performance.now();
    urls = [];
    show();
  });
  return line;
}
