import type { ModelFile } from "./protocol.js";

/** A published model: what it takes to fetch exactly that file, and what to tell the user before. */
export interface CatalogueModel extends ModelFile {
  name: string;
  bytes: number;
  sha256: string;
  /** Block format of its matrices. */
  format: string;
  /** SPDX identifier. */
  licence: string;
  /** Who publishes it, and under which name: the page where its card is. */
  page: string;
}

/** Models that are known by size and hash. Each stands at a revision that does not change. */
export const catalogue: readonly CatalogueModel[] = [
  {
    name: "Sweep Next-Edit 1.5B",
    format: "Q8_0",
    bytes: 1_537_269_856,
    sha256: "1321ea5e5d7529e60f9770c6a0b3a965f89542d16cf4ae51bab267f6a88150da",
    licence: "Apache-2.0",
    page: "https://huggingface.co/sweepai/sweep-next-edit-1.5B",
    url:
      "https://huggingface.co/sweepai/sweep-next-edit-1.5B/resolve/" +
      "409016591c6c1a94f545f22328a85a3516118f34/sweep-next-edit-1.5b.q8_0.v2.gguf",
  },
];
