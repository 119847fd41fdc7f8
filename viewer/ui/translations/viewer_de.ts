<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
  <context>
    <name>viewer</name>
    <message numerus="yes">
      <source> and %n more</source>
      <translation>
        <numerusform> und %n weitere Lücke</numerusform>
        <numerusform> und %n weitere Lücken</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n damaged images left out</source>
      <translation>
        <numerusform>%n beschädigtes Bild weggelassen</numerusform>
        <numerusform>%n beschädigte Bilder weggelassen</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n files lie in</source>
      <translation>
        <numerusform>%n Datei liegt in</numerusform>
        <numerusform>%n Dateien liegen in</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n images</source>
      <translation>
        <numerusform>%n Bild</numerusform>
        <numerusform>%n Bilder</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n images could not be read</source>
      <translation>
        <numerusform>%n Bild nicht lesbar</numerusform>
        <numerusform>%n Bilder nicht lesbar</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n images not chosen</source>
      <translation>
        <numerusform>%n Bild nicht ausgewählt</numerusform>
        <numerusform>%n Bilder nicht ausgewählt</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n images of the PET are damaged</source>
      <translation>
        <numerusform>%n Bild des PET ist beschädigt</numerusform>
        <numerusform>%n Bilder des PET sind beschädigt</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n images of this series are damaged</source>
      <translation>
        <numerusform>%n Bild dieser Serie ist beschädigt</numerusform>
        <numerusform>%n Bilder dieser Serie sind beschädigt</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n marks</source>
      <translation>
        <numerusform>%n Markierung</numerusform>
        <numerusform>%n Markierungen</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n pixels</source>
      <translation>
        <numerusform>%n Pixel</numerusform>
        <numerusform>%n Pixel</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n series</source>
      <translation>
        <numerusform>%n Serie</numerusform>
        <numerusform>%n Serien</numerusform>
      </translation>
    </message>
    <message>
      <source>, here {steps} mm</source>
      <translation>, hier {steps} mm</translation>
    </message>
    <message>
      <source>. , Ctrl+.</source>
      <translation>. , Strg+.</translation>
    </message>
    <message>
      <source>1 to 6, 0 in 3D</source>
      <translation>3D: 1–6, 0</translation>
    </message>
    <message>
      <source>1 to 9, 0</source>
      <translation>1 bis 9, 0</translation>
    </message>
    <message>
      <source>3D</source>
      <translation>3D</translation>
    </message>
    <message>
      <source>3D view</source>
      <translation>3D-Ansicht</translation>
    </message>
    <message>
      <source>A</source>
      <translation>A</translation>
    </message>
    <message>
      <source>A body has no slice to mark: key images are marked on the slices</source>
      <translation>Ein Körper hat keine Schicht zum Markieren: Schlüsselbilder werden auf den Schichten markiert</translation>
    </message>
    <message>
      <source>A part of the viewer is missing or damaged, or does not work on this computer.

viewer.exe and viewer.sh need the folder VIEWER beside them: start the viewer from the medium itself, or copy the whole medium. If that does not help, ask for a new copy.
Any other DICOM viewer can open the file DICOMDIR.

For technical support:
{reason}</source>
      <translation>Ein Teil des Viewers fehlt, ist beschädigt oder läuft auf diesem Computer nicht.

viewer.exe und viewer.sh brauchen den Ordner VIEWER neben sich: Starten Sie den Viewer direkt vom Datenträger oder kopieren Sie den ganzen Datenträger. Hilft das nicht, bitten Sie um eine neue Kopie.
Jeder andere DICOM-Viewer kann die Datei DICOMDIR öffnen.

Für den technischen Support:
{reason}</translation>
    </message>
    <message>
      <source>Abdomen</source>
      <translation>Abdomen</translation>
    </message>
    <message>
      <source>About you</source>
      <translation>Über Sie</translation>
    </message>
    <message>
      <source>Acquired {time}</source>
      <translation>Aufgenommen {time}</translation>
    </message>
    <message>
      <source>All</source>
      <translation>Alle</translation>
    </message>
    <message numerus="yes">
      <source>All cases are done. Thank you.
%n cases in {time}. Give the medium back, or save a copy to send.</source>
      <translation>
        <numerusform>Alle Fälle sind befundet. Vielen Dank.
%n Fall in {time}. Geben Sie den Datenträger zurück, oder speichern Sie eine Kopie zum Senden.</numerusform>
        <numerusform>Alle Fälle sind befundet. Vielen Dank.
%n Fälle in {time}. Geben Sie den Datenträger zurück, oder speichern Sie eine Kopie zum Senden.</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>All cases are done. Thank you.
%n cases in {time}. Give the medium back.</source>
      <translation>
        <numerusform>Alle Fälle sind befundet. Vielen Dank.
%n Fall in {time}. Geben Sie den Datenträger zurück.</numerusform>
        <numerusform>Alle Fälle sind befundet. Vielen Dank.
%n Fälle in {time}. Geben Sie den Datenträger zurück.</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>All cases are done. Thank you.
%n cases in {time}. You can still open each one in the list above. Give the medium back, or save a copy to send.</source>
      <translation>
        <numerusform>Alle Fälle sind befundet. Vielen Dank.
%n Fall in {time}. Sie können ihn in der Liste oben weiterhin öffnen. Geben Sie den Datenträger zurück oder speichern Sie eine Kopie zum Versenden.</numerusform>
        <numerusform>Alle Fälle sind befundet. Vielen Dank.
