//! Which of the cases that can be made are written.

use std::collections::HashMap;

use super::near::Seen;
use crate::case::Case;

/// The limits, and what was taken so far.
pub(super) struct Selection<'a> {
    /// The most cases.
    pub(super) max: Option<usize>,
    /// The most cases of a task.
    pub(super) each: Option<usize>,
    /// The tasks that are wanted, all if empty; `repeat` is for all that begin so.
    pub(super) tasks: &'a [String],
    taken: usize,
    of_task: HashMap<String, usize>,
    seen: Seen,
}

impl<'a> Selection<'a> {
    pub(super) fn new(max: Option<usize>, each: Option<usize>, tasks: &'a [String]) -> Self {
        Self {
            max,
            each,
            tasks,
            taken: 0,
            of_task: HashMap::new(),
            seen: Seen::default(),
        }
    }

    /// Whether nothing more will be taken.
    pub(super) fn is_full(&self) -> bool {
        self.max.is_some_and(|max| self.taken >= max)
    }

    /// Whether cases of a task are worth making; `repeat` stands for all that begin so.
    pub(super) fn makes(&self, task: &str) -> bool {
        let named = self.tasks.iter().any(|named| named.starts_with(task));
        (self.tasks.is_empty() || named) && self.has_room(task)
    }

    /// Whether a case is written, which is then counted.
    pub(super) fn takes(&mut self, case: &Case) -> bool {
        let task = case.task.as_deref().unwrap_or_default();
        let is = |named: &String| {
            let rest = task.strip_prefix(named.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        let wanted = self.tasks.is_empty() || self.tasks.iter().any(is);
        if self.is_full() || !wanted || !self.has_room(task) || self.seen.is_near(case) {
            return false;
        }
        self.taken += 1;
        *self.of_task.entry(task.to_owned()).or_default() += 1;
        true
    }

    fn has_room(&self, task: &str) -> bool {
        let taken = self.of_task.get(task).copied().unwrap_or_default();
        self.each.is_none_or(|each| taken < each)
    }
}

#[cfg(test)]
mod tests {
    use super::Selection;
    use crate::case::Case;

    /// Which of these tasks' cases are taken, each of another text.
    fn taken(max: Option<usize>, each: Option<usize>, tasks: &[&str]) -> String {
        let tasks: Vec<_> = tasks.iter().map(|&task| task.to_owned()).collect();
        let mut selection = Selection::new(max, each, &tasks);
        let of = ["next", "noise", "repeat-type", "next", "repeat-literal"];
        let cases = of.iter().enumerate().map(|(at, task)| -> Case {
            let text = format!("{at} is {} of {}", at * 7, "text ".repeat(at));
            serde_json::from_value(serde_json::json!({
                "id": "", "path": "a.ts", "before": "", "text": text, "cursor": 0, "expected": null, "task": task,
            }))
            .unwrap()
        });
        let mark = |case: Case| if selection.takes(&case) { '+' } else { '-' };
        cases.map(mark).collect()
    }

    #[test]
    fn caps_and_names_select() {
        assert_eq!(taken(None, None, &[]), "+++++");
        assert_eq!(taken(Some(2), None, &[]), "++---");
        assert_eq!(taken(None, Some(1), &[]), "+++-+");
        assert_eq!(taken(None, None, &["repeat", "noise"]), "-++-+");
        assert_eq!(taken(None, None, &["repeat-type"]), "--+--");
    }

    #[test]
    fn what_is_full_is_not_made() {
        let tasks = ["repeat-type".to_owned()];
        assert!(Selection::new(None, None, &tasks).makes("repeat"));
        assert!(!Selection::new(None, None, &tasks).makes("rename"));
        assert!(!Selection::new(None, Some(0), &[]).makes("rename"));
    }
}
