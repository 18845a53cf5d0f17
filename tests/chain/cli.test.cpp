#define BOOST_TEST_MODULE chain_cli
#include "runtime/cli/commands.hpp"
#include "runtime/cli/program.hpp"
#include "tests/chain/chain_golden.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

using namespace inferd;
using test::text;
namespace json = boost::json;
namespace fs = std::filesystem;

namespace {

struct Output {
  int code;
  std::string out, err;
};

/// Redirects a stream while it is alive.
struct Redirected {
  Redirected(std::ios& stream, std::streambuf* to) : stream(stream), before(stream.rdbuf(to)) {}
  ~Redirected() { stream.rdbuf(before); }
  std::ios& stream;
  std::streambuf* before;
};

Output run(const std::vector<std::string>& arguments, const std::string& input = "") {
  std::ostringstream out, err;
  std::istringstream in(input);
  const Redirected to(std::cout, out.rdbuf()), from(std::cin, in.rdbuf());
  std::cin.clear();
  const int code = cli::run_program({cli::add_tx, cli::add_wallet}, "test", arguments, out, err);
  return {code, out.str(), err.str()};
}

/// As run, with `input` piped to descriptor 0.
Output run_piped(const std::vector<std::string>& arguments, const std::string& input) {
  int ends[2];
  BOOST_REQUIRE(::pipe(ends) == 0);
  BOOST_REQUIRE(::write(ends[1], input.data(), input.size()) == static_cast<ssize_t>(input.size()));
  ::close(ends[1]);
  const int before = ::dup(0);
  ::dup2(ends[0], 0);
  auto output = run(arguments);
  ::dup2(before, 0);
  ::close(before);
  ::close(ends[0]);
  return output;
}

struct Folder {
  Folder() {
    auto pattern = (fs::temp_directory_path() / "inferd-cli-XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  ~Folder() { fs::remove_all(path); }
  std::string file(const std::string& content, mode_t mode = 0600) const {
    const auto name = (path / "file").string();
    std::ofstream(name) << content;
    ::chmod(name.c_str(), mode);
    return name;
  }
  fs::path path;
};

json::object spec() { return test::golden_lines("encode.jsonl").front().at("spec").as_object(); }

std::string refusal(const json::value& bad) {
  const auto output = run({"tx", "encode", "-"}, json::serialize(bad));
  BOOST_TEST(output.code == 1);
  BOOST_TEST(output.out == "");
  return output.err;
}

template <class Change> std::string refusal_with(Change change) {
  auto bad = spec();
  change(bad);
  return refusal(bad);
}

} // namespace

BOOST_AUTO_TEST_CASE(tx_encode_prints_what_is_expected_of_every_recorded_spec) {
  for (const auto& row : test::golden_lines("encode.jsonl")) {
    const auto output = run({"tx", "encode", "-"}, json::serialize(row.at("spec")));
    BOOST_TEST(output.code == 0, output.err);
    BOOST_TEST((json::parse(output.out) == row.at("expect")), output.out);
  }
}

BOOST_FIXTURE_TEST_CASE(tx_encode_reads_a_file_and_a_key_from_another, Folder) {
  auto without = spec();
  const auto words = (path / "words").string();
  std::ofstream(words) << text(without.at("mnemonic"));
  ::chmod(words.c_str(), 0600);
  without.erase("mnemonic");
  const auto name = file(json::serialize(without));
  BOOST_TEST(run({"tx", "encode", name}).err ==
             "inferd: " + name + ": mnemonic: missing; or name a file with --mnemonic-file\n");
  const auto output = run({"tx", "encode", name, "--mnemonic-file", words});
  BOOST_TEST((json::parse(output.out) == test::golden_lines("encode.jsonl").front().at("expect")));
}

BOOST_AUTO_TEST_CASE(tx_encode_as_given_shows_what_the_chain_refused) {
  for (const auto& row : test::golden_json("transactions.json").as_array()) {
    if (!row.as_object().contains("bundle") || row.at("tampered").as_bool()) continue;
    json::object spec;
    for (const auto& key : test::golden_json("keys.json").at("valid").as_array())
      if (key.at("address") == row.at("signer")) spec["mnemonic"] = key.at("mnemonic");
    for (const auto field : {"topic_id", "nonce", "value", "values", "forecast", "extra_data", "proof"})
      spec[field] = row.at("bundle").at(field);
    for (const auto field : {"chain_id", "account_number", "sequence", "gas", "fee", "denom", "memo", "timeout_height"})
      spec[field] = row.at("tx").at(field);
    const auto output = run({"tx", "encode", "--as-given", "-"}, json::serialize(spec));
    BOOST_TEST_CONTEXT(text(row.at("name")) << ": " << output.err) {
      BOOST_REQUIRE(output.code == 0);
      const auto out = json::parse(output.out);
      BOOST_TEST(text(out.at("bundle")) == text(row.at("bundle").at("bundle")));
      BOOST_TEST(text(out.at("sign_doc")) == text(row.at("tx").at("sign_doc")));
      BOOST_TEST(text(out.at("tx")) == text(row.at("tx").at("tx")));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_fee_beyond_64_bits_is_encoded_exactly) {
  auto with = spec();
  with["fee"] = "18446744073709551617";
  const auto output = run({"tx", "encode", "-"}, json::serialize(with));
  BOOST_REQUIRE(output.code == 0);
  const auto auth_info = *chain::from_hex(text(json::parse(output.out).at("auth_info")));
  BOOST_TEST(auth_info.find("18446744073709551617") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_bad_spec_is_refused_with_the_field_at_fault) {
  for (const auto name : {"chain_id", "account_number", "sequence", "gas", "fee", "topic_id", "nonce", "mnemonic"})
    BOOST_TEST(refusal_with([&](auto& s) { s.erase(name); }).find(std::string(name) + ": missing") != std::string::npos, name);
  const auto expect_output = [](auto change, const std::string& reason) {
    const auto error = refusal_with(change);
    BOOST_TEST(error == "inferd: standard input: " + reason + "\n");
  };
  expect_output([](auto& s) { s["gas"] = -1; }, "gas: must be a whole number from 0 to 2^64-1");
  expect_output([](auto& s) { s["gas"] = 1.5; }, "gas: must be a whole number from 0 to 2^64-1");
  expect_output([](auto& s) { s["gas"] = "1"; }, "gas: must be a whole number from 0 to 2^64-1");
  expect_output([](auto& s) { s["fee"] = "12x"; }, "fee: must be a whole number from 0 to 2^128-1");
  expect_output([](auto& s) { s["nonce"] = UINT64_MAX; }, "nonce: is beyond any height");
  expect_output([](auto& s) { s["value"] = 0.5; }, "value: must be text");
  expect_output([](auto& s) { s["value"] = "NaN"; }, "value: \"NaN\" is not finite");
  expect_output([](auto& s) { s["value"] = "1e41"; },
                "value: \"1e41\" is out of the chain's range: 0, or 1e-40 to 1e40 in size");
  expect_output([](auto& s) { s["values"] = json::parse(R"([["up", "1"]])"); }, "value: must be null beside values");
  expect_output([](auto& s) { s["values"] = json::array{"up"}; }, "values: must be null or a list of [text, decimal text]");
  expect_output([](auto& s) { s["forecast"] = 5; }, "forecast: must be null or a list of [text, decimal text]");
  expect_output([](auto& s) { s["forecast"] = json::parse(R"([["allo1", "1"]])"); }, "forecast: an address is too short");
  expect_output([](auto& s) { s["extra_data"] = "xyz"; }, "extra_data: must be hex");
  expect_output([](auto& s) { s["emissions"] = "v8"; }, "emissions: must be v10 or v9");
  expect_output([](auto& s) { s["valeu"] = "1"; }, "valeu: unknown field");
  expect_output([](auto& s) { s["mnemonic"] = "abandon ability"; },
                "mnemonic: a mnemonic has 12, 15, 18, 21 or 24 words, not 2");
  expect_output(
    [](auto& s) {
      s.erase("value");
      s.erase("values");
      s.erase("forecast");
    },
    "value: missing (or give values or a forecast)");
  BOOST_TEST(refusal(json::array{}) == "inferd: standard input: must be one JSON object\n");
}

BOOST_AUTO_TEST_CASE(what_is_no_spec_at_all_is_refused_with_its_name) {
  BOOST_TEST(run({"tx", "encode", "-"}, "{").err.find("standard input: not JSON") != std::string::npos);
  BOOST_TEST(run({"tx", "encode", "-"}, std::string(2u << 20, ' ')).err.find("larger than") != std::string::npos);
  BOOST_TEST(run({"tx", "encode", "/no/such/spec.json"}).err == "inferd: /no/such/spec.json: cannot be read\n");
  BOOST_TEST(run({"tx"}).code != 0);
}

BOOST_FIXTURE_TEST_CASE(wallet_show_prints_address_and_public_key_of_every_recorded_mnemonic, Folder) {
  for (const auto& key : test::golden_json("keys.json").at("valid").as_array()) {
    const auto output = run({"wallet", "show", "--mnemonic-file", file(text(key.at("mnemonic")))});
    BOOST_TEST((json::parse(output.out) == json::object{{"address", key.at("address")}, {"public_key", key.at("public_key")}}));
  }
}

BOOST_FIXTURE_TEST_CASE(wallet_show_refuses_bad_mnemonics_and_readable_files_without_repeating_words, Folder) {
  for (const auto& key : test::golden_json("keys.json").at("invalid").as_array()) {
    const auto output = run({"wallet", "show", "--mnemonic-file", file(text(key.at("mnemonic")))});
    BOOST_TEST(output.code == 1);
    BOOST_TEST(output.out == "");
    BOOST_TEST(output.err.find("abandon") == std::string::npos, output.err);
  }
  const auto output = run({"wallet", "show", "--mnemonic-file", file(test::mnemonic(), 0644)});
  BOOST_TEST(output.code == 1);
  BOOST_TEST(output.err.find("0644") != std::string::npos, output.err);
}

BOOST_FIXTURE_TEST_CASE(wallet_show_derives_along_the_path_that_is_asked_for, Folder) {
  const auto& group = test::golden_json("hd_paths.json").at("mnemonics").as_array().front();
  const auto name = file(text(group.at("mnemonic")));
  for (const auto& key : group.at("keys").as_array()) {
    const auto output = run({"wallet", "show", "--mnemonic-file", name, "--hd-path", text(key.at("path"))});
    BOOST_TEST((json::parse(output.out) == json::object{{"address", key.at("address")}, {"public_key", key.at("public_key")}}));
  }
  const auto second = run({"wallet", "show", "--mnemonic-file", name, "--account-index", "1"});
  BOOST_TEST(json::parse(second.out).at("address") == group.at("keys").at(1).at("address"));
  const auto wrong = run({"wallet", "show", "--mnemonic-file", name, "--hd-path", "m/44'/118"});
  BOOST_TEST(wrong.code == 0, wrong.err);
  BOOST_TEST(run({"wallet", "show", "--mnemonic-file", name, "--hd-path", "44/x"}).err ==
             "inferd: --hd-path: \"44/x\" is no number at level 2; wanted is a path like m/44'/118'/0'/0/0\n");
  BOOST_TEST(run({"wallet", "show", "--mnemonic-file", name, "--account-index", "2147483648"}).code == 2);
  BOOST_TEST(run({"wallet", "show", "--mnemonic-file", name, "--account-index", "1", "--hd-path", "m/0"}).code == 2);
  BOOST_TEST(run({"wallet", "show", "--hd-path", "m/0"}).err.find("belong to --mnemonic-file") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(wallet_new_makes_a_key_once_and_keeps_its_words_to_itself, Folder) {
  const auto name = (path / "new").string();
  const auto made = run({"wallet", "new", "--mnemonic-file", name});
  BOOST_TEST(made.code == 0, made.err);
  BOOST_TEST(json::parse(made.out).as_object().size() == 2u);
  BOOST_TEST(run({"wallet", "show", "--mnemonic-file", name}).out == made.out);
  const auto again = run({"wallet", "new", "--mnemonic-file", name});
  BOOST_TEST(again.code == 1);
  BOOST_TEST(again.err.find("exists already") != std::string::npos, again.err);
  BOOST_TEST(run({"wallet", "show", "--mnemonic-file", name}).out == made.out);
}

BOOST_FIXTURE_TEST_CASE(wallet_new_shows_the_words_when_asked_and_never_the_same, Folder) {
  const auto first = run({"wallet", "new", "--words", "12", "--show-mnemonic", "--mnemonic-file", (path / "a").string()});
  const auto second = run({"wallet", "new", "--words", "12", "--show-mnemonic", "--mnemonic-file", (path / "b").string()});
  const auto words = text(json::parse(first.out).at("mnemonic"));
  BOOST_TEST(std::count(words.begin(), words.end(), ' ') == 11);
  BOOST_TEST(words != text(json::parse(second.out).at("mnemonic")));
  BOOST_TEST(run({"wallet", "new", "--words", "13", "--mnemonic-file", (path / "c").string()}).code == 2);
}

BOOST_FIXTURE_TEST_CASE(wallet_import_takes_a_mnemonic_from_standard_input, Folder) {
  const auto name = (path / "imported").string();
  const auto output = run_piped({"wallet", "import", "--mnemonic-file", name}, test::mnemonic() + "\n");
  BOOST_TEST(output.code == 0, output.err);
  BOOST_TEST(output.out.find("mnemonic") == std::string::npos);
  BOOST_TEST(run({"wallet", "show", "--mnemonic-file", name}).out == output.out);
  auto lines = test::mnemonic();
  std::replace(lines.begin(), lines.end(), ' ', '\n');
  const auto on_lines = run_piped({"wallet", "import", "--mnemonic-file", (path / "lines").string()}, lines);
  BOOST_TEST(on_lines.out == output.out);
  const auto wrong = run_piped({"wallet", "import", "--mnemonic-file", (path / "x").string()}, "change teach\n");
  BOOST_TEST(wrong.err == "inferd: a mnemonic has 12, 15, 18, 21 or 24 words, not 2\n");
  BOOST_TEST(!fs::exists(path / "x"));
}

// Every field that went into the recorded transactions comes out again; the form is the Cosmos SDK's.
BOOST_AUTO_TEST_CASE(tx_decode_prints_what_every_recorded_spec_said) {
  const auto number = [](const json::value& field) { return std::to_string(field.to_number<std::int64_t>()); };
  const auto pairs = [](const json::value& list, const char* name) { // [[name, value], ...] as objects
    json::array out;
    if (list.is_array())
      for (const auto& each : list.as_array()) out.push_back(json::object{{name, each.at(0)}, {"value", each.at(1)}});
    return out;
  };
  for (const auto& row : test::golden_lines("encode.jsonl")) {
    const auto& spec = row.at("spec");
    const auto& expect = row.at("expect");
    const auto output = run({"tx", "decode", text(expect.at("tx"))});
    BOOST_REQUIRE_MESSAGE(output.code == 0, output.err);
    const auto tx = json::parse(output.out);
    BOOST_TEST_CONTEXT(output.out) {
      BOOST_TEST(tx.at("hash") == expect.at("hash"));
      BOOST_TEST(tx.at("body").at("memo") == spec.at("memo"));
      BOOST_TEST(text(tx.at("body").at("timeout_height")) == number(spec.at("timeout_height")));
      const auto& fee = tx.at("auth_info").at("fee");
      BOOST_TEST(text(fee.at("gas_limit")) == number(spec.at("gas")));
      BOOST_TEST(text(fee.at("amount").at(0).at("amount")) ==
                 (spec.at("fee").is_string() ? text(spec.at("fee")) : number(spec.at("fee"))));
      BOOST_TEST(text(tx.at("auth_info").at("signer_infos").at(0).at("sequence")) == number(spec.at("sequence")));
      BOOST_TEST(text(tx.at("signatures").at(0)) == chain::to_base64(test::unhex(expect.at("signature"))));
      const auto& data = tx.at("body").at("messages").at(0).at("worker_data_bundle");
      BOOST_TEST(text(data.at("worker")) == text(expect.at("address")));
      BOOST_TEST(text(data.at("topic_id")) == number(spec.at("topic_id")));
      BOOST_TEST(text(data.at("nonce").at("block_height")) == number(spec.at("nonce")));
      BOOST_TEST(text(data.at("inferences_forecasts_bundle_signature")) ==
                 chain::to_base64(test::unhex(expect.at("bundle_signature"))));
      const auto& bundle = data.at("inference_forecasts_bundle");
      if (bundle.at("inference").is_object()) {
        BOOST_TEST(text(bundle.at("inference").at("extra_data")) == chain::to_base64(test::unhex(spec.at("extra_data"))));
        BOOST_TEST(bundle.at("inference").at("values").as_array().size() == pairs(spec.at("values"), "label").size());
      }
      const auto elements = pairs(spec.at("forecast"), "inferer");
      BOOST_TEST((bundle.at("forecast").is_object() ? bundle.at("forecast").at("forecast_elements").as_array().size() : 0) ==
                 elements.size());
    }
  }
}

BOOST_AUTO_TEST_CASE(tx_decode_reads_standard_input_and_what_the_chain_refused) {
  for (const auto& row : test::golden_json("transactions.json").as_array()) {
    const auto output = run({"tx", "decode", "-"}, text(row.at("tx").at("tx")) + "\n");
    if (text(row.at("name")) == "garbage-tx") {
      BOOST_TEST(output.code == 1);
      BOOST_TEST(output.err.starts_with("inferd: standard input: the "));
      continue;
    }
    BOOST_TEST_CONTEXT(text(row.at("name")) << ": " << output.err) {
      BOOST_REQUIRE(output.code == 0);
      const auto tx = json::parse(output.out);
      BOOST_TEST(text(tx.at("hash")) == text(row.at("tx").at("hash")));
      const auto& message = tx.at("body").at("messages").at(0).as_object();
      if (text(row.at("name")) == "garbage-message") BOOST_TEST(message.contains("value"));
      else BOOST_TEST(text(message.at("sender")) == text(row.at("signer")));
      if (row.as_object().contains("bundle") && row.at("bundle").at("value").is_string() && !row.at("tampered").as_bool())
        BOOST_TEST(message.at("worker_data_bundle").at("inference_forecasts_bundle").at("inference").at("value") ==
                   row.at("bundle").at("value"));
    }
  }
}

BOOST_AUTO_TEST_CASE(tx_decode_refuses_what_is_no_transaction) {
  for (const auto* hex : {"", "0", "xyz1", "0x00", "00 00", "ff"}) {
    const auto output = run({"tx", "decode", "-"}, hex);
    BOOST_TEST_CONTEXT("'" << hex << "': " << output.err) {
      BOOST_TEST(output.code == 1);
      BOOST_TEST(output.out == "");
    }
  }
}
