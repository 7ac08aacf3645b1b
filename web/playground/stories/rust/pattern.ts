import type { Story } from "../story.js";

/** One line of output goes to a log, and so should the others. */
export const pattern: Story = {
  task: "Write “info” in place of “println” in the first line of “main”.",
  edit: { at: '«println»!("starting")', type: "info" },
  follows: [
    ['println!("loaded', 'info!("loaded'],
    ['println!("failed', 'info!("failed'],
    ['println!("done")', 'info!("done")'],
  ],
  files: [
    {
      path: "src/main.rs",
      text: `fn main() {
    println!("starting");
    let config = load();
    println!("loaded {}", config.name);
    if let Err(error) = run(&config) {
        println!("failed: {error}");
    }
    println!("done");
}
`,
    },
  ],
};
