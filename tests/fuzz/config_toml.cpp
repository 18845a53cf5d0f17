// A TOML file: a configuration, or mistakes of one line each.

#include "runtime/config/show.hpp"
#include "tests/config/config_fixture.hpp"
#include "tests/fuzz/fuzz.hpp"

void inferd::fuzz::one(std::string_view input) {
  const auto machine = test::machine(std::string(input));
  for (const auto purpose : {ConfigFor::run, ConfigFor::lookup}) {
    const auto loaded = test::load(machine, purpose);
    if (const auto* config = std::get_if<Config>(&loaded)) show_config(*config);
    else FUZZ_CHECK(!std::get<1>(loaded).empty());
    for (const auto& line : test::mistakes_of(loaded))
      FUZZ_CHECK(!line.empty() && line.find_first_of("\n\r\x1b") == line.npos && line.find('\0') == line.npos);
  }
}
