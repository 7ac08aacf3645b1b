// Installs llama.cpp, prebuilt for this machine's CPU, unless it is there.
//
// `npm ci` would want every platform's build, and `npm install` would fetch those for GPUs too,
// half a gigabyte: they are optional dependencies, which .npmrc omits.

import { execSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const platform = { darwin: "mac", win32: "win" }[process.platform] ?? process.platform;
const metal = platform === "mac" && process.arch === "arm64" ? "-metal" : "";
const build = `@node-llama-cpp/${platform}-${process.arch}${metal}`;
const version = read("package.json")?.dependencies["node-llama-cpp"];

if (
  ["node-llama-cpp", build].some((name) => read(`node_modules/${name}/package.json`)?.version !== version)
) {
  execSync(`npm install --no-save ${build}@${version}`, { stdio: "inherit" });
}

/** The folder with llama.cpp's libraries. */
export function libraries() {
  const builds = join(import.meta.dirname, "node_modules", build, "bins");
  return join(builds, readdirSync(builds)[0]);
}

function read(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
