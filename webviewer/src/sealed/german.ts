// The texts of sealed media in German, beside those of the images and of the form.

import type { Texts } from "../languages";

export const SEALED_GERMAN: Texts = {
  "Open": "Öffnen",
  "Opening…": "Wird geöffnet…",
  "Password": "Passwort",
  "Show the password": "Passwort anzeigen",
  "The scans are decrypted in the memory of this page. Nothing of them is saved on this PC, and nothing leaves it.":
    "Die Bilder werden im Speicher dieser Seite entschlüsselt. Nichts davon wird auf diesem PC gespeichert, und nichts verlässt ihn.",
  "The scans are encrypted: you need the password that you were given for this stick.":
    "Die Bilder sind verschlüsselt: Sie brauchen das Passwort, das Sie für diesen Stick erhalten haben.",
  "These scans are encrypted": "Diese Bilder sind verschlüsselt",
  "This browser cannot write on the medium. Your answers are kept in this browser, encrypted for this stick; at the end you save them as a file, which is encrypted too, and send it.":
    "Dieser Browser kann nicht auf den Datenträger schreiben. Ihre Antworten werden in diesem Browser aufbewahrt, verschlüsselt wie der Stick; am Ende speichern Sie sie als Datei, die ebenfalls verschlüsselt ist, und senden diese.",
  "This is not the folder of the medium. Choose the one that holds INDEX.HTM and the folders BUNDLE and WEB.":
    "Das ist nicht der Ordner des Datenträgers. Wählen Sie den, in dem INDEX.HTM und die Ordner BUNDLE und WEB liegen.",
  "This password does not open the stick. Check capital letters and the keyboard, and try again.":
    "Dieses Passwort öffnet den Stick nicht. Prüfen Sie Großbuchstaben und Tastatur, und versuchen Sie es noch einmal.",
  "Type the password that you were given for this stick.": "Geben Sie das Passwort ein, das Sie für diesen Stick erhalten haben.",
  "Your answers are saved on the medium, in the folder READINGS, encrypted. The browser now asks whether this page may save changes there: please allow it. If you do not, they are kept in this browser, encrypted too, and you send them as a file at the end.":
    "Ihre Antworten werden auf dem Datenträger gespeichert, verschlüsselt im Ordner READINGS. Der Browser fragt jetzt, ob diese Seite dort Änderungen speichern darf: Bitte erlauben Sie es. Sonst werden sie in diesem Browser aufbewahrt, ebenfalls verschlüsselt, und Sie senden sie am Ende als Datei.",
  "another key, or a damaged beginning": "ein anderer Schlüssel oder ein beschädigter Anfang",
  "it ends too early": "es endet zu früh",
  "it is longer or shorter than it was": "es ist länger oder kürzer als vorher",
  "it is missing": "es fehlt",
  "it is no list of ours": "es ist keine unserer Listen",
  "neither copy of the header is whole": "keine Kopie des Kopfes ist unversehrt",
  "objects do not lie where they should": "Objekte liegen nicht, wo sie sollten",
  "the container has another length": "der Behälter hat eine andere Länge",
  "the record of the container": "die Angaben zum Behälter",
  "the slot of this password": "der Platz dieses Passworts",
  "{place} is sealed in a way that this program does not know ({reason}). Use the viewer on the same medium, or a newer mkbundle.":
    "{place} ist auf eine Weise verschlüsselt, die dieses Programm nicht kennt ({reason}). Nehmen Sie den Betrachter auf demselben Datenträger oder ein neueres mkbundle.",
  "{place} was damaged or altered ({reason}), so nothing of it is shown. Ask for a new copy.":
    "{place} wurde beschädigt oder verändert ({reason}), deshalb wird nichts davon gezeigt. Bitten Sie um eine neue Kopie.",
};
