#!/bin/bash
# stage.sh KEPT COMMAND...: give the engine the base images that the shipped files name, then run COMMAND.
set -euo pipefail
kept=$1
shift

build() {
  local said
  said=$(docker build --quiet --tag "$1" "$2" 2>&1) || { echo "$said" >&2; return 1; }
}

build "$(sed -n 's/^ *image: *\(nats:[^ ]*\).*/\1/p' deploy/docker-compose.yml | head -1)" "$kept/nats"
build "$(sed -n 's/^FROM \(python:[^ ]*\).*/\1/p' deploy/Dockerfile | head -1)" "$kept/python"
exec "$@"
