/** Ends what hangs, ms: a software GPU on a busy machine computes for minutes. */
export const LIMIT = 400_000;
