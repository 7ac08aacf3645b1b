import { createForetab, type Foretab, type ForetabOptions } from "./foretab.js";
import type { Edge } from "./session-types.js";

/** Where the edge is, and what of a Foretab does not depend on a model. */
export type ConnectOptions = Edge &
  Pick<ForetabOptions, "ahead" | "debounce" | "grammars" | "repeat" | "storage" | "worker" | "workerUrl">;

/**
 * A Foretab that asks an edge, and has no model itself: for phones, and for pages that should load little. Editors take
 * it as any other. `ready` rejects where the edge does not answer, or not with this key.
 */
export function connect({ url, key, ...options }: ConnectOptions): Foretab {
  return createForetab({ ...options, backend: "edge", edge: { url, key } });
}
