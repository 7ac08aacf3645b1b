// What is known of a model file that is kept, or of the part of it that is there so far.

/** Noted beside the file, as JSON. */
export interface Note {
  name: string;
  /** Where it came from, if not from the user's own disk. */
  url?: string | undefined;
  /** A strong `ETag`, else `Last-Modified`, else any `ETag`: another one is another file. */
  validator?: string | undefined;
  /** Size of the whole file; 0 where the server did not say. */
  bytes: number;
  /** What the bytes must hash to, or in a complete file do. Hexadecimal. */
  sha256?: string | undefined;
  /** Whoever asked for it said the hash: the bytes are these, whatever the server has by now. */
  pinned: boolean;
  /** All of it is there, and has been checked. */
  complete: boolean;
}
