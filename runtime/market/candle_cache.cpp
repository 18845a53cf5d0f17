#include "runtime/market/candle_cache.hpp"

#include "base/descriptor.hpp"
#include "model/candles_csv.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
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

void write(const std::filesystem::path& path, std::string_view text) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!file || !write_all(file.get(), text) || ::fsync(file.get()) != 0) fail(path, std::strerror(errno));
}

void replace(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path()); // its exception names the path
  auto temporary = path;
  temporary += fmt::format(".{}.tmp", ::getpid());
  std::error_code ignored;
  try {
    write(temporary, text);
    std::filesystem::rename(temporary, path);
  } catch (...) {
    std::filesystem::remove(temporary, ignored);
    throw;
  }
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

std::string CandleCache::save(const std::vector<Candle>& candles) const {
  if (file_.empty() || candles.empty()) return {};
  try {
    replace(file_, candles_text(candles));
    return {};
  } catch (const std::exception& e) {
    return fmt::format("cache not kept: {}", e.what());
  }
}

} // namespace inferd::market
