#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace inferd::chain {

/// What an operator is told when memory cannot be locked.
inline constexpr const char* memory_not_locked = "memory cannot be locked, so the key may be written to swap";
inline constexpr const char* memory_lock_cure =
  "allow at least 64 KiB: LimitMEMLOCK=1M in the unit, `ulimit -l 64` in a shell, or swap that is off or encrypted";

/// Bytes that must not leave this process: on pages of their own, locked into memory where the limit allows (RLIMIT_MEMLOCK),
/// left out of core dumps and of forked children, wiped before they are given back. Moves, never copies by accident.
class SecretBytes {
public:
  explicit SecretBytes(std::size_t size = 0);        ///< zeros; throws std::bad_alloc
  static SecretBytes copy_of(std::string_view text); ///< the original is the caller's to wipe
  SecretBytes(SecretBytes&&) noexcept;
  SecretBytes& operator=(SecretBytes&&) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  ~SecretBytes();

  std::span<std::uint8_t> bytes() { return {data_, size_}; }
  std::span<const std::uint8_t> bytes() const { return {data_, size_}; }
  std::string_view text() const { return {reinterpret_cast<const char*>(data_), size_}; }
  std::size_t size() const { return size_; }
  bool locked() const { return locked_; } ///< false: the kernel may swap it out; worth a warning
  void shrink(std::size_t size);          ///< forgets the bytes behind `size`

private:
  void release() noexcept;
  std::uint8_t* data_{};
  std::size_t size_{}, mapped_{};
  bool locked_{};
};

} // namespace inferd::chain
