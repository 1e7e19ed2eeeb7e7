#!/bin/bash
# engine.sh WORK KEPT COMMAND...: run COMMAND beside a container engine that lives only as long.
#
# The engine gets network, process and mount namespaces of its own: it cannot touch the machine's
# firewall, ports or mounts, its 127.0.0.1 is private, and when the namespace's first process ends,
# however it ends, the daemon and every container end with it. COMMAND's exit code comes through.
set -euo pipefail
work=$(realpath "$1")
kept=$(realpath "$2")
if [ "${BUDKAVLE_ENGINE_INSIDE:-}" != 1 ]; then
  exec env BUDKAVLE_ENGINE_INSIDE=1 \
    unshare --net --mount --pid --fork --kill-child=SIGKILL --mount-proc "$0" "$@"
fi
shift 2
ip link set lo up
# A stale pid file beside a reused small pid makes the daemon wait for a containerd that is not there.
rm -rf "$work/exec" "$work/dockerd.pid"
# Layers are written once and thrown away: in memory they cost no disk, and vanish with the mount.
mkdir -p "$work/data"
mount -t tmpfs -o size=4g tmpfs "$work/data"

export DOCKER_HOST=unix://$work/docker.sock DOCKER_CONFIG=$kept/docker
export DOCKER_BUILDKIT=0                            # the client has no buildx; our recipe needs none
export TESTCONTAINERS_RYUK_DISABLED=true            # its image cannot be pulled; we clean up below
export TESTCONTAINERS_CONNECTION_MODE=docker_host   # else it takes us for a container

dockerd --data-root "$work/data" --exec-root "$work/exec" --pidfile "$work/dockerd.pid" \
  -H "$DOCKER_HOST" >"$work/dockerd.log" 2>&1 &
daemon=$!
for _ in $(seq 150); do
  docker version >/dev/null 2>&1 && break
  kill -0 "$daemon" 2>/dev/null || { echo "the engine did not start:" >&2; tail -20 "$work/dockerd.log" >&2; exit 1; }
  sleep 0.2
done
docker version >/dev/null || { echo "the engine did not answer within 30 s:" >&2; tail -20 "$work/dockerd.log" >&2; exit 1; }

code=0
"$@" || code=$?

docker ps -aq | xargs -r docker rm -fv >/dev/null || true
kill "$daemon" && wait "$daemon" || true
for group in /sys/fs/cgroup/*/docker; do
  [ ! -d "$group" ] || find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
done
exit "$code"
