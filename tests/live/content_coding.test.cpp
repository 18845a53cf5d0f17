#define BOOST_TEST_MODULE content_coding
#include "runtime/live/content_coding.hpp"

#include <boost/test/unit_test.hpp>
#include <stdexcept>
#include <zlib.h>

using inferd::live::decode_content;

namespace {

constexpr std::size_t limit = 1u << 20;

std::string packed(const std::string& text, int window_bits) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}
std::string gzip(const std::string& text) { return packed(text, 15 + 16); }
std::string zlib(const std::string& text) { return packed(text, 15); }
std::string raw(const std::string& text) { return packed(text, -15); }

std::string refused(std::string_view codings, const std::string& body, std::size_t most = limit) {
  try {
    decode_content(codings, body, most);
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "unpacked";
}

std::string text() {
  std::string t;
  for (int i = 0; i < 20'000; ++i) t += std::to_string(i * 7919 % 10'007);
  return t;
}

} // namespace

// `printf 'hello, hello, hello' | gzip -9n`
BOOST_AUTO_TEST_CASE(what_gzip_wrote_is_read) {
  const std::string body(
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x48\xcd\xc9\xc9\xd7\x51\xc8\x40\xa2\x00\x9f\xa1\xca\x09\x13\x00\x00\x00", 29);
  BOOST_TEST(decode_content("gzip", body, limit) == "hello, hello, hello");
}

BOOST_AUTO_TEST_CASE(each_coding_that_is_asked_for_is_undone) {
  const auto plain = text();
  for (const auto* name : {"gzip", "x-gzip", "GZIP", " gzip ", "identity, gzip"})
    BOOST_TEST(decode_content(name, gzip(plain), limit) == plain, name);
  BOOST_TEST(decode_content("deflate", zlib(plain), limit) == plain);             // RFC 9110, section 8.4.1.2
  BOOST_TEST(decode_content("deflate", raw(plain), limit) == plain);              // what some servers mean by it
  BOOST_TEST(decode_content("deflate, gzip", gzip(zlib(plain)), limit) == plain); // in the order of their application
  BOOST_TEST(decode_content("identity", plain, limit) == plain);
  BOOST_TEST(decode_content("", plain, limit) == plain);
  BOOST_TEST(decode_content("gzip", "", limit) == ""); // a response without content, e.g. to a refused request
}

BOOST_AUTO_TEST_CASE(a_gzip_file_may_have_several_members) {
  BOOST_TEST(decode_content("gzip", gzip("one ") + gzip("") + gzip("two"), limit) == "one two"); // RFC 1952, section 2.2
  BOOST_TEST(decode_content("gzip", gzip("one") + std::string(16, '\0'), limit) == "one");
}

BOOST_AUTO_TEST_CASE(what_is_cut_or_damaged_is_refused_at_every_byte) {
  const auto whole = gzip("hello, hello, hello");
  for (std::size_t n = 1; n < whole.size(); ++n)
    BOOST_TEST(refused("gzip", whole.substr(0, n)).starts_with("the packed answer is "));
  for (std::size_t n = 10; n < whole.size(); ++n) { // beyond the header, which holds a time and flags
    auto changed = whole;
    changed[n] = static_cast<char>(changed[n] ^ 0x55);
    BOOST_TEST(refused("gzip", changed) != "unpacked");
  }
  BOOST_TEST(refused("gzip", "<html>") == "the packed answer is damaged");
  BOOST_TEST(refused("deflate", "<html>").starts_with("the packed answer is "));
}

BOOST_AUTO_TEST_CASE(more_than_the_limit_is_refused_without_being_unpacked) {
  const std::string zeros(limit, '\0');
  BOOST_TEST(decode_content("gzip", gzip(zeros), limit).size() == limit);
  BOOST_TEST(refused("gzip", gzip(zeros + '\0')) == "the answer is longer than 1048576 bytes when unpacked");
  std::string members;
  for (int i = 0; i < 300; ++i) members += gzip(zeros);
  BOOST_TEST(refused("gzip", members) == "the answer is longer than 1048576 bytes when unpacked");
  BOOST_TEST(refused("gzip, gzip", gzip(gzip(std::string(64u << 20, '\0')))) ==
             "the answer is longer than 1048576 bytes when unpacked");
}

BOOST_AUTO_TEST_CASE(other_codings_are_refused_by_name) {
  BOOST_TEST(refused("br", "x") == "the answer is packed with br, which was not asked for");
  BOOST_TEST(refused("zstd, gzip", gzip("x")) == "the answer is packed with zstd, which was not asked for");
  BOOST_TEST(refused("gzip, gzip, gzip", "x") == "the answer is packed more than twice");
  BOOST_TEST(refused("a\r\nb", "x") == "the answer is packed with ab, which was not asked for");
}
