#pragma once

#include <cstddef>
#include <string>
#include <string.h> // explicit_bzero
#include <utility>

namespace inferd {

/// Zeroes memory in a way the compiler cannot optimise away.
inline void wipe(void* data, std::size_t size) noexcept {
  if (size > 0) ::explicit_bzero(data, size);
}

/// Zeroes the whole capacity and empties the text.
inline void wipe(std::string& text) noexcept {
  wipe(text.data(), text.capacity());
  text.clear();
}

/// A text zeroed by its destructor and where it was moved from. No stream output. Its pages are neither locked nor left out of
/// core dumps: keys belong in SecretBytes.
class SecretText {
public:
  SecretText() = default;
  explicit SecretText(std::string&& text) noexcept : text_(std::move(text)) { wipe(text); } // a short text was copied
  SecretText(const SecretText&) = default;
  SecretText(SecretText&& other) noexcept : SecretText(std::move(other.text_)) {}
  SecretText& operator=(SecretText other) noexcept {
    text_.swap(other.text_);
    return *this;
  }
  ~SecretText() { wipe(text_); }

  bool empty() const { return text_.empty(); }
  const std::string& reveal() const { return text_; }

private:
  std::string text_;
};

} // namespace inferd
