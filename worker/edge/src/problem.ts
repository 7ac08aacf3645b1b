// What goes wrong, as RFC 9457 has it told: application/problem+json.

/** A request that is not answered. Nothing of the user's text may stand in it. */
export class Problem extends Error {
  override name = "Problem";

  /**
   * @param status HTTP status.
   * @param code Stable, for programs; the last part of the problem's type.
   * @param detail For people.
   * @param retryAfter Seconds after which it is worth another try.
   */
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly retryAfter?: number,
  ) {
    super(`${status} ${code}: ${detail}`);
  }

  get body(): { type: string; title: string; status: number; detail: string } {
    const title = this.code.replaceAll("-", " ");
    return { type: `urn:foretab:problem:${this.code}`, title, status: this.status, detail: this.detail };
  }

  response(): Response {
    const headers = new Headers({ "content-type": "application/problem+json" });
    if (this.retryAfter !== undefined) headers.set("retry-after", String(this.retryAfter));
    if (this.status === 401) headers.set("www-authenticate", 'Bearer realm="foretab"');
    return new Response(JSON.stringify(this.body), { status: this.status, headers });
  }
}
