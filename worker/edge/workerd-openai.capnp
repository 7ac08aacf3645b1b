# workerd, for a serving engine elsewhere.
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
    (name = "worker.js", esModule = embed "dist/workerd-openai/worker.js"),
    (name = "foretab_bg.wasm", wasm = embed "dist/workerd-openai/foretab_bg.wasm"),
    (name = "foretab_relaxed_bg.wasm", wasm = embed "dist/workerd-openai/foretab_relaxed_bg.wasm"),
  ],
  bindings = [
    (name = "FORETAB_KEYS", fromEnvironment = "FORETAB_KEYS"),
    (name = "FORETAB_ORIGINS", fromEnvironment = "FORETAB_ORIGINS"),
    (name = "FORETAB_PER_MINUTE", fromEnvironment = "FORETAB_PER_MINUTE"),
    (name = "FORETAB_CONCURRENCY", fromEnvironment = "FORETAB_CONCURRENCY"),
    (name = "FORETAB_LOG", fromEnvironment = "FORETAB_LOG"),
    (name = "FORETAB_REPEAT", fromEnvironment = "FORETAB_REPEAT"),
    (name = "OPENAI_URL", fromEnvironment = "OPENAI_URL"),
    (name = "OPENAI_MODEL", fromEnvironment = "OPENAI_MODEL"),
    (name = "OPENAI_KEY", fromEnvironment = "OPENAI_KEY"),
    (name = "OPENAI_DIALECT", fromEnvironment = "OPENAI_DIALECT"),
    (name = "OPENAI_CONTEXT", fromEnvironment = "OPENAI_CONTEXT"),
    (name = "OPENAI_TIMEOUT", fromEnvironment = "OPENAI_TIMEOUT"),
    (name = "OPENAI_PREDICTION", fromEnvironment = "OPENAI_PREDICTION"),
    (name = "OPENAI_EXTRA", fromEnvironment = "OPENAI_EXTRA"),
  ],
);
