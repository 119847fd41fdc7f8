#!/bin/sh
# Starts the viewer that lies beside this file, wherever the medium is mounted; passes its arguments on.

# A link to this file, on a desktop for instance, leads back to the medium.
start=$(readlink -f -- "$0" 2>/dev/null) || start=$0
here=$(CDPATH='' cd -- "$(dirname -- "$start")" && pwd) || exit 3
viewer=$here/VIEWER/LINUX64/viewer

# In a window as well where nobody would see the terminal.
complain() {
  printf 'viewer.sh: %s\n' "$1" >&2
  [ -t 2 ] && return
  if command -v zenity >/dev/null 2>&1; then
    zenity --error --no-markup --width=500 --text="$1" 2>/dev/null
  elif command -v kdialog >/dev/null 2>&1; then
    kdialog --error "$1" 2>/dev/null
  elif command -v xmessage >/dev/null 2>&1; then
    xmessage -center "$1" 2>/dev/null
  fi
}

if [ ! -f "$viewer" ]; then
  complain "The viewer is missing: there is no $viewer.
The medium may be damaged or copied in part: ask for a new copy.
Any other DICOM viewer can open the file DICOMDIR in $here."
  exit 3
fi

"$viewer" "$@"
status=$?
# 126: found, but the system may not run it.
[ "$status" -eq 126 ] || exit "$status"
complain "This system does not start programs from this medium (it is mounted with 'noexec', or copied without the \
permission to run).

If you may copy the scans to this computer, type in a terminal:
  cp -r \"$here\" ~/scans
  chmod -R u+rwX ~/scans
  chmod u+x ~/scans/VIEWER/LINUX64/viewer
  sh ~/scans/viewer.sh

Or ask your administrator to mount the medium with the option 'exec'.
Any other DICOM viewer can open the file DICOMDIR in $here."
exit 3
