import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createForetab, type Foretab, type Status } from "../src/index.js";
import { RecordedWorker } from "./recorded-worker.js";

let worker: RecordedWorker;
let foretab: Foretab;
let seen: Status["state"][];

beforeEach(() => {
  vi.useFakeTimers();
  worker = new RecordedWorker();
  foretab = createForetab({ worker: worker as unknown as Worker });
  seen = [];
  foretab.on("status", ({ state }) => seen.push(state));
});

afterEach(() => {
  vi.useRealTimers();
});

/** That many bytes of a hundred are there. */
function fetched(loaded: number, total = 100): void {
  worker.say({ type: "progress", id: 1, progress: { phase: "fetch", loaded, total } });
}

function computing(request: number): void {
  const event = { type: "pass", tokens: 1, accepted: 0, ms: 1 } as const;
  worker.say({ type: "event", request, document: "a.ts", event });
}

test("loading tells bytes, and speed and time left as soon as they are more than a guess", () => {
  expect(foretab.status).toEqual({ state: "loading", phase: "fetch", loaded: 0, total: 0 });
  fetched(10);
  expect(foretab.status).toMatchObject({ loaded: 10, total: 100, bytesPerSecond: undefined });
  vi.advanceTimersByTime(1000);
  fetched(30);
  expect(foretab.status).toMatchObject({ loaded: 30, bytesPerSecond: 20, secondsLeft: 3.5 });
});

test("the speed is that of the last seconds, and each phase has its own", () => {
  fetched(0);
  for (let second = 1; second <= 6; second++) {
    vi.advanceTimersByTime(1000);
    fetched(second <= 2 ? 40 * second : 80 + 2 * second);
  }
  expect(foretab.status).toMatchObject({ loaded: 92, bytesPerSecond: 3 });
  worker.say({ type: "progress", id: 1, progress: { phase: "prepare", loaded: 5, total: 100 } });
  expect(foretab.status).toMatchObject({ phase: "prepare", bytesPerSecond: undefined });
});

test("where the server does not say how much there is, no time left is made up", () => {
  fetched(10, 0);
  vi.advanceTimersByTime(1000);
  fetched(30, 0);
  expect(foretab.status).toMatchObject({ bytesPerSecond: 20, secondsLeft: undefined });
});

test("ready, computing while a prediction is, and ready again; a fallback says why", async () => {
  worker.loaded({ fallback: "no adapter" });
  expect(foretab.status).toMatchObject({
    state: "ready",
    fallback: "no adapter",
    model: { name: "recorded" },
  });
  computing(7);
  computing(7);
  expect(foretab.status).toMatchObject({ state: "computing", fallback: "no adapter" });
  void foretab.open("a.ts", "").predict();
  await worker.answer(); // of request 1, which another one has taken the place of
  expect(foretab.status.state).toBe("computing");
  computing(1);
  void foretab.open("a.ts", "").predict();
  await worker.answer();
  expect(seen).toEqual(["ready", "computing", "computing", "ready"]);
});

test("an error says what to do, and whether there still is a model", () => {
  worker.loaded();
  const { id } = loading();
  worker.say({ type: "failed", id, failure: { code: "fetch", message: "404" } });
  expect(foretab.status).toMatchObject({ state: "error", code: "fetch", message: "404" });
  expect(foretab.status).toMatchObject({
    advice: expect.stringMatching(/address/),
    model: { name: "recorded" },
  });
  computing(2);
  expect(foretab.status.state, "the model in use is asked").toBe("computing");
});

test("who cancels a load is back where the model in use is", () => {
  worker.loaded({ unkept: "there is no room" });
  const { id } = loading();
  worker.say({ type: "failed", id, failure: { code: "cancelled", message: "aborted" } });
  expect(foretab.status).toMatchObject({
    state: "ready",
    fallback: expect.stringContaining("there is no room"),
  });
});

test("what fails while another model is on its way is no status", () => {
  const { id } = loading();
  loading();
  worker.say({ type: "failed", id, failure: { code: "model", message: "no" } });
  expect(foretab.status.state).toBe("loading");
});

test("a prediction with the old model does not hide that another is being loaded", () => {
  worker.loaded();
  loading();
  computing(3);
  expect(foretab.status).toMatchObject({ state: "loading", model: { name: "recorded" } });
});

test("a lost device is loading again, with the reason; then the prediction goes on", () => {
  worker.loaded();
  computing(1);
  worker.say({ type: "failed", failure: { code: "device", message: "The GPU failed." } });
  expect(foretab.status).toMatchObject({ state: "loading", reason: "The GPU failed.", model: undefined });
  fetched(1);
  expect(foretab.status).toMatchObject({ loaded: 1, reason: "The GPU failed." });
  worker.loaded({ lost: "lost" });
  computing(1);
  expect(foretab.status.state).toBe("computing");
});

/** Asks for another model. */
function loading(): { id: number } {
  void foretab.load(new Blob()).catch(() => {});
  return worker.received.at(-1) as { id: number };
}
