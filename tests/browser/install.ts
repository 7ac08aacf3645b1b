// A project outside of this repository with the packages as npm would publish them.

import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const root = join(import.meta.dirname, "../..");
/** Their names without the scope, and their folders in `web`. */
export const packages = ["client", "codemirror", "monaco"];

export interface Project {
  /** With a `node_modules`. */
  folder: string;
  /** Addresses of the packages' tarballs, in the order of `packages`. */
  tarballs: string[];
  remove(): Promise<void>;
}

/** Installs the tarballs by npm. What they stand beside is here already, and is only linked. */
export async function install(beside: readonly string[] = []): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), "foretab-"));
  const workspaces = packages.map((name) => `--workspace=web/${name}`);
  run("npm", "pack", "--silent", `--pack-destination=${folder}`, ...workspaces);
  const names = await readdir(folder);
  const tarballs = packages.map((name) => join(folder, names.find((file) => file.includes(name)) ?? ""));
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  run("npm", "install", `--prefix=${folder}`, "--offline", "--legacy-peer-deps", ...tarballs);
  for (const name of beside) {
    await symlink(join(root, "node_modules", name), join(folder, "node_modules", name), "junction");
  }
  return { folder, tarballs, remove: () => rm(folder, { recursive: true }) };
}

export function run(program: string, ...args: string[]): void {
  const shell = process.platform === "win32"; // where npm is a batch file
  execFileSync(program, args, { cwd: root, shell, stdio: ["ignore", "ignore", "inherit"] });
}
