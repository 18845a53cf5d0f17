#define BOOST_TEST_MODULE import
#include "runtime/chain/signing/mnemonic_file.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/setup/config_folder.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/config/load.hpp"
#include "tests/config/config_fixture.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <sys/stat.h>

using namespace inferd;
using namespace inferd::cli;
using inferd::test::holds;

namespace {

namespace fs = std::filesystem;

const std::string words = "legal winner thank year wave sausage worth useful legal winner thank yellow";
const std::string others = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";

std::string config_json(const std::string& mnemonic, const std::string& more = "") {
  return R"({"wallet":{"addressKeyName":"k","addressRestoreMnemonic":")" + mnemonic +
         R"(","chainId":"localnet","nodeRpcs":["http://127.0.0.1:1"],"gasPrices":"auto","submitTx":true)" + more +
         R"(},"worker":[{"topicId":1,"inferenceEntrypointName":"apiAdapter","parameters":
         {"InferenceEndpoint":"http://localhost:8000/inference/{Token}/{BlockHeight}","Token":"ETH"}}]})";
}

struct Ran {
  int code;
  std::string out, err;
};

/// A folder and the verb in this process; its standard output is caught.
struct Verb {
  fs::path dir;

  Verb() {
    auto name = (fs::temp_directory_path() / "inferd-import-XXXXXX").string();
    dir = ::mkdtemp(name.data());
    for (const auto* variable : {"MNEMONIC", "ALLORA_WALLET_ADDR", "TOPIC_ID", "TIINGO_API_KEY", "SUBMISSION_INTERVAL",
                                 "LOG_LEVEL", "INFERD_CONFIG", "STATE_DIRECTORY", "CREDENTIALS_DIRECTORY",
                                 "ALLORA_OFFCHAIN_NODE_CONFIG_JSON", "ALLORA_OFFCHAIN_NODE_CONFIG_FILE_PATH"})
      ::unsetenv(variable);
  }

  Verb(const Verb&) = delete;
  ~Verb() { fs::remove_all(dir); }

  std::string path(const std::string& name) const { return (dir / name).string(); }

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name)) << text;
    ::chmod(path(name).c_str(), 0600);
    return path(name);
  }

  std::string read(const std::string& name) const {
    std::ifstream in(path(name));
    return {std::istreambuf_iterator<char>(in), {}};
  }

  Ran run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "import");
    std::ostringstream out, err, printed;
    auto* before = std::cout.rdbuf(printed.rdbuf());
    const auto code = run_program({add_import}, "0", arguments, out, err);
    std::cout.rdbuf(before);
    for (const auto* secret : {"sausage", "legal winner", "abandon abandon"}) {
      BOOST_TEST(!holds(printed.str(), secret));
      BOOST_TEST(!holds(err.str(), secret));
    }
    return {code, printed.str(), err.str()};
  }
};

} // namespace

BOOST_AUTO_TEST_CASE(a_folder_that_config_check_accepts) {
  const Verb verb;
  const auto ran = verb.run({verb.write("config.json", config_json(words)), "--offline", "--out", verb.path("w")});
  BOOST_TEST_CONTEXT(ran.err) BOOST_REQUIRE(ran.code == exit_ok);
  BOOST_CHECK_NO_THROW(check_config(verb.path("w/inferd.toml")));
  struct stat s {};
  BOOST_REQUIRE(::stat(verb.path("w/mnemonic").c_str(), &s) == 0);
  BOOST_TEST((s.st_mode & 0777) == 0600u);
  const auto kept = chain::read_mnemonic_file(verb.path("w/mnemonic"));
  BOOST_TEST(std::get<SecretBytes>(kept).text() == words);
  BOOST_TEST(!holds(verb.read("w/inferd.toml"), "sausage"));
  BOOST_TEST(holds(verb.read("w/inferd.toml"), "model = \"http://localhost:8000/inference/ETH/{BlockHeight}\""));
  BOOST_TEST(holds(verb.read("w/inferd.toml"), "no_proxy = ")); // the model is on this machine
  for (const auto* line : {"wallet allo1", "topic 1 of worker[0]: ethusd", "not taken over\n",
                           "  wallet.gasPrices: the gas price", "  wallet.addressKeyName: no keyring",
                           "next: inferd config check --config ", "inferd doctor --config ", "then inferd run --config "})
    BOOST_TEST_CONTEXT(ran.out) BOOST_TEST(holds(ran.out, line));
}

BOOST_AUTO_TEST_CASE(what_is_there_is_kept) {
  const Verb verb;
  const auto file = verb.write("config.json", config_json(words));
  const auto out = verb.path("w");
  BOOST_REQUIRE(verb.run({file, "--offline", "--out", out}).code == exit_ok);
  const auto before = verb.read("w/inferd.toml");
  const auto again = verb.run({file, "--offline", "--out", out});
  BOOST_TEST(again.code == exit_usage);
  BOOST_TEST(holds(again.err, "inferd.toml exists already; --replace"));
  BOOST_TEST(verb.run({"--offline", "--out", out, "--replace", "--symbol", "btcusd", file}).code == exit_ok);
  BOOST_TEST(verb.read("w/inferd.toml.old") == before);
  BOOST_TEST(holds(verb.read("w/inferd.toml"), "symbol = \"btcusd\""));
  const auto other = verb.run({verb.write("other.json", config_json(others)), "--offline", "--out", out, "--replace"});
  BOOST_TEST(other.code == exit_usage);
  BOOST_TEST(holds(other.err, "is another key"));
  BOOST_TEST(std::get<SecretBytes>(chain::read_mnemonic_file(verb.path("w/mnemonic"))).text() == words);
}

