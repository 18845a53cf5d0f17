// inferd wallet: show, new, import. Prints addresses and public keys; a mnemonic only on explicit request.

#include "runtime/chain/signing/key.hpp"
#include "runtime/chain/signing/mnemonic.hpp"
#include "runtime/chain/signing/mnemonic_file.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/options.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/cli/setup/typed_secret.hpp"
#include "runtime/config/secret_source.hpp"
#include "runtime/live/system_entropy.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <iostream>
#include <optional>

namespace inferd::cli {
namespace {

namespace json = boost::json;

json::object shown(const chain::PrivateKey& key) {
  return {{"address", key.wallet().address}, {"public_key", chain::to_hex(chain::view(key.public_key()))}};
}

template <class T> T or_fail(chain::Result<T> result) {
  if (const auto* error = std::get_if<std::string>(&result)) throw Failure(*error);
  return std::get<T>(std::move(result));
}

struct Options {
  std::string file, hd_path;
  std::uint32_t account = 0;
  unsigned words = 24;
  bool show_mnemonic = false;

  HdPath path() const {
    if (hd_path.empty()) return cosmos_path(account);
    auto parsed = parse_hd_path(hd_path);
    if (const auto* fault = std::get_if<std::string>(&parsed))
      throw Failure("--hd-path: \"" + hd_path + "\" " + *fault, exit_usage);
    return std::get<HdPath>(std::move(parsed));
  }
};

void show_file(const Options& options) {
  const auto mnemonic = or_fail(chain::read_mnemonic_file(options.file));
  std::cout << json::serialize(shown(or_fail(chain::derive_key(mnemonic.text(), options.path())))) << '\n';
}

void show_configured(const std::string& config, const Options& options) {
  if (!options.hd_path.empty() || options.account > 0)
    throw Failure("--hd-path and --account-index belong to --mnemonic-file; configured wallets have wallet.hd_path",
                  exit_usage);
  const auto wallets = load_or_fail(config, ConfigFor::lookup).wallets;
  if (wallets.empty()) throw Failure("no wallet is configured; name its file with --mnemonic-file", exit_usage);
  for (const auto& wallet : wallets) {
    std::optional<chain::Result<chain::PrivateKey>> key;
    const auto error = with_secret(wallet.mnemonic, real_host(),
                                   [&](std::string_view mnemonic) { key = chain::derive_key(mnemonic, wallet.hd_path); });
    if (!error.empty()) throw Failure(error);
    if (const auto* bad = std::get_if<std::string>(&*key)) throw Failure(place_of(wallet.mnemonic) + ": " + *bad);
    std::cout << json::serialize(shown(std::get<0>(*key))) << '\n';
  }
}

void keep(const Options& options, const SecretBytes& mnemonic) {
  const auto key = or_fail(chain::derive_key(mnemonic.text(), options.path()));
  if (const auto error = chain::write_mnemonic_file(options.file, mnemonic); !error.empty()) throw Failure(error);
  auto out = shown(key);
  if (options.show_mnemonic) out["mnemonic"] = mnemonic.text();
  std::cout << json::serialize(out) << '\n';
}

CLI::Option* add_file(CLI::App& verb, const std::shared_ptr<Options>& options, const char* help) {
  auto* account = verb.add_option("--account-index", options->account, "BIP-44 account: m/44'/118'/N'/0/0")
                    ->check(CLI::Range(0u, hd_hardened - 1));
  verb.add_option("--hd-path", options->hd_path, "The whole path, as m/44'/118'/0'/0/0")->excludes(account);
  return verb.add_option("--mnemonic-file", options->file, help)->type_name("FILE");
}

} // namespace

void add_wallet(CLI::App& program) {
  auto* verb = program.add_subcommand("wallet", "Show, make or take over a key");
  verb->require_subcommand(1);
  verb->footer("Examples\n"
               "  inferd wallet new --mnemonic-file /etc/inferd/mnemonic\n"
               "  inferd wallet import --mnemonic-file /etc/inferd/mnemonic < words\n"
               "  inferd wallet show --mnemonic-file /etc/inferd/mnemonic");

  auto* shows = verb->add_subcommand("show", "Print address and public key as JSON, a line a wallet");
  const auto show = std::make_shared<Options>();
  add_file(*shows, show, "File with the mnemonic, readable by its owner only; default: the configuration's wallets");
  const auto config = add_config_option(*shows);
  shows->callback([show, config] { show->file.empty() ? show_configured(*config, *show) : show_file(*show); });

  auto* news = verb->add_subcommand("new", "Make a key: write a new mnemonic to a file of mode 0600 that must not exist");
  const auto fresh = std::make_shared<Options>();
  add_file(*news, fresh, "Where to write it")->required();
  add_config_option(*news);
  news->add_option("--words", fresh->words, "12, 15, 18, 21 or 24")->check(CLI::IsMember({12, 15, 18, 21, 24}));
  news->add_flag("--show-mnemonic", fresh->show_mnemonic, "Print it too, to be copied by hand: it is the only backup");
  news->callback([fresh] {
    SystemEntropy entropy;
    keep(*fresh, chain::new_mnemonic(entropy, fresh->words));
  });

  auto* imports =
    verb->add_subcommand("import", "Take over a key: read a mnemonic from standard input, write it to such a file");
  const auto import = std::make_shared<Options>();
  add_file(*imports, import, "Where to write it")->required();
  add_config_option(*imports);
  imports->callback([import] { keep(*import, or_fail(chain::check_mnemonic(typed_mnemonic().text()))); });
}

} // namespace inferd::cli
