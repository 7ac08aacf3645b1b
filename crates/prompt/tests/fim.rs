//! Fill-in-the-middle prompts, byte for byte.

use foretab_prompt::{Budget, Dialect, PromptError, Request, fim};
use proptest::prelude::*;

/// The prompt for a text with the cursor at its `▏`, of at most so many tokens, a word each.
fn prompt(marked: &str, tokens: usize) -> Result<String, PromptError> {
    let request = Request {
        path: "sort.py",
        text: &marked.replacen('▏', "", 1),
        cursor: marked.find('▏').unwrap(),
        newest: None,
        history: &[],
        context: &[],
    };
    let words = |text: &str| text.split_whitespace().count();
    fim::build(&request, &Budget::new(tokens, &words)).map(|prompt| prompt.to_text())
}

#[test]
fn the_example_of_the_models_readme() {
    let marked = "\
def quicksort(arr):
    if len(arr) <= 1:
        return arr
    pivot = arr[len(arr) // 2]
    ▏
    middle = [x for x in arr if x == pivot]
    right = [x for x in arr if x > pivot]
    return quicksort(left) + middle + quicksort(right)";
    let expected = "\
<|fim_prefix|>def quicksort(arr):
    if len(arr) <= 1:
        return arr
    pivot = arr[len(arr) // 2]
    <|fim_suffix|>
    middle = [x for x in arr if x == pivot]
    right = [x for x in arr if x > pivot]
    return quicksort(left) + middle + quicksort(right)<|fim_middle|>";
    assert_eq!(prompt(marked, 1000).unwrap(), expected);
}

#[test]
fn of_a_long_file_whole_lines_around_the_cursor() {
    let lines = |from: usize, to: usize| {
        (from..to)
            .map(|row| format!("line{row}\n"))
            .collect::<String>()
    };
    let marked = format!("{}here ▏too\n{}", lines(0, 100), lines(101, 200));
    // Five tokens are needed, of the 44 others a quarter is for what comes after; 33 lines lead back to row 67, and
    // a prompt begins at every 32nd.
    let expected = format!(
        "<|fim_prefix|>{}here <|fim_suffix|>too\n{}<|fim_middle|>",
        lines(96, 100),
        lines(101, 112)
    );
    assert_eq!(prompt(&marked, 49).unwrap(), expected);
    assert_eq!(
        prompt(&marked, 4),
        Err(PromptError::TooLarge {
            needed: 5,
            budget: 4
        })
    );
}

#[test]
fn an_answer_goes_to_the_cursor_and_ends_at_a_control_token() {
    let text = "let a = ;\nlet b = 2;\n";
    let (lines, new) = Dialect::Fim.rewrite("f(\n    1,\n)<|fim_pad|>x", text, 8);
    assert_eq!(
        (lines, &*new),
        (0..21, "let a = f(\n    1,\n);\nlet b = 2;\n")
    );
}

proptest! {
    #[test]
    fn any_text_and_cursor(text in "[a-zé🦀\n ]{0,40}", cursor in 0usize..50, answer in "[a-z\n]{0,9}") {
        let request = Request { path: "", text: &text, cursor, newest: None, history: &[], context: &[] };
        let prompt = fim::build(&request, &Budget::new(100, &Budget::estimate)).unwrap();
        let at = prompt.window.start;
        let (before, after) = text.split_at(at);
        prop_assert_eq!(prompt.to_text(), format!("<|fim_prefix|>{before}<|fim_suffix|>{after}<|fim_middle|>"));
        let (lines, new) = Dialect::Fim.rewrite(&answer, &text, cursor);
        let whole = [&text[..lines.start], &new, &text[lines.end..]].concat();
        prop_assert_eq!(whole, format!("{before}{answer}{after}"));
    }
}
