// A .env file, alone and within a whole configuration. No message quotes a secret.

#include "runtime/config/dotenv.hpp"
#include "tests/config/config_fixture.hpp"
#include "tests/fuzz/fuzz.hpp"

void inferd::fuzz::one(std::string_view input) {
  const auto file = parse_dotenv("/etc/i/.env", input);
  for (const auto& entry : file.entries)
    FUZZ_CHECK(!entry.name.empty() && entry.line > 0 && find_entry(file.entries, entry.name));
  for (const auto& mistake : file.mistakes) FUZZ_CHECK(mistake.line >= 0 && !mistake.sentence.empty());

  auto machine = test::machine(test::whole);
  machine.files["/etc/i/.env"].text = input;
  const auto loaded = test::load(machine);
  const auto* secret = find_entry(file.entries, "MNEMONIC");
  for (const auto& line : test::mistakes_of(loaded)) {
    FUZZ_CHECK(line.find_first_of("\n\r\x1b") == line.npos);
    if (secret && secret->value.size() > 20) FUZZ_CHECK(line.find(secret->value) == line.npos);
  }
}
