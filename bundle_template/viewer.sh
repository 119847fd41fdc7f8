#!/bin/sh
# Starts the viewer that lies beside this file, wherever the medium is mounted; passes its arguments on.

# A link to this file, on a desktop for instance, leads back to the medium.
start=$(readlink -f -- "$0" 2>/dev/null) || start=$0
here=$(CDPATH='' cd -- "$(dirname -- "$start")" && pwd) || exit 3
viewer=$here/VIEWER/LINUX64/viewer
loader=/lib64/ld-linux-x86-64.so.2
otherwise="Any other DICOM viewer can open the file DICOMDIR in $here."

# With --self-test and --screenshot nobody is there who would close a window.
watched=yes
for word in "$@"; do
  case $word in --self-test* | --screenshot*) watched= ;; esac
done

# In a window as well where nobody would see the terminal; its text can be copied.
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
  complain "The viewer is missing: there is no $viewer.
The medium may be damaged or copied in part: ask for a new copy.
$otherwise"
  exit 3
fi
case $(uname -m) in
  x86_64 | amd64 | "") ;;
  *)
    complain "This viewer is made for PCs with a processor of the kind x86-64; this computer is of the kind $(uname -m).
$otherwise"
    exit 3
    ;;
esac

# Many desktops mount FAT so that nothing but Windows programs may be run; the system's loader starts it all the same.
run() {
  if [ -x "$viewer" ] || [ ! -x "$loader" ]; then "$viewer" "$@"; else "$loader" "$viewer" "$@"; fi
}

# What it says is for the terminal, or for whoever has started it. Where a window is to tell it, the last of it is kept,
# however much it is; its exit status comes behind it.
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
  69) # the viewer has said it in its own words
    [ -z "$said" ] || complain "$said"
    exit 3
    ;;
  126 | 127 | 132 | 133 | 134 | 135 | 136 | 139 | 255)
    what="The viewer cannot start on this computer, or has ended by itself. It needs a desktop of a 64 bit Linux, as new as
Debian 12, and the folder VIEWER as it is on the medium.
$otherwise

For technical support: it ended with $status.$newline$(printf '%s\n' "$said" | tail -n 12)"
    ;;
  *) # it has said what there is to say, or was ended by somebody
    [ -z "$said" ] || printf '%s\n' "$said" >&2
    exit "$status"
    ;;
esac

case $status in
  126 | 127)
    [ -x "$viewer" ] || what="This system does not start programs from this medium (it is mounted with 'noexec', or copied \
without the permission to run).

If you may copy the scans to this computer, type in a terminal:
  cp -r \"$here\" ~/scans
  chmod -R u+rwX ~/scans
  chmod u+x ~/scans/VIEWER/LINUX64/viewer
  sh ~/scans/viewer.sh

Or ask your administrator to mount the medium with the option 'exec'.
$otherwise"
    ;;
esac

missing=$(find "$here/VIEWER/LINUX64" -name 'libqxcb.so' -o -name 'QtWidgets.*' 2>/dev/null |
  while read -r library; do ldd "$library" 2>/dev/null; done | sed -n 's/^[[:space:]]*\(.*\) => not found.*/  \1/p' | sort -u)
[ -z "$missing" ] || what="$what

Libraries that are missing on this computer:
$missing
On Debian and Ubuntu an administrator installs them with
  apt-get install libgl1 libegl1 libdbus-1-3 libx11-xcb1 libxcb1 libstdc++6"
complain "$what"
exit 3