%n Fälle in {time}. Sie können jeden in der Liste oben weiterhin öffnen. Geben Sie den Datenträger zurück oder speichern Sie eine Kopie zum Versenden.</numerusform>
      </translation>
    </message>
    <message>
      <source>All cases: open, started and done</source>
      <translation>Alle Fälle: offen, begonnen und abgeschlossen</translation>
    </message>
    <message numerus="yes">
      <source>An answer can have no more than %n characters. The rest was cut off.</source>
      <translation>
        <numerusform>Eine Antwort kann höchstens %n Zeichen haben. Der Rest wurde abgeschnitten.</numerusform>
        <numerusform>Eine Antwort kann höchstens %n Zeichen haben. Der Rest wurde abgeschnitten.</numerusform>
      </translation>
    </message>
    <message>
      <source>An answer is required</source>
      <translation>Antwort erforderlich</translation>
    </message>
    <message>
      <source>Angio</source>
      <translation>Angio</translation>
    </message>
    <message>
      <source>Angle</source>
      <translation>Winkel</translation>
    </message>
    <message>
      <source>Angle: three points</source>
      <translation>Winkel: drei Punkte</translation>
    </message>
    <message>
      <source>Another case was opened. Drag a series here, or click.</source>
      <translation>Ein anderer Fall wurde geöffnet. Ziehen Sie eine Serie hierher, oder klicken Sie.</translation>
    </message>
    <message>
      <source>Answers cannot be saved on this medium. They are saved on this PC, in {folder}</source>
      <translation>Auf diesem Datenträger lassen sich keine Antworten speichern. Sie werden auf diesem PC gespeichert: {folder}</translation>
    </message>
    <message>
      <source>Arrow</source>
      <translation>Pfeil</translation>
    </message>
    <message>
      <source>Arrow keys</source>
      <translation>Pfeiltasten</translation>
    </message>
    <message>
      <source>Axial</source>
      <translation>Axial</translation>
    </message>
    <message>
      <source>Back</source>
      <translation>Zurück</translation>
    </message>
    <message>
      <source>Back to the slices (Esc)</source>
      <translation>Zurück zu den Schichten (Esc)</translation>
    </message>
    <message>
      <source>Blue: only in {name}</source>
      <translation>Blau: nur in {name}</translation>
    </message>
    <message>
      <source>Bone</source>
      <translation>Knochen</translation>
    </message>
    <message>
      <source>Both ends are at the same place</source>
      <translation>Beide Enden liegen an derselben Stelle</translation>
    </message>
    <message>
      <source>Brain</source>
      <translation>Hirn</translation>
    </message>
    <message>
      <source>Can you see the darker square in the white one, and the brighter one in the black one?</source>
      <translation>Sehen Sie das dunklere Quadrat im weißen und das hellere im schwarzen?</translation>
    </message>
    <message>
      <source>Cancel</source>
      <translation>Abbrechen</translation>
    </message>
    <message>
      <source>Case</source>
      <translation>Fall</translation>
    </message>
    <message>
      <source>Case {number}</source>
      <translation>Fall {number}</translation>
    </message>
    <message>
      <source>Cases</source>
      <translation>Fälle</translation>
    </message>
    <message>
      <source>Cases and series</source>
      <translation>Fälle und Serien</translation>
    </message>
    <message>
      <source>Centre</source>
      <translation>Mitte</translation>
    </message>
    <message>
      <source>Change</source>
      <translation>Ändern</translation>
    </message>
    <message>
      <source>Change a submitted case</source>
      <translation>Abgeschlossenen Fall ändern</translation>
    </message>
    <message>
      <source>Choose a folder</source>
      <translation>Ordner wählen</translation>
    </message>
    <message>
      <source>Choose what is shown ({key})</source>
      <translation>Wählen, was gezeigt wird ({key})</translation>
    </message>
    <message>
      <source>Cine</source>
      <translation>Cine</translation>
    </message>
    <message>
      <source>Clear the answer</source>
      <translation>Antwort löschen</translation>
    </message>
    <message>
      <source>Clear the answer (Delete)</source>
      <translation>Antwort löschen (Entf)</translation>
    </message>
    <message>
      <source>Click on an image: there is none here</source>
      <translation>Klicken Sie auf ein Bild: Hier ist keines</translation>
    </message>
    <message>
      <source>Click on the image</source>
      <translation>Klicken Sie auf das Bild</translation>
    </message>
    <message>
      <source>Click where the distance ends</source>
      <translation>Klicken Sie auf das Ende der Strecke</translation>
    </message>
    <message>
      <source>Click where the distance starts</source>
      <translation>Klicken Sie auf den Anfang der Strecke</translation>
    </message>
    <message>
      <source>Click, use the arrow keys, or type a number; Delete clears it</source>
      <translation>Klicken, Pfeiltasten benutzen oder eine Zahl eintippen; Entf löscht sie</translation>
    </message>
    <message>
      <source>Clip</source>
      <translation>Beschneiden</translation>
    </message>
    <message>
      <source>Clip from {side}</source>
      <translation>Von {side} beschneiden</translation>
    </message>
    <message>
      <source>Close</source>
      <translation>Schließen</translation>
    </message>
    <message>
      <source>Cobb angle</source>
      <translation>Cobb-Winkel</translation>
    </message>
    <message>
      <source>Cobb angle: two lines</source>
      <translation>Cobb-Winkel: zwei Linien</translation>
    </message>
    <message>
      <source>Colours from 0 to {white}</source>
      <translation>Farben von 0 bis {white}</translation>
    </message>
    <message>
      <source>Compare with another segmentation</source>
      <translation>Mit einer anderen Segmentierung vergleichen</translation>
    </message>
    <message>
      <source>Continue</source>
      <translation>Weiter</translation>
    </message>
    <message>
      <source>Copy all measurements as a table</source>
      <translation>Alle Messungen als Tabelle kopieren</translation>
    </message>
    <message>
      <source>Copy text</source>
      <translation>Text kopieren</translation>
    </message>
    <message>
      <source>Copy this pane</source>
      <translation>Diese Ansicht kopieren</translation>
    </message>
    <message>
      <source>Copy this pane as a picture</source>
      <translation>Diese Ansicht als Bild kopieren</translation>
    </message>
    <message>
      <source>Coronal</source>
      <translation>Koronar</translation>
    </message>
    <message>
      <source>Cross-hair</source>
      <translation>Fadenkreuz</translation>
    </message>
    <message>
      <source>Ctrl+C</source>
      <translation>Strg+C</translation>
    </message>
    <message>
      <source>Ctrl+G</source>
      <translation>Strg+G</translation>
    </message>
    <message>
      <source>Ctrl+H</source>
      <translation>Strg+H</translation>
    </message>
    <message>
      <source>Ctrl+S</source>
      <translation>Strg+S</translation>
    </message>
    <message>
      <source>Ctrl+Shift+C</source>
      <translation>Strg+Shift+C</translation>
    </message>
    <message>
      <source>Ctrl+Wheel</source>
      <translation>Strg+Rad</translation>
    </message>
    <message>
      <source>Ctrl+Y</source>
      <translation>Strg+Y</translation>
    </message>
    <message>
      <source>Ctrl+Z</source>
      <translation>Strg+Z</translation>
    </message>
    <message>
      <source>Ctrl+Z, Ctrl+Y</source>
      <translation>Strg+Z, Strg+Y</translation>
    </message>
    <message>
      <source>Curve</source>
      <translation>Kurve</translation>
    </message>
    <message numerus="yes">
      <source>Curve through %n points</source>
      <translation>
        <numerusform>Kurve durch %n Punkt</numerusform>
        <numerusform>Kurve durch %n Punkte</numerusform>
      </translation>
    </message>
    <message>
      <source>Curved</source>
      <translation>Gestreckt</translation>
    </message>
    <message>
      <source>Cut away</source>
      <translation>Wegschneiden</translation>
    </message>
    <message>
      <source>Cut by the clip box from {sides}</source>
      <translation>Vom Quader beschnitten von {sides}</translation>
    </message>
    <message>
      <source>DICOM viewer</source>
      <translation>DICOM-Viewer</translation>
    </message>
    <message>
      <source>Delete</source>
      <translation>Entf</translation>
    </message>
    <message>
      <source>Delete all measurements of the series</source>
      <translation>Alle Messungen der Serie löschen</translation>
    </message>
    <message>
      <source>Delete last measurement</source>
      <translation>Letzte Messung löschen</translation>
    </message>
    <message>
      <source>Dice</source>
      <translation>Dice</translation>
    </message>
    <message>
      <source>Difference: series {first} − {other}</source>
      <translation>Differenz: Serie {first} − {other}</translation>
    </message>
    <message>
      <source>Difference: {first} − {other}</source>
      <translation>Differenz: {first} − {other}</translation>
    </message>
    <message>
      <source>Discard them</source>
      <translation>Verwerfen</translation>
    </message>
    <message>
      <source>Distance</source>
      <translation>Strecke</translation>
    </message>
    <message>
      <source>Distances, angles and area statistics</source>
      <translation>Strecken, Winkel und Flächenstatistik</translation>
    </message>
    <message>
      <source>Do all grey steps differ, and are the finest lines apart, in the middle and in the corners?</source>
      <translation>Unterscheiden sich alle Graustufen, und sind die feinsten Linien getrennt, in der Mitte und in den Ecken?</translation>
    </message>
    <message>
      <source>Drag the image with the left button</source>
      <translation>Das Bild mit der linken Taste verschieben</translation>
    </message>
    <message>
      <source>Drag up to see more, down to see less (W, or Shift with the left button); 0 restores the preset</source>
      <translation>Nach oben ziehen zeigt mehr, nach unten weniger (W, oder Umschalt mit der linken Taste); 0 stellt die Voreinstellung wieder her</translation>
    </message>
    <message>
      <source>Drag up with the left button to zoom in</source>
      <translation>Mit der linken Taste nach oben ziehen, um zu vergrößern</translation>
    </message>
    <message>
      <source>Drag with the left button to scroll; the wheel always scrolls</source>
      <translation>Mit der linken Taste ziehen, um zu blättern; das Mausrad blättert immer</translation>
    </message>
    <message>
      <source>Drag with the left button: right for wider, up for brighter</source>
      <translation>Mit der linken Taste ziehen: nach rechts weiter, nach oben heller</translation>
    </message>
    <message>
      <source>Draw an ellipse, a rectangle or an outline: its values are shown here.</source>
      <translation>Zeichnen Sie eine Ellipse, ein Rechteck oder einen Umriss: Hier stehen dann die Werte darin.</translation>
    </message>
    <message>
      <source>Draw round what is cut away (Ctrl+Z undoes it)</source>
      <translation>Umfahren, was weggeschnitten wird (Strg+Z macht es rückgängig)</translation>
    </message>
    <message>
      <source>Draw round what is kept: the rest is cut away (Ctrl+Z undoes it)</source>
      <translation>Umfahren, was bleibt: der Rest wird weggeschnitten (Strg+Z macht es rückgängig)</translation>
    </message>
    <message>
      <source>Each in a pane of its own, or their difference</source>
      <translation>Jede in einem eigenen Feld, oder ihr Unterschied</translation>
    </message>
    <message>
      <source>Ellipse</source>
      <translation>Ellipse</translation>
    </message>
    <message>
      <source>Ellipse: mean and area</source>
      <translation>Ellipse: Mittelwert und Fläche</translation>
    </message>
    <message>
      <source>Empty</source>
      <translation>Leer</translation>
    </message>
    <message>
      <source>End fusion</source>
      <translation>Fusion beenden</translation>
    </message>
    <message>
      <source>Esc cancels</source>
      <translation>Esc bricht ab</translation>
    </message>
    <message>
      <source>F12</source>
      <translation>F12</translation>
    </message>
    <message>
      <source>F2</source>
      <translation>F2</translation>
    </message>
    <message>
      <source>F4</source>
      <translation>F4</translation>
    </message>
    <message>
      <source>Files of the case are still in {folder}, without protection: they could not be removed ({reason}). Delete this folder yourself.</source>
      <translation>Dateien des Falls liegen noch in {folder}, ungeschützt: Sie konnten nicht gelöscht werden ({reason}). Löschen Sie diesen Ordner selbst.</translation>
    </message>
    <message>
      <source>Find one point in all panes</source>
      <translation>Einen Punkt in allen Ansichten finden</translation>
    </message>
    <message>
      <source>First or last slice</source>
      <translation>Erste oder letzte Schicht</translation>
    </message>
    <message>
      <source>First slice</source>
      <translation>Erste Schicht</translation>
    </message>
    <message>
      <source>Folder for the pictures of a whole turn</source>
      <translation>Ordner für die Bilder einer ganzen Drehung</translation>
    </message>
    <message>
      <source>For orientation only: measure on the slices</source>
      <translation>Nur zur Orientierung, nicht zum Messen</translation>
    </message>
    <message>
      <source>For technical support:</source>
      <translation>Für den technischen Support:</translation>
    </message>
    <message>
      <source>Four panes</source>
      <translation>Vier Ansichten</translation>
    </message>
    <message>
      <source>Four slices of this series</source>
      <translation>Vier Schichten dieser Serie</translation>
    </message>
    <message>
      <source>Free-hand outline</source>
      <translation>Freihand-Umriss</translation>
    </message>
    <message>
      <source>Free-hand outline: mean and area</source>
      <translation>Freihand-Umriss: Mittelwert und Fläche</translation>
    </message>
    <message>
      <source>From this slice</source>
      <translation>Aus dieser Schicht</translation>
    </message>
    <message>
      <source>Full screen</source>
      <translation>Vollbild</translation>
    </message>
    <message>
      <source>Full screen, and back</source>
      <translation>Ganzer Bildschirm, und zurück</translation>
    </message>
    <message>
      <source>Fused with PET: {series}, {opacity} %</source>
      <translation>Fusioniert mit PET: {series}, {opacity} %</translation>
    </message>
    <message>
      <source>Go to its slice; with the tool Select (V) you can drag it on the image</source>
      <translation>Zur Schicht gehen; mit dem Werkzeug Auswählen (V) lässt sich die Antwort im Bild verschieben</translation>
    </message>
    <message>
      <source>Go to the next open case (F8); F6 switches between image and form</source>
      <translation>Zum nächsten offenen Fall (F8); F6 wechselt zwischen Bild und Formular</translation>
    </message>
    <message>
      <source>Go to the questions, if there are any</source>
      <translation>Zu den Fragen, falls vorhanden</translation>
    </message>
    <message>
      <source>H or F1</source>
      <translation>H oder F1</translation>
    </message>
    <message>
      <source>Help</source>
      <translation>Hilfe</translation>
    </message>
    <message>
      <source>Hide all segments</source>
      <translation>Alle Segmente ausblenden</translation>
    </message>
    <message>
      <source>Hide all segments but the chosen one</source>
      <translation>Alle Segmente außer dem gewählten ausblenden</translation>
    </message>
    <message>
      <source>Histogram of an area</source>
      <translation>Histogramm einer Fläche</translation>
    </message>
    <message>
      <source>Home, End</source>
      <translation>Pos1, Ende</translation>
    </message>
    <message>
      <source>I</source>
      <translation>I</translation>
    </message>
    <message>
      <source>In colours over the others: {series}</source>
      <translation>Farbig über den anderen: {series}</translation>
    </message>
    <message>
      <source>In the other program, open the file DICOMDIR in this folder.

The files are not protected any more. Delete the folder when you no longer need it.</source>
      <translation>Öffnen Sie im anderen Programm die Datei DICOMDIR in diesem Ordner.

