// What the bundles import as their runtimes have it: compiled modules, and bytes.

declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}

declare module "*.gguf" {
  const bytes: ArrayBuffer;
  export default bytes;
}
