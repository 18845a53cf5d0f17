#include "runtime/config/load.hpp"

#include "base/allo.hpp"
#include "base/secret_text.hpp"
#include "runtime/config/checks.hpp"
#include "runtime/config/fee_caps.hpp"
#include "runtime/config/secret_source.hpp"
#include "runtime/config/sections.hpp"
#include "runtime/config/suggest.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <limits>
#include <set>
#include <sys/un.h>

namespace inferd {
namespace {

namespace fs = std::filesystem;

constexpr Uint128 capped_transactions = 500; ///< that the default of a day's cap pays for at least, each at its own cap

void read_caps(Table& t, ChainSettings& c) {
  const auto usual = usual_fee_caps(c.id);
  auto& shown = t.reading().effective;
  const auto before = shown.size();
  c.fee_cap = t.allo({"fee_cap_allo"}, usual.transaction);
  if (t.given("fee_cap_uallo")) {
    if (t.given("fee_cap_allo")) t.wrong("fee_cap_allo", "and fee_cap_uallo are both set; one cap is wanted");
    shown.resize(before);
    c.fee_cap = t.uallo({"fee_cap_uallo"}, usual.transaction);
  }
  c.day_cap = t.allo({"day_cap_allo"}, std::max(usual.day, Uallo{saturating_multiply(c.fee_cap.value, capped_transactions)}));
  if (c.day_cap < c.fee_cap)
    t.wrong("day_cap_allo",
            fmt::format("is {}, less than the {} that one transaction may cost", money_text(c.day_cap), money_text(c.fee_cap)));
}

ChainSettings read_chain(Table t) {
  ChainSettings c;
  c.id = t.text({"id"}, "allora-testnet-1", chain_id_fault);
  read_rpc(t, c);
  if (t.given("id") && !t.given("rpc") && c.id != "allora-testnet-1")
    t.wrong("rpc", fmt::format("is missing; the default endpoint serves allora-testnet-1, not {}", c.id));
  c.ca_file = t.path({"ca_file"}, "");
  if (t.given("ca_file")) need_file(t, "ca_file", c.ca_file, "");
  c.fee_tier = t.choice<FeeTier>({"fee_tier"}, FeeTier::standard);
  read_caps(t, c);
  c.gas_cap.value = static_cast<std::uint64_t>(t.number({"gas_cap"}, 500'000, 100'000, 100'000'000, "gas for one transaction"));
  c.deadline_ms = t.number({"deadline_ms"}, 5'000, 100, 60'000, "milliseconds for one request");
  c.may_register = t.flag({"register"}, true);
  t.finish();
  return c;
}

/// `[wallet]`'s key, which the environment may override.
SecretSource read_mnemonic(Table& t, bool overruled) {
  auto& reading = t.reading();
  const auto shown = reading.effective.size();
  const auto file = t.path({"mnemonic_file"}, "");
  const auto credential = t.text({"credential"}, "", [](const std::string& name) {
    return name.empty() || name.find('/') != std::string::npos ? "is not a credential's name, as in LoadCredential=name:/path"
                                                               : "";
  });
  reading.effective.resize(shown);
  if (t.given("mnemonic_file") && t.given("credential"))
    t.wrong("credential", "and mnemonic_file are both set; one key comes from one place");
  if (!file.empty()) {
    if (!overruled) need_file(t, "mnemonic_file", file, "; `inferd wallet new` writes one");
    if (const auto open = open_to_others(file, reading.host.facts(file)); !open.empty())
      t.wrong("mnemonic_file", fmt::format("{} {}", toml_text(file), open));
    return {SecretSource::Kind::file, file, {}};
  }
  if (!credential.empty()) {
    const auto place = credential_place(reading.host, credential);
    if (!overruled && !place.empty()) need_file(t, "credential", place, "; LoadCredential= in the unit lays it there");
    return {SecretSource::Kind::credential, place, credential};
  }
  if (const auto usual = credential_place(reading.host, "mnemonic"); !usual.empty() && reading.host.facts(usual).exists)
    return {SecretSource::Kind::credential, usual, "mnemonic"};
  return {};
}

/// `hd_path`, or `account_index` for the usual path of another account.
HdPath read_hd_path(Table& t) {
  auto& reading = t.reading();
  const auto account = t.number({"account_index"}, 0, 0, 0x7fffffff, "BIP-44 account");
  HdPath path = cosmos_path(static_cast<std::uint32_t>(account));
  const auto shown = reading.effective.size();
  const auto given = t.text({"hd_path"}, hd_path_text(path), [&](const std::string& text) -> std::string {
    auto parsed = parse_hd_path(text);
    if (auto* fault = std::get_if<std::string>(&parsed)) return std::move(*fault);
    path = std::get<HdPath>(std::move(parsed));
    return {};
  });
  if (t.given("hd_path") && t.given("account_index"))
    t.wrong("account_index", "and hd_path are both set; hd_path holds the account, as its third number");
  reading.effective.resize(shown); // in its usual form
  reading.show(t.name() + ".hd_path", toml_text(hd_path_text(path)),
               t.given("hd_path") || t.given("account_index") ? t.place(t.given("hd_path") ? "hd_path" : "account_index")
                                                              : SettingPlace{});
  return path;
}

std::vector<WalletSettings> read_wallets(Table& root) {
  auto& reading = root.reading();
  std::vector<WalletSettings> wallets;
  auto tables = root.tables("wallet");
  if (tables.empty()) tables.emplace_back(reading, nullptr, "wallet");
  const bool only = tables.size() == 1;
  const auto mnemonic = reading.secret("MNEMONIC");
  if (!only) {
    constexpr const char* for_one = "stands for one wallet, but several are configured; give each its mnemonic_file";
    if (mnemonic) reading.wrong(reading.place(*mnemonic), for_one);
    if (const auto v = reading.variable("ALLORA_WALLET_ADDR")) reading.wrong(v->place, for_one);
  }
  for (auto& t : tables) {
    WalletSettings w{.table = t.name()};
    w.name = t.text({"name"}, wallets.empty() ? "default" : fmt::format("wallet-{}", wallets.size() + 1));
    for (const auto& other : wallets)
      if (other.name == w.name) t.wrong("name", fmt::format("{} is the name of an earlier wallet", toml_text(w.name)));
    const bool overruled = only && mnemonic.has_value();
    w.mnemonic = read_mnemonic(t, overruled);
    auto origin = t.place(w.mnemonic.kind == SecretSource::Kind::file ? "mnemonic_file" : "credential");
    if (overruled) w.mnemonic = *mnemonic, origin = reading.place(*mnemonic);
    if (w.mnemonic.kind == SecretSource::Kind::dotenv)
      if (const auto open = open_to_others(w.mnemonic.place, reading.host.facts(w.mnemonic.place)); !open.empty())
        reading.wrong(origin, w.mnemonic.place + " " + open);
    if (!w.mnemonic && reading.complete)
      reading.wrong({reading.toml_file, origin.line, t.name() + ".mnemonic_file"},
                    "is missing; the key's words come from this file, from a systemd credential or from MNEMONIC");
    const bool from_file = t.given("mnemonic_file") || t.given("credential");
    reading.show(t.name() + ".mnemonic", "(secret: " + place_of(w.mnemonic) + ")",
                 overruled || from_file ? origin : SettingPlace{});
    w.hd_path = read_hd_path(t);
    w.address = t.text({"address", only ? "ALLORA_WALLET_ADDR" : nullptr}, "", address_fault);
    for (const auto id : t.numbers({"topics"}, 1, std::numeric_limits<std::int64_t>::max()))
      w.topics.push_back(TopicId{static_cast<std::uint64_t>(id)});
    t.finish();
    wallets.push_back(std::move(w));
  }
  return wallets;
}

void read_places(Table& root, Config& c) {
  auto& reading = root.reading();
  auto ledger = root.table("ledger");
  c.ledger_path = ledger.path({"path"}, c.state_dir + "/ledger.db");
  if (reading.host.facts(c.ledger_path).directory)
    ledger.wrong("path", toml_text(c.ledger_path) + " is a directory; the books are one file");
  ledger.finish();

  auto admin = root.table("admin");
  c.admin_socket = admin.path({"socket"}, directory(reading.host, "RUNTIME_DIRECTORY").value_or(c.state_dir) + "/admin.sock");
  if (constexpr auto most = sizeof(sockaddr_un::sun_path) - 1; c.admin_socket.size() > most)
    admin.wrong("socket", fmt::format("{} has {} characters; the system takes {} for a socket", toml_text(c.admin_socket),
                                      c.admin_socket.size(), most));
  c.admin_listen = admin.text({"listen"}, "", listen_fault);
  if (const auto file = admin.path({"token_file"}, ""); !file.empty()) {
    need_file(admin, "token_file", file, "; `openssl rand -hex 16` makes a token");
    if (const auto open = open_to_others(file, reading.host.facts(file)); !open.empty())
      admin.wrong("token_file", fmt::format("{} {}", toml_text(file), open));
    c.admin_token = {SecretSource::Kind::file, file, {}};
  }
  admin.finish();

  auto log = root.table("log");
  c.log.level = log.choice<LogLevel>({"level", "LOG_LEVEL"}, LogLevel::info);
  c.log.dir = log.path({"dir"}, directory(reading.host, "LOGS_DIRECTORY").value_or(c.state_dir + "/log"));
  c.log.file_bytes = static_cast<std::size_t>(log.number({"file_mb"}, 10, 1, 1'024, "MiB for one file")) << 20;
  c.log.files = static_cast<std::size_t>(log.number({"files"}, 5, 1, 100, "files kept"));
  c.heartbeat_s = log.number({"heartbeat_s"}, c.heartbeat_s, 1, 86'400, "seconds from one HEARTBEAT line to the next");
  log.finish();

  auto schedule = root.table("schedule");
  c.schedule.interval_s = schedule.number({"interval_s", "SUBMISSION_INTERVAL"}, 0, 0, 31 * 86'400, "seconds; 0: every window");
  c.schedule.until = schedule.instant({"until"});
  schedule.finish();

  auto tape = root.table("tape");
  c.tape.on = tape.flag({"on"}, true);
  c.tape.dir = tape.path({"dir"}, c.state_dir + "/tapes");
  c.tape.keep = static_cast<std::size_t>(tape.number({"keep"}, 8, 1, 1'000, "tapes kept"));
  tape.finish();
}

/// A file of candles does not say of which symbol they are. Where all topics have the same, it is that one; else `inferd
/// doctor` asks for it.
void complete_files(Config& config) {
  std::set<std::string> symbols;
  for (const auto& topic : config.topics) symbols.insert(topic.symbol);
  for (auto& source : config.sources)
    if (source.kind == SourceKind::csv && source.symbol.empty() && symbols.size() == 1) source.symbol = *symbols.begin();
}

/// Topics are read after the wallets that name them.
void check_references(const Config& config, Table& root) {
  if (config.topics.empty()) return;
  for (const auto& wallet : config.wallets)
    for (const auto id : wallet.topics)
      if (std::none_of(config.topics.begin(), config.topics.end(), [&](const auto& t) { return t.id == id; }))
        root.reading().wrong({{}, 0, "wallet.topics"}, fmt::format("the wallet {} names topic {}, which is not configured",
                                                                   toml_text(wallet.name), id.value));
}

/// TOML file, .env, environment; by line within each.
void sort_mistakes(Reading& r) {
  const auto rank = [&](const ConfigMistake& m) {
    const int file = m.file == "environment" ? 2 : m.file == r.dotenv_file ? 1 : 0;
    return std::pair(file, m.line == 0 ? std::numeric_limits<int>::max() : m.line);
  };
  std::stable_sort(r.mistakes.begin(), r.mistakes.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
}

void read_dotenv(Reading& r) {
  const auto beside = (fs::path(r.toml_file).parent_path() / ".env").string();
  r.dotenv_file = r.host.facts(beside).exists ? beside : r.host.facts(".env").exists ? ".env" : "";
  if (r.dotenv_file.empty()) return;
  auto content = r.host.read(r.dotenv_file);
  if (!content.fault.empty()) {
    r.mistakes.push_back({r.dotenv_file, 0, {}, "cannot be read: " + content.fault});
    return;
  }
  auto parsed = parse_dotenv(r.dotenv_file, content.text);
  wipe(content.text);
  r.mistakes.insert(r.mistakes.end(), parsed.mistakes.begin(), parsed.mistakes.end());
  r.dotenv = std::move(parsed.entries);
  for (auto& entry : r.dotenv)
    if (entry.name == "MNEMONIC" && !entry.value.empty()) { // its presence suffices here
      wipe(entry.value);
      entry.value = "(set)";
    }
}

} // namespace

std::string to_string(const ConfigMistake& m) {
  auto out = m.file;
  if (m.line > 0) out += fmt::format(":{}", m.line);
  if (!m.setting.empty()) out += ": " + m.setting;
  out += ": " + m.sentence;
  // Names and quoted values come from the file: keep one line, and no terminal control characters.
  std::string line;
  for (const char c : out) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) line += fmt::format("\\u{:04X}", byte);
    else line += c;
  }
  return line;
}

std::string find_config(const HostEnvironment& host) {
  if (const auto named = host.variable("INFERD_CONFIG"); named && !named->empty()) return *named;
  for (const auto* path : {"inferd.toml", "/etc/inferd/inferd.toml"})
    if (host.facts(path).exists) return path;
  return {};
}

ConfigMistake mistake_in(const Config& config, const std::string& setting, std::string sentence) {
  const auto it = std::find_if(config.effective.begin(), config.effective.end(),
                               [&](const EffectiveSetting& s) { return s.name == setting; });
  const bool placed = it != config.effective.end() && !it->file.empty();
  return {placed                ? it->file
          : config.file.empty() ? "configuration"
                                : config.file,
          placed ? it->line : 0, setting, std::move(sentence)};
}

ConfigResult load_config(const std::string& path, const HostEnvironment& host, ConfigFor purpose) {
  Reading reading{host, purpose == ConfigFor::run, path, {}, {}, {}, {}};
  Node tree;
  if (!path.empty()) {
    const auto content = host.read(path);
    if (!content.fault.empty()) return std::vector<ConfigMistake>{{path, 0, {}, "cannot be read: " + content.fault}};
    if (is_utf16(content.text)) return std::vector<ConfigMistake>{{path, 1, {}, utf16_fault}};
    auto parsed = parse_toml(path, content.text);
    if (auto* syntax = std::get_if<ConfigMistake>(&parsed)) reading.mistakes.push_back(std::move(*syntax));
    else tree = std::move(std::get<Node>(parsed));
  }
  // After a syntax error the settings are unknown: only the other files are checked.
  if (!reading.mistakes.empty()) reading.complete = false;
  read_dotenv(reading);

  Config config;
  config.file = path;
  Table root(reading, path.empty() ? nullptr : &tree, "");
  config.state_dir = root.path({"state_dir"}, directory(host, "STATE_DIRECTORY").value_or("run"));
  config.chain = read_chain(root.table("chain"));
  config.network = read_network(root.table("network"));
  config.wallets = read_wallets(root);
  auto market = root.table("market");
  reading.secret("TIINGO_API_KEY"); // hides it, whether a source uses it or not
  config.candles_dir = market.path({"cache_dir"}, config.state_dir + "/candles");
  config.sources = read_sources(market);
  market.finish();
  config.topics = read_topics(root, config.state_dir, config.sources);
  complete_files(config);
  check_references(config, root);
  read_places(root, config);
  config.notify = read_notify(root.table("notify"));
  root.finish();

  if (!reading.mistakes.empty()) {
    sort_mistakes(reading);
    return std::move(reading.mistakes);
  }
  config.effective = std::move(reading.effective);
  return config;
}

} // namespace inferd
