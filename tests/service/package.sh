#!/usr/bin/env bash
# The Debian package in a clean root with a real systemd: install, the embedded default, a service of its own against a simulated
# chain, upgrade with books and configuration kept, removal, purge. And the package's bytes: two of one build are equal.
# Needs root, a Debian mirror (or a root of before in build/roots) and the built program; otherwise exit code 77 and the reason.
# About two minutes. BUILD names the build folder (default build).
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/machine.sh"
BUILD=$(realpath -m "${BUILD:-$ROOT/build}")
INFERD=$BUILD/inferd
need_program
need dpkg-shlibdeps "apt-get install dpkg-dev"
need python3 "apt-get install python3"
. "$(dirname "$0")/clean_root.sh"

DIR=$(mktemp -d)
MACHINE=''
trap '[ -z "$MACHINE" ] || throw_away; rm -rf "$DIR"' EXIT
pack() { # FOLDER
  (cd "$BUILD" && cpack -G DEB -B "$1" >"$DIR/cpack.log" 2>&1) || { cat "$DIR/cpack.log"; return 1; }
}
older() { # the same files as version 0.0.9
  mkdir "$DIR/old" && cp -a "$DIR/files" "$DIR/old/root" && sed -i 's/^Version: .*/Version: 0.0.9/' "$DIR/old/root/DEBIAN/control" &&
    dpkg-deb --root-owner-group -Znone -b "$DIR/old/root" "$DIR/old/inferd_0.0.9.deb"
}
deb() { ls "$1"/inferd_*.deb; }

echo "The package"
check "cpack makes it" pack "$DIR/one"
check "and again" pack "$DIR/two"
check "two packages of one build have the same bytes" cmp "$(deb "$DIR/one")" "$(deb "$DIR/two")"
check "the debug symbols' too" cmp "$DIR"/one/inferd-dbgsym_* "$DIR"/two/inferd-dbgsym_*
NAME=$(sed -nE 's/^project\(inferd VERSION ([0-9.]+) .*/\1/p' "$ROOT/CMakeLists.txt")
check "its name has version and architecture" test -s "$DIR/one/inferd_${NAME}_$(dpkg --print-architecture).deb"
dpkg-deb -R "$(deb "$DIR/one")" "$DIR/files"
check "an older one is made of it, for the upgrade" older
stripped() { ! readelf -S "$DIR/files/usr/bin/inferd" | grep -q '\.symtab'; }
check "the program is stripped" stripped
printf '        %d kB, the program %d kB\n' $(($(stat -c %s "$(deb "$DIR/one")") / 1000)) $(($(stat -c %s "$DIR/files/usr/bin/inferd") / 1000))
if command -v lintian >/dev/null; then
  check "lintian has no error" lintian --fail-on error "$(deb "$DIR/one")" "$DIR"/one/inferd-dbgsym_*
else
  echo "  lintian is not installed: not run"
