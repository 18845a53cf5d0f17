// config.json of Allora's Go node: one sentence that says what is wrong, or a configuration that is accepted.

#include "runtime/cli/commands.hpp"
#include "runtime/cli/setup/import_plan.hpp"
#include "tests/config/config_fixture.hpp"
#include "tests/fuzz/fuzz.hpp"

void inferd::fuzz::one(std::string_view input) {
  using namespace inferd::cli;
  const ImportOptions options{.chain_id = "localnet"};
  try {
    auto config = parse_go_config(input, "config.json");
    auto plan = plan_import(options, import_network(options, config), {}, config);
    plan.mnemonic = "words";
    for (const auto& notes : {config.not_taken, config.remarks})
      for (const auto& [key, sentence] : notes)
        FUZZ_CHECK(!sentence.empty() && (key + sentence).find_first_of("\n\r\x1b") == std::string::npos);
    const auto machine = test::machine(import_config_text(plan));
    FUZZ_CHECK(test::mistake_of(test::load(machine)).empty());
  } catch (const Failure& failure) {
    FUZZ_CHECK(test::is_one_line(failure.what()));
  }
}
