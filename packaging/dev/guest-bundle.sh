#!/bin/bash
# Publishes the guest and collects it with the loader and the libraries it was linked with, so that it runs as PID 1 in any
# image: artifacts/guest/ is what podd binds read-only at /.pinacle.
set -euo pipefail
. "$(dirname "$0")/settings.sh"

bundle=$repository/artifacts/guest
dotnet publish "$repository/podd/Guest/Guest.csproj" -c Release -r linux-x64 --nologo -v quiet -p:RunAnalyzers=false
binary=$repository/artifacts/publish/Guest/release_linux-x64/guest

rm -rf "$bundle.new"
mkdir -p "$bundle.new/run"
install -m 755 "$binary" "$bundle.new/guest"
# "libc.so.6 => /lib/… (0x…)" and, for the loader, "/lib64/ld-linux-x86-64.so.2 (0x…)".
ldd "$binary" | grep -oE '/[^ ]+' | while IFS= read -r library; do
    install -m 755 "$(realpath "$library")" "$bundle.new/$(basename "$library")"
done
[[ -x $bundle.new/ld-linux-x86-64.so.2 && -e $bundle.new/libc.so.6 ]] || fail "cannot collect the guest: ldd of $binary names no loader or libc"
"$bundle.new/ld-linux-x86-64.so.2" --library-path "$bundle.new" --list "$bundle.new/guest" >/dev/null || fail 'cannot start the guest from its bundle'
rm -rf "$bundle"
mv "$bundle.new" "$bundle"
