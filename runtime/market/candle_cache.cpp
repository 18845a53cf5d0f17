#include "runtime/market/candle_cache.hpp"

#include "base/descriptor.hpp"
#include "base/replace_file.hpp"
#include "model/inputs/candles_csv.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <span>
#include <stdexcept>
#include <unistd.h>

namespace inferd::market {
namespace {

std::string plain(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool keep = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    out += keep ? c : '_';
  }
  return out.substr(0, 64);
}

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& what) {
  throw std::runtime_error(fmt::format("{}: {}", path.string(), what));
}

void replace(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path()); // its exception names the path
  if (const auto why = replace_file(path, text); !why.empty()) fail(path, why);
}

} // namespace

namespace {

std::uint64_t digest_of(const Candle& c) {
  std::uint64_t digest = 0xcbf29ce484222325; // FNV-1a by words: not cryptographic
  const auto add = [&](std::uint64_t word) { digest = (digest ^ word) * 0x100000001b3, digest ^= digest >> 29; };
  add(static_cast<std::uint64_t>(c.opens.value));
  for (const double x : {c.open, c.high, c.low, c.close, c.volume}) add(std::bit_cast<std::uint64_t>(x));
  return digest;
}

void cut_torn_row(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  const auto size = file ? ::lseek(file.get(), 0, SEEK_END) : -1;
  if (size <= 0) return;
  char end[1024];
  const auto from = std::max<off_t>(0, size - static_cast<off_t>(sizeof end));
  const auto got = ::pread(file.get(), end, sizeof end, from);
  const std::string_view text(end, got > 0 ? static_cast<std::size_t>(got) : 0);
  const auto last = text.rfind('\n');
  if (last == text.npos || last + 1 == text.size()) return;
  if (::ftruncate(file.get(), from + static_cast<off_t>(last) + 1) != 0) fail(path, std::strerror(errno));
}

} // namespace

std::string cache_name(const std::string& source, const std::string& symbol, const std::string& origin) {
  std::uint64_t digest = 0xcbf29ce484222325; // FNV-1a: not cryptographic
  for (const char c : origin) digest = (digest ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return fmt::format("{}-{}-{:016x}.csv", plain(source), plain(symbol), digest);
}

Checked CandleCache::load(Instant now, const Bounds& bounds) const {
  std::error_code error;
  if (file_.empty() || !std::filesystem::exists(file_, error)) return {};
  std::string reason;
  try {
    cut_torn_row(file_);
    auto rows = read_candles(file_, bounds.interval).candles;
    const auto closed =
      std::count_if(rows.begin(), rows.end(), [&](const Candle& c) { return after(c.opens, 1, bounds.interval) <= now; });
    auto checked = check(std::move(rows), now, bounds);
    auto* good = std::get_if<Checked>(&checked);
    if (good && static_cast<std::ptrdiff_t>(good->candles.size()) == closed) return std::move(*good);
    reason = fmt::format("{}: {}", file_.string(), good ? good->warnings : std::get<std::string>(checked));
  } catch (const std::exception& e) {
    reason = e.what();
  }
  auto aside = file_;
  aside += ".damaged";
  std::filesystem::rename(file_, aside, error);
  return {{}, fmt::format("cache not used: {} ({})", reason, error ? "and could not be set aside" : "set aside as *.damaged")};
}

std::string CandleCache::save(const std::vector<Candle>& candles) {
  if (file_.empty() || candles.empty()) return {};
  try {
    std::vector<std::uint64_t> digests(candles.size());
    std::ranges::transform(candles, digests.begin(), digest_of);
    if (append(candles, digests)) return {};
    rows_.clear();
    const auto text = candles_text(candles);
    replace(file_, text);
    rows_ = std::move(digests);
    size_ = text.size();
    return {};
  } catch (const std::exception& e) {
    return fmt::format("cache not kept: {}", e.what());
  }
}

/// False when the file is to be replaced: it is not what was written last, a row has changed, or half of it is too old.
bool CandleCache::append(const std::vector<Candle>& candles, const std::vector<std::uint64_t>& digests) {
  const auto first = std::ranges::find(rows_, digests.front());
  const auto known = static_cast<std::size_t>(rows_.end() - first);
  if (known == 0 || known > digests.size() || !std::equal(first, rows_.end(), digests.begin())) return false;
  const auto added = digests.size() - known;
  if (rows_.size() + added > 2 * candles.size()) return false;
  const Descriptor file(::open(file_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  if (!file || static_cast<std::uintmax_t>(::lseek(file.get(), 0, SEEK_END)) != size_) return false;
  const auto text = candle_rows_text(std::span(candles).subspan(known));
  if (!write_all(file.get(), text) || ::fsync(file.get()) != 0) {
    const auto why = errno;
    if (::ftruncate(file.get(), static_cast<off_t>(size_)) != 0) rows_.clear();
    fail(file_, std::strerror(why));
  }
  rows_.insert(rows_.end(), digests.begin() + static_cast<std::ptrdiff_t>(known), digests.end());
  size_ += text.size();
  return true;
}

} // namespace inferd::market
