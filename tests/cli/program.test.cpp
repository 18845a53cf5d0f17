#define BOOST_TEST_MODULE cli_program
#include "runtime/cli/commands.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/config/example.hpp"

#include <CLI/CLI.hpp>
#include <boost/test/unit_test.hpp>
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
  std::ofstream(folder.path + "/mnemonic") << "zoo";
  std::filesystem::permissions(folder.path + "/mnemonic", std::filesystem::perms::owner_read);
  std::ofstream(folder.path + "/model.json") << "{}";
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
