#pragma once

#include <functional>
#include <string>

namespace inferd::cli {

/// Asks on standard output and input for what no option gave; with --yes the proposal is the answer.
class Questions {
public:
  using Fault = std::function<std::string(const std::string& answer)>; ///< what is wrong with it; empty: nothing

  explicit Questions(bool yes) : yes_(yes) {}

  /// The option's value if it is not empty. A wrong answer is asked for again, of an option or proposal it is a Failure.
  /// `proposal` empty: there is none, and with --yes the option is required.
  std::string ask(const char* option, const std::string& question, const std::string& given, const std::string& proposal,
                  const Fault& = {}) const;

private:
  bool yes_;
};

} // namespace inferd::cli
