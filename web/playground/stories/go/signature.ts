import type { Story } from "../story.js";

/** The key of a store gets a type of its own in one method; the other methods should take it over. */
export const signature: Story = {
  task: "Make the key of “Get” a “Key”.",
  edit: { at: "Get(key «string»)", type: "Key" },
  follows: [
    ["Put(key string,", "Put(key Key,"],
    ["Delete(key string)", "Delete(key Key)"],
  ],
  files: [
    {
      path: "store/store.go",
      text: `package store

// Store keeps values under their keys.
type Store struct {
	backend Backend
}

func (s *Store) Get(key string) ([]byte, error) {
	return s.backend.Read(key)
}

func (s *Store) Put(key string, value []byte) error {
	return s.backend.Write(key, value)
}

func (s *Store) Delete(key string) error {
	return s.backend.Remove(key)
}
`,
    },
  ],
};
