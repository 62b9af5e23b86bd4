#!/bin/bash
# Publishes web, podd and the guest when their sources changed, and prints the folder that holds them.
#   build.sh → artifacts/run/0123456789abcdef/{web,podd,guest}
#
# The folder is named by the hash of the sources and never changed: a running instance keeps its files while another version
# is built next to it.
set -euo pipefail
. "$(dirname "$0")/settings.sh"
cd "$repository"

sources() {
    find web podd shared packaging/dev/guest-bundle.sh Directory.Build.props Directory.Packages.props global.json .editorconfig BannedSymbols.txt \
        -type f -not -path '*/obj/*' -not -path '*/bin/*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
    dotnet --version
}

hash=$(sources | sha256sum)
built=$repository/artifacts/run/${hash:0:16}
if [[ ! -d $built ]]; then
    mkdir -p artifacts/run "$log"
    exec 9>artifacts/run/.lock
    flock 9
fi
if [[ ! -d $built ]]; then
    # Without analyzers: they take as long as the compiler, and make test runs them on everything.
    timed 'Publishing web' dotnet publish web/Web.csproj -c Release --nologo -v minimal -p:RunAnalyzers=false
    timed 'Publishing podd (native)' dotnet publish podd/Podd.csproj -c Release -r linux-x64 --nologo -v minimal -p:RunAnalyzers=false
    timed 'Publishing the guest (native)' "$dev/guest-bundle.sh"
    rm -rf "$built.new"
    mkdir "$built.new"
    cp -a artifacts/publish/Web/release "$built.new/web"
    cp -a artifacts/publish/Podd/release_linux-x64 "$built.new/podd"
    cp -a artifacts/guest "$built.new/guest"
    # web runs as another user, whatever the umask of this one.
    chmod -R a+rX "$built.new"
    # Two days: a running instance may still need the one before, hardly the one before that.
    find artifacts/run -mindepth 1 -maxdepth 1 -type d -mtime +2 -exec rm -rf {} +
    mv "$built.new" "$built"
fi
touch "$built"
echo "$built"
