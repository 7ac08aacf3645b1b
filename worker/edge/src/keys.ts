// Bearer keys, compared in constant time.

/** Who may ask. */
export class Keys {
  constructor(readonly keys: readonly string[]) {}

  /** What stands for the key that a request brings, for counting; `undefined` where it is none of these. */
  async identify(authorization: string | null): Promise<string | undefined> {
    const [, key] = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(authorization ?? "") ?? [];
    const given = await digest(key ?? "");
    let found = false;
    // All of them, and all of each, so that the time tells nothing.
    for (const known of await Promise.all(this.keys.map(digest))) {
      let difference = 0;
      for (const [index, byte] of known.entries()) difference |= byte ^ (given[index] ?? 0);
      found = difference === 0 || found;
    }
    if (!found || key === undefined) return undefined;
    return [...given.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }
}

async function digest(key: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key)));
}
