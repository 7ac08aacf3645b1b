/** Whether the user prefers dark pages. */
export const darkScheme = matchMedia("(prefers-color-scheme: dark)");
