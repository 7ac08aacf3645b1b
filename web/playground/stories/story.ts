/** A file of a story. */
export interface SourceFile {
  /** Workspace-relative, with `/`. */
  path: string;
  text: string;
}

/** A small piece of work in small files: the user's first edit, and what should follow from it. */
export interface Story {
  /** What the user does, in one sentence. */
  task: string;
  /** The story takes place in the first. */
  files: readonly [SourceFile, ...SourceFile[]];
  /** The user's own edit: what stands between `«` and `»` in this excerpt of the first file is typed over. */
  edit: { at: string; type: string };
  /**
   * What a good model suggests then, in the first file and in any order: excerpts of it before and after.
   * Nobody is shown these; they tell whether the suggestions that came were right.
   */
  follows: readonly (readonly [before: string, after: string])[];
  /** The embedded model cannot do it. */
  needsLargerModel?: true;
}

export const LANGUAGES = { typescript: "TypeScript", python: "Python", rust: "Rust", go: "Go" };
export type Language = keyof typeof LANGUAGES;

export const KINDS = {
  rename: "Rename",
  signature: "Signature change",
  pattern: "Repeated pattern",
  parameter: "New parameter",
};
export type Kind = keyof typeof KINDS;

/** The range in the first file that the user types over. Offsets are UTF-16. */
export function editedRange({ edit, files }: Story): { from: number; to: number } {
  const [before = "", old = "", after = ""] = edit.at.split(/[«»]/);
  const from = files[0].text.indexOf(before + old + after) + before.length;
  if (from < before.length) throw new Error(`the story's file lacks ${edit.at}`);
  return { from, to: from + old.length };
}

/** The first file after the user's edit, and, with all that follows, at the end. */
export function textsOf(story: Story): { edited: string; finished: string } {
  const { from, to } = editedRange(story);
  const { text } = story.files[0];
  const edited = text.slice(0, from) + story.edit.type + text.slice(to);
  return { edited, finished: finish(story, edited) };
}

/** How much of what follows has been done in that text, and whether nothing else has. */
export function progress(story: Story, text: string): { done: number; right: boolean } {
  return {
    done: story.follows.filter(([before]) => !text.includes(before)).length,
    right: finish(story, text) === textsOf(story).finished,
  };
}

/** Does what is left to do. */
function finish({ follows }: Story, text: string): string {
  return follows.reduce((now, [before, after]) => now.replace(before, () => after), text);
}