Die Dateien sind nicht mehr geschützt. Löschen Sie den Ordner, wenn Sie ihn nicht mehr brauchen.</translation>
    </message>
    <message>
      <source>In this case, planes and 3D are there for: {series}</source>
      <translation>In diesem Fall gibt es Ebenen und 3D für: {series}</translation>
    </message>
    <message>
      <source>Invert</source>
      <translation>Invertieren</translation>
    </message>
    <message>
      <source>Invert black and white</source>
      <translation>Schwarz und Weiß tauschen</translation>
    </message>
    <message>
      <source>Invert black and white (X)</source>
      <translation>Schwarz und Weiß tauschen (X)</translation>
    </message>
    <message>
      <source>Inverted</source>
      <translation>Invertiert</translation>
    </message>
    <message>
      <source>Is the white line at the edge whole? Space or a click: even fields, without spots. Esc leaves.</source>
      <translation>Ist die weiße Linie am Rand ganz zu sehen? Leertaste oder Klick: gleichmäßige Flächen, ohne Flecken. Esc beendet.</translation>
    </message>
    <message>
      <source>It cannot be recorded that the case was written, because your answers cannot be saved at the moment. Nothing was written. Put the stick back, or make room on it, and try again.</source>
      <translation>Es lässt sich nicht festhalten, dass der Fall herausgeschrieben wurde, weil Ihre Antworten gerade nicht gespeichert werden können. Nichts wurde geschrieben. Stecken Sie den Stick wieder ein oder schaffen Sie Platz darauf, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
      <source>Its slices can be scrolled, measured and marked.</source>
      <translation>Ihre Schichten lassen sich durchblättern, messen und markieren.</translation>
    </message>
    <message>
      <source>Keep</source>
      <translation>Behalten</translation>
    </message>
    <message>
      <source>Keep another case beside this one</source>
      <translation>Anderen Fall daneben stehen lassen</translation>
    </message>
    <message>
      <source>Key image</source>
      <translation>Schlüsselbild</translation>
    </message>
    <message>
      <source>Key image, text on the image, print, save</source>
      <translation>Schlüsselbild, Text im Bild, drucken, speichern</translation>
    </message>
    <message>
      <source>Keys</source>
      <translation>Tasten</translation>
    </message>
    <message>
      <source>Kind</source>
      <translation>Art</translation>
    </message>
    <message>
      <source>L</source>
      <translation>L</translation>
    </message>
    <message>
      <source>Last slice</source>
      <translation>Letzte Schicht</translation>
    </message>
    <message>
      <source>Left button</source>
      <translation>Linke Taste</translation>
    </message>
    <message>
      <source>Length {length} mm along the curve</source>
      <translation>Länge {length} mm entlang der Kurve</translation>
    </message>
    <message>
      <source>Line {line_number} of BUNDLE/MANIFEST.TXT is not a checksum line. The manifest is damaged or was edited: build the bundle again.</source>
      <translation>Zeile {line_number} von BUNDLE/MANIFEST.TXT ist keine Prüfsumme. Die Liste ist beschädigt oder wurde bearbeitet: Der Datenträger muss neu erstellt werden.</translation>
    </message>
    <message>
      <source>Link or unlink scrolling</source>
      <translation>Blättern koppeln oder trennen</translation>
    </message>
    <message>
      <source>List what is marked in this case</source>
      <translation>Liste aller Markierungen in diesem Fall</translation>
    </message>
    <message>
      <source>Liver</source>
      <translation>Leber</translation>
    </message>
    <message>
      <source>Loading</source>
      <translation>Laden</translation>
    </message>
    <message>
      <source>Loading the PET, {arrived} of {total}</source>
      <translation>Das PET wird geladen, {arrived} von {total}</translation>
    </message>
    <message>
      <source>Loading the segmentation</source>
      <translation>Segmentierung wird geladen</translation>
    </message>
    <message>
      <source>Loading the segmentation, {arrived} of {total}</source>
      <translation>Segmentierung wird geladen, {arrived} von {total}</translation>
    </message>
    <message>
      <source>Loading this slice</source>
      <translation>Schicht wird geladen</translation>
    </message>
    <message>
      <source>Loading {arrived} of {total}</source>
      <translation>{arrived} von {total} geladen</translation>
    </message>
    <message>
      <source>Lung</source>
      <translation>Lunge</translation>
    </message>
    <message>
      <source>M or F10</source>
      <translation>M oder F10</translation>
    </message>
    <message>
      <source>MIP</source>
      <translation>MIP</translation>
    </message>
    <message>
      <source>MPR</source>
      <translation>MPR</translation>
    </message>
    <message>
      <source>MPR and 3D are not available for this series: {reason}. You can still view its slices.</source>
      <translation>MPR und 3D sind für diese Serie nicht möglich: {reason}. Die Schichten lassen sich weiterhin betrachten.</translation>
    </message>
    <message>
      <source>MPR plane</source>
      <translation>MPR-Ebene</translation>
    </message>
    <message>
      <source>Mark</source>
      <translation>Markierung</translation>
    </message>
    <message>
      <source>Mark on the image</source>
      <translation>Im Bild markieren</translation>
    </message>
    <message>
      <source>Mark or unmark a key image</source>
      <translation>Schlüsselbild markieren oder nicht</translation>
    </message>
    <message>
      <source>Maximum</source>
      <translation>Größter</translation>
    </message>
    <message>
      <source>Maximum (MIP)</source>
      <translation>Maximum (MIP)</translation>
    </message>
    <message>
      <source>Maximum value through the slab</source>
      <translation>Größter Wert über die Schichtdicke</translation>
    </message>
    <message>
      <source>Mean</source>
      <translation>Mittel</translation>
    </message>
    <message>
      <source>Mean value through the slab</source>
      <translation>Mittelwert über die Schichtdicke</translation>
    </message>
    <message>
      <source>Mean {mean}{unit}   SD {deviation}</source>
      <translation>Mittel {mean}{unit}   SD {deviation}</translation>
    </message>
    <message>
      <source>Measure</source>
      <translation>Messen</translation>
    </message>
    <message>
      <source>Measure on the image</source>
      <translation>Im Bild messen</translation>
    </message>
    <message>
      <source>Measurements are on the slices: none is deleted in 3D</source>
      <translation>Messungen liegen auf den Schichten: In 3D wird keine gelöscht</translation>
    </message>
    <message>
      <source>Median</source>
      <translation>Zentralwert</translation>
    </message>
    <message>
      <source>Mediastinum</source>
      <translation>Mediastinum</translation>
    </message>
    <message>
      <source>Middle button</source>
      <translation>Mittlere Taste</translation>
    </message>
    <message>
      <source>Min {low}   Max {high}</source>
      <translation>Min {low}   Max {high}</translation>
    </message>
    <message>
      <source>MinIP</source>
      <translation>MinIP</translation>
    </message>
    <message>
      <source>Minimum</source>
      <translation>Kleinster</translation>
    </message>
    <message>
      <source>Minimum value through the slab</source>
      <translation>Kleinster Wert über die Schichtdicke</translation>
    </message>
    <message>
      <source>More</source>
      <translation>Mehr</translation>
    </message>
    <message>
      <source>Mouse</source>
      <translation>Maus</translation>
    </message>
    <message>
      <source>Mouse and keyboard (H or F1)</source>
      <translation>Maus und Tastatur (H oder F1)</translation>
    </message>
    <message>
      <source>Move</source>
      <translation>Schieben</translation>
    </message>
    <message>
      <source>Move the image</source>
      <translation>Bild verschieben</translation>
    </message>
    <message>
      <source>Name or code</source>
      <translation>Name oder Kürzel</translation>
    </message>
    <message>
      <source>New reader</source>
      <translation>Neue Person</translation>
    </message>
    <message>
      <source>New reader, or {name}?</source>
      <translation>Neue Person, oder {name}?</translation>
    </message>
    <message>
      <source>Next open case</source>
      <translation>Nächster offener Fall</translation>
    </message>
    <message>
      <source>Next slice</source>
      <translation>Nächste Schicht</translation>
    </message>
    <message>
      <source>Next, previous segment; hide</source>
      <translation>Nächstes, voriges Segment; weg</translation>
    </message>
    <message>
      <source>Nine panes</source>
      <translation>Neun Ansichten</translation>
    </message>
    <message>
      <source>Nine slices of this series</source>
      <translation>Neun Schichten dieser Serie</translation>
    </message>
    <message>
      <source>No</source>
      <translation>Nein</translation>
    </message>
    <message>
      <source>No SUV, the files lack: {what}</source>
      <translation>Kein SUV, den Dateien fehlt: {what}</translation>
    </message>
    <message>
      <source>No comparison</source>
      <translation>Kein Vergleich</translation>
    </message>
    <message numerus="yes">
      <source>No more than %n marks can be set here. Remove them to set others.</source>
      <translation>
        <numerusform>Hier kann nicht mehr als %n Markierung gesetzt werden. Entfernen Sie sie, um eine andere zu setzen.</numerusform>
        <numerusform>Hier können nicht mehr als %n Markierungen gesetzt werden. Entfernen Sie sie, um andere zu setzen.</numerusform>
      </translation>
    </message>
    <message>
      <source>No segmentation is shown</source>
      <translation>Es wird keine Segmentierung gezeigt</translation>
    </message>
    <message>
      <source>No table or head-holder found</source>
      <translation>Weder Tisch noch Kopfhalter gefunden</translation>
    </message>
    <message>
      <source>None</source>
      <translation>Keine</translation>
    </message>
    <message>
      <source>None of its slices can be shown either: all of its images are damaged.</source>
      <translation>Auch ihre Schichten können nicht gezeigt werden: Alle Bilder sind beschädigt.</translation>
    </message>
    <message>
      <source>Not fused: {reason}</source>
      <translation>Nicht fusioniert: {reason}</translation>
    </message>
    <message>
      <source>Nothing has been measured in this case yet.</source>
      <translation>In diesem Fall ist noch nichts gemessen.</translation>
    </message>
    <message>
      <source>Nothing is marked in this case yet</source>
      <translation>In diesem Fall ist noch nichts markiert</translation>
    </message>
    <message>
      <source>Nothing protects them: whoever can open their folder can see and copy them.</source>
      <translation>Nichts schützt sie: Wer ihren Ordner öffnen kann, kann sie ansehen und kopieren.</translation>
    </message>
    <message>
      <source>Oblique</source>
      <translation>Schräg</translation>
    </message>
    <message>
      <source>Oblique, {degrees}° from {plane}</source>
      <translation>Schräg, {degrees}° gegen {plane}</translation>
    </message>
    <message>
      <source>Of two segmentations, the first is shown in 3D</source>
      <translation>Von zwei Segmentierungen zeigt 3D die erste</translation>
    </message>
    <message>
      <source>One pane</source>
      <translation>Eine Ansicht</translation>
    </message>
    <message>
      <source>One to nine panes (Q), and how they are linked</source>
      <translation>Eine bis neun Ansichten (Q) und ihre Kopplung</translation>
    </message>
    <message>
      <source>One, two, four, six or nine panes</source>
      <translation>Eine, zwei, vier, sechs oder neun Ansichten</translation>
    </message>
    <message>
      <source>Only this</source>
      <translation>Nur dieses</translation>
    </message>
    <message>
      <source>Opacity</source>
      <translation>Deckkraft</translation>
    </message>
    <message>
      <source>Opacity of the PET</source>
      <translation>Deckkraft des PET</translation>
    </message>
    <message>
      <source>Opacity of the segments</source>
      <translation>Deckkraft der Segmente</translation>
    </message>
    <message>
      <source>Open</source>
      <translation>Öffnen</translation>
    </message>
    <message>
      <source>Orange: only in {name}</source>
      <translation>Orange: nur in {name}</translation>
    </message>
    <message>
      <source>Original window</source>
      <translation>Ursprüngliches Fenster</translation>
    </message>
    <message>
      <source>Others answered: {answers}</source>
      <translation>Andere antworteten: {answers}</translation>
    </message>
    <message>
      <source>P</source>
      <translation>P</translation>
    </message>
    <message>
      <source>PET in colours over CT or MR, and back</source>
      <translation>PET farbig über CT oder MR, und zurück</translation>
    </message>
    <message>
      <source>PET {value}</source>
      <translation>PET {value}</translation>
    </message>
    <message>
      <source>PET: {note}</source>
      <translation>PET: {note}</translation>
    </message>
    <message>
      <source>Page up, down</source>
      <translation>Bild auf, ab</translation>
    </message>
    <message>
      <source>Panes</source>
      <translation>Ansichten</translation>
    </message>
    <message numerus="yes">
      <source>Parts cut away (%n cuts)</source>
      <translation>
        <numerusform>Teile weggeschnitten (%n Schnitt)</numerusform>
        <numerusform>Teile weggeschnitten (%n Schnitte)</numerusform>
      </translation>
    </message>
    <message>
      <source>Password</source>
      <translation>Passwort</translation>
    </message>
    <message>
      <source>Pictures (*.png)</source>
      <translation>Bilder (*.png)</translation>
    </message>
    <message>
      <source>Pixels</source>
      <translation>Pixel</translation>
    </message>
    <message>
      <source>Planes in any direction</source>
      <translation>Ebenen in beliebiger Richtung</translation>
    </message>
    <message>
      <source>Play or pause (C closes the cine bar)</source>
      <translation>Abspielen oder anhalten (C schließt die Cine-Leiste)</translation>
    </message>
    <message>
      <source>Play the slices (C)</source>
      <translation>Schichten abspielen (C)</translation>
    </message>
    <message>
      <source>Please close the viewer and start it again. If this happens again, send this text to the people who gave you the medium:</source>
      <translation>Bitte schließen Sie den Viewer und starten Sie ihn neu. Wenn der Fehler wieder auftritt, schicken Sie diesen Text an die Stelle, von der Sie den Datenträger haben:</translation>
    </message>
    <message>
      <source>Plug the stick in again. Otherwise they will be lost.</source>
      <translation>Stecken Sie den Stick wieder ein. Sonst gehen sie verloren.</translation>
    </message>
    <message>
      <source>Polygon</source>
      <translation>Vieleck</translation>
    </message>
    <message>
      <source>Polygon: mean and area</source>
      <translation>Vieleck: Mittelwert und Fläche</translation>
    </message>
    <message>
      <source>Position {place} mm</source>
      <translation>Position {place} mm</translation>
    </message>
    <message>
      <source>Preparing 3D</source>
      <translation>3D wird vorbereitet</translation>
    </message>
    <message>
      <source>Presets</source>
      <translation>Vorgaben</translation>
    </message>
    <message>
      <source>Presets; 0 as it was; Ctrl+Z undoes a cut</source>
      <translation>Ansicht; 0 wie zuvor; Strg+Z: Schnitt zurück</translation>
    </message>
    <message>
      <source>Press Ctrl+C to copy this text.</source>
      <translation>Strg+C kopiert diesen Text.</translation>
    </message>
    <message>
      <source>Previous or next case</source>
      <translation>Voriger oder nächster Fall</translation>
    </message>
    <message>
      <source>Previous or next series</source>
      <translation>Vorige oder nächste Serie</translation>
    </message>
    <message>
      <source>Previous or next slice</source>
      <translation>Vorige oder nächste Schicht</translation>
    </message>
    <message>
      <source>Previous slice</source>
      <translation>Vorige Schicht</translation>
    </message>
    <message>
      <source>Print this pane</source>
      <translation>Diese Ansicht drucken</translation>
    </message>
    <message>
      <source>Put it back, then close the viewer and start it again. Saved answers are kept.</source>
      <translation>Setzen Sie ihn wieder ein, schließen Sie den Viewer und starten Sie ihn neu. Gespeicherte Antworten bleiben erhalten.</translation>
    </message>
    <message>
      <source>R</source>
      <translation>R</translation>
    </message>
    <message>
      <source>Reading</source>
      <translation>Befundung</translation>
    </message>
    <message>
      <source>Receipt: {code}
