#pragma once

#include <string>
#include <utility>

namespace inferd::market {

/// An API token. No stream output; zeroed by the destructor.
class Token {
public:
  Token() = default;
  explicit Token(std::string text) : text_(std::move(text)) {}
  Token(const Token&) = default;
  Token(Token&& other) noexcept : text_(other.text_) { other.wipe(); }
  Token& operator=(Token other) noexcept {
    text_.swap(other.text_);
    return *this;
  }
  ~Token() { wipe(); }

  bool empty() const { return text_.empty(); }
  const std::string& reveal() const { return text_; } ///< for the request header only

  /// `sentence` with the token replaced by ***: a server may echo it.
  std::string redact(std::string sentence) const {
    if (text_.empty()) return sentence;
    for (auto at = sentence.find(text_); at != sentence.npos; at = sentence.find(text_, at))
      sentence.replace(at, text_.size(), "***"), at += 3;
    return sentence;
  }

private:
  void wipe() noexcept {
    for (volatile char* p = text_.data(); p != text_.data() + text_.size(); ++p) *p = 0;
    text_.clear();
  }
  std::string text_;
};

} // namespace inferd::market
