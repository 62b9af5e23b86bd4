# shellcheck shell=bash
# Makes what tests, proofs and benchmarks use, and says where it is: runsc, the default image, podd and the guest as they are
# shipped, and a Node for the repositories of tests. Sourced, after settings.sh.
# shellcheck disable=SC2154  # from settings.sh

"$dev/packages.sh" test
PINACLE_RUNSC=$("$repository/packaging/install-runsc")
read -r PINACLE_IMAGE PINACLE_IMAGE_HASH < <(PINACLE_CA=$ca "$repository/packaging/images/build" default "$cache")
built=$(as_builder "$dev/build.sh")
export PINACLE_RUNSC PINACLE_IMAGE PINACLE_IMAGE_HASH PINACLE_PODD=$built/podd/podd PINACLE_GUEST=$built/guest

# Node for the tests' repositories, and 20.19 is what today's templates ask for; Debian 12 has 18.
node_fits() { [[ $(printf '%s\n' v20.19.0 "$(node --version 2>/dev/null)" | sort -V | head -n 1) == v20.19.0 ]] && command -v npx >/dev/null; }
if ! node_fits; then
    tools=$repository/artifacts/test/tools
    export IMAGE_ROOT=$repository/artifacts/test/image
    if [[ $(cat "$tools/image" 2>/dev/null) != "$PINACLE_IMAGE_HASH" ]]; then
        rm -rf "$tools" "$IMAGE_ROOT"
        mkdir -p "$tools" "$IMAGE_ROOT"
        timed 'Unpacking Node from the default image' tar --zstd --numeric-owner -xpf "$PINACLE_IMAGE" -C "$IMAGE_ROOT"
        for tool in node npm npx; do ln -s "$dev/node-tool.sh" "$tools/$tool"; done
        echo "$PINACLE_IMAGE_HASH" >"$tools/image"
    fi
    export PATH=$tools:$PATH
fi