Please tell it to the study, by telephone or mail.</source>
      <translation>Quittung: {code}
Bitte teilen Sie sie der Studie telefonisch oder per Post mit.</translation>
    </message>
    <message>
      <source>Rectangle</source>
      <translation>Rechteck</translation>
    </message>
    <message>
      <source>Rectangle: mean and area</source>
      <translation>Rechteck: Mittelwert und Fläche</translation>
    </message>
    <message>
      <source>Redo</source>
      <translation>Wiederholen</translation>
    </message>
    <message>
      <source>Reference: {text}</source>
      <translation>Referenz: {text}</translation>
    </message>
    <message>
      <source>Remove</source>
      <translation>Entfernen</translation>
    </message>
    <message>
      <source>Remove table</source>
      <translation>Tisch entfernen</translation>
    </message>
    <message>
      <source>Remove table and head-holder, or show them again</source>
      <translation>Tisch und Kopfhalter entfernen oder wieder zeigen</translation>
    </message>
    <message>
      <source>Remove this mark</source>
      <translation>Diese Markierung entfernen</translation>
    </message>
    <message>
      <source>Reset</source>
      <translation>Zurücksetzen</translation>
    </message>
    <message>
      <source>Reset the display, keep the slice</source>
      <translation>Anzeige zurücksetzen, Schicht behalten</translation>
    </message>
    <message>
      <source>Reset the display, keep the slice (Esc)</source>
      <translation>Anzeige zurücksetzen, Schicht behalten (Esc)</translation>
    </message>
    <message>
      <source>Right button</source>
      <translation>Rechte Taste</translation>
    </message>
    <message>
      <source>S</source>
      <translation>S</translation>
    </message>
    <message>
      <source>SD</source>
      <translation>Standardabw.</translation>
    </message>
    <message>
      <source>SUV</source>
      <translation>SUV</translation>
    </message>
    <message>
      <source>SUV by body weight: {inputs}</source>
      <translation>SUV nach Körpergewicht: {inputs}</translation>
    </message>
    <message>
      <source>SUV {value}</source>
      <translation>SUV {value}</translation>
    </message>
    <message>
      <source>Sagittal</source>
      <translation>Sagittal</translation>
    </message>
    <message>
      <source>Save a copy to send</source>
      <translation>Kopie zum Versenden speichern</translation>
    </message>
    <message>
      <source>Save a copy to send on a disk with free space. Otherwise they will be lost.</source>
      <translation>Speichern Sie eine Kopie zum Versenden auf einem Laufwerk mit freiem Platz. Sonst gehen sie verloren.</translation>
    </message>
    <message>
      <source>Save pictures of a whole turn</source>
      <translation>Bilder einer ganzen Drehung speichern</translation>
    </message>
    <message>
      <source>Save this pane as a picture</source>
      <translation>Diese Ansicht als Bild speichern</translation>
    </message>
    <message>
      <source>Save this picture</source>
      <translation>Bild speichern</translation>
    </message>
    <message>
      <source>Scroll</source>
      <translation>Blättern</translation>
    </message>
    <message>
      <source>Scroll through the slices</source>
      <translation>Durch die Schichten blättern</translation>
    </message>
    <message>
      <source>Scroll together</source>
      <translation>Gemeinsam blättern</translation>
    </message>
    <message>
      <source>Searching for table and head-holder</source>
      <translation>Tisch und Kopfhalter werden gesucht</translation>
    </message>
    <message>
      <source>Segmentation</source>
      <translation>Segmentierung</translation>
    </message>
    <message>
      <source>Segmentation {number}</source>
      <translation>Segmentierung {number}</translation>
    </message>
    <message>
      <source>Segmentations</source>
      <translation>Segmentierungen</translation>
    </message>
    <message>
      <source>Segmentations (Shift: list)</source>
      <translation>Segmente (Shift: Liste)</translation>
    </message>
    <message>
      <source>Segments</source>
      <translation>Segmente</translation>
    </message>
    <message>
      <source>Segments alone</source>
      <translation>Nur Segmente</translation>
    </message>
    <message>
      <source>Segments are not shown along a curve</source>
      <translation>Entlang einer Kurve werden keine Segmente gezeigt</translation>
    </message>
    <message>
      <source>Segments, the body around them almost clear</source>
      <translation>Segmente, der Körper um sie fast durchsichtig</translation>
    </message>
    <message>
      <source>Segments: those on the plane in the middle of the slab</source>
      <translation>Segmente: die auf der Ebene in der Mitte der Schicht</translation>
    </message>
    <message>
      <source>Segments: voxels of which at least 50 % belong to them</source>
      <translation>Segmente: Voxel, die mindestens zu 50 % dazugehören</translation>
    </message>
    <message>
      <source>Select</source>
      <translation>Auswahl</translation>
    </message>
    <message>
      <source>Select measurements</source>
      <translation>Messungen auswählen</translation>
    </message>
    <message>
      <source>Series</source>
      <translation>Serie</translation>
    </message>
    <message>
      <source>Series {number}</source>
      <translation>Serie {number}</translation>
    </message>
    <message>
      <source>Set points on the planes: the volume is straightened along them (Shift+M)</source>
      <translation>Punkte auf die Ebenen setzen: das Volumen wird entlang von ihnen gestreckt (Shift+M)</translation>
    </message>
    <message>
      <source>Shift+Delete</source>
      <translation>Shift+Entf</translation>
    </message>
    <message>
      <source>Shift+M</source>
      <translation>Shift+M</translation>
    </message>
    <message>
      <source>Shift+Page</source>
      <translation>Shift+Bild</translation>
    </message>
    <message>
      <source>Shift+Y</source>
      <translation>Shift+Y</translation>
    </message>
    <message>
      <source>Show</source>
      <translation>Zeigen</translation>
    </message>
    <message>
      <source>Show all segments</source>
      <translation>Alle Segmente einblenden</translation>
    </message>
    <message>
      <source>Show only the 3D view and this bar (F)</source>
      <translation>Nur die 3D-Ansicht und diese Leiste zeigen (F)</translation>
    </message>
    <message>
      <source>Show only what lies inside a box</source>
      <translation>Nur zeigen, was in einem Quader liegt</translation>
    </message>
    <message>
      <source>Show or hide the cross-hair and the rotation centre</source>
      <translation>Fadenkreuz und Drehpunkt zeigen oder verbergen</translation>
    </message>
    <message>
      <source>Show or hide this help</source>
      <translation>Diese Hilfe zeigen oder ausblenden</translation>
    </message>
    <message>
      <source>Show segments without the body around them, or with it</source>
      <translation>Segmente ohne den Körper um sie zeigen, oder mit ihm</translation>
    </message>
    <message>
      <source>Show the password</source>
      <translation>Passwort anzeigen</translation>
    </message>
    <message>
      <source>Show the slice as a line in other panes</source>
      <translation>Schicht als Linie in anderen Ansichten</translation>
    </message>
    <message>
      <source>Shown from {value}: preset moved by {shift} (0 restores it)</source>
      <translation>Gezeigt ab {value}: Voreinstellung um {shift} verschoben (0 stellt sie wieder her)</translation>
    </message>
    <message>
      <source>Side by side</source>
      <translation>Nebeneinander</translation>
    </message>
    <message>
      <source>Six panes</source>
      <translation>Sechs Ansichten</translation>
    </message>
    <message>
      <source>Skin</source>
      <translation>Haut</translation>
    </message>
    <message>
      <source>Slab</source>
      <translation>Dicke</translation>
    </message>
    <message>
      <source>Slab thickness</source>
      <translation>Schichtdicke</translation>
    </message>
    <message>
      <source>Slab thickness in mm</source>
      <translation>Schichtdicke der Rekonstruktion in mm</translation>
    </message>
    <message>
      <source>Slice</source>
      <translation>Schicht</translation>
    </message>
    <message>
      <source>Slice spacing {spacing} mm</source>
      <translation>Schichtabstand {spacing} mm</translation>
    </message>
    <message>
      <source>Slice {number} / {total}</source>
      <translation>Schicht {number} / {total}</translation>
    </message>
    <message>
      <source>Slices per second</source>
      <translation>Schichten pro Sekunde</translation>
    </message>
    <message>
      <source>Soft tissue</source>
      <translation>Weichteile</translation>
    </message>
    <message>
      <source>Something went wrong</source>
      <translation>Es ist ein Fehler aufgetreten</translation>
    </message>
    <message>
      <source>Spine</source>
      <translation>Wirbelsäule</translation>
    </message>
    <message>
      <source>Start</source>
      <translation>Beginnen</translation>
    </message>
    <message>
      <source>Start again after the last slice</source>
      <translation>Nach der letzten Schicht von vorn beginnen</translation>
    </message>
    <message>
      <source>Stop</source>
      <translation>Anhalten</translation>
    </message>
    <message>
      <source>Straighten along points in MPR</source>
      <translation>Entlang von Punkten in MPR strecken</translation>
    </message>
    <message numerus="yes">
      <source>Straightened along a curve through %n points</source>
      <translation>
        <numerusform>Entlang einer Kurve durch %n Punkt gestreckt</numerusform>
        <numerusform>Entlang einer Kurve durch %n Punkte gestreckt</numerusform>
      </translation>
    </message>
    <message>
      <source>Stroke</source>
      <translation>Schlaganfall</translation>
    </message>
    <message>
      <source>Subdural</source>
      <translation>Subdural</translation>
    </message>
    <message>
      <source>Submit</source>
      <translation>Abschließen</translation>
    </message>
    <message>
      <source>Submit this case, or change it once it is done (Ctrl+Enter)</source>
      <translation>Diesen Fall abschließen oder nachträglich ändern (Strg+Eingabe)</translation>
    </message>
    <message>
      <source>Subtract another series, and back</source>
      <translation>Eine andere Serie abziehen, und zurück</translation>
    </message>
    <message>
      <source>Subtract from this series</source>
      <translation>Von dieser Serie abziehen</translation>
    </message>
    <message>
      <source>Table and head-holder could not be searched for ({reason})</source>
      <translation>Tisch und Kopfhalter konnten nicht gesucht werden ({reason})</translation>
    </message>
    <message>
      <source>Table and head-holder removed</source>
      <translation>Tisch und Kopfhalter entfernt</translation>
    </message>
    <message>
      <source>Take the PET away (Y)</source>
      <translation>Das PET wegnehmen (Y)</translation>
    </message>
    <message>
      <source>Temporal bone</source>
      <translation>Felsenbein</translation>
    </message>
    <message>
      <source>Test pattern, to judge the screen</source>
      <translation>Testbild, um den Bildschirm zu beurteilen</translation>
    </message>
    <message>
      <source>Text</source>
      <translation>Text</translation>
    </message>
    <message>
      <source>Text beside a place</source>
      <translation>Text neben einer Stelle</translation>
    </message>
    <message>
      <source>Text masked, {share} of the image</source>
      <translation>Text überdeckt, {share} des Bildes</translation>
    </message>
    <message>
      <source>Text on the image: all, some, none</source>
      <translation>Text im Bild: alles, wenig, keiner</translation>
    </message>
    <message>
      <source>The PET cannot be cut in planes: {reason}.</source>
      <translation>Das PET lässt sich nicht in Ebenen schneiden: {reason}.</translation>
    </message>
    <message>
      <source>The PET cannot be laid over this series</source>
      <translation>Das PET kann nicht über diese Serie gelegt werden</translation>
    </message>
    <message>
      <source>The copy was not saved</source>
      <translation>Die Kopie wurde nicht gespeichert</translation>
    </message>
    <message>
      <source>The distance begins on another plane, and must end there, too. Esc cancels</source>
      <translation>Die Strecke beginnt auf einer anderen Ebene und muss auch dort enden. Esc bricht ab</translation>
    </message>
    <message>
      <source>The distance begins on {place}, so it must end there, too. Esc cancels</source>
      <translation>Die Strecke beginnt auf {place} und muss auch dort enden. Esc bricht ab</translation>
    </message>
    <message>
      <source>The file of this image</source>
      <translation>Die Datei dieses Bildes</translation>
    </message>
    <message>
      <source>The fused PET is not shown in 3D</source>
      <translation>Das fusionierte PET wird in 3D nicht gezeigt</translation>
    </message>
    <message>
      <source>The hanging rule {name} cannot be used:
{listed}
Correct this and try again; 'mkbundle hanging' checks it without building anything.</source>
      <translation>Die Hängungsregel {name} ist nicht verwendbar:
{listed}
Korrigieren Sie das und versuchen Sie es erneut; 'mkbundle hanging' prüft sie, ohne etwas zu erstellen.</translation>
    </message>
    <message>
      <source>The index {path} cannot be read ({reason}). The medium may be damaged: check it with 'mkbundle check', or ask for a new copy.</source>
      <translation>Der Index {path} ist nicht lesbar ({reason}). Der Datenträger ist möglicherweise beschädigt: Prüfen Sie ihn mit 'mkbundle check' oder bitten Sie um eine neue Kopie.</translation>
    </message>
    <message>
      <source>The password of the stick does not protect them any more: whoever can open their folder can see and copy them.</source>
      <translation>Das Passwort des Sticks schützt sie nicht mehr: Wer ihren Ordner öffnen kann, kann sie ansehen und kopieren.</translation>
    </message>
    <message>
      <source>The path {path!r} leads out of the bundle, so it is not opened. The bundle is damaged or was altered: ask for a new copy.</source>
      <translation>Der Pfad {path!r} führt aus dem Datenträger heraus und wird nicht geöffnet. Der Datenträger ist beschädigt oder wurde verändert: Bitten Sie um eine neue Kopie.</translation>
    </message>
    <message>
      <source>The picture was not saved</source>
      <translation>Das Bild wurde nicht gespeichert</translation>
    </message>
    <message>
      <source>The pixel size is unknown, so lengths cannot be measured</source>
      <translation>Die Pixelgröße ist unbekannt, Längen lassen sich nicht messen</translation>
    </message>
    <message>
      <source>The reading form of this study does not show segmentations.</source>
      <translation>Der Fragebogen dieser Studie zeigt keine Segmentierungen.</translation>
    </message>
    <message>
      <source>The reading form on this medium cannot be used, because it is damaged or was changed. Nothing that you have answered is lost. Ask the people who gave you the medium for a new copy.

