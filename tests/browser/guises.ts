// What the only adapter of a test's browser can be taken for: scripts to run first in the worker.

/** SwiftShader in the guise of a GPU. It says so when it is measured, which takes its clock. */
export const GPU = `
  Object.defineProperty(GPUAdapterInfo.prototype, "isFallbackAdapter", { value: false });
  const { createQuerySet, createShaderModule } = GPUDevice.prototype;
  GPUDevice.prototype.createQuerySet = function (times) {
    console.log("measuring");
    return createQuerySet.call(this, times);
  };
`;
/** One that never answers; who waits long for it waits a second. */
export const SILENT_GPU = `
  GPU.prototype.requestAdapter = () => new Promise(() => {});
  const wait = setTimeout;
  self.setTimeout = (callback, ms, ...values) => wait(callback, Math.min(ms, 1000), ...values);
`;
/** One whose kernels compute nothing, and so are compiled in no time. */
export const WRONG_GPU = `${GPU}
  GPUDevice.prototype.createShaderModule = function (module) {
    const [, name] = module.code.match(/@compute[^]*?fn (\\w+)/);
    const code = \`@compute @workgroup_size(1) fn \${name}() {}\`;
    return createShaderModule.call(this, { ...module, code });
  };
`;
