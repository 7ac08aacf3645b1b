export type { InlineEditOptions, MonacoApi, NextEditOptions, NextEditRegistration } from "./options.js";
export { registerNextEdit } from "./register.js";