For technical support:
{reason}</source>
      <translation>Das Befundformular auf diesem Datenträger ist nicht verwendbar, denn es ist beschädigt oder wurde verändert. Von Ihren bisherigen Antworten ist nichts verloren. Bitten Sie den Absender des Datenträgers um einen neuen.

Für den technischen Support:
{reason}</translation>
    </message>
    <message>
      <source>The reading form {name} cannot be used:
{listed}
Correct this and try again; 'mkbundle form' shows the form without building anything.</source>
      <translation>Das Befundformular {name} ist nicht verwendbar:
{listed}
Korrigieren Sie das und versuchen Sie es erneut; 'mkbundle form' zeigt es, ohne etwas zu erstellen.</translation>
    </message>
    <message>
      <source>The requested series</source>
      <translation>Die gewünschte Serie</translation>
    </message>
    <message>
      <source>The scans cannot be shown</source>
      <translation>Die Aufnahmen können nicht angezeigt werden</translation>
    </message>
    <message>
      <source>The segmentation is not shown, because {path} cannot be read ({reason}). The images are not concerned. If the stick or disc was removed, put it back and open the series again; otherwise ask for a new copy.</source>
      <translation>Die Segmentierung wird nicht gezeigt, weil {path} nicht gelesen werden kann ({reason}). Die Bilder sind nicht betroffen. Falls der Stick oder die Disc entfernt wurde, setzen Sie ihn wieder ein und öffnen Sie die Serie noch einmal; bitten Sie sonst um eine neue Kopie.</translation>
    </message>
    <message>
      <source>The segmentation is not shown, because {path} is damaged ({reason}). The images are not concerned. Ask for a new copy of the medium.</source>
      <translation>Die Segmentierung wird nicht gezeigt, weil {path} beschädigt ist ({reason}). Die Bilder sind nicht betroffen. Bitten Sie um eine neue Kopie des Mediums.</translation>
    </message>
    <message>
      <source>The segmentation is not shown: its segments overlap so often that this PC has too little memory for it. View it on a PC with more memory.</source>
      <translation>Die Segmentierung wird nicht gezeigt: Ihre Segmente überlappen so oft, dass dieser PC zu wenig Speicher dafür hat. Sehen Sie sie auf einem PC mit mehr Speicher an.</translation>
    </message>
    <message>
      <source>The selected tool</source>
      <translation>Das gewählte Werkzeug</translation>
    </message>
    <message>
      <source>The series in 3D</source>
      <translation>Die Serie in 3D</translation>
    </message>
    <message>
      <source>The sharp picture could not be made ({reason})</source>
      <translation>Das scharfe Bild konnte nicht erzeugt werden ({reason})</translation>
    </message>
    <message>
      <source>The stick has {most} passwords already. Remove one first. Nothing was changed.</source>
      <translation>Der Stick hat schon {most} Passwörter. Entfernen Sie zuerst eines. Nichts wurde geändert.</translation>
    </message>
    <message>
      <source>The stick is encrypted</source>
      <translation>Der Stick ist verschlüsselt</translation>
    </message>
    <message>
      <source>The stick or disc is no longer there</source>
      <translation>Der Datenträger ist nicht mehr da</translation>
    </message>
    <message>
      <source>The stick or disc is no longer there. Put it back and open the series again. You can still view what was read, and your answers are kept.</source>
      <translation>Der Datenträger ist nicht mehr da. Setzen Sie ihn wieder ein und öffnen Sie die Serie erneut. Was gelesen wurde, lässt sich weiter betrachten, und Ihre Antworten bleiben erhalten.</translation>
    </message>
    <message>
      <source>The viewer cannot start</source>
      <translation>Der Viewer kann nicht starten</translation>
    </message>
    <message>
      <source>The viewer cannot start.</source>
      <translation>Der Viewer kann nicht starten.</translation>
    </message>
    <message>
      <source>The viewer is incomplete</source>
      <translation>Der Viewer ist unvollständig</translation>
    </message>
    <message>
      <source>The viewer was started with options that it does not understand</source>
      <translation>Der Viewer wurde mit einem unbekannten Aufruf gestartet</translation>
    </message>
    <message>
      <source>There are answers by {name}, and none by {typed}.</source>
      <translation>Von {name} gibt es hier Antworten, von {typed} keine.</translation>
    </message>
    <message>
      <source>There are no images in the bundle {folder}. Build it again from a folder of scans.</source>
      <translation>In {folder} sind keine Bilder. Der Datenträger muss aus einem Ordner mit Aufnahmen neu erstellt werden.</translation>
    </message>
    <message>
      <source>There is no PET in this case.</source>
      <translation>In diesem Fall gibt es kein PET.</translation>
    </message>
    <message>
      <source>There is no bundle in {folder}: BUNDLE/INDEX.DB is missing. Start the viewer on the medium itself, or name the folder that holds viewer.exe and BUNDLE. If the file is lost, ask for a new copy.</source>
      <translation>In {folder} liegen keine Aufnahmen für den Viewer: BUNDLE/INDEX.DB fehlt. Starten Sie den Viewer direkt vom Datenträger oder geben Sie den Ordner mit viewer.exe und BUNDLE an. Ist die Datei verloren, bitten Sie um eine neue Kopie.</translation>
    </message>
    <message>
      <source>There is no cut to make again</source>
      <translation>Kein Schnitt zu wiederholen</translation>
    </message>
    <message>
      <source>There is no cut to undo</source>
      <translation>Kein Schnitt zurückzunehmen</translation>
    </message>
    <message>
      <source>There is no difference to show</source>
      <translation>Es gibt keine Differenz</translation>
    </message>
    <message>
      <source>There is no other series of this modality in the case.</source>
      <translation>In diesem Fall gibt es keine andere Serie dieser Modalität.</translation>
    </message>
    <message>
      <source>There is no report</source>
      <translation>Es gibt keinen Befund</translation>
    </message>
    <message>
      <source>There is no segmentation of this series.</source>
      <translation>Von dieser Serie gibt es keine Segmentierung.</translation>
    </message>
    <message>
      <source>There is nothing to copy</source>
      <translation>Es gibt nichts zu kopieren</translation>
    </message>
    <message>
      <source>These questions are asked only once.</source>
      <translation>Diese Fragen werden nur einmal gestellt.</translation>
    </message>
    <message>
      <source>These scans are encrypted</source>
      <translation>Diese Bilder sind verschlüsselt</translation>
    </message>
    <message>
      <source>Thickness {thickness} mm, spacing {spacing} mm</source>
      <translation>Dicke {thickness} mm, Abstand {spacing} mm</translation>
    </message>
    <message>
      <source>This PC does not have enough memory to show the whole series.</source>
      <translation>Der Arbeitsspeicher dieses PCs reicht nicht, um die ganze Serie zu zeigen.</translation>
    </message>
    <message>
      <source>This PC has too little memory for a sharp picture</source>
      <translation>Dieser PC hat zu wenig Arbeitsspeicher für ein scharfes Bild</translation>
    </message>
    <message>
      <source>This bundle has format {found}; this program knows formats up to {known}. Use the viewer on the same medium, or a newer mkbundle.</source>
      <translation>Dieser Datenträger hat das Format {found}, dieses Programm kennt Formate bis {known}. Verwenden Sie den Viewer vom selben Datenträger oder ein neueres mkbundle.</translation>
    </message>
    <message>
      <source>This case is closed. Please go on with the next open case (F8).</source>
      <translation>Dieser Fall ist geschlossen. Bitte machen Sie mit dem nächsten offenen Fall weiter (F8).</translation>
    </message>
    <message>
      <source>This image cannot be shown</source>
      <translation>Dieses Bild kann nicht angezeigt werden</translation>
    </message>
    <message>
      <source>This medium holds only images. Reports were left out because they identify the patient.</source>
      <translation>Dieser Datenträger enthält nur Bilder. Befunde wurden weggelassen, weil sie den Patienten erkennen lassen.</translation>
    </message>
    <message>
      <source>This needs the researcher's password; the one given is another's. Nothing was changed.</source>
      <translation>Dafür ist das Passwort der Studienleitung nötig; das angegebene gehört jemand anderem. Nichts wurde geändert.</translation>
    </message>
    <message>
      <source>This password does not open the stick. Check capital letters and the keyboard, and try again.</source>
      <translation>Dieses Passwort öffnet den Stick nicht. Prüfen Sie Großbuchstaben und Tastatur, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
      <source>This question is about another series</source>
      <translation>Diese Frage gilt einer anderen Serie</translation>
    </message>
    <message>
      <source>This series cannot be opened</source>
      <translation>Diese Serie kann nicht geöffnet werden</translation>
    </message>
    <message>
      <source>This series needs {size:.1f} GB of memory, and this PC can give a series {allowed:.1f} GB. View it on a PC with more memory.</source>
      <translation>Diese Serie braucht {size:.1f} GB Arbeitsspeicher, dieser PC kann einer Serie {allowed:.1f} GB geben. Öffnen Sie sie an einem PC mit mehr Arbeitsspeicher.</translation>
    </message>
    <message>
      <source>This view is not available: a part of the viewer cannot be read.

