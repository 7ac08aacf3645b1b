import type {
  BackendChoice,
  Failure,
  Foretab,
  LoadProgress,
  ModelSource,
  ModelStatus,
} from "@foretab/client";
import { formatBytes, h, segmented } from "../dom.js";
import { syntaxLine } from "./syntax-line.js";

/** What is loaded, on what it runs, and the means to load something else. */
export class ModelPanel {
  readonly element: HTMLElement;
  readonly #status = h("p", { class: "status", "data-testid": "status", role: "status" });
  readonly #error = h("div", {});
  readonly #bar = h("progress", { "aria-label": "Loading the model", max: "1" });
  readonly #facts = h("dl", { class: "facts" });
  readonly #foretab: Foretab;
  #backend: BackendChoice;

  constructor(foretab: Foretab, backend: BackendChoice) {
    this.#foretab = foretab;
    this.#backend = backend;
    const choices = { auto: "Auto", gpu: "WebGPU", cpu: "CPU" };
    const switcher = segmented<BackendChoice>("backend", "Backend", choices, backend, (value) => {
      this.#backend = value;
      this.#load(this.#source);
    });
    this.element = h(
      "section",
      { class: "card" },
      h("div", { class: "card-head" }, h("h2", {}, "Model"), switcher),
      this.#status,
      this.#bar,
      this.#error,
      this.#facts,
      syntaxLine(foretab),
      this.#otherModel(),
    );

    foretab.on("progress", (progress) => this.#progress(progress));
    foretab.on("status", (status) => this.#loaded(status));
    foretab.on("error", (failure) => this.#failed(failure));
    foretab.on("prompt", () => this.#say("predicting", "Predicting"));
    foretab.on("prediction", () => this.#say("ready", "Ready"));
    this.#say("loading", "Loading the model");
  }

  #source: ModelSource | undefined;

  /** The model that the page started with. */
  set source(source: ModelSource | undefined) {
    this.#source = source;
  }

  #load(source: ModelSource | undefined): void {
    this.#source = source;
    this.#error.replaceChildren();
    this.#say("loading", "Loading the model");
    this.#foretab.load(source, this.#backend).catch(() => {}); // shown by the error event
  }

  #progress({ phase, loaded, total }: LoadProgress): void {
    this.#bar.hidden = false;
    if (total > 0) this.#bar.value = loaded / total;
    else this.#bar.removeAttribute("value");
    const doing = phase === "fetch" ? "Fetching the model" : "Preparing the model";
    const amount = total > 0 ? `${formatBytes(loaded)} of ${formatBytes(total)}` : formatBytes(loaded);
    this.#say("loading", `${doing}: ${amount}`);
  }

  #loaded(status: ModelStatus): void {
    this.#bar.hidden = true;
    this.#error.replaceChildren();
    this.#say("ready", "Ready");
    const backend = status.backend === "gpu" ? "WebGPU" : "CPU";
    const rows: [string, string, string?][] = [
      ["Model", `${status.name}, ${formatBytes(status.bytes)}`],
      ["Backend", backend, "backend"],
      ["Device", status.device, "device"],
      ["Context", `${status.context.toLocaleString("en")} tokens, ${status.dialect}`],
    ];
    if (status.lost) rows.push(["Lost", status.lost, "lost"]);
    if (status.alone) rows.push(["One thread", status.alone, "alone"]);
    if (status.fallback) rows.push(["No WebGPU", status.fallback, "fallback"]);
    this.#facts.replaceChildren(
      ...rows.flatMap(([term, text, testId]) => [
        h("dt", {}, term),
        h("dd", { "data-testid": testId }, text),
      ]),
    );
  }

  #failed(failure: Failure): void {
    this.#bar.hidden = true;
    this.#error.replaceChildren(
      h("p", { class: "error", role: "alert", "data-testid": "error" }, failure.message),
    );
    if (failure.code === "device") this.#say("loading", "Loading the model again");
    else this.#say("error", this.#foretab.status ? "The model in use stays loaded." : "No model is loaded.");
  }

  #say(state: "loading" | "ready" | "predicting" | "error", text: string): void {
    this.#status.dataset.state = state;
    if (this.#status.textContent !== text) this.#status.textContent = text;
  }

  #otherModel(): HTMLElement {
    const url = h("input", {
      type: "text",
      placeholder: "Address of a GGUF file",
      "aria-label": "Address of a GGUF file",
      "data-testid": "model-url",
    });
    const load = h("button", { type: "submit", "data-testid": "model-load" }, "Load");
    const form = h("form", { class: "row" }, url, load);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#load(url.value.trim() || undefined);
    });

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
    const hint = h("p", { class: "hint" }, "An empty address loads the small model that comes with Foretab.");
    return h("details", {}, h("summary", {}, "Another model"), form, hint, drop);
  }
}
