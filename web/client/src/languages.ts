import { Emitter } from "./emitter.js";

/** Where it is remembered what is switched off; `localStorage` is one. */
export type LanguageStorage = Pick<Storage, "getItem" | "setItem">;

/** The item of the storage: the names of the languages that are off, as a JSON array. */
const ITEM = "foretab.off";

/**
 * The languages that suggestions are switched on and off for, by the editor's names of them. All are on until the user
 * says otherwise. Shared by the editors of a page; other pages of the site see it when they are loaded.
 */
export class Languages {
  readonly #storage: LanguageStorage | null;
  readonly #events = new Emitter<{ change: string }>();
  #off: ReadonlySet<string>;

  /** `null`: nothing is remembered. Default: the page's `localStorage`, and nothing where it has none. */
  constructor(storage: LanguageStorage | null = localStorageOrNull()) {
    this.#storage = storage;
    this.#off = this.#stored() ?? new Set();
  }

  isOn(language: string): boolean {
    return !this.#off.has(language);
  }

  /** Switches suggestions for a language on or off. What cannot be stored holds as long as the page. */
  switch(language: string, on = !this.isOn(language)): void {
    const off = new Set(this.#stored() ?? this.#off); // another page may have switched others
    if (on) off.delete(language);
    else off.add(language);
    this.#off = off;
    try {
      this.#storage?.setItem(ITEM, JSON.stringify([...off]));
    } catch {
      // The storage is full, or may not be used.
    }
    this.#events.emit("change", language);
  }

  /** Calls the listener with each language that is switched; the returned function ends it. */
  onChange(listener: (language: string) => void): () => void {
    return this.#events.on("change", listener);
  }

  #stored(): Set<string> | null {
    try {
      const names: unknown = JSON.parse(this.#storage?.getItem(ITEM) ?? "null");
      return Array.isArray(names) ? new Set(names.filter((name) => typeof name === "string")) : null;
    } catch {
      return null;
    }
  }
}

/** A page may have none, or be refused it. */
function localStorageOrNull(): LanguageStorage | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}
