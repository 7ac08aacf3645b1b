import { EditorView } from "@codemirror/view";

const key = {
  font: "inherit",
  fontWeight: "600",
  padding: "0 3px",
  marginRight: "4px",
  borderRadius: "3px",
};

/** What lies above the text: hints and buttons. */
const light = { backgroundColor: "#f6f8fa", borderColor: "#d0d7de" };
const dark = { backgroundColor: "#212830", borderColor: "#3d444d" };

/** Colours for light and dark editors; override the classes to change them. */
export const nextEditTheme = EditorView.baseTheme({
  ".cm-nextEdit-removed": { textDecoration: "line-through", borderRadius: "2px" },
  "&light .cm-nextEdit-removed": { backgroundColor: "#ffd7d5", textDecorationColor: "#cf222e" },
  "&dark .cm-nextEdit-removed": { backgroundColor: "#5d1f23", textDecorationColor: "#ff7b72" },
  "&light .cm-nextEdit-removedLine": { backgroundColor: "#ffebe9" },
  "&dark .cm-nextEdit-removedLine": { backgroundColor: "#3a191c" },

  ".cm-nextEdit-inserted": { textDecoration: "none", borderRadius: "2px" },
  "ins.cm-nextEdit-inserted": { margin: "0 1px", padding: "0 1px" },
  "&light .cm-nextEdit-inserted": { backgroundColor: "#ccffd8", color: "#116329" },
  "&dark .cm-nextEdit-inserted": { backgroundColor: "#12432a", color: "#7ee2a8" },
  ".cm-nextEdit-ghost": { textDecoration: "none", opacity: "0.6" },
  ".cm-nextEdit-line": { padding: "0 2px 0 6px", whiteSpace: "pre" },
  "&.cm-lineWrapping .cm-nextEdit-line": { whiteSpace: "pre-wrap" },

  "&light .cm-nextEdit-mark": { boxShadow: "inset 3px 0 #1a7f37" },
  "&dark .cm-nextEdit-mark": { boxShadow: "inset 3px 0 #3fb950" },

  ".cm-nextEdit-hint, .cm-nextEdit-far": {
    fontFamily: "system-ui, sans-serif",
    fontSize: "11px",
    lineHeight: "1.5",
    borderRadius: "4px",
    padding: "1px 6px",
    cursor: "pointer",
    userSelect: "none",
    whiteSpace: "nowrap",
    border: "1px solid",
  },
  ".cm-nextEdit-hint": { display: "inline-block", marginLeft: "1.5ch", verticalAlign: "1px" },
  ".cm-nextEdit-hint kbd, .cm-nextEdit-far kbd": key,
  "&light .cm-nextEdit-hint, &light .cm-nextEdit-far": { color: "#57606a", ...light },
  "&dark .cm-nextEdit-hint, &dark .cm-nextEdit-far": { color: "#9198a1", ...dark },
  "&light .cm-nextEdit-hint kbd, &light .cm-nextEdit-far kbd": {
    color: "#24292f",
    backgroundColor: "#e1e4e8",
  },
  "&dark .cm-nextEdit-hint kbd, &dark .cm-nextEdit-far kbd": { color: "#e6edf3", backgroundColor: "#3d444d" },

  ".cm-nextEdit-far": {
    position: "absolute",
    right: "24px",
    zIndex: "10",
    boxShadow: "0 1px 4px #0003",
  },
  ".cm-nextEdit-far[hidden]": { display: "none" },
  ".cm-nextEdit-far[data-side=above]": { top: "8px" },
  ".cm-nextEdit-far[data-side=below]": { bottom: "8px" },
  ".cm-nextEdit-far kbd": { margin: "0 0 0 4px" },

  ".cm-nextEdit-touch": {
    display: "none",
    position: "absolute",
    right: "24px",
    bottom: "8px",
    zIndex: "10",
    gap: "8px",
  },
  "@media (pointer: coarse)": {
    ".cm-nextEdit-touch:not([hidden])": { display: "flex" },
    ".cm-nextEdit-far[data-side=below]": { bottom: "60px" },
    ".cm-nextEdit-hint": { display: "none" },
  },
  ".cm-nextEdit-touch button": {
    font: "600 14px system-ui, sans-serif",
    minWidth: "44px",
    minHeight: "44px",
    padding: "0 16px",
    borderRadius: "8px",
    border: "1px solid",
  },
  "&light .cm-nextEdit-touch button": { color: "#24292f", ...light },
  "&dark .cm-nextEdit-touch button": { color: "#e6edf3", ...dark },

  // An input method composes: keep the layout, show nothing.
  "&.cm-nextEdit-composing .cm-nextEdit-inserted, &.cm-nextEdit-composing .cm-nextEdit-ghost, &.cm-nextEdit-composing .cm-nextEdit-hint":
    { visibility: "hidden" },
  "&.cm-nextEdit-composing .cm-nextEdit-removed": { textDecoration: "none", backgroundColor: "transparent" },
});
