// Keeps what was measured on a GPU, so that it is not measured again when the page is next visited.

/** A cache of the page's origin, with one file. */
const CACHE = "foretab measured";
const FILE = new URL("measured", location.href);
/** Another browser, or another version of it, may compile the kernels in another way. */
const BROWSER = "browser";

/** What this browser kept; nothing where it keeps nothing for this page. */
export async function recall(): Promise<string> {
  try {
    const kept = await (await caches.open(CACHE)).match(FILE);
    return kept?.headers.get(BROWSER) === navigator.userAgent ? await kept.text() : "";
  } catch {
    return "";
  }
}

/** Keeps it, where the browser lets it. */
export async function keep(text: string): Promise<void> {
  try {
    const file = new Response(text, { headers: { [BROWSER]: navigator.userAgent } });
    await (await caches.open(CACHE)).put(FILE, file);
  } catch {
    // It will be measured again.
  }
}
