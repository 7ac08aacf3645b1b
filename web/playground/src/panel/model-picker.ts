import {
  type CatalogueModel,
  catalogue,
  type Edge,
  type Foretab,
  type ModelSource,
  type ModelStatus,
  type StoredModel,
} from "@foretab/client";
import { formatBytes, h } from "../dom.js";
import { EdgeForm } from "./edge-form.js";

/** A model to choose: one that is published, one that is kept here, or both. */
interface Choice {
  name: string;
  published?: CatalogueModel | undefined;
  stored?: StoredModel | undefined;
}

/** What is done with a choice. */
export interface Choosing {
  /** Loads it; `undefined` is the model that comes along. */
  load(source: ModelSource | undefined): void;
  /** Asks it in place of a model here. */
  connect(edge: Edge): void;
}

/** The models that there are, what each takes, and ways to bring another one. */
export class ModelPicker {
  readonly element: HTMLDetailsElement;
  readonly #list = h("ul", { class: "models", "data-testid": "models" });
  readonly #foretab: Foretab;
  readonly #load: Choosing["load"];
  readonly #edge: EdgeForm;
  #inUse: { source: ModelSource | undefined; model: ModelStatus } | undefined;

  constructor(foretab: Foretab, { load, connect }: Choosing) {
    this.#foretab = foretab;
    this.#load = load;
    this.#edge = new EdgeForm(connect);
    this.element = h(
      "details",
      {},
      h("summary", {}, "Another model"),
      this.#list,
      this.#drop(),
      this.#address(),
      this.#edge.element,
    );
    this.element.addEventListener("toggle", () => void this.refresh());
    void this.refresh();
  }

  /** Marks the model that is in use, which has been loaded from `source` if it is in this page. */
  show(source: ModelSource | undefined, model: ModelStatus): void {
    const { backend } = model;
    this.#edge.inUse = backend === "edge";
    this.#inUse = backend === "edge" || backend === "rule" ? undefined : { source, model };
    void this.refresh();
  }

  /** Lists the models as they are now. */
  async refresh(): Promise<void> {
    this.#draw([]);
    const stored = await this.#foretab.models.list().catch(() => []);
    this.#draw(stored);
  }

  #draw(stored: readonly StoredModel[]): void {
    const published = catalogue.map((model) => ({
      name: model.name,
      published: model,
      stored: stored.find(({ id }) => id === model.sha256),
    }));
    const others = stored.filter(({ id }) => catalogue.every(({ sha256 }) => sha256 !== id));
    const choices: Choice[] = [...published, ...others.map((model) => ({ name: model.name, stored: model }))];
    this.#list.replaceChildren(this.#embedded(), ...choices.map((choice) => this.#item(choice)));
  }

  #embedded(): HTMLElement {
    const inUse = this.#inUse !== undefined && this.#inUse.source === undefined;
    return item("Foretab Mini", inUse, "comes with this page", [
      !inUse && this.#button("Use", "Use Foretab Mini", () => this.#load(undefined)),
    ]);
  }

  #item({ name, published, stored }: Choice): HTMLElement {
    // What is kept is not asked for again, not even for its header.
    const source = stored?.complete ? stored : (published ?? stored);
    const { source: used, model } = this.#inUse ?? {};
    const inUse = (stored && stored.id === model?.stored) || (used !== undefined && used === source);
    const bytes = published?.bytes ?? stored?.bytes ?? 0;
    const here = stored?.complete
      ? "kept in this browser"
      : stored && `${formatBytes(stored.loaded)} are here`;
    const facts = [published?.format, bytes > 0 && formatBytes(bytes), published?.licence, here];
    const use = () => {
      // Where the browser grants it, the file is spared when the disk fills up.
      void navigator.storage?.persist?.();
      this.#load(source);
    };
    const download = stored
      ? `Go on: download the rest of ${name}`
      : `Download ${formatBytes(bytes)}: ${name}`;
    return item(
      name,
      inUse,
      facts.filter(Boolean).join(" · "),
      [
        !inUse && stored?.complete && this.#button("Use", `Use ${name}`, use),
        !inUse &&
          !stored?.complete &&
          this.#button(stored ? "Go on" : `Download ${formatBytes(bytes)}`, download, use, "primary"),
        stored &&
          !inUse &&
          this.#button("Delete", `Delete ${name} from this browser`, () => this.#delete(stored)),
      ],
      published && [
        "From ",
        h(
          "a",
          { href: published.page, target: "_blank", rel: "noreferrer" },
          published.page.replace("https://", ""),
        ),
        stored ? "." : ", to this browser; nothing goes the other way.",
      ],
    );
  }

  async #delete(model: StoredModel): Promise<void> {
    const deleted = await this.#foretab.models.delete(model).catch(() => false);
    await this.refresh();
    if (!deleted) {
      this.#list.append(h("li", { class: "hint", role: "alert" }, `${model.name} is in use, and stays.`));
    }
  }

  #button(text: string, label: string, action: () => void, kind = ""): HTMLElement {
    const button = h("button", { type: "button", class: kind, "aria-label": label }, text);
    button.addEventListener("click", () => {
      button.disabled = true; // until the list is drawn again
      action();
    });
    return button;
  }

  #address(): HTMLElement {
    const url = h("input", {
      type: "text",
      placeholder: "Address of a GGUF file",
      "aria-label": "Address of a GGUF file",
      "data-testid": "model-url",
    });
    const form = h(
      "form",
      { class: "row" },
      url,
      h("button", { type: "submit", "data-testid": "model-load" }, "Load"),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#load(url.value.trim() || undefined);
    });
    return form;
  }

  #drop(): HTMLElement {
    const file = h("input", { type: "file", accept: ".gguf", class: "visually-hidden" });
    file.addEventListener("change", () => file.files?.[0] && this.#load(file.files[0]));
    const drop = h("label", { class: "drop" }, "Drop a GGUF file here, or ", h("u", {}, "choose one"), file);
    drop.addEventListener("dragover", (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
    drop.addEventListener("dragleave", () => drop.classList.remove("over"));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      drop.classList.remove("over");
      const dropped = event.dataTransfer?.files[0];
      if (dropped) this.#load(dropped);
    });
    return drop;
  }
}

function item(
  name: string,
  inUse: boolean | undefined,
  facts: string,
  buttons: (HTMLElement | false | undefined)[],
  from: (HTMLElement | string)[] = [],
): HTMLElement {
  return h(
    "li",
    { "aria-current": inUse ? "true" : undefined },
    h(
      "div",
      { class: "model-about" },
      h("strong", {}, name),
      inUse && h("span", { class: "in-use" }, "in use"),
      h("p", { class: "hint" }, facts),
    ),
    h("div", { class: "model-actions" }, ...buttons),
    from.length > 0 && h("p", { class: "hint" }, ...from),
  );
}
