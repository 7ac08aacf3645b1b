// Light or dark: as the system has it, until the user says otherwise, which is remembered.
// index.html applies what is remembered before anything is painted.

export type Choice = "system" | "light" | "dark";

const KEY = "foretab-theme";
const system = matchMedia("(prefers-color-scheme: dark)");

class Theme extends EventTarget {
  #choice: Choice = remembered();

  constructor() {
    super();
    system.addEventListener("change", () => this.#choice === "system" && this.#changed());
  }

  get choice(): Choice {
    return this.#choice;
  }

  get dark(): boolean {
    return this.#choice === "system" ? system.matches : this.#choice === "dark";
  }

  choose(choice: Choice): void {
    this.#choice = choice;
    if (choice === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = choice;
    try {
      if (choice === "system") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, choice);
    } catch {
      // Storage is blocked: the choice holds for this visit.
    }
    this.#changed();
  }

  #changed(): void {
    this.dispatchEvent(new Event("change"));
  }
}

function remembered(): Choice {
  const { theme } = document.documentElement.dataset;
  return theme === "light" || theme === "dark" ? theme : "system";
}

/** Fires `change` when `dark` may have changed. */
export const theme = new Theme();
