//! A cache that forgets what was used least recently.

use std::collections::HashMap;

const DEFAULT_CAPACITY: usize = 64;

type Stamp = u64;

#[derive(Debug)]
struct Entry<V> {
    value: V,
    last_used: Stamp,
}

#[derive(Debug)]
pub struct Cache<V> {
    entries: HashMap<String, Entry<V>>,
    capacity: usize,
    clock: Stamp,
}

impl<V: Clone> Cache<V> {
    pub fn with_capacity(capacity: usize) -> Self {
        let entries = HashMap::with_capacity(capacity);
        Self { entries, capacity, clock: 0 }
    }

    fn tick(&mut self) -> Stamp {
        self.clock += 1;
        self.clock
    }

    pub fn get(&mut self, key: &str) -> Option<V> {
        let now = self.tick();
        let entry = self.entries.get_mut(key)?;
        entry.last_used = now;
        Some(entry.value.clone())
    }

    pub fn insert(&mut self, key: &str, value: V) {
        if self.entries.len() >= self.capacity {
            self.evict_oldest();
        }
        let last_used = self.tick();
        self.entries.insert(key.to_owned(), Entry { value, last_used });
    }

    pub fn remove(&mut self, key: &str) -> Option<V> {
        let removed = self.entries.remove(key)?;
        self.clock = self.clock.max(removed.last_used);
        Some(removed.value)
    }

    fn evict_oldest(&mut self) {
        let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.last_used);
        if let Some(key) = oldest.map(|(key, _)| key.clone()) {
            self.entries.remove(&key);
        }
    }
}

impl<V: Clone> Default for Cache<V> {
    fn default() -> Self {
        Self::with_capacity(DEFAULT_CAPACITY)
    }
}
