// Where files come from: a picker, or something dropped onto the page. Nothing is read here.

/** A file that the user gave to the page. */
export interface Given {
  /** Within what was given, with `/`. */
  path: string;
  file(): Promise<File>;
}

/** Folders that hold nothing that a person edits. */
const SKIPPED = /^(\..+|node_modules|target|dist|build|out|vendor|__pycache__|venv)$/;

/** Lets the user choose files. Empty if they choose none. */
export async function pickFiles(): Promise<Given[]> {
  return given(await chosen({ multiple: true }));
}

/** Lets the user choose a folder. Empty if they choose none. */
export async function pickFolder(): Promise<Given[]> {
  if (!window.showDirectoryPicker) return given(await chosen({ webkitdirectory: true }));
  try {
    return await under(await window.showDirectoryPicker(), "");
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return [];
    throw error;
  }
}

/** The files and folders that were dropped. To be called within the event. */
export async function dropped(transfer: DataTransfer): Promise<Given[]> {
  const entries = [...transfer.items]
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null);
  return (await Promise.all(entries.map((entry) => within(entry)))).flat();
}

async function under(folder: FileSystemDirectoryHandle, prefix: string): Promise<Given[]> {
  const found: Given[] = [];
  for await (const [name, handle] of folder.entries()) {
    if (handle.kind === "file") found.push({ path: prefix + name, file: () => handle.getFile() });
    else if (!SKIPPED.test(name)) found.push(...(await under(handle, `${prefix}${name}/`)));
  }
  return found;
}

async function within(entry: FileSystemEntry, prefix = ""): Promise<Given[]> {
  const path = prefix + entry.name;
  if (entry.isFile) {
    const file = () =>
      new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ path, file }];
  }
  if (SKIPPED.test(entry.name)) return [];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const entries: FileSystemEntry[] = [];
  for (let last = -1; last !== entries.length; ) {
    last = entries.length; // a reader hands out a hundred at a time
    entries.push(...(await new Promise<FileSystemEntry[]>(reader.readEntries.bind(reader))));
  }
  return (await Promise.all(entries.map((inner) => within(inner, `${path}/`)))).flat();
}

function chosen(options: { multiple?: boolean; webkitdirectory?: boolean }): Promise<FileList | null> {
  const input = Object.assign(document.createElement("input"), { type: "file", ...options });
  return new Promise((resolve) => {
    input.addEventListener("change", () => resolve(input.files));
    input.addEventListener("cancel", () => resolve(null));
    input.click();
  });
}

function given(files: FileList | null): Given[] {
  return [...(files ?? [])]
    .map((file) => ({ path: file.webkitRelativePath || file.name, file: async () => file }))
    .filter(
      ({ path }) =>
        !path
          .split("/")
          .slice(0, -1)
          .some((folder) => SKIPPED.test(folder)),
    );
}

declare global {
  interface Window {
    showDirectoryPicker?: () => Promise<FileSystemDirectoryHandle>;
  }
  interface FileSystemDirectoryHandle {
    entries(): AsyncIterable<[name: string, handle: FileSystemFileHandle | FileSystemDirectoryHandle]>;
  }
}