fi
if command -v mandoc >/dev/null; then
  pages() { zcat -f "$1" | mandoc -T lint -W error; }
  for page in "$DIR"/files/usr/share/man/man?/*.gz; do check "mandoc reads $(basename "$page")" pages "$page"; done
fi
check "cmake --install puts the same into a prefix" cmake --install "$BUILD" --prefix "$DIR/prefix"
same_files() {
  diff <(cd "$DIR/prefix" && find . -type f | sort) \
    <(cd "$DIR/files" && { find usr -type f | sed 's|^usr|.|'; find etc -type f | sed 's|^|./|'; } | sort)
}
check "file for file" same_files
check "the unit there names that prefix" grep -qF "ExecStart=$DIR/prefix/bin/inferd run --config $DIR/prefix/etc/inferd/inferd.toml" \
  "$DIR/prefix/lib/systemd/system/inferd.service"

echo "In a clean root of Debian $RELEASE"
need_clean_root "$(deb "$DIR/one")"
cp "$(deb "$DIR/one")" "$MACHINE/root/new.deb"
cp "$(deb "$DIR/old")" "$MACHINE/root/old.deb"
boot_root
has() { inside test -e "$1"; }
property() { inside systemctl show "$2" -p "$1" --value; }
is() { [ "$(property "$1" "$2")" = "$3" ] || { property "$1" "$2"; return 1; }; }
version_is() { [ "$(inside dpkg-query -W -f='${Version}' inferd)" = "$1" ]; }
confirmed_windows() { inside cat /var/lib/inferd/submission_log.csv 2>/dev/null | grep -c ',confirmed,'; }
confirms_more() { [ "$(confirmed_windows)" -gt "$1" ]; }
well() { inside inferd health; }
none_of() { local path; for path; do has "$path" && { echo "$path"; return 1; }; done; return 0; }

BEGIN=$(date +%s%3N)
check "install" inside dpkg -i /new.deb
check "nothing is started: there is no key" is ActiveState inferd.service inactive
check "the embedded default starts" inside systemctl start inferd-demo.service
check "and is active (running)" is SubState inferd-demo.service running
printf '        %d ms from dpkg -i to active (running)\n' $(($(date +%s%3N) - BEGIN))
demo_confirms() { inside inferd ledger list --config /var/lib/inferd-demo/demo/inferd.toml | grep -q confirmed; }
check "it confirms windows" within 60 demo_confirms
inside systemctl stop inferd-demo.service
check "every unit is understood" says_nothing inside systemd-analyze verify --man=no inferd.service inferd-demo.service
check "man pages, completions, licences and SBOM are there" inside test -s /usr/share/man/man1/inferd-ctl.1.gz \
  -a -s /usr/share/bash-completion/completions/inferd -a -s /usr/share/zsh/vendor-completions/_inferd \
  -a -s /usr/share/fish/vendor_completions.d/inferd.fish -a -s /usr/share/doc/inferd/copyright -a -s /usr/share/doc/inferd/inferd.spdx.json
check "no file of it changed since" inside dpkg --verify inferd
check "purge removes all of it" inside dpkg -P inferd
check "the demo's files too" fails has /var/lib/private/inferd-demo
check "and /etc/inferd" fails has /etc/inferd

echo "An upgrade"
check "the older version" inside dpkg -i /old.deb
check "is installed" version_is 0.0.9
check "the demo names the program that is installed" says "  inferd ledger list " inside inferd demo --windows 1 --block-ms 200 \
  --dir /var/tmp/demo
check "the demo has its topic of volatility" says "HARM" inside inferd demo --windows 2 --block-ms 200 --dir /var/tmp/demo
inside systemd-run --quiet --unit=sim inferd sim --port 26657 --candles /usr/share/inferd/btcusd-1h.csv --block-ms 200 --epoch 15 \
  --window 8 --lag 30
NODE=http://127.0.0.1:26657
check "init makes key, model and configuration" within 20 inside inferd init --rpc $NODE --topic 1 --market binance=$NODE --key new \
  --service --replace --yes
check "check of daemon_manager.sh has no objection" inside /usr/share/inferd/daemon_manager.sh check
check "the service is enabled and started" inside systemctl enable --now inferd.service
check "it is well" within 30 well
check "a window is confirmed" within 40 confirms_more 0
check "daemon_manager.sh of the package knows it" says "Active: active (running)" inside /usr/share/inferd/daemon_manager.sh status
check "and leaves installing to apt" says "as a package" inside /usr/share/inferd/daemon_manager.sh install
echo "The runtimes' package"
# Needs the Python package index. What inferd computes with it here is compared with the libraries' own figures in models.predict.
if timeout 300 "$ROOT/etc/package/model-runtimes" "$DIR/runtimes" >"$DIR/runtimes.log" 2>&1; then
  cp "$DIR"/runtimes/inferd-model-runtimes_*.deb "$MACHINE/root/runtimes.deb"
  for model in lightgbm.txt xgboost.json; do zcat "$ROOT/tests/golden/models/$model.gz" >"$MACHINE/root/$model"; done
  cp "$ROOT"/tests/golden/models/{mlp.onnx,rows200.csv} "$MACHINE/root/"
  predicts() { [ "$(inside inferd predict --model "/$1" --rows /rows200.csv | grep -cE '^-?[0-9.e-]+$')" -ge 100 ]; }
  check "without it a model file says what is missing" says "etc/model-runtimes fetches it" inside inferd predict --model /lightgbm.txt --rows /rows200.csv
  check "it is installed" inside dpkg -i /runtimes.deb
  check "doctor names all three" fails says "not found" inside inferd doctor --offline --config /etc/inferd/inferd.toml
  check "LightGBM" predicts lightgbm.txt
  check "XGBoost" predicts xgboost.json
  check "ONNX" predicts mlp.onnx
  check "removed, it leaves nothing" inside dpkg -P inferd-model-runtimes
  check "not even its folder" fails has /usr/lib/inferd/runtimes
else
  printf '  not run: %s\n' "$(tail -n 1 "$DIR/runtimes.log")"
fi

echo "The upgrade itself"
SEEN=$(confirmed_windows) PID=$(property MainPID inferd.service) SUM=$(inside sha256sum /etc/inferd/inferd.toml)
BEGIN=$(date +%s%3N)
check "the upgrade" inside dpkg -i --force-confdef --force-confold /new.deb
printf '        %d ms\n' $(($(date +%s%3N) - BEGIN))
check "the new version is installed" version_is "$NAME"
another() { local now; now=$(property MainPID inferd.service); [ "$now" != 0 ] && [ "$now" != "$PID" ]; }
check "another process runs" within 10 another
check "it is well" within 30 well
check "the configuration is the one of before" test "$(inside sha256sum /etc/inferd/inferd.toml)" = "$SUM"
check "with the books of before it confirms more" within 40 confirms_more "$SEEN"
check "the books hold" inside inferd ledger verify
check "the process that stopped for it ended in order" is Result inferd.service success

echo "Removal"
check "remove" inside dpkg -r inferd
check "the process is gone" fails is SubState inferd.service running
check "the program too" fails has /usr/bin/inferd
check "books, key and configuration stay" inside test -s /var/lib/private/inferd/ledger.db -a -s /etc/inferd/mnemonic -a -s /etc/inferd/inferd.toml
inside systemctl stop sim.service
check "installed again, it goes on with them" inside dpkg -i /new.deb
check "with the configuration of before" test "$(inside sha256sum /etc/inferd/inferd.toml)" = "$SUM"
check "purge" says "is kept" inside dpkg -P inferd
check "books, logs and configuration are gone" none_of /var/lib/private/inferd /var/lib/inferd /var/log/private/inferd /etc/inferd/inferd.toml /etc/inferd/environment
check "the key is kept" has /etc/inferd/mnemonic
check "the boot starts nothing of it" fails has /etc/systemd/system/multi-user.target.wants/inferd.service
finish
