#!/bin/sh
# Starts the viewer beside this file, wherever the medium is mounted, and passes its arguments on.

# A link to this file, for instance on a desktop, leads back to the medium.
start=$(readlink -f -- "$0" 2>/dev/null) || start=$0
here=$(CDPATH='' cd -- "$(dirname -- "$start")" && pwd) || exit 3
viewer=$here/VIEWER/LINUX64/viewer
loader=/lib64/ld-linux-x86-64.so.2

# The language of the messages: the locale variables in the order of POSIX (XBD 8.2).
case ${LC_ALL:-${LC_MESSAGES:-$LANG}} in
  de | de[_.@]*) german=yes ;;
  *) german= ;;
esac

# Every message is written in English, then in German.
in_words() {
  if [ -n "$german" ]; then printf '%s' "$2"; else printf '%s' "$1"; fi
}

otherwise=$(in_words "Any other DICOM viewer can open the file DICOMDIR in $here." \
  "Jeder andere DICOM-Viewer kann die Datei DICOMDIR in $here öffnen.")

# With --self-test and --screenshot nobody is there to close a window.
watched=yes
for word in "$@"; do
  case $word in --self-test* | --screenshot*) watched= ;; esac
done

# Without a terminal the message also appears in a window; its text can be copied.
complain() {
  printf 'viewer.sh: %s\n' "$1" >&2
  if [ -t 2 ] || [ -z "$watched" ] || [ -z "$DISPLAY$WAYLAND_DISPLAY" ]; then
    return
  elif command -v zenity >/dev/null 2>&1; then
    printf '%s\n' "$1" | zenity --text-info --title=viewer.sh --width=700 --height=420 >/dev/null 2>&1
  elif command -v kdialog >/dev/null 2>&1; then
    kdialog --error "$1" >/dev/null 2>&1
  elif command -v xmessage >/dev/null 2>&1; then
    xmessage -center "$1" 2>/dev/null
  fi
}

if [ ! -f "$viewer" ]; then
  complain "$(in_words "The viewer is missing: there is no $viewer.
The medium may be damaged or incompletely copied: ask for a new copy." \
    "Der Viewer fehlt: $viewer ist nicht vorhanden.
Der Datenträger ist vielleicht beschädigt oder unvollständig kopiert: Bitten Sie um eine neue Kopie.")
$otherwise"
  exit 3
fi
case $(uname -m) in
  x86_64 | amd64 | "") ;;
  *)
    complain "$(in_words "This viewer needs a PC with an x86-64 processor; this computer has $(uname -m)." \
      "Dieser Viewer braucht einen PC mit einem x86-64-Prozessor; dieser Computer hat $(uname -m).")
$otherwise"
    exit 3
    ;;
esac

# Many desktops mount FAT so that only Windows programs may run; the system's loader starts the viewer all the same.
run() {
  if [ -x "$viewer" ] || [ ! -x "$loader" ]; then "$viewer" "$@"; else "$loader" "$viewer" "$@"; fi
}

# The viewer's own messages go to the terminal, or to the program that started this script. For a window, this keeps
# the end of them, however many there are, with the exit status after them.
said=
newline='
'
if [ -t 2 ] || [ -z "$watched" ]; then
  run "$@"
  status=$?
else
  exec 3>&1
  said=$({ run "$@" 2>&1 >&3 3>&-; printf '\n%s' "$?"; } | tail -c 4000)
  exec 3>&-
  status=${said##*"$newline"}
  said=$(printf '%s\n' "${said%"$newline"*}")
fi

case $status in
  69) # the viewer has explained it in its own words
    [ -z "$said" ] || complain "$said"
    exit 3
    ;;
  126 | 127 | 132 | 133 | 134 | 135 | 136 | 139 | 255)
    message="$(in_words "The viewer cannot start on this computer, or it crashed. It needs a desktop of a 64-bit Linux, at
least as new as Debian 12, and the folder VIEWER as it is on the medium." \
      "Der Viewer kann auf diesem Computer nicht starten, oder er ist abgestürzt. Er braucht den Desktop eines
64-Bit-Linux, mindestens so neu wie Debian 12, und den Ordner VIEWER, wie er auf dem Datenträger ist.")
$otherwise

$(in_words "For technical support: exit status $status." "Für den technischen Support: Exit-Status $status.")
$(printf '%s\n' "$said" | tail -n 12)"
    ;;
  *) # the viewer has reported everything, or somebody ended it
    [ -z "$said" ] || printf '%s\n' "$said" >&2
    exit "$status"
    ;;
esac

case $status in
  126 | 127)
    commands="  cp -r \"$here\" ~/scans
  chmod -R u+rwX ~/scans
  chmod u+x ~/scans/VIEWER/LINUX64/viewer
  sh ~/scans/viewer.sh"
    [ -x "$viewer" ] || message="$(in_words "This system does not run programs from this medium (it is mounted with 'noexec', or copied \
without the permission to run).

If you may copy the scans to this computer, type in a terminal:
$commands

Or ask your administrator to mount the medium with the option 'exec'." \
      "Dieses System führt keine Programme von diesem Datenträger aus (er ist mit 'noexec' eingebunden oder ohne \
das Recht zum Ausführen kopiert).

Wenn Sie die Aufnahmen auf diesen Computer kopieren dürfen, geben Sie in einem Terminal ein:
$commands

Oder bitten Sie Ihren Administrator, den Datenträger mit der Option 'exec' einzubinden.")
$otherwise"
    ;;
esac

missing=$(find "$here/VIEWER/LINUX64" -name 'libqxcb.so' -o -name 'QtWidgets.*' 2>/dev/null |
  while read -r library; do ldd "$library" 2>/dev/null; done |
  sed -n 's/^[[:space:]]*\(.*\) => not found.*/  \1/p' | sort -u)
[ -z "$missing" ] || message="$message

$(in_words "Libraries missing on this computer:" "Auf diesem Computer fehlen diese Bibliotheken:")
$missing
$(in_words "On Debian and Ubuntu an administrator installs them with" \
  "Unter Debian und Ubuntu installiert ein Administrator sie mit")
  apt-get install libgl1 libegl1 libglib2.0-0 libfontconfig1 libdbus-1-3 libx11-xcb1 libxcb1 libstdc++6"
complain "$message"
exit 3
