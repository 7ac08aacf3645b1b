//! How many forward passes the edits of an ordinary day take.

mod common;

use std::ops::ControlFlow;

use common::{Recorded, STOP, tokens};
use foretab_decode::{
    Answer, Combined, Ended, NoDraft, Observer, Options, Pace, Sequence, Step, Unobserved, generate,
};
use pollster::block_on;

/// 21 lines; the declaration has been renamed, three uses are left.
const WINDOW: &str = "\
export function sumOf(values: number[]): number {
  let sum = 0;
  for (const value of values) {
    sum += value;
  }
  return sum;
}

export function report(values: number[]): string {
  const first = total(values);
  if (first === 0) {
    return 'nothing';
  }
  const half = total(values) / 2;
  const lines = [];
  for (const value of values) {
    lines.push(`${value}: ${value > half}`);
  }
  lines.push(`sum ${total(values)}`);
  return lines.join();
}
";

fn decode(window: &str, answer: &str, drafted: bool) -> Answer {
    let window = tokens(window);
    // The dialect's order: the window, a header, the answer.
    let prompt = [&window[..], &tokens("updated/src/sum.ts")].concat();
    let answer = tokens(answer);
    let mut model = Recorded::new(&prompt, &answer);
    let options = Options {
        stops: vec![STOP],
        ..Options::default()
    };
    let mut sequence = Sequence::new();
    let decoded = if drafted {
        block_on(generate(
            &mut model,
            &mut sequence,
            &prompt,
            &mut Combined::new(window, Vec::new()),
            &mut Pace::default(),
            &options,
            &mut Unobserved,
        ))
    } else {
        block_on(generate(
            &mut model,
            &mut sequence,
            &prompt,
            &mut NoDraft,
            &mut Pace::default(),
            &options,
            &mut Unobserved,
        ))
    }
    .expect("the recording answers");
    assert_eq!(decoded.tokens, answer);
    assert_eq!(decoded.ended, Ended::Stop);
    decoded
}

#[test]
fn an_unchanged_window() {
    let answer = decode(WINDOW, WINDOW, true);
    // 64 + 1, 64 + 1, 64 + 1, then the rest and the stop token.
    assert_eq!((answer.tokens.len(), answer.passes), (224, 4));
    assert_eq!(decode(WINDOW, WINDOW, false).passes, 225);
}

#[test]
fn a_rename_of_three_uses() {
    let answer = decode(WINDOW, &WINDOW.replace("total", "sumOf"), true);
    assert_eq!((answer.tokens.len(), answer.passes), (224, 6));
}

#[test]
fn a_parameter_added_to_a_call() {
    let answer = decode(
        WINDOW,
        &WINDOW.replace("total(values) / 2", "total(values, 0) / 2"),
        true,
    );
    assert_eq!(answer.passes, 8);
}

#[test]
fn a_line_inserted() {
    let answer = decode(
        WINDOW,
        &WINDOW.replace("  const lines", "  console.log(half);\n  const lines"),
        true,
    );
    // Eight times a new token that nothing foretells.
    assert_eq!(answer.passes, 12);
}

#[test]
fn a_line_deleted() {
    let answer = decode(WINDOW, &WINDOW.replace("    return 'nothing';\n", ""), true);
    assert_eq!(answer.passes, 6);
}

/// Notes the passes; stops the answer after `patience` of them.
struct Notes {
    passes: Vec<(usize, usize, usize)>,
    patience: usize,
}

impl Observer for Notes {
    async fn step(&mut self, step: Step<'_>) -> ControlFlow<()> {
        self.passes
            .push((step.prompt, step.tokens.len(), step.accepted));
        if self.passes.len() < self.patience {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    }
}

#[test]
fn the_observer_sees_every_pass_and_can_stop_between_two() {
    let window = tokens(WINDOW);
    let mut model = Recorded::new(&window, &window);
    let options = Options {
        stops: vec![STOP],
        prefill_chunk: 100,
        ..Options::default()
    };
    let mut sequence = Sequence::new();
    let mut ask = |patience: usize| {
        let mut notes = Notes {
            passes: Vec::new(),
            patience,
        };
        let mut drafter = Combined::new(window.clone(), Vec::new());
        let answer = block_on(generate(
            &mut model,
            &mut sequence,
            &window,
            &mut drafter,
            &mut Pace::default(),
            &options,
            &mut notes,
        ))
        .expect("the recording answers");
        (answer, notes.passes)
    };

    let (stopped, passes) = ask(1);
    assert_eq!(
        (stopped.ended, stopped.tokens.len()),
        (Ended::Interrupted, 0)
    );
    assert_eq!(passes, [(100, 0, 0)]);

    // What the stopped request has read is not read again.
    let (stopped, passes) = ask(3);
    assert_eq!((stopped.ended, stopped.cached), (Ended::Interrupted, 100));
    assert_eq!(passes, [(100, 0, 0), (24, 65, 64), (0, 65, 64)]);

    let (whole, passes) = ask(usize::MAX);
    assert_eq!(
        (whole.ended, whole.cached, whole.tokens.len()),
        (Ended::Stop, 223, 224)
    );
    assert_eq!(passes, [(1, 65, 64), (0, 65, 64), (0, 65, 64), (0, 29, 29)]);
}
