#include "base/secret_bytes.hpp"

#include "base/secret_text.hpp"

#include <algorithm>
#include <cassert>
#include <new>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

namespace inferd {

SecretBytes::SecretBytes(std::size_t size) : size_(size) {
  if (size == 0) return;
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  mapped_ = (size + page - 1) / page * page;
  // Whole pages, because mlock and madvise act on pages.
  void* memory = mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  data_ = static_cast<std::uint8_t*>(memory);
  locked_ = mlock(data_, mapped_) == 0;
  madvise(data_, mapped_, MADV_DONTDUMP);
  madvise(data_, mapped_, MADV_WIPEONFORK);
}

SecretBytes SecretBytes::copy_of(std::string_view text) {
  SecretBytes copy(text.size());
  std::copy(text.begin(), text.end(), copy.data_);
  return copy;
}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
  : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)), mapped_(std::exchange(other.mapped_, 0)),
    locked_(std::exchange(other.locked_, false)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  if (this == &other) return *this;
  release();
  data_ = std::exchange(other.data_, nullptr);
  size_ = std::exchange(other.size_, 0);
  mapped_ = std::exchange(other.mapped_, 0);
  locked_ = std::exchange(other.locked_, false);
  return *this;
}

SecretBytes::~SecretBytes() { release(); }

void SecretBytes::shrink(std::size_t size) {
  assert(size <= size_);
  if (size < size_) wipe(data_ + size, size_ - size);
  size_ = size;
}

void SecretBytes::release() noexcept {
  if (!data_) return;
  wipe(data_, mapped_);
  munmap(data_, mapped_); // unlocks as well
  data_ = nullptr;
}

} // namespace inferd
