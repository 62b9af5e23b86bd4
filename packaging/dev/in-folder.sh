#!/bin/bash
# in-folder.sh FOLDER PROGRAM ARGUMENTS…: runs a program with that working folder, in place of this process.
set -euo pipefail
cd "$1"
shift
exec "$@"
