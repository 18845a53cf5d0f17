#include "runtime/cli/setup/questions.hpp"

#include "runtime/cli/commands.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/cli/setup/typed_secret.hpp"

#include <fmt/format.h>
#include <iostream>

namespace inferd::cli {

std::string Questions::ask(const char* option, const std::string& question, const std::string& given,
                           const std::string& proposal, const Fault& fault) const {
  const auto wrong = [&](const std::string& what) { return Failure(fmt::format("{}: {}", option, what), exit_usage); };
  const auto fault_of = [&](const std::string& answer) { return fault ? fault(answer) : std::string(); };
  if (!given.empty() || yes_) {
    const auto& answer = given.empty() ? proposal : given;
    if (answer.empty()) throw wrong("is required: nothing says what it should be");
    if (const auto what = fault_of(answer); !what.empty()) throw wrong(fmt::format("\"{}\" {}", answer, what));
    return answer;
  }
  while (true) {
    std::cout << question << (proposal.empty() ? "" : " [" + proposal + "]") << ": " << std::flush;
    const auto line = typed_line();
    if (!line) throw wrong("standard input ended before the answer; give the option, or --yes to take the proposals");
    const auto first = line->find_first_not_of(" \t\r"), last = line->find_last_not_of(" \t\r");
    auto answer = first == line->npos ? proposal : line->substr(first, last - first + 1);
    const auto what = answer.empty() ? "an answer is wanted" : fault_of(answer);
    if (what.empty()) return answer;
    std::cout << "  " << (answer.empty() ? "" : "\"" + answer + "\" ") << what << '\n';
  }
}

} // namespace inferd::cli
