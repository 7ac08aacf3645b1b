import type { Foretab } from "@foretab/client";
import { h } from "../dom.js";

/**
 * Counts what the page and its worker fetch once the model and `page` are there, by the browser's own records.
 */
export function privacyCard(foretab: Foretab, page: Promise<unknown>): HTMLElement {
  const count = h("strong", { "data-testid": "requests" }, "–");
  const list = h("ul", { class: "requests" });
  let readyAt = Number.POSITIVE_INFINITY;
  let requests = 0;

  const seen = (url: string) => {
    requests++;
    count.textContent = String(requests);
    list.append(h("li", {}, url));
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
    requests = 0;
    count.textContent = "0";
    list.replaceChildren();
  });
  return h(
    "section",
    { class: "card privacy" },
    h("p", {}, count, " network requests by this page and its worker since the model was loaded."),
    list,
  );
}
