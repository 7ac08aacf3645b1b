export {
  acceptAllNextEdits,
  acceptNextEdit,
  acceptNextEditLine,
  acceptNextEditWord,
  dismissNextEdit,
  goToNextEdit,
  goToOrAcceptNextEdit,
  nextEditKeymap,
  requestNextEdit,
  showFollowingNextEdit,
  showPreviousNextEdit,
  tabToNextEdit,
  toggleNextEditLanguage,
} from "./commands.js";
export { type NextEditConfig, nextEditConfig } from "./config.js";
export { nextEdit } from "./next-edit.js";
export { type ShownEdit, setNextEdit, shownNextEdit } from "./state.js";
