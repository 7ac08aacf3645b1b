/// <reference lib="webworker" />

// Keeps the files of the page, so that it opens without a network from the second visit on. It knows nothing else.

import { cleanupOutdatedCaches, type PrecacheEntry, precacheAndRoute } from "workbox-precaching";

declare const self: ServiceWorkerGlobalScope;
/** Put in by the build. */
declare const PAGE_FILES: PrecacheEntry[];

// A newer version is there for the next reload; what the page fetches late it has fetched by then.
self.addEventListener("install", () => void self.skipWaiting());
precacheAndRoute(PAGE_FILES, { ignoreURLParametersMatching: [/./], cleanURLs: false });
cleanupOutdatedCaches();
