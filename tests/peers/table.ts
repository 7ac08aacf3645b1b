// The report, in Markdown.

import { ENGINES, type EngineKind } from "./engines.js";
import { labels, type Measured, type Results, type Time } from "./measure.js";

/** An engine's row: what it is, and what was measured. */
interface Row extends EngineKind, Measured {}

/** Wall and, in brackets, CPU milliseconds of each engine, then how many times ours the fastest peers take. */
export function table(results: Results): string {
  const rows = [...results].flatMap(([name, measured]): Row[] => {
    const kind = ENGINES[name];
    return kind ? [{ ...kind, ...measured }] : [];
  });
  const ours = rows.find(({ role }) => role === "ours");
  const columns = labels();
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(["ms (CPU ms)", ...columns, "same tokens"]),
    line(["---", ...columns.map(() => "---:"), "---:"]),
    ...rows.map((row) =>
      line([row.title, ...columns.map((label) => time(row.times.get(label))), same(row, ours)]),
    ),
    ...(ours ? [line(shares(ours, columns)), ...ratios(rows, ours, columns).map(line)] : []),
    "",
    ...rows.map(({ title, version }) => `- ${title}: ${version}`),
  ].join("\n");
}

/** How much of ours is what the processor needs at best. */
function shares({ times, floors }: Row, columns: string[]): string[] {
  const share = (label: string) => (floors.get(label) ?? Number.NaN) / milliseconds(times.get(label));
  return ["ours: share of the floor", ...columns.map((label) => `${Math.round(100 * share(label))} %`), ""];
}

/** A row for the browsers' engines and one for the native ones, where there are any. */
function ratios(rows: Row[], ours: Row, columns: string[]): string[][] {
  const held = { browser: "fastest in the browser ÷ ours", native: "native ÷ ours" };
  return Object.entries(held).flatMap(([role, title]) => {
    const peers = rows.filter((row) => row.role === role);
    if (peers.length === 0) return [];
    const cells = columns.map((label) => {
      const cost = (row: Row) => milliseconds(row.times.get(label));
      const fastest = peers.reduce((best, row) => (cost(row) < cost(best) ? row : best));
      const ratio = `**${number(cost(fastest) / cost(ours))}**`;
      return peers.length > 1 ? `${ratio} ${fastest.title}` : ratio;
    });
    return [[title, ...cells, ""]];
  });
}

/** CPU time where it is known: others may use the machine. */
function milliseconds(time: Time | undefined): number {
  return time?.cpu ?? time?.wall ?? Number.NaN;
}

function time(time: Time | undefined): string {
  if (time === undefined) return "";
  return time.cpu === undefined ? number(time.wall) : `${number(time.wall)} (${number(time.cpu)})`;
}

function number(value: number): string {
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}

/** How many tokens of the answer are ours, before the first that is not. */
function same(row: Row, ours: Row | undefined): string {
  if (ours === undefined || row === ours || row.answer.length === 0) return "";
  const differs = row.answer.findIndex((token, i) => token !== ours.answer[i]);
  return `${differs < 0 ? row.answer.length : differs} of ${row.answer.length}`;
}
