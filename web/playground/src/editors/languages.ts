/** Names of the languages whose words are coloured, by the end of a file's name. Others are plain text. */
const NAMES: Record<string, string> = {
  ts: "typescript",
  mts: "typescript",
  tsx: "typescript",
  js: "javascript",
  mjs: "javascript",
  jsx: "javascript",
  py: "python",
  rs: "rust",
  go: "go",
};

/** Language of the file: one of the values above, or `plaintext`. */
export function languageOf(path: string): string {
  return NAMES[path.split(".").pop()?.toLowerCase() ?? ""] ?? "plaintext";
}
