#!/usr/bin/env bash
# The image of etc/package/Containerfile does what its first lines say: it is built from the package, answers the windows of a
# simulated chain as an unprivileged user, says its health, ends in order at a stop, and keeps its books in the volume.
# Its base is the folder of a release, as debootstrap makes it. Needs root and podman; runs in a mount namespace of its own.
#   unshare --mount image.sh RELEASE BASE DEB STORE
set -euo pipefail
RELEASE=$1 BASE=$(readlink -f "$2") DEB=$(readlink -f "$3") STORE=$(readlink -f "$4") SOURCE=$(readlink -f "$(dirname "$0")/../..")
fail() { echo "FALSE $*"; podman logs daemon 2>&1 | tail -n 20; exit 1; }

# crun refuses a host with both versions of cgroups mounted. Limits of resources are no part of this.
[ ! -d /sys/fs/cgroup/unified ] || { umount -R /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup; }
RUN=(run --network host --cgroups disabled --ulimit nofile=1024:1024 --ulimit nproc=1000:1000)
podman() { command podman --root "$STORE/storage" --runroot "$STORE/run" "$@"; }

DIR=$(mktemp -d)
finish() {
  podman rm -f -t 1 chain daemon >/dev/null 2>&1 || true
  podman volume rm -f state >/dev/null 2>&1 || true
  rm -rf "$DIR"
}
trap finish EXIT
wait_for() {
  local until=$((SECONDS + 120))
  while ! "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $until ] || fail "waited in vain for: $*"
    sleep 0.2
  done
}

tar -C "$BASE" -c . | podman import - "docker.io/library/debian:$RELEASE-slim" >/dev/null
mkdir "$DIR/context" "$DIR/config" "$DIR/chain"
cp "$DEB" "$DIR/context/"
podman build --format docker --isolation chroot --network host --pull=never --build-arg "RELEASE=$RELEASE" \
  -f "$SOURCE/etc/package/Containerfile" -t inferd "$DIR/context"
SIZE=$(podman image inspect --format '{{.Size}}' inferd)

podman "${RUN[@]}" --rm inferd demo --windows 2 --block-ms 200 --dir /tmp/demo | tee "$DIR/demo.txt"
grep -q '4 of 4 windows confirmed' "$DIR/demo.txt" || fail "demo"
grep -q '^  inferd ledger list ' "$DIR/demo.txt" || fail "the demo names a program that is not there"

chown 65532:65532 "$DIR/config" "$DIR/chain"
podman "${RUN[@]}" --rm -v "$DIR/config:/etc/inferd" inferd wallet new --mnemonic-file /etc/inferd/mnemonic >"$DIR/wallet.json"
[ "$(stat -c '%u %a' "$DIR/config/mnemonic")" = "65532 600" ] || fail "the key: $(stat -c '%u %a' "$DIR/config/mnemonic")"
ADDRESS=$(sed 's/.*"address":"\([^"]*\)".*/\1/' "$DIR/wallet.json")
DATA=(-v "$SOURCE/etc/data:/data:ro")
podman "${RUN[@]}" -d --name chain "${DATA[@]}" -v "$DIR/chain:/chain" inferd sim --port 0 --block-ms 400 --fund "$ADDRESS" --register \
  --candles /data/btcusd-1h.csv --write-config /chain/sim.toml >/dev/null
wait_for test -s "$DIR/chain/sim.toml"
podman "${RUN[@]}" --rm "${DATA[@]}" -v "$DIR/config:/etc/inferd" inferd train --candles /data/btcusd-1h.csv --topic 1 --symbol btcusd \
  --horizon-hours 168 --out /etc/inferd/model.json >/dev/null
sed -e 's|^state_dir = .*|state_dir = "/var/lib/inferd"|' -e 's|"books.db"|"/var/lib/inferd/books.db"|' \
  -e 's|"admin.sock"|"/run/inferd/admin.sock"|' -e 's|^dir = "log"|dir = "/var/log/inferd"|' "$DIR/chain/sim.toml" >"$DIR/config/inferd.toml"

start() { podman "${RUN[@]}" -d --name daemon -v "$DIR/config:/etc/inferd:ro" -v state:/var/lib/inferd inferd >/dev/null; }
inside() { podman exec daemon inferd "$@" --config /etc/inferd/inferd.toml; }
confirmed() { [ "$(inside ledger list --status confirmed --json | wc -l)" -ge "$1" ]; }
start
wait_for confirmed 2
podman healthcheck run daemon >/dev/null || fail "the image's own check of health: $(inside health || true)"
[ "$(podman exec daemon id -u)" = 65532 ] || fail "the user is $(podman exec daemon id -u)"
BEFORE=$(inside ledger list --json | wc -l)
podman stop -t 60 daemon >/dev/null
[ "$(podman inspect --format '{{.State.ExitCode}}' daemon)" = 0 ] || fail "stopped, it ended with $(podman inspect --format '{{.State.ExitCode}}' daemon)"
podman rm daemon >/dev/null
start
wait_for confirmed $((BEFORE + 1))
podman stop -t 60 daemon >/dev/null
echo "image: $((SIZE / 1000000)) MB with its base, $(sed -n 's/.*\(4 of 4 windows confirmed\).*/demo \1/p' "$DIR/demo.txt"), $BEFORE windows and more in the volume's books"
