// The parser of the syntax check: a file of its own, which the worker fetches with the first grammar.

import { Edit, Language, type Node, Parser, type Point, type Tree, type TreeCursor } from "web-tree-sitter";

/** Starts the parser's module. */
export async function startParser(module: URL): Promise<void> {
  await Parser.init({ locateFile: () => module.href });
}

/** A text with its tree, and its errors once they were asked for. */
interface Parsed {
  text: string;
  tree: Tree;
  errors?: Uint32Array;
}

/** Parses texts of one language, and remembers the last: what the next has in common with it is not parsed again. */
export class Grammar {
  readonly #parser = new Parser();
  #last: Parsed | undefined;

  private constructor(language: Language) {
    this.#parser.setLanguage(language);
  }

  /** A grammar from its WebAssembly module. */
  static async load(module: Uint8Array): Promise<Grammar> {
    return new Grammar(await Language.load(module));
  }

  /**
   * Where the text has syntax errors: beginning and end of each in turn, in UTF-16 code units. The two are the same
   * where something is missing. `undefined` where the parser gives up.
   */
  errors(text: string): Uint32Array | undefined {
    const parsed = this.#parse(text);
    if (parsed) parsed.errors ??= errors(parsed.tree);
    return parsed?.errors;
  }

  /**
   * The nodes that hold a range of UTF-16 code units, the innermost first: of each the kind, the field of the node
   * around it that it is in (empty: none), beginning and end.
   */
  nodes(text: string, from: number, to: number): (string | number)[] | undefined {
    const parsed = this.#parse(text);
    if (!parsed) return undefined;
    const nodes: (string | number)[] = [];
    for (let node = parsed.tree.rootNode.descendantForIndex(from, to); node; node = node.parent) {
      nodes.push(node.type, field(node), node.startIndex, node.endIndex);
    }
    return nodes;
  }

  #parse(text: string): Parsed | undefined {
    const last = this.#last;
    if (last?.text === text) return last;
    this.#last = undefined;
    last?.tree.edit(edit(last.text, text));
    const tree = this.#parser.parse(text, last?.tree);
    last?.tree.delete();
    this.#last = tree ? { text, tree } : undefined;
    return this.#last;
  }
}

/** The one edit that turns `old` into `text`. */
function edit(old: string, text: string): Edit {
  const shorter = Math.min(old.length, text.length);
  let head = 0;
  while (head < shorter && old.charCodeAt(head) === text.charCodeAt(head)) head++;
  let tail = 0;
  while (
    tail < shorter - head &&
    old.charCodeAt(old.length - 1 - tail) === text.charCodeAt(text.length - 1 - tail)
  ) {
    tail++;
  }
  return new Edit({
    startIndex: head,
    oldEndIndex: old.length - tail,
    newEndIndex: text.length - tail,
    startPosition: point(text, head),
    oldEndPosition: point(old, old.length - tail),
    newEndPosition: point(text, text.length - tail),
  });
}

function point(text: string, index: number): Point {
  let row = 0;
  let start = 0;
  for (let end = text.indexOf("\n"); end >= 0 && end < index; end = text.indexOf("\n", start)) {
    row++;
    start = end + 1;
  }
  return { row, column: index - start };
}

/** The field of the node around it that a node is in. */
function field(node: Node): string {
  const around = node.parent;
  const index = around?.children.findIndex((child) => child?.id === node.id) ?? -1;
  return (index >= 0 && around?.fieldNameForChild(index)) || "";
}

/** The outermost errors of a tree. Trees can be deeper than the stack. */
function errors(tree: Tree): Uint32Array {
  const found: number[] = [];
  const cursor = tree.walk();
  let more = true;
  while (more) {
    const node = cursor.currentNode;
    const isOne = node.isError || node.isMissing;
    if (isOne) found.push(node.startIndex, node.endIndex);
    more = (!isOne && node.hasError && cursor.gotoFirstChild()) || gotoNext(cursor);
  }
  cursor.delete();
  return Uint32Array.from(found);
}

/** To what comes after a node and its children; false at the end. */
function gotoNext(cursor: TreeCursor): boolean {
  while (!cursor.gotoNextSibling()) if (!cursor.gotoParent()) return false;
  return true;
}
