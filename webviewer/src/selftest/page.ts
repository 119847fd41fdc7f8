// The page that tests its browser: a line for each part, and a report that can be saved and sent.

import { button, isSealedPage, make } from "../dom";
import type { BundleIndex } from "../format";
import { Opening } from "../opening";
import { isMedium } from "../medium";
import { tr } from "../words";
import { PARTS, reading, tried, type Found } from "./parts";

declare const PROGRAM: string;
const NAME = "self-test.txt";

/** Test this browser, and show what was found. */
export async function selfTest(index: BundleIndex | undefined): Promise<void> {
  const rows = make("tbody");
  const said = make("p", { className: "verdict", text: tr("The test is running.") });
  said.setAttribute("role", "status");
  const found: Found[] = [];
  const add = (line: Found): void => {
    found.push(line);
    const cells = [tr(line.name), tr(line.outcome), line.detail].map((text) => make("td", { text }));
    rows.append(make("tr", { className: line.outcome.replace(" ", "") }, ...cells));
    said.textContent = verdict(found);
  };
  const opening = make("details", {}, make("summary", { text: tr("Test the folder of the medium, too") }));
  const chosen = new Opening("", isMedium, (folder) => {
    opening.remove();
    void tried(FOLDER, () => reading(folder, index)).then(add);
  });
  opening.append(chosen.element);
  const save = button(tr("Save the report"), () => offer(found), "open");
  document.body.replaceChildren(make(
    "main", { className: "selftest" },
    make("h1", { text: tr("Test of this browser") }), said, make("table", {}, rows), save,
    make("p", { className: "muted", text: tr(ABOUT) }), ...(isSealedPage() ? [] : [opening]),
  ));
  save.disabled = true;
  for (const [name, part] of PARTS) add(await tried(name, () => part(index)));
  save.disabled = false;
  save.focus();
}

const FOLDER = "An image from the chosen folder";
const ABOUT =
  "The report says which browser this is and what was found, and nothing of the scans, of answers, or of where the medium lies. Send it to whoever gave you the medium.";

function verdict(found: readonly Found[]): string {
  const failed = found.filter(({ outcome }) => outcome === "FAILED").map(({ name }) => tr(name));
  if (failed.length) return `${tr("This browser does not do what the page needs:")} ${failed.join(", ")}`;
  return found.length < PARTS.length ? tr("The test is running.") : tr("This browser does all that the page needs.");
}

/** In English, whatever the reader speaks: it is read by whoever made the medium. */
function textOf(found: readonly Found[]): string {
  const { deviceMemory } = navigator as { deviceMemory?: number };
  const about = [
    `program ${PROGRAM}`, `browser ${navigator.userAgent}`, `language ${navigator.language}`,
    `screen ${screen.width} x ${screen.height}, ${devicePixelRatio}`, `window ${innerWidth} x ${innerHeight}`,
    `cores ${navigator.hardwareConcurrency}`, `memory ${deviceMemory ?? "unknown"}`, `opened from ${location.protocol}`,
  ];
  const lines = found.map(({ name, outcome, detail }) => `${outcome.padEnd(8)}  ${name}${detail ? `: ${detail}` : ""}`);
  return [...about, ...lines, ""].join("\n");
}

function offer(found: readonly Found[]): void {
  const link = make("a");
  link.href = URL.createObjectURL(new Blob([textOf(found)], { type: "text/plain" }));
  link.download = NAME;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
