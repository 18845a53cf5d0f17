#pragma once

#include "base/secret_text.hpp"

#include <string>
#include <utility>

namespace inferd::market {

/// An API token. No stream output; zeroed by the destructor.
class Token {
public:
  Token() = default;
  explicit Token(std::string text) : text_(std::move(text)) {}

  bool empty() const { return text_.empty(); }
  const std::string& reveal() const { return text_.reveal(); } ///< for the request header only

  /// `sentence` with the token replaced by ***: a server may echo it.
  std::string redact(std::string sentence) const {
    if (empty()) return sentence;
    for (auto at = sentence.find(reveal()); at != sentence.npos; at = sentence.find(reveal(), at))
      sentence.replace(at, reveal().size(), "***"), at += 3;
    return sentence;
  }

private:
  SecretText text_;
};

} // namespace inferd::market
