// How much may be asked.

/** Counts requests by key; Cloudflare's rate limiting binding has this shape. */
export interface RateLimiter {
  limit(request: { key: string }): Promise<{ success: boolean }>;
}

/** Keys that are remembered. */
const KEYS = 10_000;

/** A bucket of tokens for each key, in this process only. */
export class TokenBuckets implements RateLimiter {
  readonly #buckets = new Map<string, { tokens: number; time: number }>();

  /** `perMinute` requests in the long run, and as many at once after a minute's rest. */
  constructor(
    readonly perMinute: number,
    readonly now: () => number = Date.now,
  ) {}

  async limit({ key }: { key: string }): Promise<{ success: boolean }> {
    const time = this.now();
    const { tokens, time: last } = this.#buckets.get(key) ?? { tokens: this.perMinute, time };
    const filled = Math.min(this.perMinute, tokens + ((time - last) * this.perMinute) / 60_000);
    const success = filled >= 1;
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: success ? filled - 1 : filled, time });
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > KEYS && oldest !== undefined) this.#buckets.delete(oldest);
    return { success };
  }
}
