#!/bin/sh
# Makes a .deb of a bundle:  sh packaging/linux/build_deb.sh dist/d2a-desktop dist
# Installs to /usr/lib/d2a-desktop, for every person of the computer; desks lie in each person's own
# folder and are never touched, neither by an installation nor by a removal.
# It runs no script of its own while it is installed. Needs dpkg-deb, no rights of root.
set -eu

BUNDLE=$1
OUT=$2
HERE=$(cd "$(dirname "$0")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)

[ -x "$BUNDLE/d2a" ] || { echo "build_deb: there is no program in $BUNDLE (make bundle)" >&2; exit 1; }
VERSION=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' "$ROOT/d2a_desktop/__init__.py")
ARCH=$(dpkg --print-architecture)
umask 022
TREE=$(mktemp -d)
trap 'rm -rf "$TREE"' EXIT
chmod 755 "$TREE"

place() { # FILE FOLDER [NAME]
    mkdir -p "$TREE/$2"
    install -m 644 "$1" "$TREE/$2/${3:-$(basename "$1")}"
}

mkdir -p "$TREE/usr/lib" "$TREE/usr/bin" "$TREE/DEBIAN"
cp -a "$BUNDLE" "$TREE/usr/lib/d2a-desktop"
chmod -R u+rwX,go+rX,go-w "$TREE/usr/lib/d2a-desktop"
ln -s ../lib/d2a-desktop/d2a "$TREE/usr/bin/d2a"
place "$HERE/d2a-desktop.desktop" usr/share/applications
place "$HERE/uk.d2a.desktop.metainfo.xml" usr/share/metainfo
place "$ROOT/packaging/icons/d2a.svg" usr/share/icons/hicolor/scalable/apps d2a-desktop.svg
place "$HERE/policy.toml" usr/share/doc/d2a-desktop/examples
place "$HERE/copyright" usr/share/doc/d2a-desktop

# What Qt opens of the system itself; the rest is in the bundle.
cat >"$TREE/DEBIAN/control" <<CONTROL
Package: d2a-desktop
Version: $VERSION
Architecture: $ARCH
Maintainer: D2A Desktop maintainers <maintainers@d2a.invalid>
Installed-Size: $(du -sk --exclude=DEBIAN "$TREE" | cut -f1)
Section: misc
Priority: optional
Depends: libc6 (>= 2.34), libgl1, libegl1, libxkbcommon0, libxkbcommon-x11-0, libdbus-1-3, libfontconfig1, libglib2.0-0 | libglib2.0-0t64, libx11-xcb1, libxcb-cursor0, libxcb-icccm4, libxcb-keysyms1, libxcb-shape0, libxcb-xkb1
Recommends: libcups2 | libcups2t64, fonts-noto-core
Description: discharge to assess, from a ward to an assessment at home
 Hospital wards, the hub, agencies of live-in care and assessors each have a
 desk that works without a network and exchanges over a shared database.
 .
 What an organisation fixes for every desk of a computer goes into
 /etc/d2a/policy.toml; /usr/share/doc/d2a-desktop/examples has a template.
CONTROL
(cd "$TREE" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)

mkdir -p "$OUT"
dpkg-deb --root-owner-group -Zxz -z"${D2A_DEB_LEVEL:-6}" --build "$TREE" "$OUT/d2a-desktop_${VERSION}_$ARCH.deb"
