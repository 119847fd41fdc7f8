// The page before the folder is chosen, and the two ways to choose it.

import { button, linkToTest, make } from "./dom";
import { ListedFolder, PickedFolder, type Folder } from "./source";
import { tr } from "./words";

// What the library of TypeScript does not have yet.
interface Dropped extends DataTransferItem {
  getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
}
type Picker = (options: { mode: "read" }) => Promise<FileSystemDirectoryHandle>;

export class Opening {
  readonly element = make("section", { className: "opening" });
  private readonly said = make("p", { className: "damage" });
  private readonly input = make("input");

  private taking = false;

  /**
   * `told` is what the reader should know; `chosen` takes the folder, once `isRight` finds that it is this medium; `back`
   * goes on without one.
   */
  constructor(
    told: string, private readonly isRight: (folder: Folder) => Promise<boolean>,
    private readonly chosen: (folder: Folder) => void, back: (() => void) | null = null, private readonly wrong = WRONG,
  ) {
    this.said.setAttribute("role", "alert");
    this.input.type = "file";
    this.input.id = "folder";
    this.input.webkitdirectory = true;
    this.input.addEventListener("change", () => void this.listed());
    const picker = (window as unknown as { showDirectoryPicker?: Picker }).showDirectoryPicker;
    const open = button(tr("Open the scans"), () => (picker ? void this.pick(picker) : this.input.click()), "open");
    this.element.append(
      make("h1", { text: tr("Scans for reading") }),
      make("p", { text: tr(HOW) }),
      open,
      this.said,
      ...(picker ? [make("p", { className: "other" }, button(tr("Choose it in another way"), () => this.input.click()))] : []),
      ...(told ? [make("p", { text: told, className: "note" })] : []),
      ...(back ? [make("p", {}, button(tr("Back"), back))] : []),
      make("p", { text: tr(NOTHING_LEAVES), className: "muted" }),
      ...(location.search ? [] : [make("p", {}, linkToTest(tr("Test this browser")))]),
      this.input,
    );
    this.element.addEventListener("dragover", (event) => event.preventDefault());
    this.element.addEventListener("drop", (event) => void this.dropped(event));
    if (!globalThis.crypto?.subtle) {
      open.disabled = this.input.disabled = true;
      this.said.textContent = tr("This browser cannot check that the images are unchanged. Use another browser, or viewer.exe.");
    }
    setTimeout(() => open.focus());
  }

  private async pick(picker: Picker): Promise<void> {
    let handle: FileSystemDirectoryHandle;
    try {
      handle = await picker.call(window, { mode: "read" });
    } catch (error) {
      // The reader closed the dialog; anything else leaves the other way.
      if (!(error instanceof DOMException && error.name === "AbortError")) this.input.click();
      return;
    }
    await this.take(new PickedFolder(handle));
  }

  /** The folder itself, dropped on the page: the same as choosing it. */
  private async dropped(event: DragEvent): Promise<void> {
    event.preventDefault();
    const item = event.dataTransfer?.items[0] as Dropped | undefined;
    const handle = await item?.getAsFileSystemHandle?.();
    if (handle?.kind === "directory") await this.take(new PickedFolder(handle as FileSystemDirectoryHandle));
    else this.said.textContent = tr(this.wrong);
  }

  private async listed(): Promise<void> {
    const { files } = this.input;
    // A browser whose dialog knows no folders gives single files, without a path.
    if (files?.[0] && !files[0].webkitRelativePath) this.said.textContent = tr(NO_FOLDERS);
    else if (files?.length) await this.take(new ListedFolder(files));
  }

  private async take(folder: Folder): Promise<void> {
    // A second folder, while a slow medium is read, begins nothing twice.
    if (this.taking) return;
    this.taking = true;
    if (await this.isRight(folder)) return this.chosen(folder);
    this.said.textContent = tr(this.wrong);
    this.taking = false;
  }
}

const HOW =
  "Click the button, then choose the folder that holds this medium: the one with INDEX.HTM in it. The browser asks whether this page may see its files: allow it.";
const WRONG = "This is not the folder of the medium. Choose the one that holds INDEX.HTM and the folders DICOM and WEB.";
const NO_FOLDERS =
  "This browser gives a page single files, not a folder. Open the page in Chrome, Edge, Firefox or Safari, or the medium with viewer.exe.";
const NOTHING_LEAVES =
  "Nothing is installed, and nothing leaves this computer. For reading scans in research: not a medical device.";
