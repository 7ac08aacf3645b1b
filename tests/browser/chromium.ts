// The browser: Debian's Chromium, or any other that `CHROMIUM` names.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium } from "playwright-core";

/** Keeps the browser itself from talking to the network. */
const QUIET = [
  "--headless=new",
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** WebGPU computed by SwiftShader on the CPU. Without these flags headless Chromium has no adapter. */
const WEBGPU = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

/** Text is drawn alike, whatever the machine has set for its screen. */
const PICTURED = ["--font-render-hinting=none", "--disable-lcd-text", "--disable-font-subpixel-positioning"];

interface Wanted {
  webgpu: boolean;
  /** For pictures that are compared. */
  pictured?: boolean;
}

function options({ webgpu, pictured = false }: Wanted) {
  return {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [...QUIET, ...(webgpu ? WEBGPU : []), ...(pictured ? PICTURED : [])],
  };
}

export function launch(wanted: Wanted): Promise<Browser> {
  return chromium.launch(options(wanted));
}

/** With a new profile on the disk, which goes when the windows close; those of `launch` are private. */
export async function launchOnDisk(wanted = { webgpu: false }): Promise<BrowserContext> {
  const profile = await mkdtemp(join(tmpdir(), "foretab-profile-"));
  const context = await chromium.launchPersistentContext(profile, options(wanted));
  context.on("close", () => void rm(profile, { recursive: true, force: true, maxRetries: 5 }));
  return context;
}
