// Puts the licences into the package that npm is about to pack: it takes no file from outside of the package.

import { copyFile } from "node:fs/promises";

for (const name of ["LICENSE-APACHE", "LICENSE-MIT"]) {
  await copyFile(new URL(`../${name}`, import.meta.url), name);
}
