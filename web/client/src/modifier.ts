/**
 * Tells `held` whether Alt is held while the keyboard is with `target`; what it returns says whether something came of
 * it, and then the browser opens no menu for the key. AltGr, which types characters, is another key. The returned
 * function ends it.
 */
export function watchAlt(target: HTMLElement, held: (down: boolean) => boolean): () => void {
  let down = false;
  const tell = (now: boolean) => {
    if (now === down) return false;
    down = now;
    return held(now);
  };
  const onKey = (event: KeyboardEvent) => {
    const isAlt = event.key === "Alt";
    // A key that went up elsewhere is noticed by the next one.
    if ((isAlt || !event.altKey) && tell(isAlt && event.type === "keydown")) event.preventDefault();
  };
  const onLeave = () => void tell(false);
  const page = target.ownerDocument.defaultView ?? window;
  target.addEventListener("keydown", onKey, true);
  target.addEventListener("keyup", onKey, true);
  target.addEventListener("focusout", onLeave);
  page.addEventListener("blur", onLeave);
  return () => {
    target.removeEventListener("keydown", onKey, true);
    target.removeEventListener("keyup", onKey, true);
    target.removeEventListener("focusout", onLeave);
    page.removeEventListener("blur", onLeave);
  };
}
