#include "runtime/live/content_coding.hpp"

#include <algorithm>
#include <stdexcept>
#include <vector>
#include <zlib.h>

namespace inferd::live {
namespace {

constexpr std::size_t chunk = 64u << 10;
constexpr int window = 15, gzip_or_zlib = 32; // zlib.h, inflateInit2

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error(what); }

class Inflater {
public:
  explicit Inflater(int window_bits) {
    if (inflateInit2(&stream_, window_bits) != Z_OK) throw std::bad_alloc();
  }
  Inflater(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream_); }

  enum class End { complete, damaged, cut };
  End run(std::string_view in, std::string& out, std::size_t limit) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream_.avail_in = static_cast<uInt>(in.size());
    for (;;) {
      const auto have = out.size();
      out.resize(std::min(have + chunk, limit + 1));
      stream_.next_out = reinterpret_cast<Bytef*>(out.data() + have);
      stream_.avail_out = static_cast<uInt>(out.size() - have);
      const auto result = inflate(&stream_, Z_NO_FLUSH);
      out.resize(out.size() - stream_.avail_out);
      if (out.size() > limit) fail("the answer is longer than " + std::to_string(limit) + " bytes when unpacked");
      if (result == Z_STREAM_END) {
        // Another member of a gzip file follows; whatever else follows is none of its data.
        const std::string_view rest(reinterpret_cast<const char*>(stream_.next_in), stream_.avail_in);
        if (!rest.starts_with("\x1f\x8b")) return End::complete;
        if (inflateReset(&stream_) != Z_OK) return End::damaged;
      } else if (result == Z_BUF_ERROR || (result == Z_OK && stream_.avail_in == 0 && stream_.avail_out > 0)) {
        return End::cut;
      } else if (result != Z_OK) {
        return End::damaged;
      }
    }
  }

private:
  z_stream stream_{};
};

std::string inflated(const std::string& body, bool deflate, std::size_t limit) {
  std::string out;
  auto end = Inflater(window + gzip_or_zlib).run(body, out, limit);
  if (end == Inflater::End::damaged && deflate && out.empty()) end = Inflater(-window).run(body, out, limit);
  if (end == Inflater::End::cut) fail("the packed answer is cut short");
  if (end == Inflater::End::damaged) fail("the packed answer is damaged");
  return out;
}

std::vector<std::string> names(std::string_view codings) {
  std::vector<std::string> out(1);
  for (const char c : codings) {
    if (c == ',') out.emplace_back();
    else if (c >= 'A' && c <= 'Z') out.back() += static_cast<char>(c - 'A' + 'a');
    else if (c > ' ' && c <= '~') out.back() += c;
  }
  std::erase_if(out, [](const auto& name) { return name.empty() || name == "identity"; });
  return out;
}

} // namespace

std::string decode_content(std::string_view codings, std::string body, std::size_t limit) {
  auto applied = names(codings.substr(0, 256));
  if (applied.size() > 2) fail("the answer is packed more than twice");
  for (; !applied.empty(); applied.pop_back()) {
    const auto& name = applied.back();
    if (name != "gzip" && name != "x-gzip" && name != "deflate")
      fail("the answer is packed with " + name.substr(0, 40) + ", which was not asked for");
    if (!body.empty()) body = inflated(body, name == "deflate", limit);
  }
  return body;
}

} // namespace inferd::live
