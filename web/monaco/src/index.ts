export type { InlineEditOptions, MonacoApi, NextEditOptions } from "./options.js";
export { registerNextEdit } from "./register.js";
