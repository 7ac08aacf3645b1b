import { expect, test } from "vitest";
import { Controller, createForetab, Languages } from "../src/index.js";
import { RecordedWorker } from "./recorded-worker.js";

/** What a page keeps from visit to visit. */
class Memory {
  readonly items = new Map<string, string>();
  getItem = (key: string) => this.items.get(key) ?? null;
  setItem = (key: string, value: string) => void this.items.set(key, value);
}

test("what is switched off is off at the next visit, and in the page beside it once that switches anything", () => {
  const storage = new Memory();
  const first = new Languages(storage);
  const beside = new Languages(storage);
  const heard: string[] = [];
  first.onChange((language) => heard.push(language));
  first.switch("python");
  expect([first.isOn("python"), first.isOn("rust"), new Languages(storage).isOn("python")]).toEqual([
    false,
    true,
    false,
  ]);
  beside.switch("rust", false);
  expect(beside.isOn("python")).toBe(false);
  first.switch("python");
  expect([first.isOn("python"), first.isOn("rust")]).toEqual([true, false]);
  expect(heard).toEqual(["python", "python"]);
});

test.each([
  ["none", null],
  ["one that refuses", { getItem: refuse, setItem: refuse }],
  ["something else in it", { getItem: () => "{", setItem: () => {} }],
])("storage: %s; it holds as long as the page", (_name, storage) => {
  const languages = new Languages(storage);
  expect(languages.isOn("python")).toBe(true);
  languages.switch("python");
  expect(languages.isOn("python")).toBe(false);
});

function refuse(): never {
  throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
}

test("where the language is off nothing is asked or shown, unless the user asks; the text is still told", async () => {
  const worker = new RecordedWorker();
  const foretab = createForetab({ worker: worker as unknown as Worker, storage: new Memory() });
  worker.loaded();
  const document = foretab.open("a.py", "a = 1\nuse(a)\n");
  const controller = new Controller({ foretab, document, onChange: () => {} });
  const use = { from: 10, to: 11, insert: "b" };
  controller.changed([{ from: 0, to: 1, insert: "b" }], 1, "typed");
  worker.begin("a.py");
  await worker.answer(use);
  expect([controller.language, controller.view?.suggestion]).toMatchObject(["py", use]);
  worker.begin("a.py");

  controller.toggleLanguage();
  expect(controller.view).toBeNull();
  await worker.answer(use);
  expect(controller.view, "what was being computed").toBeNull();
  const told = worker.told.length;
  controller.moved(5);
  controller.changed([{ from: 5, to: 5, insert: "0" }], 6, "typed");
  expect(worker.told.length).toBe(told);
  expect([controller.busy, worker.text("a.py")]).toEqual([false, "b = 10\nuse(a)\n"]);

  controller.request();
  worker.begin("a.py");
  const now = { ...use, from: 11, to: 12 };
  await worker.answer(now);
  expect(controller.view?.suggestion).toMatchObject(now);

  controller.language = "python";
  expect(worker.told.at(-1)).toEqual({ type: "entered", cursor: 6 });
});

test("an edit in a document of a language that is off is not on offer in another document either", async () => {
  const worker = new RecordedWorker();
  const foretab = createForetab({ worker: worker as unknown as Worker, storage: new Memory() });
  worker.loaded();
  foretab.open("use.py", "use(a)\n", "python");
  const document = foretab.open("a.ts", "a = 1\n");
  const controller = new Controller({ foretab, document, onChange: () => {}, open: () => {} });
  controller.changed([{ from: 0, to: 1, insert: "b" }], 1, "typed");
  worker.begin("a.ts");
  await worker.answerIn("use.py", 0, { from: 4, to: 5, insert: "b" });
  expect(controller.view?.document).toBe("use.py");

  foretab.languages.switch("python");
  expect(controller.view).toBeNull();
  foretab.languages.switch("python");
  expect(controller.view?.document).toBe("use.py");
});