BOOST_AUTO_TEST_CASE(a_key_in_a_keyring_is_refused_with_the_steps_and_taken_from_a_file) {
  const Verb verb;
  const auto file = verb.write("config.json", config_json(""));
  const auto ran = verb.run({file, "--offline", "--out", verb.path("w")});
  BOOST_TEST(ran.code == exit_usage);
  BOOST_TEST(holds(ran.err, "wallet.addressRestoreMnemonic is empty: the key is in a keyring (~/.allorad)"));
  BOOST_TEST(!fs::exists(verb.path("w")));
  const auto with = verb.run({file, "--key", verb.write("words", others), "--offline", "--out", verb.path("w")});
  BOOST_TEST_CONTEXT(with.err) BOOST_TEST(with.code == exit_ok);
  BOOST_TEST(!fs::exists(verb.path("w/mnemonic")));
  BOOST_CHECK_NO_THROW(check_config(verb.path("w/inferd.toml")));
}

BOOST_AUTO_TEST_CASE(a_dry_run_stays_one) {
  const Verb verb;
  const auto file = verb.write("config.json", config_json(words, R"(,"SubmitTx2":1)"));
  BOOST_TEST(holds(verb.run({file, "--offline", "--out", verb.path("w")}).out, "wallet.SubmitTx2: no such key is known"));
  auto dry = config_json(words);
  dry.replace(dry.find("true"), 4, "false");
  const auto ran = verb.run({verb.write("dry.json", dry), "--offline", "--out", verb.path("d")});
  BOOST_TEST(ran.code == exit_ok);
  BOOST_TEST(holds(ran.out, "inferd run --dry-run --config"));
}

BOOST_AUTO_TEST_CASE(a_node_that_is_not_reached_is_a_remark) {
  const Verb verb;
  const auto ran = verb.run({verb.write("config.json", config_json(words)), "--out", verb.path("w")});
  BOOST_TEST_CONTEXT(ran.err) BOOST_TEST(ran.code == exit_ok);
  BOOST_TEST(holds(ran.out, "to be checked\n  wallet.nodeRpcs: http://127.0.0.1:1: "));
}

BOOST_AUTO_TEST_CASE(the_environment_names_the_configuration_where_no_file_does) {
  const Verb verb;
  const auto nothing = verb.run({"--out", verb.path("w")});
  BOOST_TEST(nothing.code == exit_usage);
  BOOST_TEST(holds(nothing.err, "FILE is missing"));
  ::setenv("ALLORA_OFFCHAIN_NODE_CONFIG_FILE_PATH", verb.write("config.json", config_json(others)).c_str(), 1);
  BOOST_TEST(verb.run({"--offline", "--out", verb.path("a")}).code == exit_ok);
  ::setenv("ALLORA_OFFCHAIN_NODE_CONFIG_JSON", config_json(words).c_str(), 1);
  BOOST_TEST(verb.run({"--offline", "--out", verb.path("b")}).code == exit_ok);
  BOOST_TEST(std::get<SecretBytes>(chain::read_mnemonic_file(verb.path("a/mnemonic"))).text() == others);
  BOOST_TEST(std::get<SecretBytes>(chain::read_mnemonic_file(verb.path("b/mnemonic"))).text() == words);
  // It holds the key, which /proc would show.
  BOOST_TEST(!holds(std::getenv("ALLORA_OFFCHAIN_NODE_CONFIG_JSON"), "sausage"));
  ::unsetenv("ALLORA_OFFCHAIN_NODE_CONFIG_JSON");
  ::unsetenv("ALLORA_OFFCHAIN_NODE_CONFIG_FILE_PATH");
}

BOOST_AUTO_TEST_CASE(nothing_is_written_after_an_error) {
  const Verb verb;
  const auto out = verb.path("w");
  const auto refused = [&](const std::string& text, const std::string& pattern, std::vector<std::string> options = {}) {
    std::vector<std::string> arguments{verb.write("config.json", text), "--offline", "--out", out};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const auto ran = verb.run(arguments);
    BOOST_TEST(ran.code == exit_usage);
    BOOST_TEST(std::count(ran.err.begin(), ran.err.end(), '\n') == 1);
    BOOST_TEST_CONTEXT(ran.err) BOOST_TEST(holds(ran.err, pattern));
    BOOST_TEST(!fs::exists(out));
  };
  refused("{", "config.json:1: byte 2: is no JSON");
  refused(config_json("legal winner sausage"), "wallet.addressRestoreMnemonic: ");
  refused(config_json(words), "--symbol: ", {"--symbol", "BTC/USD"});
  refused(config_json(words), "--market: ", {"--market", "nowhere"});
  refused(config_json(words), "--rpc: ", {"--rpc", "nowhere"});
  refused(config_json(words), "--key: ", {"--key", verb.path("no such file")});
  const auto missing = verb.run({verb.path("none.json"), "--out", out});
  BOOST_TEST(holds(missing.err, "none.json: cannot be read: No such file or directory"));
}