If the stick or disc was removed, put it back and start the viewer again.

For technical support: {reason}</source>
      <translation>Diese Ansicht ist nicht verfügbar: Ein Teil des Viewers ist nicht lesbar.

Wurde der Datenträger entfernt, setzen Sie ihn wieder ein und starten Sie den Viewer neu.

Für den technischen Support: {reason}</translation>
    </message>
    <message>
      <source>Those of its slices that are not damaged can be scrolled, measured and marked.</source>
      <translation>Ihre unbeschädigten Schichten lassen sich durchblättern, vermessen und markieren.</translation>
    </message>
    <message>
      <source>Tissue</source>
      <translation>Gewebe</translation>
    </message>
    <message>
      <source>Tools</source>
      <translation>Werkzeuge</translation>
    </message>
    <message>
      <source>Tools for the left button</source>
      <translation>Werkzeuge der linken Taste</translation>
    </message>
    <message>
      <source>Training {number}</source>
      <translation>Übung {number}</translation>
    </message>
    <message>
      <source>Training: compare your answers with the reference. They stay as they are.</source>
      <translation>Übung: Vergleichen Sie Ihre Antworten mit der Referenz. Sie bleiben, wie sie sind.</translation>
    </message>
    <message>
      <source>Try again</source>
      <translation>Noch einmal versuchen</translation>
    </message>
    <message>
      <source>Turntable</source>
      <translation>Drehscheibe</translation>
    </message>
    <message>
      <source>Turntable ended: {number} of {total} pictures saved in {folder}</source>
      <translation>Drehscheibe beendet: {number} von {total} Bildern gespeichert in {folder}</translation>
    </message>
    <message>
      <source>Turntable: picture {number} of {total} (Esc ends it)</source>
      <translation>Drehscheibe: Bild {number} von {total} (Esc beendet)</translation>
    </message>
    <message>
      <source>Two fingers</source>
      <translation>Zwei Finger</translation>
    </message>
    <message>
      <source>Two panes</source>
      <translation>Zwei Ansichten</translation>
    </message>
    <message>
      <source>Type a window</source>
      <translation>Fenster eingeben</translation>
    </message>
    <message>
      <source>Type the password that you were given for this stick.</source>
      <translation>Geben Sie das Passwort ein, das Sie für diesen Stick erhalten haben.</translation>
    </message>
    <message>
      <source>Undo</source>
      <translation>Rückgängig</translation>
    </message>
    <message>
      <source>Undo the last cut (Ctrl+Z)</source>
      <translation>Den letzten Schnitt zurücknehmen (Strg+Z)</translation>
    </message>
    <message>
      <source>Undo, redo</source>
      <translation>Rückgängig, wiederholen</translation>
    </message>
    <message>
      <source>Unit</source>
      <translation>Einheit</translation>
    </message>
    <message>
      <source>Unit of the values</source>
      <translation>Einheit der Werte</translation>
    </message>
    <message>
      <source>Use {length} on {place}</source>
      <translation>{length} auf {place} verwenden</translation>
    </message>
    <message>
      <source>Value</source>
      <translation>Wert</translation>
    </message>
    <message>
      <source>Value from which on the colour is white</source>
      <translation>Wert, ab dem die Farbe weiß ist</translation>
    </message>
    <message>
      <source>Vessels</source>
      <translation>Gefäße</translation>
    </message>
    <message>
      <source>View from this side</source>
      <translation>Von dieser Seite betrachten</translation>
    </message>
    <message>
      <source>Volume</source>
      <translation>Volumen</translation>
    </message>
    <message>
      <source>W {width}   C {center}</source>
      <translation>W {width}   C {center}</translation>
    </message>
    <message>
      <source>What is on an encrypted stick stays on it: its pictures are neither saved, copied nor printed.</source>
      <translation>Was auf einem verschlüsselten Stick ist, bleibt dort: Seine Bilder werden weder gespeichert noch kopiert oder gedruckt.</translation>
    </message>
    <message>
      <source>Wheel</source>
      <translation>Mausrad</translation>
    </message>
    <message>
      <source>Where segments overlap, one of them is shown</source>
      <translation>Wo Segmente überlappen, wird eines davon gezeigt</translation>
    </message>
    <message>
      <source>Where to write the case</source>
      <translation>Wohin der Fall geschrieben wird</translation>
    </message>
    <message>
      <source>White: in both segmentations</source>
      <translation>Weiß: in beiden Segmentierungen</translation>
    </message>
    <message>
      <source>Who is reading?</source>
      <translation>Wer befundet?</translation>
    </message>
    <message>
      <source>Why are you changing it?</source>
      <translation>Warum ändern Sie ihn?</translation>
    </message>
    <message>
      <source>Width</source>
      <translation>Breite</translation>
    </message>
    <message>
      <source>Window</source>
      <translation>Fenster</translation>
    </message>
    <message>
      <source>Window presets; 0 for the original</source>
      <translation>Fenstervorgaben; 0 für das ursprüngliche</translation>
    </message>
    <message>
      <source>Window: drag up to darken</source>
      <translation>Fenster: nach oben ziehen macht dunkler</translation>
    </message>
    <message>
      <source>Window: keep black at zero</source>
      <translation>Fenster: Schwarz bei null halten</translation>
    </message>
    <message>
      <source>Window: right is wider, up is brighter</source>
      <translation>Fenster: rechts weiter, oben heller</translation>
    </message>
    <message>
      <source>Windows for brain, lung, bone and more (number keys)</source>
      <translation>Fenster für Hirn, Lunge, Knochen und mehr (Zifferntasten)</translation>
    </message>
    <message>
      <source>With {name}</source>
      <translation>Mit {name}</translation>
    </message>
    <message>
      <source>Write this case for another program</source>
      <translation>Diesen Fall für ein anderes Programm schreiben</translation>
    </message>
    <message>
      <source>Writing the files …</source>
      <translation>Die Dateien werden geschrieben …</translation>
    </message>
    <message>
      <source>Yes</source>
      <translation>Ja</translation>
    </message>
    <message>
      <source>Your answers are not among them. It is recorded with your answers that you did this.</source>
      <translation>Ihre Antworten sind nicht dabei. Bei Ihren Antworten wird festgehalten, dass Sie dies getan haben.</translation>
    </message>
    <message>
      <source>Your answers are saved under this name. Use the same name every time.</source>
      <translation>Ihre Antworten werden unter diesem Namen gespeichert. Verwenden Sie immer denselben Namen.</translation>
    </message>
    <message>
      <source>Your latest answers could not be saved.</source>
      <translation>Ihre letzten Antworten konnten nicht gespeichert werden.</translation>
    </message>
    <message>
      <source>Your latest answers could not be saved. Free some space on the stick, and leave it plugged in.</source>
      <translation>Ihre letzten Antworten konnten nicht gespeichert werden. Schaffen Sie Platz auf dem Stick, und lassen Sie ihn stecken.</translation>
    </message>
    <message>
      <source>Your latest answers could not be saved. Free some space, or save a copy to send.</source>
      <translation>Ihre letzten Antworten konnten nicht gespeichert werden. Schaffen Sie Platz oder speichern Sie eine Kopie zum Versenden.</translation>
    </message>
    <message>
      <source>Zoom</source>
      <translation>Zoom</translation>
    </message>
    <message>
      <source>Zoom and move on a touch screen</source>
      <translation>Zoomen und schieben am Touchscreen</translation>
    </message>
    <message>
      <source>Zoom at the pointer</source>
      <translation>Zoom am Mauszeiger</translation>
    </message>
    <message>
      <source>Zoom in or out</source>
      <translation>Vergrößern oder verkleinern</translation>
    </message>
    <message>
      <source>Zoom {zoom} %</source>
      <translation>Zoom {zoom} %</translation>
    </message>
    <message>
      <source>Zoom {zoom} % (fit)</source>
      <translation>Zoom {zoom} % (eingepasst)</translation>
    </message>
    <message>
      <source>a mask cannot be unpacked</source>
      <translation>eine Maske lässt sich nicht entpacken</translation>
    </message>
    <message>
      <source>a mask does not fill its box</source>
      <translation>eine Maske füllt ihr Rechteck nicht</translation>
    </message>
    <message>
      <source>a mask has another length than it says</source>
      <translation>eine Maske hat eine andere Länge, als sie angibt</translation>
    </message>
    <message>
      <source>a mask lies beside the images</source>
      <translation>eine Maske liegt neben den Bildern</translation>
    </message>
    <message>
      <source>a rating is outside its limits</source>
      <translation>eine Bewertung liegt außerhalb ihrer Grenzen</translation>
    </message>
    <message>
      <source>a single image</source>
      <translation>ein einzelnes Bild</translation>
    </message>
    <message>
      <source>across missing slices</source>
      <translation>über fehlende Schichten hinweg</translation>
    </message>
    <message>
      <source>all of its images are damaged</source>
      <translation>alle ihre Bilder sind beschädigt</translation>
    </message>
    <message>
      <source>an answer is needed</source>
      <translation>Antwort erforderlich</translation>
    </message>
    <message>
      <source>at least {} must be chosen</source>
      <translation>mindestens {} auswählen</translation>
    </message>
    <message>
      <source>at least {} must be set</source>
      <translation>mindestens {} setzen</translation>
    </message>
    <message>
      <source>at most {} may be chosen</source>
      <translation>höchstens {} auswählen</translation>
    </message>
    <message>
      <source>at most {} may be set</source>
      <translation>höchstens {} setzen</translation>
    </message>
    <message>
      <source>at {place} mm: {value}</source>
      <translation>bei {place} mm: {value}</translation>
    </message>
    <message>
      <source>bar {width}</source>
      <translation>Balken {width}</translation>
    </message>
    <message>
      <source>cardiac phase {percent} %</source>
      <translation>Herzphase {percent} %</translation>
    </message>
    <message>
      <source>compressed with loss</source>
      <translation>verlustbehaftet komprimiert</translation>
    </message>
    <message>
      <source>compressed with loss, HTJ{}K</source>
      <translation>verlustbehaftet komprimiert, HTJ{}K</translation>
    </message>
    <message>
      <source>compressed with loss, JPEG</source>
      <translation>verlustbehaftet komprimiert, JPEG</translation>
    </message>
    <message>
      <source>compressed with loss, JPEG {}</source>
      <translation>verlustbehaftet komprimiert, JPEG {}</translation>
    </message>
    <message>
      <source>compressed with loss, JPEG-LS</source>
      <translation>verlustbehaftet komprimiert, JPEG-LS</translation>
    </message>
    <message>
      <source>compressed with loss, MPEG{}</source>
      <translation>verlustbehaftet komprimiert, MPEG{}</translation>
    </message>
    <message>
      <source>compressed with loss, {} : {}</source>
      <translation>verlustbehaftet komprimiert, {} : {}</translation>
    </message>
    <message>
      <source>compressed with loss, {} : {}, HTJ{}K</source>
      <translation>verlustbehaftet komprimiert, {} : {}, HTJ{}K</translation>
    </message>
    <message>
      <source>compressed with loss, {} : {}, JPEG</source>
      <translation>verlustbehaftet komprimiert, {} : {}, JPEG</translation>
    </message>
    <message>
      <source>compressed with loss, {} : {}, JPEG {}</source>
      <translation>verlustbehaftet komprimiert, {} : {}, JPEG {}</translation>
    </message>
    <message>
      <source>compressed with loss, {} : {}, JPEG-LS</source>
      <translation>verlustbehaftet komprimiert, {} : {}, JPEG-LS</translation>
    </message>
    <message>
      <source>compressed with loss, {} : {}, MPEG{}</source>
      <translation>verlustbehaftet komprimiert, {} : {}, MPEG{}</translation>
    </message>
    <message>
      <source>damaged image</source>
      <translation>beschädigtes Bild</translation>
    </message>
    <message>
      <source>decay corrected to {time}</source>
      <translation>Zerfall korrigiert auf {time}</translation>
    </message>
    <message>
      <source>difference of two series</source>
      <translation>Differenz zweier Serien</translation>
    </message>
    <message>
      <source>difference of two series: {first} minus {other}</source>
      <translation>Differenz zweier Serien: {first} minus {other}</translation>
    </message>
    <message>
      <source>done</source>
      <translation>abgeschlossen</translation>
    </message>
    <message>
      <source>every mark needs a rating</source>
      <translation>jede Markierung braucht eine Bewertung</translation>
    </message>
    <message>
      <source>from {low} to {high} mm</source>
      <translation>von {low} bis {high} mm</translation>
    </message>
    <message>
      <source>gantry tilt of {tilt}° corrected</source>
      <translation>Gantrykippung von {tilt}° korrigiert</translation>
    </message>
    <message>
      <source>half-life</source>
      <translation>Halbwertszeit</translation>
    </message>
    <message>
      <source>half-life {minutes} min</source>
      <translation>Halbwertszeit {minutes} min</translation>
    </message>
    <message>
      <source>images of different directions</source>
      <translation>Bilder verschiedener Richtungen</translation>
    </message>
    <message>
      <source>injected dose</source>
      <translation>injizierte Aktivität</translation>
    </message>
    <message>
      <source>injected {time}</source>
      <translation>injiziert {time}</translation>
    </message>
    <message>
      <source>it cannot be read: {reason}</source>
      <translation>sie ist nicht lesbar: {reason}</translation>
    </message>
    <message>
      <source>it cannot be understood</source>
      <translation>sie ist nicht zu verstehen</translation>
    </message>
    <message>
      <source>it does not begin like a segmentation</source>
      <translation>sie beginnt nicht wie eine Segmentierung</translation>
    </message>
    <message>
      <source>it does not say which value is a whole voxel</source>
      <translation>sie sagt nicht, welcher Wert ein ganzes Voxel ist</translation>
    </message>
    <message>
      <source>it has another number of voxels than the index says</source>
      <translation>sie hat eine andere Zahl von Voxeln, als der Index angibt</translation>
    </message>
    <message>
      <source>it has not been read</source>
      <translation>sie wurde nicht gelesen</translation>
    </message>
    <message>
      <source>it has {found:,} bytes instead of {expected:,}</source>
      <translation>sie hat {found:,} statt {expected:,} Byte</translation>
    </message>
    <message>
      <source>it is less than {}</source>
      <translation>kleiner als {}</translation>
    </message>
    <message>
      <source>it is longer than {} characters</source>
      <translation>länger als {} Zeichen</translation>
    </message>
    <message>
      <source>it is more than {}</source>
      <translation>größer als {}</translation>
    </message>
    <message>
      <source>it is not one of the options</source>
      <translation>keine der Möglichkeiten</translation>
    </message>
    <message>
      <source>it is not the file that the manifest lists</source>
      <translation>es ist nicht die Datei, die das Manifest aufführt</translation>
    </message>
    <message>
      <source>it is not what the medium's list of files says</source>
      <translation>sie ist nicht die, die in der Dateiliste des Datenträgers steht</translation>
    </message>
    <message>
      <source>it is still loading</source>
      <translation>sie wird noch geladen</translation>
    </message>
    <message>
      <source>its header differs</source>
      <translation>ihr Header weicht ab</translation>
    </message>
    <message>
      <source>its masks do not follow each other</source>
      <translation>ihre Masken folgen nicht aufeinander</translation>
    </message>
    <message>
      <source>its pixel data are incomplete</source>
      <translation>ihre Pixeldaten sind unvollständig</translation>
    </message>
    <message>
      <source>its segments are not those of the index</source>
      <translation>ihre Segmente sind nicht die des Index</translation>
    </message>
    <message>
      <source>its slices are not those of the index</source>
      <translation>ihre Schichten sind nicht die des Index</translation>
    </message>
    <message>
      <source>its tables are cut short</source>
      <translation>ihre Tabellen sind abgeschnitten</translation>
    </message>
    <message>
      <source>its tables do not count its masks</source>
      <translation>ihre Tabellen zählen ihre Masken nicht</translation>
    </message>
    <message>
      <source>kept by decision though text was read in it</source>
      <translation>trotz erkanntem Text bewusst behalten</translation>
    </message>
    <message>
      <source>less than 0.1 %</source>
      <translation>weniger als 0.1 %</translation>
    </message>
    <message>
      <source>no pixels inside</source>
      <translation>keine Pixel darin</translation>
    </message>
    <message>
      <source>no unit</source>
      <translation>keiner Einheit</translation>
    </message>
    <message>
      <source>none yet</source>
      <translation>noch keine</translation>
    </message>
    <message>
      <source>not on one slice: please measure again</source>
      <translation>nicht auf einer Schicht: bitte neu messen</translation>
    </message>
    <message>
      <source>one of {} series of one image each that were put together</source>
      <translation>eine von {} zusammengefügten Serien mit je einem Bild</translation>
    </message>
    <message>
      <source>open</source>
      <translation>offen</translation>
    </message>
    <message>
      <source>outside the image</source>
      <translation>außerhalb des Bildes</translation>
    </message>
    <message>
      <source>padding {} rewritten as {}</source>
      <translation>Füllwert {} als {} geschrieben</translation>
    </message>
    <message>
      <source>padding {} rewritten as {} to {}</source>
      <translation>Füllwert {} als {} bis {} geschrieben</translation>
    </message>
    <message>
      <source>padding {} to {} rewritten as {}</source>
      <translation>Füllwerte {} bis {} als {} geschrieben</translation>
    </message>
    <message>
      <source>padding {} to {} rewritten as {} to {}</source>
      <translation>Füllwerte {} bis {} als {} bis {} geschrieben</translation>
    </message>
    <message>
      <source>padding, not part of the image</source>
      <translation>Füllwert, nicht Teil des Bildes</translation>
    </message>
    <message>
      <source>part {part} of {parts}</source>
      <translation>Teil {part} von {parts}</translation>
    </message>
    <message>
      <source>pixel size unknown: the image may be distorted</source>
      <translation>Pixelgröße unbekannt: Das Bild kann verzerrt sein</translation>
    </message>
    <message>
      <source>respiratory phase {percent} %</source>
      <translation>Atemphase {percent} %</translation>
    </message>
    <message>
      <source>series {number}</source>
      <translation>Serie {number}</translation>
    </message>
    <message>
      <source>several images at one place</source>
      <translation>mehrere Bilder an einer Position</translation>
    </message>
    <message>
      <source>several of its images are at the same position</source>
      <translation>mehrere ihrer Bilder liegen an derselben Position</translation>
    </message>
    <message>
      <source>slice {number}</source>
      <translation>Schicht {number}</translation>
    </message>
    <message>
      <source>slices missing at position {} mm</source>
      <translation>Schichten fehlen an Position {} mm</translation>
    </message>
    <message>
      <source>slices missing at position {}, {} mm</source>
      <translation>Schichten fehlen an Position {}, {} mm</translation>
    </message>
    <message>
      <source>slices missing at position {}, {}, {} mm</source>
      <translation>Schichten fehlen an Position {}, {}, {} mm</translation>
    </message>
    <message>
      <source>slices missing at position {}, {}, {}, {} mm</source>
      <translation>Schichten fehlen an Position {}, {}, {}, {} mm</translation>
    </message>
    <message>
      <source>slices missing at position {}, {}, {}, {}, {} mm</source>
      <translation>Schichten fehlen an Position {}, {}, {}, {}, {} mm</translation>
    </message>
    <message>
      <source>slices missing at position {}, {}, {}, {}, {} … mm</source>
      <translation>Schichten fehlen an Position {}, {}, {}, {}, {} … mm</translation>
    </message>
    <message>
      <source>slices missing here</source>
      <translation>hier fehlen Schichten</translation>
    </message>
    <message>
      <source>slices missing {gaps}</source>
      <translation>Schichten fehlen {gaps}</translation>
    </message>
    <message>
      <source>started</source>
      <translation>begonnen</translation>
    </message>
    <message>
      <source>stray bits above the lowest {} cleared</source>
      <translation>bedeutungslose Bits oberhalb der untersten {} gelöscht</translation>
    </message>
    <message>
      <source>text masked</source>
      <translation>Text überdeckt</translation>
    </message>
    <message>
      <source>the files do not say which images belong together</source>
      <translation>die Dateien sagen nicht, welche Bilder zusammengehören</translation>
    </message>
    <message>
      <source>the images are shifted against each other</source>
      <translation>die Bilder sind gegeneinander verschoben</translation>
    </message>
    <message>
      <source>the images carry no pixel spacing</source>
      <translation>die Bilder enthalten keinen Pixelabstand</translation>
    </message>
    <message>
      <source>the images do not give their position</source>
      <translation>die Bilder enthalten keine Position</translation>
    </message>
    <message>
      <source>the images of {series} do not give their position</source>
      <translation>die Bilder von {series} geben ihre Lage nicht an</translation>
    </message>
    <message>
      <source>the images of {series} do not share a frame of reference</source>
      <translation>die Bilder von {series} haben kein gemeinsames Bezugssystem</translation>
    </message>
    <message>
      <source>the images say nothing about their position</source>
      <translation>die Bilder enthalten keine Angabe ihrer Position</translation>
    </message>
    <message>
      <source>the next slice is {gap:.1f} mm away</source>
      <translation>die nächste Schicht ist {gap:.1f} mm entfernt</translation>
    </message>
    <message>
      <source>the slice has not been read</source>
      <translation>die Schicht ist nicht gelesen</translation>
    </message>
    <message>
      <source>the two series have no frame of reference in common</source>
      <translation>die beiden Serien haben kein gemeinsames Bezugssystem</translation>
    </message>
    <message>
      <source>their images do not give their position</source>
      <translation>ihre Bilder geben ihre Lage nicht an</translation>
    </message>
    <message>
      <source>their pixels measure {one} and {other} mm (allowed: {share} % apart)</source>
      <translation>ihre Pixel messen {one} und {other} mm (erlaubt: {share} % Abweichung)</translation>
    </message>
    <message>
      <source>their planes are turned by {angle}° (allowed: {most}°)</source>
      <translation>ihre Ebenen sind um {angle}° gedreht (erlaubt: {most}°)</translation>
    </message>
    <message>
      <source>their slices lie up to {apart} mm apart (allowed: {most} mm)</source>
      <translation>ihre Schichten liegen bis zu {apart} mm auseinander (erlaubt: {most} mm)</translation>
    </message>
    <message>
      <source>their values are in {one} and {other}</source>
      <translation>ihre Werte sind in {one} und {other}</translation>
    </message>
    <message>
      <source>there is not enough memory to read it</source>
      <translation>der Arbeitsspeicher reicht nicht, um sie zu lesen</translation>
    </message>
    <message>
      <source>they have {one} and {other} voxels</source>
      <translation>sie haben {one} und {other} Voxel</translation>
    </message>
    <message>
      <source>thin</source>
      <translation>dünn</translation>
    </message>
    <message>
      <source>this case is not in it</source>
      <translation>dieser Fall steht nicht darin</translation>
    </message>
    <message>
      <source>this is not a number</source>
      <translation>das ist keine Zahl</translation>
    </message>
    <message>
      <source>this series is a PET itself; open the CT or MR that it is to lie over</source>
      <translation>diese Serie ist selbst ein PET; öffnen Sie das CT oder MR, über dem es liegen soll</translation>
    </message>
    <message>
      <source>tilted gantry, {}°</source>
      <translation>gekippte Gantry, {}°</translation>
    </message>
    <message>
      <source>time of injection</source>
      <translation>Zeit der Injektion</translation>
    </message>
    <message>
      <source>time to which decay is corrected</source>
      <translation>Zeit, auf die der Zerfall korrigiert ist</translation>
    </message>
    <message>
      <source>times that fit each other</source>
      <translation>Zeiten, die zueinander passen</translation>
    </message>
    <message>
      <source>turned by {angle}°</source>
      <translation>gedreht um {angle}°</translation>
    </message>
    <message>
      <source>uneven spacing, {low:.2f} to {high:.2f} mm</source>
      <translation>Abstand ungleich, {low:.2f} bis {high:.2f} mm</translation>
    </message>
    <message>
      <source>uneven spacing, {} to {} mm</source>
      <translation>Abstand ungleich, {} bis {} mm</translation>
    </message>
    <message>
      <source>values in Bq/ml</source>
      <translation>Werte in Bq/ml</translation>
    </message>
    <message>
      <source>weight of the patient</source>
      <translation>Gewicht des Patienten</translation>
    </message>
    <message>
      <source>white from</source>
      <translation>weiß ab</translation>
    </message>
    <message>
      <source>{along} mm along, {across} mm across</source>
      <translation>{along} mm entlang, {across} mm quer</translation>
    </message>
    <message>
      <source>{below} and {over} have different frames of reference, so nothing says which places belong together</source>
      <translation>{below} und {over} haben verschiedene Bezugssysteme; nichts sagt, welche Orte zusammengehören</translation>
    </message>
    <message>
      <source>{case} was not written</source>
      <translation>{case} wurde nicht geschrieben</translation>
    </message>
    <message>
      <source>{case} was written for another program</source>
      <translation>{case} wurde für ein anderes Programm geschrieben</translation>
    </message>
    <message>
      <source>{case} will be written as ordinary DICOM files.</source>
      <translation>{case} wird in gewöhnlichen DICOM-Dateien geschrieben.</translation>
    </message>
    <message>
      <source>{done} of {total} done</source>
      <translation>{done} von {total} abgeschlossen</translation>
    </message>
    <message>
      <source>{done} of {total} slices</source>
      <translation>{done} von {total} Schichten</translation>
    </message>
    <message>
      <source>{dose} MBq</source>
      <translation>{dose} MBq</translation>
    </message>
    <message>
      <source>{file} cannot be written.
