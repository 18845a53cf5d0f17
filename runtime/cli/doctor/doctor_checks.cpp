#include "runtime/cli/doctor/doctor_checks.hpp"

#include "base/duration.hpp"
#include "runtime/cli/doctor/doctor_models.hpp"
#include "runtime/daemon/plan/foreign_plan.hpp"

#include "base/utc.hpp"
#include "runtime/chain/signing/mnemonic.hpp"
#include "base/secret_bytes.hpp"
#include "runtime/chain/signing/signer.hpp"
#include "runtime/config/checks.hpp"
#include "runtime/config/secret_source.hpp"
#include "runtime/books/books_reader.hpp"
#include "runtime/daemon/plan/fee_settings.hpp"
#include "runtime/daemon/plan/plan.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <sys/socket.h>
#include <cstdlib>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <unistd.h>

namespace inferd::cli {
namespace {

namespace fs = std::filesystem;
using Kind = Finding::Kind;

/// The nearest existing folder above `path`.
std::string nearest(const std::string& path) {
  std::error_code error;
  auto at = fs::absolute(path, error);
  while (!error && !fs::exists(at, error) && at.has_relative_path()) at = at.parent_path();
  return at.string();
}

} // namespace

bool clock_is_synchronised() {
  timex t{};
  return ::adjtimex(&t) != TIME_ERROR && (t.status & STA_UNSYNC) == 0;
}

Finding check_clock(Instant now, bool synchronised) {
  const auto text = utc_text(now);
  const auto built = parse_instant("2025-01-01"), later = parse_instant("2100-01-01");
  if (now < *built || now > *later)
    return {Kind::wrong, "clock", text + " cannot be right", "set the clock: timedatectl set-ntp true"};
  if (!synchronised)
    return {Kind::doubtful, "clock", text + ", the kernel knows of no synchronisation",
            "run a time service (timedatectl set-ntp true); stale candles are judged by this clock"};
  return {Kind::fine, "clock", text + ", synchronised", {}};
}

Finding check_space(const std::string& what, const std::string& path) {
  struct statvfs s {};
  const auto at = nearest(path);
  if (::statvfs(at.c_str(), &s) != 0)
    return {Kind::wrong, what, fmt::format("{}: {}", at, std::strerror(errno)), "make the directory: mkdir -p " + path};
  const auto mib = static_cast<std::uint64_t>(s.f_bavail) * s.f_frsize >> 20;
  const auto seen = fmt::format("{} MiB free at {}", mib, at);
  if (s.f_flag & ST_RDONLY) return {Kind::wrong, what, at + " is read-only", "remount it or choose another place"};
  if (mib < 64) return {Kind::wrong, what, seen, "make room: the books cannot be written to a full disk"};
  if (mib < 1'024) return {Kind::doubtful, what, seen, "make room: tapes and logs may take a GiB"};
  return {Kind::fine, what, seen, {}};
}

Finding check_writable(const std::string& what, const std::string& dir) {
  const auto wrong = [&](std::string seen) {
    return Finding{Kind::wrong, what, std::move(seen),
                   fmt::format("chown it to the user inferd runs as, or set another place (wanted: {})", dir)};
  };
  const auto at = nearest(dir);
  std::error_code error;
  if (!fs::is_directory(at, error)) return wrong(fmt::format("{} is not a directory", at));
  // By doing it: permissions alone do not tell of read-only mounts, immutable folders and the likes of /proc.
  auto trial = at + "/.inferd-doctor-XXXXXX";
  if (!::mkdtemp(trial.data())) return wrong(fmt::format("{} cannot be written by this user: {}", at, std::strerror(errno)));
  ::rmdir(trial.c_str());
  return {Kind::fine, what, at == fs::absolute(dir) ? dir + " can be written" : fmt::format("{} will be made", dir), {}};
}

Finding check_books(const std::string& path) {
  std::error_code error;
  const auto parent = fs::path(path).parent_path().string();
  if (!fs::exists(path, error)) {
    auto finding = check_writable("books", parent.empty() ? "." : parent);
    if (finding.kind == Kind::fine) finding.seen = path + " does not exist yet, it will be made";
    return finding;
  }
  try { // as inferd opens them: also refuses what is damaged, or of a newer inferd
    if (fs::file_size(path, error) != 0 || error) BooksReader books(path); // SQLite begins with an empty file
  } catch (const StoreFailure& e) {
    return {Kind::wrong, "books", e.what(),
            "ledger.path names the books, or a new file; only the user inferd runs as may read it"};
  }
  if (::access(path.c_str(), W_OK) != 0)
    return {Kind::wrong, "books", path + " cannot be written by this user", "chown it to the user inferd runs as"};
  return {Kind::fine, "books", path + " can be opened", {}};
}

KeyFinding check_key(const WalletSettings& wallet, const HostEnvironment& host) {
  const auto what = "key " + wallet.name;
  KeyFinding key;
  if (!wallet.address.empty()) key.wallet = Wallet{wallet.address};
  const auto wrong = [&](std::string seen, std::string remedy) {
    key.finding = {Kind::wrong, what, std::move(seen), std::move(remedy)};
    return key;
  };
  std::ptrdiff_t words = 0;
  std::string problem;
  std::optional<Wallet> gives;
  const auto fault = with_secret(wallet.mnemonic, host, [&](std::string_view text) {
    const auto checked = chain::check_mnemonic(text);
    if (const auto* why = std::get_if<std::string>(&checked)) return void(problem = *why);
    const auto& sentence = std::get<SecretBytes>(checked);
    words = 1 + std::count(sentence.text().begin(), sentence.text().end(), ' ');
    const auto made = chain::make_signer(sentence, wallet.hd_path);
    if (const auto* why = std::get_if<std::string>(&made)) problem = *why;
    else gives = std::get<0>(made)->wallet();
  });
  const auto place = place_of(wallet.mnemonic);
  if (!fault.empty()) return wrong(fault, "see `inferd wallet --help`");
  if (!gives) return wrong(place + ": " + problem, "check the mnemonic");
  if (key.wallet && *key.wallet != *gives)
    return wrong(fmt::format("{} gives {} at {}, but ALLORA_WALLET_ADDR or wallet.address says {}", place, gives->address,
                             hd_path_text(wallet.hd_path), wallet.address),
                 "correct the address, name the other key, or set wallet.account_index or wallet.hd_path");
  key.wallet = gives;
  key.finding = {Kind::fine, what, fmt::format("{} words from {}, at {}", words, place, hd_path_text(wallet.hd_path)), {}};
  return key;
}

Finding check_memory_lock() {
  if (SecretBytes(1).locked()) return {Kind::fine, "key in memory", "can be locked", {}};
  return {Kind::doubtful, "key in memory", memory_not_locked, memory_lock_cure};
}

Finding check_registering(const ChainSettings& chain) {
  if (chain.may_register && !registration_cost(fee_policy(chain), usual_gas_price(chain.id)))
    return {Kind::doubtful, "registration",
            fmt::format("costs more than one transaction may, {}, at the chain's usual gas price: it would not be done",
                        money_text(chain.fee_cap)),
            "raise chain.fee_cap_allo, or register by other means"};
  return {Kind::fine, "registration", registering_text(chain), {}};
}

Finding check_socket(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const bool answered = fd >= 0 && ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  if (fd >= 0) ::close(fd);
  if (answered) return {Kind::fine, "daemon", "one is running at " + path, {}};
  std::error_code error;
  if (const auto type = fs::symlink_status(path, error).type();
      type != fs::file_type::not_found && type != fs::file_type::socket)
    return {Kind::wrong, "daemon", path + " is a file that is not a socket", "admin.socket names another file; name a new one"};
  const auto folder = fs::path(path).parent_path();
  auto finding = check_writable("daemon", folder.empty() ? "." : folder.string());
  if (finding.kind == Kind::fine) finding.seen = "none is running at " + path;
  return finding;
}

Finding check_log(const LogSettings& log) {
  auto finding = check_writable("log", log.dir);
  if (finding.kind == Kind::wrong) finding.kind = Kind::doubtful; // the daemon logs to the console
  return finding;
}

std::vector<Finding> check_models(const Config& config) {
  std::vector<Finding> findings;
  for (const auto& topic : config.topics) {
    const auto what = fmt::format("model of {}", topic.id.value);
    try {
      if (is_foreign(topic)) {
        findings.push_back(check_foreign_model(topic));
        continue;
      }
      const auto model = load_topic_model(topic);
      findings.push_back({Kind::fine, what, fmt::format("{}, {} ahead", model->name(), duration_text(topic.horizon_ms)), {}});
    } catch (const CannotStart& e) {
      findings.push_back(
        {Kind::wrong, what, e.sentence,
         fmt::format("inferd train --candles CSV --topic {} --symbol {} --horizon {} --interval {} --out {}", topic.id.value,
                     topic.symbol, duration_text(topic.horizon_ms), duration_text(topic.interval.ms), topic.model)});
    }
  }
  if (std::any_of(config.topics.begin(), config.topics.end(), is_foreign)) findings.push_back(check_runtimes());
  return findings;
}

} // namespace inferd::cli
