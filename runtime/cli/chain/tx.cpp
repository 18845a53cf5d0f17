// inferd tx: encode prints what would be signed, step by step; decode prints a transaction's contents. Neither sends anything.

#include "base/secret_text.hpp"
#include "runtime/chain/signing/mnemonic_file.hpp"
#include "runtime/chain/signing/tx_json.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/cli/chain/tx_spec.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <fstream>
#include <iostream>

namespace inferd::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t largest_input = 1u << 20;

struct EncodeOptions {
  std::string spec, mnemonic_file, config;
  bool as_given = false;
};

std::string read_all(const std::string& name) {
  std::ifstream file;
  if (name != "-") {
    file.open(name, std::ios::binary);
    if (!file) throw Failure(fmt::format("{}: cannot be read", name));
  }
  auto& in = name == "-" ? std::cin : static_cast<std::istream&>(file);
  std::string text(largest_input + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) throw Failure(fmt::format("{}: cannot be read", name));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > largest_input) throw Failure(fmt::format("{}: larger than {} bytes", name, largest_input));
  return text;
}

chain::PrivateKey key_for(const EncodeOptions& options, const std::string& name, TxSpec& spec) {
  const SecretText given(std::move(spec.mnemonic));
  if (!options.mnemonic_file.empty()) {
    auto mnemonic = chain::read_mnemonic_file(options.mnemonic_file);
    if (const auto* error = std::get_if<std::string>(&mnemonic)) throw Failure(*error);
    return std::get<0>(chain::derive_key(std::get<SecretBytes>(mnemonic).text()));
  }
  if (given.empty()) throw Failure(fmt::format("{}: mnemonic: missing; or name a file with --mnemonic-file", name));
  auto key = chain::derive_key(given.reveal());
  if (const auto* error = std::get_if<std::string>(&key)) throw Failure(fmt::format("{}: mnemonic: {}", name, *error));
  return std::get<chain::PrivateKey>(std::move(key));
}

void encode(const EncodeOptions& options) {
  const auto name = options.spec == "-" ? std::string("standard input") : options.spec;
  const SecretText text(read_all(options.spec));
  json::error_code error;
  const auto parsed = json::parse(text.reveal(), error);
  if (error) throw Failure(fmt::format("{}: not JSON: {}", name, error.message()));
  auto read = read_tx_spec(parsed);
  if (const auto* mistake = std::get_if<std::string>(&read)) throw Failure(fmt::format("{}: {}", name, *mistake));
  auto& spec = std::get<TxSpec>(read);
  const auto key = key_for(options, name, spec);
  if (!options.as_given) {
    auto canonical = chain::canonical_payload(std::move(spec.payload));
    if (const auto* mistake = std::get_if<std::string>(&canonical)) throw Failure(fmt::format("{}: {}", name, *mistake));
    spec.payload = std::get<chain::Payload>(std::move(canonical));
  }
  const auto made = chain::sign_payload_tx(key, spec.envelope, spec.payload);
  const auto hex = [](std::string_view bytes) { return chain::to_hex(bytes); };
  const json::object out{
    {"address", key.wallet().address},
    {"bundle", hex(made.bundle)},
    {"digest", hex(chain::view(made.digest))},
    {"bundle_signature", hex(made.bundle_signature)},
    {"body", hex(made.body)},
    {"auth_info", hex(made.auth_info)},
    {"sign_doc", hex(made.sign_doc)},
    {"signature", hex(made.signature)},
    {"tx", hex(made.tx)},
    {"hash", made.hash.hex},
  };
  std::cout << json::serialize(out) << '\n';
}

void decode(const std::string& argument) {
  auto text = argument == "-" ? read_all(argument) : argument;
  const auto name = argument == "-" ? "standard input" : "HEX";
  const auto space = " \t\r\n";
  text.erase(text.find_last_not_of(space) + 1);
  text.erase(0, text.find_first_not_of(space));
  const auto bytes = chain::from_hex(text);
  if (!bytes || bytes->empty()) throw Failure(fmt::format("{}: not hex digits, two for each byte", name));
  const auto decoded = chain::tx_json(*bytes);
  if (const auto* mistake = std::get_if<std::string>(&decoded)) throw Failure(fmt::format("{}: {}", name, *mistake));
  std::cout << json::serialize(std::get<json::object>(decoded)) << '\n';
}

} // namespace

void add_tx(CLI::App& program) {
  auto* verb = program.add_subcommand("tx", "Look into a transaction: encode, decode");
  verb->require_subcommand(1);

  auto* encodes = verb->add_subcommand("encode", "Build and sign a payload from a specification and print every step, in hex");
  const auto options = std::make_shared<EncodeOptions>();
  encodes->add_option("SPEC", options->spec, "JSON file; - reads standard input")->required();
  encodes->add_option("--mnemonic-file", options->mnemonic_file, "Sign with this key instead of the specification's")
    ->type_name("FILE");
  encodes->add_flag("--as-given", options->as_given,
                    "Write values as they stand, not in the chain's spelling: shows what the chain would refuse");
  encodes->add_option("--config", options->config, "Accepted as everywhere; nothing of it is needed here")->type_name("FILE");
  encodes->footer("Fields: mnemonic, chain_id, account_number, sequence, gas, fee, topic_id, nonce, and value (decimal text)\n"
                  "or values ([[label, decimal text], ...]); denom, memo, timeout_height, forecast, extra_data (hex), proof,\n"
                  "emissions (v10, v9) may be left out. Nothing is sent.\n"
                  "Example\n"
                  "  inferd tx encode --mnemonic-file mnemonic - <<< '{\"chain_id\":\"localnet\",\"account_number\":2,\n"
                  "    \"sequence\":0,\"gas\":250000,\"fee\":2500000,\"topic_id\":1,\"nonce\":1293,\"value\":\"0.0123\"}'");
  encodes->callback([options] { encode(*options); });

  auto* decodes = verb->add_subcommand("decode", "Print the contents of a transaction as JSON, in the form of the Cosmos SDK");
  const auto hex = std::make_shared<std::string>();
  decodes->add_option("HEX", *hex, "The transaction's bytes in hex, as encode's tx; - reads standard input")->required();
  decodes->footer(
    "64-bit numbers are texts and bytes are base64, as in protobuf's JSON. Signatures are not verified. A message that no\n"
    "worker sends keeps its bytes as value.\n"
    "Example\n"
    "  inferd tx encode SPEC.json | jq -r .tx | inferd tx decode -");
  decodes->callback([hex] { decode(*hex); });
}

} // namespace inferd::cli
