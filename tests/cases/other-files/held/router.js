const PARAM = /^:(\w+)$/;

export class HttpError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

function splitPath(path) {
  return path.split("/").filter((part) => part !== "");
}

function matchRoute(pattern, path) {
  const wanted = splitPath(pattern);
  const params = {};
  const given = splitPath(path);
  if (wanted.length !== given.length) {
    return null;
  }
  for (let i = 0; i < wanted.length; i++) {
    const name = PARAM.exec(wanted[i])?.[1];
    if (name) {
      params[name] = decodeURIComponent(given[i]);
    } else if (wanted[i] !== given[i]) {
      return null;
    }
  }
  return params;
}

export function createRouter() {
  const routes = [];

  function on(method, pattern, handler) {
    routes.push({ method, pattern, handler });
  }

  async function dispatch(request) {
    const { pathname } = new URL(request.url);
    for (const route of routes) {
      const params = route.method === request.method && matchRoute(route.pattern, pathname);
      if (params) {
        return route.handler(request, params);
      }
    }
    throw new HttpError(404, `nothing at ${pathname}`);
  }

  on("GET", "/health", () => ({ ok: true }));
  return { on, dispatch };
}
