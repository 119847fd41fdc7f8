// The chosen folder of the medium, and the pixels of single frames in it: read by offsets, each header by its digest.

import type { Frame, Stack } from "./format";
import type { Medium, MediumFile } from "./medium";
import { tr } from "./words";

/** Why an image cannot be shown. */
export class NotShown extends Error {
  /** The same for a blinded reader: a path may tell which case it is. */
  unnamed(): NotShown {
    return this;
  }
}

/** A folder that the reader chose; both ways to choose one end here. */
export interface Folder {
  /** The file at a relative path; rejects if it is not there. */
  file(path: string): Promise<File>;
}

// One of these is on every medium, whether its scans lie there plainly or sealed.
const PROOFS = ["WEB/INDEX.JS", "BUNDLE/LOCK.BIN"];

/** The folder of showDirectoryPicker. */
export class PickedFolder implements Folder {
  private readonly folders = new Map<string, Promise<FileSystemDirectoryHandle>>();

  constructor(readonly root: FileSystemDirectoryHandle) {}

  async file(path: string): Promise<File> {
    const cut = path.lastIndexOf("/");
    const folder = await this.folder(path.slice(0, Math.max(cut, 0)));
    return (await folder.getFileHandle(path.slice(cut + 1))).getFile();
  }

  private folder(path: string): Promise<FileSystemDirectoryHandle> {
    if (!path) return Promise.resolve(this.root);
    let found = this.folders.get(path);
    if (!found) {
      const cut = path.lastIndexOf("/");
      found = this.folder(path.slice(0, Math.max(cut, 0))).then((above) => above.getDirectoryHandle(path.slice(cut + 1)));
      found.catch(() => this.folders.delete(path));
      this.folders.set(path, found);
    }
    return found;
  }
}

/** The files of <input webkitdirectory>: the chosen folder, or one in it, is the medium. */
export class ListedFolder implements Folder {
  private readonly files = new Map<string, File>();

  constructor(files: Iterable<File>) {
    const all = [...files];
    const paths = all.map((file) => file.webkitRelativePath);
    const roots = PROOFS.flatMap((proof) => paths.filter((path) => path.endsWith(`/${proof}`)).map((path) => path.slice(0, -proof.length)));
    const root = roots.sort((a, b) => a.length - b.length)[0] ?? "";
    for (const file of all) {
      if (file.webkitRelativePath.startsWith(root)) this.files.set(file.webkitRelativePath.slice(root.length), file);
    }
  }

  /** The files directly in a folder. */
  filesIn(folder: string): File[] {
    const inside = [...this.files].filter(([path]) => path.slice(0, path.lastIndexOf("/")) === folder);
    return inside.map(([, file]) => file);
  }

  file(path: string): Promise<File> {
    const found = this.files.get(path);
    return found ? Promise.resolve(found) : Promise.reject(new DOMException(path, "NotFoundError"));
  }
}

/** One of the two ways to the pixels of a medium. */
export interface PixelSource {
  /** The bytes of a frame's pixels; rejects with NotShown. */
  read(stack: Stack, frame: Frame): Promise<ArrayBuffer>;
}

/** Reads frames from the files of the medium; headers that were compared once are remembered. */
export class FrameReader implements PixelSource {
  private readonly sound = new Map<string, MediumFile>();

  /** Messages name no file to a `blinded` reader: its path may tell which case it is. */
  constructor(private readonly medium: Medium, private readonly blinded: boolean) {}

  /** The bytes of a frame's pixels; rejects with NotShown. */
  async read(stack: Stack, frame: Frame): Promise<ArrayBuffer> {
    try {
      return await this.pixels(stack, frame);
    } catch (error) {
      if (error instanceof NotShown) throw this.blinded ? error.unnamed() : error;
      throw new NotShown((await this.medium.isThere()) ? this.differs(frame, tr("it cannot be read")) : tr(GONE));
    }
  }

  private async pixels(stack: Stack, frame: Frame): Promise<ArrayBuffer> {
    const length = (stack.rows * stack.columns * stack.bits_allocated) / 8;
    const start = frame.frameIndex * length;
    if (start + length > Math.min(frame.pixelLength, frame.fileSize - frame.pixelOffset)) {
      throw new NotShown(this.differs(frame, tr("its pixel data are incomplete")));
    }
    const known = this.sound.get(frame.path);
    if (known) return known.slice(frame.pixelOffset + start, frame.pixelOffset + start + length).arrayBuffer();
    const file = await this.medium.file(frame.path);
    if (file.size !== frame.fileSize) throw new NotShown(this.differs(frame, tr("it has another length")));
    const whole = start === 0;
    const bytes = await file.slice(0, frame.pixelOffset + (whole ? length : 0)).arrayBuffer();
    const digest = await crypto.subtle.digest("SHA-256", bytes.slice(0, frame.pixelOffset));
    // A wrong picture is worse than none.
    if (hex(digest) !== frame.headerDigest) throw new NotShown(this.differs(frame, tr("its header differs")));
    if (stack.number_of_frames > 1) this.sound.set(frame.path, file);
    if (whole) return bytes.slice(frame.pixelOffset);
    return file.slice(frame.pixelOffset + start, frame.pixelOffset + start + length).arrayBuffer();
  }

  private differs({ path }: Frame, reason: string): string {
    return tr(
      "{path} does not match the index ({reason}), so its image is not shown. The medium may be damaged: ask for a new copy.",
      { path: named(path, this.blinded), reason },
    );
  }
}

/** The name of a file in a message. */
export function named(path: string, blinded: boolean): string {
  return blinded ? tr("The file of this image") : path;
}

export const GONE = "The stick or disc is no longer there. Put it back and open the series again. You can still view what was read.";

function hex(digest: ArrayBuffer): string {
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
