// The texts of the form in German, and those with a singular in English, beside those of the images.

import type { Texts } from "../languages";

export const FORM_ENGLISH: Texts = {
  "%n marks": ["%n mark", "%n marks"],
  "All cases are done. Thank you.\n%n cases in {time}. Give the medium back, or save a copy to send.":
    ["All cases are done. Thank you.\n%n case in {time}. Give the medium back, or save a copy to send.", "All cases are done. Thank you.\n%n cases in {time}. Give the medium back, or save a copy to send."],
  "All cases are done. Thank you.\n%n cases in {time}. You can still open each one in the list above. Give the medium back, or save a copy to send.":
    ["All cases are done. Thank you.\n%n case in {time}. You can still open it in the list above. Give the medium back, or save a copy to send.", "All cases are done. Thank you.\n%n cases in {time}. You can still open each one in the list above. Give the medium back, or save a copy to send."],
  "An answer can have no more than %n characters. The rest was cut off.":
    ["An answer can have no more than %n character. The rest was cut off.", "An answer can have no more than %n characters. The rest was cut off."],
  "No more than %n marks can be set here. Remove them to set others.":
    ["No more than %n mark can be set here. Remove it to set another one.", "No more than %n marks can be set here. Remove them to set others."],
};

export const FORM_GERMAN: Texts = {
  "%n marks": ["%n Markierung", "%n Markierungen"],
  "About you": "Über Sie",
  "All cases are done. Thank you.\n%n cases in {time}. Give the medium back, or save a copy to send.":
    ["Alle Fälle sind befundet. Vielen Dank.\n%n Fall in {time}. Geben Sie den Datenträger zurück, oder speichern Sie eine Kopie zum Senden.", "Alle Fälle sind befundet. Vielen Dank.\n%n Fälle in {time}. Geben Sie den Datenträger zurück, oder speichern Sie eine Kopie zum Senden."],
  "All cases are done. Thank you.\n%n cases in {time}. You can still open each one in the list above. Give the medium back, or save a copy to send.":
    ["Alle Fälle sind befundet. Vielen Dank.\n%n Fall in {time}. Sie können ihn in der Liste oben weiterhin öffnen. Geben Sie den Datenträger zurück oder speichern Sie eine Kopie zum Versenden.", "Alle Fälle sind befundet. Vielen Dank.\n%n Fälle in {time}. Sie können jeden in der Liste oben weiterhin öffnen. Geben Sie den Datenträger zurück oder speichern Sie eine Kopie zum Versenden."],
  "All cases: open, started and done": "Alle Fälle: offen, begonnen und abgeschlossen",
  "An answer can have no more than %n characters. The rest was cut off.":
    ["Eine Antwort kann höchstens %n Zeichen haben. Der Rest wurde abgeschnitten.", "Eine Antwort kann höchstens %n Zeichen haben. Der Rest wurde abgeschnitten."],
  "An answer is required": "Antwort erforderlich",
  "Back": "Zurück",
  "Both ends are at the same place": "Beide Enden liegen an derselben Stelle",
  "Cancel": "Abbrechen",
  "Case {number}": "Fall {number}",
  "Cases": "Fälle",
  "Change": "Ändern",
  "Change a submitted case": "Abgeschlossenen Fall ändern",
  "Choose the folder": "Ordner auswählen",
  "Clear the answer": "Antwort löschen",
  "Clear the answer (Delete)": "Antwort löschen (Entf)",
  "Click on an image: there is none here": "Klicken Sie auf ein Bild: Hier ist keines",
  "Click on the image": "Klicken Sie auf das Bild",
  "Click where the distance ends": "Klicken Sie auf das Ende der Strecke",
  "Click where the distance starts": "Klicken Sie auf den Anfang der Strecke",
  "Click, use the arrow keys, or type a number; Delete clears it":
    "Klicken, Pfeiltasten benutzen oder eine Zahl eintippen; Entf löscht sie",
  "Continue": "Weiter",
  "Erase": "Löschen",
  "Erase the answers from this browser": "Antworten aus diesem Browser löschen",
  "Esc cancels": "Esc bricht ab",
  "Go to its slice; with the tool Select (V) you can drag it on the image":
    "Zur Schicht gehen; mit dem Werkzeug Auswählen (V) lässt sich die Antwort im Bild verschieben",
  "Go to the next open case (F8); F6 switches between image and form":
    "Zum nächsten offenen Fall (F8); F6 wechselt zwischen Bild und Formular",
  "I have sent it: erase the answers from this browser":
    "Ich habe sie gesendet: Antworten aus diesem Browser löschen",
  "If you have begun this reading on the medium, choose its folder: this page does not see those answers otherwise.":
    "Wenn Sie auf dem Datenträger schon begonnen haben, wählen Sie seinen Ordner aus: Sonst sieht diese Seite jene Antworten nicht.",
  "If your answers are to be saved on the medium, or if you have begun this reading there, choose its folder.":
    "Wenn Ihre Antworten auf dem Datenträger gespeichert werden sollen oder Sie dort schon begonnen haben, wählen Sie seinen Ordner aus.",
  "MPR plane": "MPR-Ebene",
  "Mark on the image": "Im Bild markieren",
  "Measure on the image": "Im Bild messen",
  "Name or code": "Name oder Kürzel",
  "New reader": "Neue Person",
  "New reader, or {name}?": "Neue Person, oder {name}?",
  "Next open case": "Nächster offener Fall",
  "No": "Nein",
  "No more than %n marks can be set here. Remove them to set others.":
    ["Hier kann nicht mehr als %n Markierung gesetzt werden. Entfernen Sie sie, um eine andere zu setzen.", "Hier können nicht mehr als %n Markierungen gesetzt werden. Entfernen Sie sie, um andere zu setzen."],
  "not on one slice: please measure again": "nicht auf einer Schicht: bitte neu messen",
  "OK": "OK",
  "Only if the file has been sent: nothing of your answers stays on this PC then.":
    "Nur wenn die Datei gesendet ist: Danach bleibt auf diesem PC nichts von Ihren Antworten.",
  "Others answered: {answers}": "Andere antworteten: {answers}",
  "Reading": "Befundung",
  "Receipt: {code}\nPlease tell it to the study, by telephone or mail.":
    "Quittung: {code}\nBitte teilen Sie sie der Studie telefonisch oder per Post mit.",
  "Reference: {text}": "Referenz: {text}",
  "Remove": "Entfernen",
  "Remove this mark": "Diese Markierung entfernen",
  "Save a copy to send": "Kopie zum Versenden speichern",
  "Show": "Zeigen",
  "Start": "Beginnen",
  "Submit": "Abschließen",
  "Submit this case, or change it once it is done (Ctrl+Enter)":
    "Diesen Fall abschließen oder nachträglich ändern (Strg+Eingabe)",
  "The answers were erased from this browser. You can close this page.":
    "Die Antworten wurden aus diesem Browser gelöscht. Sie können diese Seite schließen.",
  "The distance begins on another plane, and must end there, too. Esc cancels": "Die Strecke beginnt auf einer anderen Ebene und muss auch dort enden. Esc bricht ab",
  "The distance begins on {place}, so it must end there, too. Esc cancels":
    "Die Strecke beginnt auf {place} und muss auch dort enden. Esc bricht ab",
  "The form of this study (WEB/FORM.JS) is damaged or does not fit this page. Open the medium with viewer.exe, or ask for a new copy.":
    "Das Formular dieser Studie (WEB/FORM.JS) ist beschädigt oder passt nicht zu dieser Seite. Öffnen Sie den Datenträger mit viewer.exe, oder bitten Sie um eine neue Kopie.",
  "The pixel size is unknown, so lengths cannot be measured":
    "Die Pixelgröße ist unbekannt, Längen lassen sich nicht messen",
  "There are answers by {name}, and none by {typed}.": "Von {name} gibt es hier Antworten, von {typed} keine.",
  "These questions are asked only once.": "Diese Fragen werden nur einmal gestellt.",
  "This browser cannot write on the medium. Your answers are kept in this browser, on this PC; at the end you save them as a file and send it.":
    "Dieser Browser kann auf dem Datenträger nicht schreiben. Ihre Antworten bleiben in diesem Browser, auf diesem PC; am Ende speichern Sie sie als Datei und senden diese.",
  "This case is closed. Please go on with the next open case (F8).":
    "Dieser Fall ist geschlossen. Bitte machen Sie mit dem nächsten offenen Fall weiter (F8).",
  "This is a reading: you see the cases one after the other, and answer questions beside the images.":
    "Dies ist eine Befundung: Sie sehen die Fälle nacheinander und beantworten Fragen neben den Bildern.",
  "This question is about another series": "Diese Frage gilt einer anderen Serie",
  "Training {number}": "Übung {number}",
  "Training: compare your answers with the reference. They stay as they are.":
    "Übung: Vergleichen Sie Ihre Antworten mit der Referenz. Sie bleiben, wie sie sind.",
  "Use {length} on {place}": "{length} auf {place} verwenden",
  "Who is reading?": "Wer befundet?",
  "Why are you changing it?": "Warum ändern Sie ihn?",
  "Yes": "Ja",
  "Your answers are kept in this browser, not on the medium: save a copy at the end, and send it.":
    "Ihre Antworten liegen in diesem Browser, nicht auf dem Datenträger: Speichern Sie am Ende eine Kopie, und senden Sie diese.",
  "Your answers are kept in this browser, on this PC; at the end you save them as a file and send it.":
    "Ihre Antworten bleiben in diesem Browser, auf diesem PC; am Ende speichern Sie sie als Datei und senden sie.",
  "Your answers are saved on the medium, in the folder READINGS. The browser now asks whether this page may save changes there: please allow it. If you do not, they are kept in this browser, and you send them as a file at the end.":
    "Ihre Antworten werden auf dem Datenträger gespeichert, im Ordner READINGS. Der Browser fragt gleich, ob diese Seite dort Änderungen speichern darf: Bitte erlauben Sie es. Sonst bleiben sie in diesem Browser, und Sie senden sie am Ende als Datei.",
  "Your answers are saved under this name. Use the same name every time.":
    "Ihre Antworten werden unter diesem Namen gespeichert. Verwenden Sie immer denselben Namen.",
  "Your latest answers could not be saved. Free some space, or save a copy to send.":
    "Ihre letzten Antworten konnten nicht gespeichert werden. Schaffen Sie Platz oder speichern Sie eine Kopie zum Versenden.",
  "a rating is outside its limits": "eine Bewertung liegt außerhalb ihrer Grenzen",
  "an answer is needed": "Antwort erforderlich",
  "at least {} must be chosen": "mindestens {} auswählen",
  "at least {} must be set": "mindestens {} setzen",
  "at most {} may be chosen": "höchstens {} auswählen",
  "at most {} may be set": "höchstens {} setzen",
  "done": "abgeschlossen",
  "every mark needs a rating": "jede Markierung braucht eine Bewertung",
  "it is less than {}": "kleiner als {}",
  "it is longer than {} characters": "länger als {} Zeichen",
  "it is more than {}": "größer als {}",
  "it is neither yes nor no": "weder ja noch nein",
  "it is not a list of marks": "das ist keine Liste von Markierungen",
  "it is not a list of the options": "das ist keine Liste der Möglichkeiten",
  "it is not a measurement": "das ist keine Messung",
  "it is not a number": "das ist keine Zahl",
  "it is not a point of the scale": "das ist kein Punkt der Skala",
  "it is not a text": "das ist kein Text",
  "it is not one of the options": "keine der Möglichkeiten",
  "none yet": "noch keine",
  "open": "offen",
  "slice {number}": "Schicht {number}",
  "started": "begonnen",
  "this is not a number": "das ist keine Zahl",
  "{done} of {total} done": "{done} von {total} abgeschlossen",
  "{hours} h {minutes} min": "{hours} h {minutes} min",
};
