import type { Story } from "../story.js";

/** One line of output goes to a log, and so should the others. */
export const pattern: Story = {
  task: "Write “log” in place of “print” in the first line of the function.",
  edit: { at: '«print»("starting")', type: "log" },
  follows: [
    ['print("executed")', 'log("executed")'],
    ['print("failed")', 'log("failed")'],
    ['print("done")', 'log("done")'],
  ],
  files: [
    {
      path: "jobs/run.py",
      text: `def run(job):
    print("starting")
    result = job.execute()
    print("executed")
    if result.failed:
        print("failed")
    job.close()
    print("done")
`,
    },
  ],
};
