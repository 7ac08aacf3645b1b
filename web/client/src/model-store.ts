import type { Request, Response, StoredModel } from "./protocol.js";

type Answer = Response & { type: "models" };

/** The model files that the browser keeps for this page's origin: one copy of each, for all its tabs and visits. */
export class ModelStore {
  readonly #nextId: () => number;
  readonly #post: (request: Request) => void;
  readonly #waiting = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();

  constructor(nextId: () => number, post: (request: Request) => void) {
    this.#nextId = nextId;
    this.#post = post;
  }

  /** What is kept, parts of files that were cut off included, by name. `Foretab.load` takes each of them. */
  async list(): Promise<StoredModel[]> {
    return (await this.#ask()).models;
  }

  /** Deletes a file. False, and it stays, where a page uses it or fetches it, be it this one. */
  async delete({ id }: StoredModel): Promise<boolean> {
    return (await this.#ask(id)).deleted;
  }

  /** For the Foretab: the worker has answered. */
  receive(answer: Answer): void {
    this.#waiting.get(answer.id)?.resolve(answer);
    this.#waiting.delete(answer.id);
  }

  /** For the Foretab: the worker has failed. */
  fail(error: Error, concerns: (id: number) => boolean): void {
    for (const [id, { reject }] of [...this.#waiting]) {
      if (!concerns(id)) continue;
      this.#waiting.delete(id);
      reject(error);
    }
  }

  #ask(unwanted?: string): Promise<Answer> {
    const id = this.#nextId();
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#post({ type: "models", id, unwanted });
    });
  }
}
