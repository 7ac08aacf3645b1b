import type { Figures, Foretab } from "@foretab/client";
import { formatMs, h } from "../dom.js";
import { columns } from "./plot.js";

/** Suggestions whose delay is drawn. */
const DELAYS = 40;

/** What has come of the suggestions in this session: the page counts it for whoever sits before it. */
export function figuresCard(foretab: Foretab): HTMLElement {
  const delays: number[] = [];
  const body = h("div", { class: "figures", "data-testid": "figures" });
  const show = (figures: Figures) => {
    body.replaceChildren(acceptance(figures), delay(figures, delays), survival(figures), silence(figures));
  };
  foretab.on("shown", ({ delay }) => {
    delays.push(delay);
    if (delays.length > DELAYS) delays.shift();
    show(foretab.figures);
  });
  foretab.on("figures", show);
  show(foretab.figures);
  const hint = h("p", { class: "hint" }, "Counted in this page, and sent nowhere.");
  return h(
    "section",
    { class: "card" },
    h("div", { class: "card-head" }, h("h2", {}, "Session"), hint),
    body,
  );
}

function figure(title: string, value: string, note: string, ...plot: (Node | false)[]): HTMLElement {
  return h(
    "div",
    { class: "figure" },
    h("h3", {}, title),
    h("p", { class: "figure-value" }, h("strong", {}, value), h("span", {}, note)),
    ...plot,
  );
}

function acceptance({ shown, accepted, rejected, acceptance }: Figures): HTMLElement {
  const taken = Object.values(accepted).reduce((sum, count) => sum + count, 0);
  const parts = { accepted: taken, ...rejected };
  const bar = h("div", { class: "share", "aria-hidden": "true" });
  for (const [kind, count] of Object.entries(parts)) {
    if (count === 0) continue;
    const part = h("span", { class: kind });
    part.style.flexGrow = String(count);
    bar.append(part);
  }
  const how = Object.entries(accepted).filter(([, count]) => count > 0);
  const title = how.map(([how, count]) => `${how} ${count}`).join(", ");
  const keys = Object.entries(parts).map(([kind, count]) =>
    h("span", { class: `key ${kind}`, title: kind === "accepted" ? title : undefined }, `${kind} ${count}`),
  );
  const value = acceptance === undefined ? "–" : percent(acceptance);
  return figure("Accepted", value, `of ${shown} shown`, bar, h("p", { class: "keys-of-plot" }, ...keys));
}

function delay({ delay }: Figures, delays: readonly number[]): HTMLElement {
  if (!delay) return figure("Key to suggestion", "–", "nothing shown yet");
  const note = `median, p90 ${formatMs(delay.p90)}`;
  const plot = columns(
    delays.map((value) => ({ value })),
    {
      most: Math.max(...delays, 1),
      mark: delay.median,
      description: `Of the last ${delays.length}, in ms: ${delays.map(Math.round).join(", ")}`,
    },
  );
  return figure("Key to suggestion", formatMs(delay.median), note, plot);
}

function survival({ survival }: Figures): HTMLElement {
  const latest = survival.findLast(({ share }) => share !== undefined);
  const value = latest?.share === undefined ? "–" : percent(latest.share);
  const note = latest ? `after ${latest.seconds} s` : "15 s after the first accept";
  const titles = survival.map(({ share }) => (share === undefined ? "–" : percent(share)));
  const plot = columns(
    survival.map(({ seconds, share }, index) => ({
      value: share,
      label: `${seconds} s`,
      title: titles[index] ?? "",
    })),
    { most: 1, description: survival.map(({ seconds }, i) => `after ${seconds} s ${titles[i]}`).join(", ") },
  );
  return figure("Still there", value, note, plot);
}

function silence({ dropped }: Figures): HTMLElement {
  const counts = [...dropped].sort(([, a], [, b]) => b - a);
  const most = counts[0]?.[1] ?? 1;
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const list = h("ul", { class: "reasons" });
  for (const [reason, count] of counts.slice(0, 6)) {
    const bar = h("span", { class: "reason-bar", "aria-hidden": "true" });
    bar.style.width = `${(100 * count) / most}%`;
    list.append(
      h("li", {}, h("code", {}, reason), h("span", { class: "track" }, bar), h("span", {}, String(count))),
    );
  }
  const note = counts.length > 6 ? `the six most frequent of ${counts.length} reasons` : "by reason";
  return figure("Held back", String(total), total > 0 ? note : "nothing yet", list);
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
