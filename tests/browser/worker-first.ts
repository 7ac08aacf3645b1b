// Code of a test that the page's worker runs before its own. The server puts it there, and a cookie tells it which:
// a worker whose script the test answered itself would count as one from the internet, which may not ask this
// machine's servers.

import type { BrowserContext } from "playwright-core";
import type { Plugin } from "vite";

const COOKIE = "worker-first";

/** Workers of pages at `url` run this first. A cookie takes 4 kB. */
export async function runFirst(context: BrowserContext, url: string, code: string): Promise<void> {
  await context.addCookies([{ name: COOKIE, value: encodeURIComponent(code), url }]);
}

export function serveWorkerFirst(): Plugin {
  return {
    name: COOKIE,
    configurePreviewServer({ middlewares }) {
      middlewares.use(async ({ headers: asked, url = "" }, response, next) => {
        const [, code] = asked.cookie?.match(`(?:^|; )${COOKIE}=([^;]*)`) ?? [];
        if (code === undefined || !/\/worker-[^/]*\.js$/.test(url)) return next();
        const own = await fetch(`http://${asked.host}${url}`);
        for (const name of ["content-type", "cross-origin-embedder-policy"]) {
          response.setHeader(name, own.headers.get(name) ?? "");
        }
        response.end(`${decodeURIComponent(code)}\n${await own.text()}`);
      });
    },
  };
}
