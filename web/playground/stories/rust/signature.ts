import type { Story } from "../story.js";

/** The key of a store gets a type of its own in one method; the other methods should take it over. */
export const signature: Story = {
  task: "Make the key of “read” a “&Key”.",
  edit: { at: "read(&self, key: «&str»)", type: "&Key" },
  follows: [
    ["write(&mut self, key: &str,", "write(&mut self, key: &Key,"],
    ["remove(&mut self, key: &str)", "remove(&mut self, key: &Key)"],
  ],
  files: [
    {
      path: "src/store.rs",
      text: `use crate::backend::{Backend, Key};

pub struct Store {
    backend: Backend,
}

impl Store {
    pub fn read(&self, key: &str) -> Option<Vec<u8>> {
        self.backend.get(key)
    }

    pub fn write(&mut self, key: &str, value: Vec<u8>) {
        self.backend.put(key, value);
    }

    pub fn remove(&mut self, key: &str) -> bool {
        self.backend.delete(key)
    }
}
`,
    },
  ],
};
