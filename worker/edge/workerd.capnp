# workerd, with the embedded model.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:8787", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  compatibilityDate = "2026-05-01",
  compatibilityFlags = ["nodejs_compat", "enable_request_signal"],
  modules = [
    (name = "worker.js", esModule = embed "dist/workerd/worker.js"),
    (name = "foretab_bg.wasm", wasm = embed "dist/workerd/foretab_bg.wasm"),
    (name = "foretab_relaxed_bg.wasm", wasm = embed "dist/workerd/foretab_relaxed_bg.wasm"),
    (name = "foretab-mini.gguf", data = embed "dist/workerd/foretab-mini.gguf"),
  ],
  bindings = [
    (name = "FORETAB_KEYS", fromEnvironment = "FORETAB_KEYS"),
    (name = "FORETAB_ORIGINS", fromEnvironment = "FORETAB_ORIGINS"),
    (name = "FORETAB_PER_MINUTE", fromEnvironment = "FORETAB_PER_MINUTE"),
    (name = "FORETAB_CONCURRENCY", fromEnvironment = "FORETAB_CONCURRENCY"),
    (name = "FORETAB_LOG", fromEnvironment = "FORETAB_LOG"),
    (name = "FORETAB_REPEAT", fromEnvironment = "FORETAB_REPEAT"),
  ],
);
