import { combineConfig, Facet } from "@codemirror/state";
import type { Foretab, Mode } from "@foretab/client";

export interface NextEditConfig {
  /** The model's worker, from `createForetab`. */
  foretab: Foretab;
  /** Path of this document in the workspace, with `/`: the model sees it, and its other files by theirs. */
  path: string;
  /**
   * Shows the document of that path, with the cursor at that offset and the focus: where Tab goes when the next edit is
   * in another document that is open in the `foretab`. Without it, none is looked for there.
   */
  open?: ((path: string, offset: number) => void) | undefined;
  /**
   * "eager" (default): an edit is shown at once. "subtle": while Alt is held, or by a button for fingers; Alt-Enter then
   * goes there and accepts. "collapsed": as a mark at its line with the key to press, until the cursor is at it.
   * One that the user asks for (Alt-\) is shown in all of them, and screen readers hear of each. Put `nextEdit` into a
   * `Compartment` and reconfigure that to change it.
   */
  mode?: Mode;
  /** Bind the keys of `nextEditKeymap`. Default true. */
  defaultKeymap?: boolean;
}

/** The configuration given to `nextEdit`. */
export const nextEditConfig = Facet.define<NextEditConfig, Required<NextEditConfig> | null>({
  combine: (configs) =>
    configs.length === 0
      ? null
      : combineConfig<Required<NextEditConfig>>(configs, {
          open: undefined,
          mode: "eager",
          defaultKeymap: true,
        }),
});
