/**
 * Has the page's files kept for visits without a network. Only in a built page: `vite` serves others each time.
 * `renewed` is called when a newer version of the page is there, for the next reload.
 */
export function keepForOffline(renewed: () => void): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const { serviceWorker } = navigator;
  if (serviceWorker.controller) serviceWorker.addEventListener("controllerchange", renewed);
  // What keeps it from being registered (a private window, blocked storage) leaves the page as it is.
  serviceWorker.register("./service-worker.js").catch(() => {});
}
