# `inferd config example` as the service's configuration: absolute paths, so that `inferd ctl` and `inferd ledger` run by hand
# use the unit's files, and the key from the unit's credential.
s|^# state_dir = "/var/lib/inferd"|state_dir = "/var/lib/inferd"|
s|^mnemonic_file = .*|# mnemonic_file = "mnemonic"|
s|^# credential = |credential = |
s|^# socket = "/run/inferd/|socket = "/run/inferd/|
s|^# dir = "/var/log/inferd"|dir = "/var/log/inferd"|
