// The grammars of the syntax check: which there are, and getting each when a document first needs it.

import type { SyntaxStatus } from "@foretab/client";
import type * as TreeSitter from "./tree-sitter.js";

/** Those that come with this package. Bundlers find the files by these very expressions. */
const INCLUDED: Record<string, URL> = {
  c: new URL("./grammars/tree-sitter-c.wasm", import.meta.url),
  cpp: new URL("./grammars/tree-sitter-cpp.wasm", import.meta.url),
  css: new URL("./grammars/tree-sitter-css.wasm", import.meta.url),
  go: new URL("./grammars/tree-sitter-go.wasm", import.meta.url),
  html: new URL("./grammars/tree-sitter-html.wasm", import.meta.url),
  java: new URL("./grammars/tree-sitter-java.wasm", import.meta.url),
  javascript: new URL("./grammars/tree-sitter-javascript.wasm", import.meta.url),
  json: new URL("./grammars/tree-sitter-json.wasm", import.meta.url),
  python: new URL("./grammars/tree-sitter-python.wasm", import.meta.url),
  rust: new URL("./grammars/tree-sitter-rust.wasm", import.meta.url),
  tsx: new URL("./grammars/tree-sitter-tsx.wasm", import.meta.url),
  typescript: new URL("./grammars/tree-sitter-typescript.wasm", import.meta.url),
};

/** The grammars of one session. */
export class Grammars {
  /** The folder of the files; `undefined`: those included; `false`: there is no check. */
  #source: string | false | undefined;
  #parser: Promise<typeof TreeSitter> | undefined;
  /** By language; `undefined` while one is on its way, and where it did not come. */
  readonly #grammars = new Map<string, TreeSitter.Grammar | undefined>();

  constructor(private readonly report: (status: SyntaxStatus) => void) {}

  /** From where they are fetched from now on. */
  set source(source: string | false) {
    this.#source = source;
  }

  /** Loads the grammar of a language, once: one that does not come is not asked for again. */
  async need(language: string | undefined): Promise<void> {
    if (!language || this.#source === false || this.#grammars.has(language)) return;
    this.#grammars.set(language, undefined);
    this.report({ language, state: "loading" });
    try {
      this.#grammars.set(language, await this.#load(language));
      this.report({ language, state: "ready" });
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      this.report({ language, state: "failed", reason });
    }
  }

  /** Where a text has syntax errors, as `Grammar.errors` says; `undefined` without a grammar. */
  errors(language: string, text: string): Uint32Array | undefined {
    return this.#grammars.get(language)?.errors(text);
  }

  /** The nodes that hold a range, as `Grammar.nodes` says; `undefined` without a grammar. */
  nodes(language: string, text: string, from: number, to: number): (string | number)[] | undefined {
    return this.#grammars.get(language)?.nodes(text, from, to);
  }

  async #load(language: string): Promise<TreeSitter.Grammar> {
    const url = this.#source ? new URL(`tree-sitter-${language}.wasm`, this.#source) : INCLUDED[language];
    if (!url) throw new Error(`No grammar for ${language} comes with this package.`);
    this.#parser ??= startParser();
    const [{ Grammar }, module] = await Promise.all([this.#parser, fetchModule(url)]);
    return Grammar.load(module);
  }
}

/**
 * Neither this file nor the module is part of the worker's own, which every page loads. An address and not a name is
 * imported, so that bundlers copy the file as it is: they would have to split the worker otherwise, which
 * Vite refuses by default.
 */
async function startParser(): Promise<typeof TreeSitter> {
  const { href } = new URL("./tree-sitter.js", import.meta.url);
  const parser: typeof TreeSitter = await import(/* webpackIgnore: true */ /* @vite-ignore */ href);
  await parser.startParser(new URL("./web-tree-sitter.wasm", import.meta.url));
  return parser;
}

async function fetchModule(url: URL): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} could not be fetched: the server answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
