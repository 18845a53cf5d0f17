#define BOOST_TEST_MODULE cli_program
#include "runtime/cli/commands.hpp"
#include "runtime/cli/program.hpp"
#include "model/training/trainer.hpp"
#include "runtime/config/example.hpp"

#include <CLI/CLI.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

using namespace inferd::cli;

namespace {

struct Ran {
  int code{};
  std::string out, err;
};

/// Captures std::cout and std::cerr, to which verbs write.
Ran run(std::vector<std::string> arguments, const std::vector<AddVerb>& verbs) {
  std::ostringstream out, err;
  auto* before_out = std::cout.rdbuf(out.rdbuf());
  auto* before_err = std::cerr.rdbuf(err.rdbuf());
  const int code = run_program(verbs, "1.2.3", arguments, std::cout, std::cerr);
  std::cout.rdbuf(before_out);
  std::cerr.rdbuf(before_err);
  return {code, out.str(), err.str()};
}

void add_fails(CLI::App& program) {
  auto* verb = program.add_subcommand("fails", "Throws what it is told");
  auto how = std::make_shared<std::string>();
  verb->add_option("how", *how)->required();
  verb->callback([how] {
    if (*how == "failure") throw Failure("ledger.path: the disk is full", 3);
    if (*how == "exception") throw std::runtime_error("vector");
    if (*how == "number") throw 7;
  });
}

Ran run(std::vector<std::string> arguments) { return run(std::move(arguments), {add_fails, add_config, add_doctor}); }
bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

struct Folder {
  Folder() {
    char pattern[] = "/tmp/inferd-cli-XXXXXX";
    path = ::mkdtemp(pattern);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path;
};

} // namespace

BOOST_AUTO_TEST_CASE(without_arguments_the_summary_helps) {
  const auto r = run({});
  BOOST_TEST(r.code == 0);
  BOOST_TEST(holds(r.out, "\n  config "));
  BOOST_TEST(holds(r.out, "Exit codes"));
  BOOST_TEST(run({"--help"}).out == r.out);
  BOOST_TEST(run({"--version"}).out == "inferd 1.2.3\n");
}

BOOST_AUTO_TEST_CASE(every_verb_has_help_with_examples) {
  for (const auto* verb : {"config", "doctor"}) {
    const auto r = run({verb, "--help"});
    BOOST_TEST(r.code == 0);
    BOOST_TEST(holds(r.out, "Examples"));
    BOOST_TEST(holds(r.out, std::string("Usage: inferd ") + verb));
  }
  BOOST_TEST(holds(run({"config", "check", "--help"}).out, "--config FILE"));
}

BOOST_AUTO_TEST_CASE(a_success_is_zero_and_silent) {
  const auto r = run({"fails", "not"});
  BOOST_TEST(r.code == 0);
  BOOST_TEST(r.err == "");
}

BOOST_AUTO_TEST_CASE(a_failure_is_one_sentence_and_its_own_code) {
  const auto r = run({"fails", "failure"});
  BOOST_TEST(r.code == 3);
  BOOST_TEST(r.err == "inferd: ledger.path: the disk is full\n");
}

BOOST_AUTO_TEST_CASE(an_unexpected_exception_is_reported_as_a_defect) {
  BOOST_TEST(run({"fails", "exception"}).code == 70);
  BOOST_TEST(run({"fails", "exception"}).err == "inferd: unexpected: vector; this is a defect of inferd\n");
  BOOST_TEST(run({"fails", "number"}).code == 70);
}

BOOST_AUTO_TEST_CASE(a_mistyped_verb_or_option_is_a_usage_error_on_one_line) {
  const auto verb = run({"cnofig"});
  BOOST_TEST(verb.code == 2);
  BOOST_TEST(verb.err == "inferd: there is no verb \"cnofig\" (did you mean config?); `inferd` lists them\n");
  BOOST_TEST(run({"cnofig", "--help"}).code == 2);
  for (const auto& arguments : std::vector<std::vector<std::string>>{{"config", "check", "--conf", "x"},
                                                                     {"fails"},
                                                                     {"config"},
                                                                     {"--nonsense"},
                                                                     {"config", "check", "--config"},
                                                                     {"fails", "a", "b"}}) {
    const auto r = run(arguments);
    BOOST_TEST(r.code == 2);
    BOOST_TEST(r.out == "");
    BOOST_TEST((r.err.starts_with("inferd: ") && r.err.find('\n') == r.err.size() - 1), r.err);
  }
}

BOOST_AUTO_TEST_CASE(config_example_and_check_work_together) {
  const Folder folder;
  const auto file = folder.path + "/inferd.toml";
  BOOST_TEST(run({"config", "example"}).out == inferd::example_config);
  std::ofstream(file) << inferd::example_config;
  const auto bad = run({"config", "check", "--config", file});
  BOOST_TEST(bad.code == 2);
  BOOST_TEST(holds(bad.err, file + ":"));
  BOOST_TEST(holds(bad.err, "inferd: the configuration has 2 mistakes\n"));
  const auto words = [&](const std::string& text) {
    std::filesystem::remove(folder.path + "/mnemonic");
    std::ofstream(folder.path + "/mnemonic") << text;
    std::filesystem::permissions(folder.path + "/mnemonic", std::filesystem::perms::owner_read);
  };
  const auto model = [&](const std::string& symbol, std::int64_t hours) {
    auto m = inferd::constant_model({.topic = 67, .symbol = symbol}, 0.01);
    m.horizon = std::to_string(hours) + "h";
    std::ofstream(folder.path + "/model.json") << inferd::model_text(m);
  };
  const std::string all_ones = "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong"; // BIP-39's vector for entropy of ones
  const auto mistakes = [&](const std::string& setting, const std::string& what) {
    for (const auto* verb : {"check", "doctor"}) { // `run` refuses it, so these do
      const auto r = verb == std::string("check") ? run({"config", "check", "--config", file})
                                                  : run({"doctor", "--offline", "--config", file});
      BOOST_TEST(r.code != 0, verb);
      BOOST_TEST(holds(r.err + r.out, what), what + " in: " + r.err + r.out);
      if (verb == std::string("check")) BOOST_TEST((holds(r.err, file + ":") && holds(r.err, ": " + setting + ": ")), r.err);
      BOOST_TEST(!holds(r.err + r.out, "zoo"));
    }
  };
  // "no mistakes" were found in each of these.
  model("btcusd", 168);
  for (const auto* bad_words : {"zoo", "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo", "not any of the words"}) {
    words(bad_words);
    mistakes("wallet.mnemonic", "mnemonic");
  }
  words(all_ones);
  for (const auto& text : {std::string("{"), std::string("{}"), std::string(28, 'x')}) {
    std::ofstream(folder.path + "/model.json") << text;
    mistakes("topic.model", "model.json");
  }
  model("ethusd", 168);
  mistakes("topic.model", "the model is for ethusd, btcusd is configured");
  model("btcusd", 24);
  mistakes("topic.model", "the model looks 1 day ahead, the configuration 7 days");
  model("btcusd", 168);
  const std::string example(inferd::example_config);
  auto two = example;
  two.replace(two.find("\n[wallet]\n"), 10, "\n[[wallet]]\n");
  std::ofstream(file) << two << "[[wallet]]\nname = \"other\"\nmnemonic_file = \"mnemonic\"\n";
  mistakes("wallet", "one process serves one wallet");
  ::setenv("PROGRAM_TEST_TOKEN", "two words", 1);
  std::ofstream(file) << example << "[[market.source]]\nkind = \"tiingo\"\ntoken_env = \"PROGRAM_TEST_TOKEN\"\n";
  mistakes("market.source[3].token_env", "the token holds a space");
  auto pair = example;
  pair.replace(pair.find("symbol = \"btcusd\""), 17, "symbol = \"bitcoin\"");
  model("bitcoin", 168);
  std::ofstream(file) << pair;
  mistakes("market.source[1].symbols", "symbol \"bitcoin\" is not a base and a quote");
  model("btcusd", 168);
  std::string past(inferd::example_config);
  past.replace(past.find("# until = 2027-01-01T00:00:00Z"), 30, "until = 2020-01-01T00:00:00Z  ");
  std::ofstream(file) << past;
  mistakes("schedule.until", "2020-01-01T00:00:00Z is in the past");
  const auto run_once = run({"once", "--config", file}, {add_once});
  BOOST_TEST(run_once.code == 2);
  BOOST_TEST(holds(run_once.err, ": schedule.until: 2020-01-01T00:00:00Z is in the past"), run_once.err);
  std::ofstream(file) << inferd::example_config;
  const auto flag = run({"run", "--config", file, "--until", "2020-01-01"}, {add_run});
  BOOST_TEST(flag.code == 2);
  BOOST_TEST(holds(flag.err, "--until: 2020-01-01T00:00:00Z is in the past"), flag.err);
  const auto good = run({"config", "check", "--config", file});
  BOOST_TEST(good.code == 0);
  BOOST_TEST(good.err == "");
  const auto shown = run({"config", "show", "--config", file});
  BOOST_TEST(shown.code == 0);
  BOOST_TEST(holds(shown.out, "topic.id = 67"));
  BOOST_TEST(holds(shown.out, "# topic/67: one_for_one, 5 restarts in 60 s"));
}

BOOST_AUTO_TEST_CASE(a_configuration_that_is_not_there_is_named) {
  const auto r = run({"config", "show", "--config", "/none.toml"});
  BOOST_TEST(r.code == 2);
  BOOST_TEST(r.err == "inferd: /none.toml: cannot be read: No such file or directory\n");
}
