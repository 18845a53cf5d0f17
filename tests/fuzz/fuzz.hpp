#pragma once
// A harness is one file that defines `one`: it reads bytes as the daemon would read them from outside, and checks what the
// parser promises. libfuzzer.cpp feeds it by chance (etc/fuzz), replay.cpp what is kept in corpus/NAME.tar.gz and found/NAME
// (ctest). A new harness gets its first corpus by etc/fuzz --pack.

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace inferd::fuzz {

/// Processes one input. An exception is a finding.
void one(std::string_view input);

/// Aborts the process; the fuzzer saves the input.
[[noreturn]] inline void check_failed(const char* promise, int line) {
  std::fprintf(stderr, "line %d: not kept: %s\n", line, promise);
  std::abort();
}
#define FUZZ_CHECK(...) ((__VA_ARGS__) ? void() : ::inferd::fuzz::check_failed(#__VA_ARGS__, __LINE__))

/// Removes and returns the first line of `rest`, without its end.
inline std::string_view take_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  const auto line = rest.substr(0, end);
  rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  return line;
}

} // namespace inferd::fuzz
