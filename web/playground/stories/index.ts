import { parameter as goParameter } from "./go/parameter.js";
import { pattern as goPattern } from "./go/pattern.js";
import { rename as goRename } from "./go/rename.js";
import { signature as goSignature } from "./go/signature.js";
import { parameter as pythonParameter } from "./python/parameter.js";
import { pattern as pythonPattern } from "./python/pattern.js";
import { rename as pythonRename } from "./python/rename.js";
import { signature as pythonSignature } from "./python/signature.js";
import { parameter as rustParameter } from "./rust/parameter.js";
import { pattern as rustPattern } from "./rust/pattern.js";
import { rename as rustRename } from "./rust/rename.js";
import { signature as rustSignature } from "./rust/signature.js";
import type { Kind, Language, Story } from "./story.js";
import { parameter as typescriptParameter } from "./typescript/parameter.js";
import { pattern as typescriptPattern } from "./typescript/pattern.js";
import { rename as typescriptRename } from "./typescript/rename.js";
import { signature as typescriptSignature } from "./typescript/signature.js";

export const stories: Record<Language, Record<Kind, Story>> = {
  typescript: {
    rename: typescriptRename,
    signature: typescriptSignature,
    pattern: typescriptPattern,
    parameter: typescriptParameter,
  },
  python: {
    rename: pythonRename,
    signature: pythonSignature,
    pattern: pythonPattern,
    parameter: pythonParameter,
  },
  rust: {
    rename: rustRename,
    signature: rustSignature,
    pattern: rustPattern,
    parameter: rustParameter,
  },
  go: {
    rename: goRename,
    signature: goSignature,
    pattern: goPattern,
    parameter: goParameter,
  },
};
