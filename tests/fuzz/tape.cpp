// Tapes and their messages: an accepted line is written back identically.

#include "runtime/tape/tape.hpp"
#include "runtime/tape/tape_messages.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <caf/message.hpp>
#include <caf/type_erased_tuple.hpp>
#include <sstream>

namespace {

using namespace inferd;

Tape read(std::string_view input) {
  std::istringstream in{std::string(input)};
  return read_tape(in, "tape");
}

/// Empty: not a message, reported by an error.
std::string again(const std::string& type, const std::string& json) {
  try {
    const auto message = make_message(type, json);
    const auto taped = to_tape(message.content());
    FUZZ_CHECK(!taped.type || taped.type == type); // null: a type not recorded
    return taped.json;
  } catch (const std::runtime_error& e) {
    FUZZ_CHECK(std::string_view(e.what()).find(type) != std::string_view::npos);
    return {};
  }
}

} // namespace

void inferd::fuzz::one(std::string_view input) {
  try {
    const auto tape = read(input);
    for (std::size_t i = 0; i < tape.entries.size(); ++i) {
      const auto& entry = tape.entries[i];
      const auto first = tape.header.continued ? tape.entries.front().seq : 1;
      FUZZ_CHECK(entry.seq == first + i && parse_place(to_string(entry.to)) == entry.to);
      if (entry.is_start()) continue;
      const auto json = again(entry.type, entry.message);
      FUZZ_CHECK(json.empty() || again(entry.type, json) == json);
    }
  } catch (const TapeError& e) {
    FUZZ_CHECK(std::string_view(e.what()).starts_with("tape tape"));
  }
}
