import type {
  BackendChoice,
  Dialect,
  Edge,
  Foretab,
  Loading,
  ModelSource,
  ModelStatus,
  Status,
} from "@foretab/client";
import { formatBytes, h, segmented, select } from "../dom.js";
import { ModelPicker } from "./model-picker.js";
import { needs } from "./needs.js";
import { syntaxLine } from "./syntax-line.js";

/** In this page: it asks no edge. */
export type PageBackend = Exclude<BackendChoice, "edge">;

/** Prompt formats, as a user would call them. */
const DIALECTS: Record<Dialect, string> = {
  sweep_card: "Sweep Next-Edit",
  sweep_server: "Sweep’s own server",
  fim: "Fill in at the cursor",
};

const BACKENDS = { gpu: "WebGPU", cpu: "CPU", edge: "Edge" };

/** What is loaded, on what it runs, and the means to load something else. */
export class ModelPanel {
  readonly element: HTMLElement;
  readonly #status = h("p", { class: "status", "data-testid": "status", role: "status" });
  readonly #error = h("div", {});
  readonly #bar = h("progress", { "aria-label": "Loading the model", max: "1" });
  readonly #amount = h("p", { class: "hint", "data-testid": "amount" });
  readonly #needs = h("p", { class: "hint", "data-testid": "needs" });
  readonly #cancel = h("button", { type: "button", "data-testid": "model-cancel" }, "Cancel");
  readonly #facts = h("dl", { class: "facts" });
  readonly #format = select("Prompt format", DIALECTS, "dialect");
  readonly #foretab: Foretab;
  readonly #picker: ModelPicker;
  readonly #switcher: HTMLElement;
  #backend: PageBackend;
  /** The prompt format that was chosen for the model of `#source`. */
  #dialect: Dialect | undefined;
  /** Ends the download that the user has asked for. */
  #control: AbortController | undefined;

