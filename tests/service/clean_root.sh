# shellcheck shell=bash disable=SC2034
# A clean Debian of this machine's release for package.sh: debootstrap once, kept in INFERD_ROOTS (default build/roots), then an
# overlay on a tmpfs a run, booted like the machine of machine.sh. Source it after lib.sh and machine.sh.

RELEASE=$(. /etc/os-release && echo "${VERSION_CODENAME:-unknown}")
INFERD_ROOTS=${INFERD_ROOTS:-$ROOT/build/roots}

need_machine_tools() {
  [ "$(id -u)" -eq 0 ] || skip "root is needed to boot a systemd"
  need systemd-nspawn "apt-get install systemd-container"
  need nsenter "apt-get install util-linux"
  need pgrep "apt-get install procps"
}
need_machine_tools

# What a package depends on, the first of alternatives, without versions.
dependencies() { dpkg-deb -f "$1" Depends | tr ',' '\n' | sed -E 's/\|.*//; s/\(.*\)//; s/^ +| +$//g'; }

# make_root FOLDER DEB: once. With what the package depends on, so that it can be installed without a network.
make_root() {
  need debootstrap "apt-get install debootstrap"
  rm -rf "$1.part" && mkdir -p "$1.part"
  debootstrap --variant=minbase --include=ca-certificates,systemd,systemd-sysv,dbus,procps "$RELEASE" "$1.part" >"$DIR/debootstrap.log" 2>&1 ||
    { tail -n 3 "$DIR/debootstrap.log"; skip "debootstrap could not make a root of $RELEASE"; }
  mv "$1.part" "$1"
}
add_dependencies() { # FOLDER DEB
  local names missing=() name
  names=$(dependencies "$2")
  for name in $names; do
    chroot "$1" dpkg-query -W -f='${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  { chroot "$1" apt-get update -qq && chroot "$1" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } \
    >"$DIR/apt.log" 2>&1 </dev/null || { tail -n 5 "$DIR/apt.log"; skip "apt could not install ${missing[*]} in the clean root"; }
}

need_clean_root() { # DEB
  local base=$INFERD_ROOTS/$RELEASE
  [ -x "$base/bin/systemctl" ] || make_root "$base" "$1"
  add_dependencies "$base" "$1"
  exec {LOCK}>/run/lock/inferd-test-machine # two of them would share a control group
  flock -w 300 "$LOCK" || skip "another machine of these tests runs"
  MACHINE=$(mktemp -d)
  NSPAWN=''
  mount -t tmpfs -o size=1G,mode=755 tmpfs "$MACHINE" && mkdir "$MACHINE"/{upper,work,root} &&
    mount -t overlay overlay -o "lowerdir=$base,upperdir=$MACHINE/upper,workdir=$MACHINE/work" "$MACHINE/root" ||
    skip "no overlay can be mounted here"
  : >"$MACHINE/root/etc/machine-id"
}

boot_root() {
  local unit=()
  [ -d /run/systemd/system ] || unit=(--keep-unit)
  systemd-nspawn --quiet -D "$MACHINE/root" -M "inferd-test-$$" --register=no "${unit[@]}" --private-network --console=pipe \
    --system-call-filter=@memlock -b systemd.unit=multi-user.target >"$MACHINE/console" 2>&1 </dev/null {LOCK}>&- &
  NSPAWN=$!
  within 60 booted >/dev/null || { tail -n 20 "$MACHINE/console"; skip "no systemd can be booted here"; }
}

says_nothing() {
  local out
  out=$("$@" 2>&1)
  [ -z "$out" ] || { printf '%s\n' "$out"; return 1; }
}
