#!/bin/bash
# Installs the Debian packages that are missing, and only those.
#   packages.sh run | test | bench
set -euo pipefail
. "$(dirname "$0")/settings.sh"

purpose=${1:?usage: packages.sh run|test|bench}
if [[ ! -r /etc/debian_version ]] || ! command -v apt-get >/dev/null; then
    fail 'cannot set this machine up: it is not Debian' 'use Debian 12 or 13'
fi
command -v dotnet >/dev/null || fail 'cannot build: there is no dotnet on the PATH' 'install the .NET 10 SDK'
# A subshell: dotnet chooses the SDK by the folder's global.json.
(cd "$repository" && dotnet --version >/dev/null 2>&1) || fail 'cannot build: the .NET SDK on the PATH is not version 10' 'install the .NET 10 SDK'

installed() { [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

needed=(
    btrfs-progs ca-certificates conntrack curl gcc git iproute2 jq libc6-dev mmdebstrap nftables
    openssh-client openssl postgresql procps util-linux zstd
)
if [[ $purpose == test ]]; then
    needed+=(binutils chromium libnss3-tools lintian shellcheck skopeo umoci)
    # An image of another libc is made from it; it and busybox exclude each other, and the machine's own choice stands.
    installed busybox || needed+=(busybox-static)
fi
[[ $purpose != bench ]] || needed+=(haproxy nginx-light wrk)
missing=()
for package in "${needed[@]}"; do
    installed "$package" || missing+=("$package")
done
((${#missing[@]} > 0)) || exit 0

become_root "$@"
export DEBIAN_FRONTEND=noninteractive
mkdir -p "$log"
# Debian's package makes and starts a cluster of its own at port 5432; nobody asked for that here.
quiet=/etc/postgresql-common/createcluster.d/pinacle.conf
if [[ " ${missing[*]} " == *' postgresql '* ]]; then
    mkdir -p "$(dirname "$quiet")"
    echo 'create_main_cluster = false' >"$quiet"
    trap 'rm -f "$quiet"' EXIT
fi
# What bench needs are servers, and Debian's packages start them at once.
if [[ $purpose == bench && ! -e /usr/sbin/policy-rc.d ]]; then
    trap 'rm -f /usr/sbin/policy-rc.d "$quiet"' EXIT
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d
fi
timed 'Reading the lists of Debian packages' apt-get update -q
timed "Installing ${missing[*]}" apt-get install -y -q --no-install-recommends "${missing[@]}"