  constructor(foretab: Foretab, backend: PageBackend) {
    this.#foretab = foretab;
    this.#backend = backend;
    const chosen = (loading: Promise<void>) => {
      void loading;
      this.#status.scrollIntoView({ block: "nearest" }); // which may be above what is on the screen
    };
    this.#picker = new ModelPicker(foretab, {
      load: (source) => chosen(this.#loadIfItFits(source)),
      connect: (edge) => chosen(this.#connect(edge)),
    });
    this.#cancel.addEventListener("click", () => this.#control?.abort());
    const choices = { auto: "Auto", gpu: "WebGPU", cpu: "CPU", rule: "No model" };
    this.#switcher = segmented<PageBackend>("backend", "Backend", choices, backend, (value) => {
      this.#backend = value;
      this.#load(this.#source);
    });
    this.#format.addEventListener("change", () => {
      this.#dialect = this.#format.value as Dialect;
      this.#load(this.#source);
    });
    this.element = h(
      "section",
      { class: "card" },
      h("div", { class: "card-head" }, h("h2", {}, "Model"), this.#switcher),
      this.#status,
      this.#bar,
      h("div", { class: "loading" }, this.#amount, this.#cancel),
      this.#needs,
      this.#error,
      this.#facts,
      syntaxLine(foretab),
      this.#picker.element,
    );

    foretab.on("status", (status) => this.#show(status));
    foretab.on("model", (model) => this.#loaded(model));
    this.#show(foretab.status);
  }

  #source: ModelSource | undefined;

  /** The model that the page started with. */
  set source(source: ModelSource | undefined) {
    this.#source = source;
    this.#foretab.ready.then(
      (model) => this.#picker.show(source, model),
      () => {}, // shown as a status
    );
  }

  /** First says what the model takes, from the beginning of its file; what no device here can take is not fetched. */
  async #loadIfItFits(source: ModelSource | undefined): Promise<void> {
    if (this.#backend === "rule") this.#backend = "auto";
    this.#error.replaceChildren();
    this.#needs.textContent = "";
    this.#say("loading", "Looking at what the model takes");
    // What is wrong with a file that cannot be inspected is said when it is loaded.
    const inspection = source && (await this.#foretab.inspect(source).catch(() => undefined));
    const { sentence = "", obstacle } = inspection ? await needs(inspection, this.#backend) : {};
    this.#needs.textContent = sentence;
    if (obstacle) {
      this.#show(this.#foretab.status);
      this.#alert(obstacle, "It was not fetched.");
      void this.#picker.refresh();
    } else this.#load(source);
  }

  /** Asks an edge from now on, if that lets itself be asked; else the model in use stays. */
  async #connect(edge: Edge): Promise<void> {
    this.#control?.abort();
    this.#control = undefined;
    this.#error.replaceChildren();
    this.#needs.textContent = "";
    const connecting = this.#foretab.load(undefined, "edge", { edge });
    this.#say("loading", "Asking the edge");
    const model = await connecting.catch(() => undefined); // shown as a status
    if (model) this.#picker.show(undefined, model);
  }

  #load(source: ModelSource | undefined): void {
    this.#control?.abort();
    const control = new AbortController();
    this.#control = control;
    const before = this.#source;
    const dialect = this.#dialect;
    if (source !== before) this.#dialect = undefined;
    this.#source = source;
    this.#error.replaceChildren();
    this.#foretab.load(source, this.#backend, { signal: control.signal, dialect: this.#dialect }).then(
      (model) => {
        if (this.#control === control) this.#control = undefined;
        this.#picker.show(source, model);
      },
      () => {
        if (this.#control === control) {
          this.#control = undefined;
          if (control.signal.aborted) {
            this.#source = before;
            this.#dialect = dialect;
          }
          this.#format.value = this.#foretab.model?.dialect ?? this.#format.value;
        }
        void this.#picker.refresh();
      },
    );
  }

  #show(status: Status): void {
    const loading = status.state === "loading";
    this.#bar.hidden = !loading;
    this.#cancel.hidden = !(loading && status.phase === "fetch" && this.#control);
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
    const { backend } = model;
    const edge = backend === "edge";
    const rows: [string, HTMLElement | string, string?][] = [];
    if (backend === "rule") {
      rows.push(["Model", "none: what is suggested is by rule"]);
    } else {
      rows.push(["Model", edge ? model.name : `${model.name}, ${formatBytes(model.bytes)}`]);
      rows.push(["Backend", BACKENDS[backend], "backend"]);
      rows.push([edge ? "Address" : "Device", model.device, "device"]);
    }
    if (backend === "gpu" || backend === "cpu") {
      rows.push(["Context", `${model.context.toLocaleString("en")} tokens`]);
      // The model that comes along knows one; other files come in several, and seldom name theirs.
      const known = this.#source === undefined && DIALECTS[model.dialect as Dialect];
      rows.push(["Prompt", known || this.#format]);
      this.#format.value = model.dialect;
    }
    // The switch says where this page computes; any of its places leads back from an edge.
    for (const input of this.#switcher.querySelectorAll("input")) {
      input.checked = !edge && input.value === this.#backend;
    }
    if (model.unkept) rows.push(["Not kept", model.unkept, "unkept"]);
    if (model.outdated) rows.push(["Older", model.outdated, "outdated"]);
    if (model.lost) rows.push(["Lost", model.lost, "lost"]);
    if (model.alone) rows.push(["One thread", model.alone, "alone"]);
    if (model.fallback) rows.push(["No WebGPU", model.fallback, "fallback"]);
    const focused = document.activeElement === this.#format;
    this.#facts.replaceChildren(
      ...rows.flatMap(([term, text, testId]) => [
        h("dt", {}, term),
        h("dd", { "data-testid": testId }, text),
      ]),
    );
    if (focused) this.#format.focus();
  }

  #say(state: Status["state"], text: string): void {
    this.#status.dataset.state = state;
    if (this.#status.textContent !== text) this.#status.textContent = text;
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
