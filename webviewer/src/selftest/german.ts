// The texts of the test of a browser in German.

import type { Texts } from "../languages";

export const SELF_TEST_GERMAN: Texts = {
  "An image from the chosen folder": "Ein Bild aus dem ausgewählten Ordner",
  "Choosing a folder": "Auswahl eines Ordners",
  "Digests (WebCrypto)": "Prüfsummen (WebCrypto)",
  "FAILED": "FEHLER",
  "Grey levels of a small picture": "Grauwerte eines kleinen Bildes",
  "Pixels of a chunk": "Pixel eines Bildpakets",
  "Save the report": "Bericht speichern",
  "Scripts beside the page": "Skripte neben der Seite",
  "Storage (IndexedDB)": "Speicher (IndexedDB)",
  "Test of this browser": "Test dieses Browsers",
  "Test the folder of the medium, too": "Auch den Ordner des Datenträgers testen",
  "Test this browser": "Diesen Browser testen",
  "The picture on a canvas": "Das Bild auf einer Zeichenfläche",
  "The report says which browser this is and what was found, and nothing of the scans, of answers, or of where the medium lies. Send it to whoever gave you the medium.":
    "Der Bericht nennt den Browser und was gefunden wurde, und nichts von den Aufnahmen, von Antworten oder vom Ort des Datenträgers. Senden Sie ihn an die Person, von der Sie den Datenträger haben.",
  "The test is running.": "Der Test läuft.",
  "This browser does all that the page needs.": "Dieser Browser kann alles, was die Seite braucht.",
  "This browser does not do what the page needs:": "Dieser Browser kann nicht, was die Seite braucht:",
  "Unpacking (DecompressionStream)": "Entpacken (DecompressionStream)",
  "WebGL 2": "WebGL 2",
  "not here": "nicht da",
  "works": "geht",
};
