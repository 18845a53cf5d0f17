#include "runtime/cli/setup/typed_secret.hpp"

#include "runtime/cli/commands.hpp"

#include <iostream>
#include <termios.h>
#include <unistd.h>

namespace inferd::cli {
namespace {

constexpr std::size_t most_typed = 4096; // bytes

/// Disables terminal echo for its lifetime.
class EchoOff {
public:
  EchoOff() : terminal_(::isatty(STDIN_FILENO) && ::tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!terminal_) return;
    auto silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    std::cerr << "mnemonic (not shown; an empty line ends it): " << std::flush;
  }
  EchoOff(const EchoOff&) = delete;
  bool terminal() const { return terminal_; }
  ~EchoOff() {
    if (!terminal_) return;
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    std::cerr << '\n';
  }

private:
  struct termios before_ {};
  bool terminal_;
};

} // namespace

std::optional<std::string> typed_line() {
  std::string line;
  char c = 0;
  while (::read(STDIN_FILENO, &c, 1) == 1) {
    if (c == '\n') return line;
    if (line.size() == most_typed) throw Failure("standard input: a line is longer than any answer");
    line += c;
  }
  return line.empty() ? std::nullopt : std::optional(line);
}

SecretBytes typed_mnemonic() {
  const EchoOff echo_off;
  SecretBytes typed(most_typed + 1);
  std::size_t length = 0;
  const auto ends = [&] {
    return echo_off.terminal() && length > 0 && typed.bytes()[length - 1] == '\n' &&
           (length == 1 || typed.bytes()[length - 2] == '\n');
  };
  while (length < typed.size() && !ends() && ::read(STDIN_FILENO, typed.bytes().data() + length, 1) == 1) ++length;
  if (length > most_typed) throw Failure("standard input is larger than a mnemonic can be");
  typed.shrink(length);
  return typed;
}

} // namespace inferd::cli
