import type { BackendChoice, Foretab, Loading, ModelSource, ModelStatus, Status } from "@foretab/client";
import { formatBytes, h, segmented } from "../dom.js";
import { syntaxLine } from "./syntax-line.js";

/** What is loaded, on what it runs, and the means to load something else. */
export class ModelPanel {
  readonly element: HTMLElement;
  readonly #status = h("p", { class: "status", "data-testid": "status", role: "status" });
  readonly #error = h("div", {});
  readonly #bar = h("progress", { "aria-label": "Loading the model", max: "1" });
  readonly #amount = h("p", { class: "hint", "data-testid": "amount" });
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
      this.#amount,
      this.#error,
      this.#facts,
      syntaxLine(foretab),
      this.#otherModel(),
    );

    foretab.on("status", (status) => this.#show(status));
    foretab.on("model", (model) => this.#loaded(model));
    this.#show(foretab.status);
  }

  #source: ModelSource | undefined;

  /** The model that the page started with. */
  set source(source: ModelSource | undefined) {
    this.#source = source;
  }

  #load(source: ModelSource | undefined): void {
    this.#source = source;
    this.#error.replaceChildren();
    this.#foretab.load(source, this.#backend).catch(() => {}); // shown as a status
  }

  #show(status: Status): void {
    const loading = status.state === "loading";
    this.#bar.hidden = !loading;
    this.#amount.textContent = loading ? amount(status) : "";
    if (loading && status.total > 0) this.#bar.value = status.loaded / status.total;
    else this.#bar.removeAttribute("value");
    if (status.state === "error") this.#alert(status.message, status.advice);
    else if (loading && status.reason) this.#alert(status.reason);
    this.#say(status.state, sentence(status));
  }

  #alert(message: string, advice = ""): void {
    if (this.#error.firstChild?.textContent === message + advice) return;
    const alert = h("div", { class: "error", role: "alert", "data-testid": "error" });
    alert.append(h("p", {}, message), h("p", { class: "advice" }, advice));
    this.#error.replaceChildren(alert);
  }

  #loaded(model: ModelStatus): void {
    this.#error.replaceChildren();
    const rows: [string, string, string?][] = [
      ["Model", `${model.name}, ${formatBytes(model.bytes)}`],
      ["Backend", model.backend === "gpu" ? "WebGPU" : "CPU", "backend"],
      ["Device", model.device, "device"],
      ["Context", `${model.context.toLocaleString("en")} tokens, ${model.dialect}`],
    ];
    if (model.lost) rows.push(["Lost", model.lost, "lost"]);
    if (model.alone) rows.push(["One thread", model.alone, "alone"]);
    if (model.fallback) rows.push(["No WebGPU", model.fallback, "fallback"]);
    this.#facts.replaceChildren(
      ...rows.flatMap(([term, text, testId]) => [
        h("dt", {}, term),
        h("dd", { "data-testid": testId }, text),
      ]),
    );
  }

  #say(state: Status["state"], text: string): void {
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

function sentence(status: Status): string {
  switch (status.state) {
    case "loading":
      if (status.loaded === 0) return "Loading the model";
      return status.phase === "fetch" ? "Fetching the model" : "Preparing the model";
    case "error":
      return status.model ? "The model in use stays loaded." : "No model is loaded.";
    case "computing":
      return "Predicting";
    case "ready":
      return "Ready";
  }
}

/** What is there, of how much, how fast it comes and how long that will take. */
function amount({ loaded, total, bytesPerSecond, secondsLeft }: Loading): string {
  if (loaded === 0) return "";
  const parts = [total > 0 ? `${formatBytes(loaded)} of ${formatBytes(total)}` : formatBytes(loaded)];
  if (bytesPerSecond) parts.push(`${formatBytes(bytesPerSecond)}/s`);
  if (secondsLeft !== undefined) parts.push(`${duration(secondsLeft)} left`);
  return parts.join(" · ");
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
