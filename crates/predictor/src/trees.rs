//! Trees that say how likely something is right: learnt from the histories of public repositories (`train/trees.py`).

use std::sync::OnceLock;

/// Gradient boosted decision trees, as LightGBM has them.
#[derive(Debug, PartialEq)]
struct Trees(Vec<Tree>);

#[derive(Debug, PartialEq)]
enum Tree {
    Says(f32),
    Asks {
        number: usize,
        most: f32,
        branches: Box<[Tree; 2]>,
    },
}

/// Trees that were learnt, read when they are first asked.
pub(crate) struct Learnt {
    text: &'static str,
    numbers: usize,
    trees: OnceLock<Trees>,
}

impl Learnt {
    /// From their text: a tree a line, each node before its branches. `7<=0.5` asks for the seventh of so many `numbers`,
    /// and what follows is first the tree for yes and then the one for no; any other number is what the tree has to say.
    pub(crate) const fn new(text: &'static str, numbers: usize) -> Self {
        Self {
            text,
            numbers,
            trees: OnceLock::new(),
        }
    }

    /// How likely that is right of which these numbers are the evidence, from 0 to 1.
    pub(crate) fn likelihood(&self, numbers: &[f32]) -> f32 {
        let read = || Trees::read(self.text, self.numbers).unwrap_or(Trees(Vec::new()));
        self.trees.get_or_init(read).likelihood(numbers)
    }
}

impl Trees {
    fn read(text: &str, numbers: usize) -> Option<Self> {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let trees = lines.map(|line| {
            let mut nodes = line.split_whitespace();
            let tree = Tree::read(&mut nodes, numbers)?;
            nodes.next().is_none().then_some(tree)
        });
        trees.collect::<Option<_>>().map(Self)
    }

    fn likelihood(&self, numbers: &[f32]) -> f32 {
        let each = self.0.iter();
        let logit: f32 = each.map(|tree| tree.says(numbers)).sum();
        1.0 / (1.0 + (-logit).exp())
    }
}

impl Tree {
    fn read<'a>(nodes: &mut impl Iterator<Item = &'a str>, numbers: usize) -> Option<Self> {
        let node = nodes.next()?;
        let Some((number, most)) = node.split_once("<=") else {
            return Some(Self::Says(node.parse().ok()?));
        };
        let number = number.parse().ok()?;
        let most = most.parse().ok()?;
        let branches = Box::new([Self::read(nodes, numbers)?, Self::read(nodes, numbers)?]);
        (number < numbers).then_some(Self::Asks {
            number,
            most,
            branches,
        })
    }

    fn says(&self, numbers: &[f32]) -> f32 {
        let mut tree = self;
        loop {
            match tree {
                Self::Says(logit) => return *logit,
                Self::Asks {
                    number,
                    most,
                    branches,
                } => {
                    let [yes, no] = &**branches;
                    let is = numbers.get(*number).is_some_and(|number| number <= most);
                    tree = if is { yes } else { no };
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Learnt, Tree, Trees};
    use crate::{continuation, repetition};

    /// What was learnt, and of some of what was held out, what LightGBM says; `train/trees.py` writes both.
    const LEARNT: [(&Learnt, &str); 2] = [
        (
            &continuation::TREES,
            include_str!("continuation/lightgbm.txt"),
        ),
        (&repetition::TREES, include_str!("repetition/lightgbm.txt")),
    ];

    #[test]
    fn a_tree_asks_until_it_has_something_to_say() {
        let trees = Trees::read("# two\n0<=0.5 1<=3 -1 0.5 2\n0.25\n", 2).unwrap();
        let says = |numbers: &[f32]| -> f32 { trees.0.iter().map(|tree| tree.says(numbers)).sum() };
        assert_eq!(says(&[0.0, 3.0]), -0.75);
        assert_eq!(says(&[0.5, 4.0]), 0.75);
        assert_eq!(says(&[1.0, 4.0]), 2.25);
        assert_eq!(trees.likelihood(&[0.0, 3.0]), 1.0 / (1.0 + 0.75_f32.exp()));
    }

    #[test]
    fn what_is_no_tree_is_not_read() {
        for text in [
            "",
            "0<=1 1",
            "0<=1 1 2 3",
            "a<=1 1 2",
            "0<=a 1 2",
            "2<=1 1 2",
        ] {
            assert_eq!(Trees::read(&format!("{text}\n"), 2), None, "{text}");
        }
    }

    #[test]
    fn what_was_learnt_is_read() {
        for (learnt, _) in LEARNT {
            let trees = Trees::read(learnt.text, learnt.numbers).unwrap();
            let asks = |tree: &Tree| matches!(tree, Tree::Asks { .. });
            assert!(trees.0.len() >= 100 && trees.0.iter().all(asks));
        }
    }

    #[test]
    fn the_likelihoods_are_those_of_lightgbm() {
        for (learnt, said) in LEARNT {
            let lines = said.lines().filter(|line| !line.starts_with('#'));
            let mut count = 0;
            for line in lines {
                let numbers: Vec<f32> = line.split(' ').map(|one| one.parse().unwrap()).collect();
                let (expected, numbers) = numbers.split_first().unwrap();
                let likelihood = learnt.likelihood(numbers);
                assert!((likelihood - expected).abs() < 2e-3, "{likelihood} {line}");
                count += 1;
            }
            assert!(count >= 50, "{count}");
        }
    }
}
