import type { Edge } from "@foretab/client";
import { h } from "../dom.js";

const KEY = "foretab-edge";

/** Where an edge is, and the key to it: typed in, remembered, and handed on to be asked. */
export class EdgeForm {
  readonly element: HTMLFormElement;
  readonly #url = field("Address of an edge", "https://", "edge-url");
  readonly #key = field("Key, if it wants one", "Key, if it wants one", "edge-key");
  readonly #keepKey = h("input", { type: "checkbox", "data-testid": "edge-keep-key" });
  readonly #inUse = h("span", { class: "in-use", hidden: true }, "in use");
  readonly #connect = h("button", { type: "submit", "data-testid": "edge-connect" }, "Ask it");

  /** `connect` asks the edge from now on. */
  constructor(connect: (edge: Edge) => void) {
    const { url = "", key = "" } = remembered();
    this.#url.value = url;
    this.#key.type = "password";
    this.#key.value = key;
    this.#keepKey.checked = key !== "";
    this.element = h(
      "form",
      { class: "edge" },
      h("div", {}, h("strong", {}, "An edge"), this.#inUse),
      h(
        "p",
        { class: "hint" },
        "A server that predicts in this page’s place. What you edit is sent there, and nowhere else.",
      ),
      h("div", { class: "row" }, this.#url),
      h("div", { class: "row" }, this.#key, this.#connect),
      h("label", { class: "hint" }, this.#keepKey, " Keep the key in this browser, too"),
    );
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      const address = this.#url.value.trim();
      const valid = /^https?:/.test(address) && URL.canParse(address);
      this.#url.setCustomValidity(valid ? "" : "An address begins with https:// or http://");
      if (!this.element.reportValidity()) return;
      const key = this.#key.value || undefined;
      remember({ url: address, key: this.#keepKey.checked ? key : undefined });
      connect({ url: address, key });
    });
    this.#url.addEventListener("input", () => this.#url.setCustomValidity(""));
  }

  /** Whether it is asked, in place of a model here. */
  set inUse(inUse: boolean) {
    this.#inUse.hidden = !inUse;
    if (inUse) this.element.setAttribute("aria-current", "true");
    else this.element.removeAttribute("aria-current");
  }
}

function field(label: string, placeholder: string, testId: string): HTMLInputElement {
  return h("input", {
    type: "text",
    placeholder,
    "aria-label": label,
    "data-testid": testId,
    autocomplete: "off",
    spellcheck: "false",
  });
}

function remembered(): Partial<Edge> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "null") ?? {};
  } catch {
    return {}; // storage is blocked, or holds something else
  }
}

function remember(edge: Edge): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(edge));
  } catch {
    // Storage is blocked: the address holds for this visit.
  }
}
