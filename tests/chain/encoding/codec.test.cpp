#define BOOST_TEST_MODULE chain_codec
#include "runtime/chain/encoding/bech32.hpp"
#include "runtime/chain/encoding/codec.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::chain;

namespace {

const std::string address = "allo19rl4cm2hmr8afy4kldpxz3fka4jguq0ajnh7gv";

std::string bech32_error(std::string_view text) {
  const auto decoded = decode_bech32(text);
  const auto* error = std::get_if<std::string>(&decoded);
  return error ? *error : "";
}

} // namespace

BOOST_AUTO_TEST_CASE(hex_comes_back_as_it_went) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  BOOST_TEST(from_hex(to_hex(bytes)).value() == bytes);
  BOOST_TEST(from_hex("aBc0").value() == "\xab\xc0");
}

BOOST_AUTO_TEST_CASE(what_is_not_hex_is_nothing) {
  for (const auto text : {"a", "0g", "0x10", "  "}) BOOST_TEST(!from_hex(text), text);
}

BOOST_AUTO_TEST_CASE(base64_comes_back_as_it_went_at_every_length) {
  std::string bytes;
  for (int i = 0; i < 70; ++i) {
    BOOST_TEST(from_base64(to_base64(bytes)).value() == bytes);
    bytes += static_cast<char>(i * 37);
  }
  BOOST_TEST(to_base64("foob") == "Zm9vYg==");
}

BOOST_AUTO_TEST_CASE(what_is_not_padded_base64_is_nothing) {
  for (const auto text : {"Zg", "Zg=", "Z===", "Zg==Zg==", "Z g=", "Zm9v-_==", "===="}) BOOST_TEST(!from_base64(text), text);
}

BOOST_AUTO_TEST_CASE(a_hash_is_upper_case) {
  BOOST_TEST(tx_hash("").hex == "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855");
}

BOOST_AUTO_TEST_CASE(an_address_is_a_prefix_and_twenty_bytes) {
  const auto decoded = std::get<Bech32>(decode_bech32(address));
  BOOST_TEST(decoded.prefix == "allo");
  BOOST_TEST(decoded.bytes.size() == 20u);
  BOOST_TEST(encode_bech32("allo", decoded.bytes) == address);
  BOOST_TEST(address_error(address) == "");
}

BOOST_AUTO_TEST_CASE(one_wrong_character_anywhere_breaks_the_checksum) {
  for (std::size_t i = 5; i < address.size(); ++i) {
    auto wrong = address;
    wrong[i] = wrong[i] == 'q' ? 'p' : 'q';
    BOOST_TEST(bech32_error(wrong) == "an address has a wrong checksum", wrong);
  }
}

BOOST_AUTO_TEST_CASE(each_invalid_address_has_its_error) {
  BOOST_TEST(bech32_error("") == "an address has no prefix");
  BOOST_TEST(bech32_error("allo1") == "an address is too short");
  BOOST_TEST(bech32_error("Allo19rl4") == "an address mixes upper and lower case");
  BOOST_TEST(bech32_error("allo1b") == "an address holds the character 'b'");
  BOOST_TEST(bech32_error(std::string(91, 'q')) == "an address of 91 characters is too long");
  BOOST_TEST(bech32_error("allo1\x01") == "an address holds a character that is not printable ASCII");
  BOOST_TEST(address_error(encode_bech32("cosmos", std::string(20, 'x'))) ==
             "an address begins with \"cosmos\" instead of \"allo\"");
  BOOST_TEST(address_error(encode_bech32("allo", "short")) == "an address holds 5 bytes instead of 20");
}
