// The browser: Debian's Chromium, or any other that `CHROMIUM` names.

import { type Browser, chromium } from "playwright-core";

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

export function launch({ webgpu }: { webgpu: boolean }): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: webgpu ? [...QUIET, ...WEBGPU] : QUIET,
  });
}
