import type { Story } from "../story.js";

/** The key of a store gets a type of its own in one method; the other methods should take it over. */
export const signature: Story = {
  task: "Make the key of “read” a “Key”.",
  edit: { at: "read(key: «string»)", type: "Key" },
  follows: [
    ["write(key: string,", "write(key: Key,"],
    ["remove(key: string)", "remove(key: Key)"],
  ],
  files: [
    {
      path: "src/store.ts",
      text: `export class Store {
  read(key: string): Entry | undefined {
    return this.entries.get(key);
  }

  write(key: string, entry: Entry): void {
    this.entries.set(key, entry);
  }

  remove(key: string): boolean {
    return this.entries.delete(key);
  }
}
`,
    },
  ],
};
