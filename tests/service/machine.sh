# shellcheck shell=bash
# A machine for systemd.sh: systemd booted in a namespace, on a tmpfs overlay over this machine's files. Its network is
# a loopback. Source it after lib.sh.

need_machine() {
  [ "$(id -u)" -eq 0 ] || skip "root is needed to boot a systemd"
  need systemd-nspawn "apt-get install systemd-container"
  need systemd-analyze "apt-get install systemd"
  need nsenter "apt-get install util-linux"
  need pgrep "apt-get install procps"
  exec {LOCK}>/run/lock/inferd-test-machine # two of them would share a control group
  flock -n "$LOCK" || skip "another machine of these tests runs"
  MACHINE=$(mktemp -d)
  NSPAWN=''
  if ! { mount -t tmpfs -o size=1G,mode=755 tmpfs "$MACHINE" && mkdir "$MACHINE"/{upper,work,root} &&
    mount -t overlay overlay -o "lowerdir=/,upperdir=$MACHINE/upper,workdir=$MACHINE/work" "$MACHINE/root"; } 2>/dev/null; then
    throw_away
    skip "no overlay can be mounted here"
  fi
  # Removes this machine's own services and anything of an installed inferd.
  rm -rf "$MACHINE"/root/etc/systemd/system/* "$MACHINE"/root/{etc,var/lib,var/log,var/lib/private,var/log/private}/inferd \
    "$MACHINE"/root/var/log/journal "$MACHINE"/root/usr/local/{bin,lib,share/doc}/inferd
  : >"$MACHINE/root/etc/machine-id"
}

booted() { inside systemctl is-system-running 2>/dev/null | grep -qE 'running|degraded'; }

boot() {
  local unit=()
  [ -d /run/systemd/system ] || unit=(--keep-unit) # without systemd on the host, none can be created
  # Allows mlock, which nspawn forbids by default: keys are kept in locked memory.
  systemd-nspawn --quiet -D "$MACHINE/root" -M "inferd-test-$$" --register=no "${unit[@]}" --private-network --console=pipe \
    --system-call-filter=@memlock --bind-ro="$ROOT:/opt/inferd-source" --bind-ro="$INFERD:/opt/inferd-program" \
    -b systemd.unit=multi-user.target >"$MACHINE/console" 2>&1 </dev/null {LOCK}>&- &
  NSPAWN=$!
  within 60 booted >/dev/null || { tail -n 20 "$MACHINE/console"; throw_away; skip "no systemd can be booted here"; }
}

# Power cut: processes inside are not notified.
cut_power() {
  kill -9 "$(pgrep -P "$NSPAWN" | head -n 1)" 2>/dev/null
  kill -9 "$NSPAWN" 2>/dev/null
  wait "$NSPAWN" 2>/dev/null
  NSPAWN=''
}

throw_away() {
  [ -z "$NSPAWN" ] || cut_power
  umount -l "$MACHINE/root" 2>/dev/null
  umount -l "$MACHINE" 2>/dev/null
  rmdir "$MACHINE"
}

inside() {
  local leader
  leader=$(pgrep -P "$NSPAWN" | head -n 1) && [ -n "$leader" ] || return 1
  nsenter -t "$leader" -a env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C "$@"
}
