// Pictures of what is drawn, compared with those that are stored in `pictures/`. `vitest -u` stores them anew.

import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import pixelmatch from "pixelmatch";
import type { Locator } from "playwright-core";
import { PNG } from "pngjs";
import { expect } from "vitest";

const STORED = join(import.meta.dirname, "pictures");
/** What was drawn instead, and where it differs; not in git. */
const FAILED = join(import.meta.dirname, "dist/pictures");

/** How far apart the colours of a pixel may be: of the distance between black and white. */
const COLOUR = 0.05;
/** Share of the pixels that may be further apart; the smoothed edges of letters do not count. */
const PIXELS = 0.001;
/** How long an element may take to look as it should, ms. */
const PATIENCE = 60_000;

/** Waits until the element looks as it does in the stored picture of that name. */
export async function looksLike(element: Locator, name: string): Promise<void> {
  const file = join(STORED, `${name}.png`);
  const stored = await readFile(file).catch(() => undefined);
  const { snapshotUpdateState: update } = expect.getState().snapshotState;
  if (update === "all" || (update === "new" && !stored)) return write(file, await settled(element));
  if (!stored) throw new Error(`there is no picture ${file}`);

  const now = join(FAILED, `${name}-now.png`);
  const differs = join(FAILED, `${name}-differs.png`);
  await Promise.all([now, differs].map((old) => rm(old, { force: true })));
  const end = Date.now() + PATIENCE;
  for (;;) {
    const shot = await element.screenshot();
    const { share, difference } = compare(PNG.sync.read(stored), PNG.sync.read(shot));
    if (share <= PIXELS) return;
    if (Date.now() > end) {
      await write(now, shot);
      await write(differs, PNG.sync.write(difference));
      throw new Error(`${(100 * share).toFixed(2)} % of the pixels are not as in ${file}: see ${differs}`);
    }
    await setTimeout(100);
  }
}

/** The share of the pixels that differ, and a picture of them. */
function compare(stored: PNG, now: PNG): { share: number; difference: PNG } {
  const { width, height } = stored;
  expect([now.width, now.height], "the size of the picture").toEqual([width, height]);
  const difference = new PNG({ width, height });
  const options = { threshold: COLOUR };
  const pixels = pixelmatch(stored.data, now.data, difference.data, width, height, options);
  return { share: pixels / (width * height), difference };
}

/** A picture of the element when it has not changed for a second. */
async function settled(element: Locator): Promise<Buffer> {
  let shot = await element.screenshot();
  for (;;) {
    await setTimeout(1_000);
    const next = await element.screenshot();
    if (next.equals(shot)) return shot;
    shot = next;
  }
}

async function write(file: string, content: Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}
