import type { Story } from "../story.js";

/** The key of a store gets a type of its own in one method; the other methods should take it over. */
export const signature: Story = {
  task: "Make the key of “read” a “Key”.",
  edit: { at: "read(self, key: «str»)", type: "Key" },
  follows: [
    ["write(self, key: str,", "write(self, key: Key,"],
    ["remove(self, key: str)", "remove(self, key: Key)"],
  ],
  files: [
    {
      path: "store/store.py",
      text: `class Store:
    def read(self, key: str) -> bytes:
        return self.backend.get(key)

    def write(self, key: str, value: bytes) -> None:
        self.backend.put(key, value)

    def remove(self, key: str) -> None:
        self.backend.delete(key)
`,
    },
  ],
};