Choose another folder.</source>
      <translation>{file} kann nicht geschrieben werden.
Wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
      <source>{file}: {reason}
Choose another folder.</source>
      <translation>{file}: {reason}
Wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
      <source>{file}: {reason}
Nothing of the case stays there. Choose another folder.</source>
      <translation>{file}: {reason}
Vom Fall bleibt dort nichts. Wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
      <source>{folder} is on the stick itself, which stays as it was made. Nothing was written. Choose a folder on this PC.</source>
      <translation>{folder} liegt auf dem Stick selbst, der bleibt, wie er ist. Nichts wurde geschrieben. Wählen Sie einen Ordner auf diesem PC.</translation>
    </message>
    <message>
      <source>{hidden} of {total} segments hidden</source>
      <translation>{hidden} von {total} Segmenten ausgeblendet</translation>
    </message>
    <message>
      <source>{hours} h {minutes} min</source>
      <translation>{hours} h {minutes} min</translation>
    </message>
    <message>
      <source>{name} over {thickness} mm</source>
      <translation>{name} über {thickness} mm</translation>
    </message>
    <message>
      <source>{name}: no voxel</source>
      <translation>{name}: kein Voxel</translation>
    </message>
    <message>
      <source>{name}: {reason}. Nothing was changed.</source>
      <translation>{name}: {reason}. Nichts wurde geändert.</translation>
    </message>
    <message>
      <source>{number} of {total} images left out: text in the image</source>
      <translation>{number} von {total} Bildern weggelassen: Text im Bild</translation>
    </message>
    <message>
      <source>{number} pictures of a whole turn saved in {folder}</source>
      <translation>{number} Bilder einer ganzen Drehung gespeichert in {folder}</translation>
    </message>
    <message>
      <source>{other} cannot be subtracted from {first}: {reason}.</source>
      <translation>{other} kann nicht von {first} abgezogen werden: {reason}.</translation>
    </message>
    <message>
      <source>{path} does not match the index ({reason}), so its image is not shown. The medium may be damaged: ask for a new copy.</source>
      <translation>{path} passt nicht zum Index ({reason}), ihr Bild wird deshalb nicht gezeigt. Der Datenträger ist möglicherweise beschädigt: Bitten Sie um eine neue Kopie.</translation>
    </message>
    <message>
      <source>{path} on the stick cannot be read ({reason}). Nothing of the case stays on this PC. Plug the stick in again, and try again.</source>
      <translation>{path} auf dem Stick kann nicht gelesen werden ({reason}). Vom Fall bleibt nichts auf diesem PC. Stecken Sie den Stick wieder ein, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
      <source>{place} is sealed in a way that this program does not know ({reason}). Use the viewer on the same medium, or a newer mkbundle.</source>
      <translation>{place} ist auf eine Weise verschlüsselt, die dieses Programm nicht kennt ({reason}). Nehmen Sie den Betrachter auf demselben Datenträger oder ein neueres mkbundle.</translation>
    </message>
    <message>
      <source>{place} was damaged or altered ({reason}), so nothing of it is shown. Ask for a new copy.</source>
      <translation>{place} wurde beschädigt oder verändert ({reason}), deshalb wird nichts davon gezeigt. Bitten Sie um eine neue Kopie.</translation>
    </message>
    <message>
      <source>{rate} / s</source>
      <translation>{rate} / s</translation>
    </message>
    <message>
      <source>{root} is encrypted, and this does not work on it as it is. {instead}</source>
      <translation>{root} ist verschlüsselt, und so geht das damit nicht. {instead}</translation>
    </message>
    <message>
      <source>{size} voxels averaged into one</source>
      <translation>{size} Voxel sind zu einem gemittelt</translation>
    </message>
    <message>
      <source>{title} (series {number})</source>
      <translation>{title} (Serie {number})</translation>
    </message>
    <message>
      <source>{weight} kg</source>
      <translation>{weight} kg</translation>
    </message>
    <message>
      <source>{what} in {number} of {total} images</source>
      <translation>{what} in {number} von {total} Bildern</translation>
    </message>
    <message>
      <source>{what} is not in this bundle. Start the viewer without it to see what is there.</source>
      <translation>{what} ist nicht auf diesem Datenträger. Starten Sie den Viewer ohne diese Angabe, um zu sehen, was vorhanden ist.</translation>
    </message>
    <message>
      <source>“{text}”</source>
      <translation>„{text}“</translation>
    </message>
    <message>
      <source>⇄ Linked</source>
      <translation>⇄ Gekoppelt</translation>
    </message>
    <message>
      <source>★ Key image</source>
      <translation>★ Schlüsselbild</translation>
    </message>
  </context>
</TS>
