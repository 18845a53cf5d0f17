#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace inferd {

/// Shown to operators when mlock fails.
inline constexpr const char* memory_not_locked = "memory cannot be locked, so the key may be written to swap";
inline constexpr const char* memory_lock_cure =
  "allow at least 64 KiB: LimitMEMLOCK=1M in the unit, `ulimit -l 64` in a shell, or swap that is off or encrypted";

/// A buffer for secrets on pages of its own: locked (mlock) where RLIMIT_MEMLOCK allows, excluded from core dumps, zeroed in
/// forked children, wiped before release. Move-only.
class SecretBytes {
public:
  explicit SecretBytes(std::size_t size = 0);        ///< zeroed; throws std::bad_alloc
  static SecretBytes copy_of(std::string_view text); ///< the caller wipes `text`
  SecretBytes(SecretBytes&&) noexcept;
  SecretBytes& operator=(SecretBytes&&) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  ~SecretBytes();

  std::span<std::uint8_t> bytes() { return {data_, size_}; }
  std::span<const std::uint8_t> bytes() const { return {data_, size_}; }
  std::string_view text() const { return {reinterpret_cast<const char*>(data_), size_}; }
  std::size_t size() const { return size_; }
  bool locked() const { return locked_; } ///< false: may be swapped out
  void shrink(std::size_t size);          ///< wipes the bytes after `size`

private:
  void release() noexcept;
  std::uint8_t* data_{};
  std::size_t size_{}, mapped_{};
  bool locked_{};
};

} // namespace inferd
