#include "runtime/chain/encoding/bech32.hpp"

#include "runtime/chain/encoding/codec.hpp"

#include <array>
#include <cassert>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <vector>

namespace inferd::chain {

namespace {

constexpr std::string_view alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::size_t max_length = 90, checksum_length = 6;
using Groups = std::vector<std::uint8_t>; // 5 bits each

std::uint32_t polymod(const Groups& values) {
  constexpr std::array<std::uint32_t, 5> generator{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
  std::uint32_t sum = 1;
  for (const auto value : values) {
    const auto top = sum >> 25;
    sum = (sum & 0x1ffffff) << 5 ^ value;
    for (std::size_t i = 0; i < generator.size(); ++i)
      if (top >> i & 1) sum ^= generator[i];
  }
  return sum;
}

Groups expanded(std::string_view prefix) {
  Groups groups;
  for (const unsigned char c : prefix) groups.push_back(c >> 5);
  groups.push_back(0);
  for (const unsigned char c : prefix) groups.push_back(c & 31);
  return groups;
}

} // namespace

std::string encode_bech32(std::string_view prefix, std::string_view bytes) {
  Groups groups;
  std::uint32_t bits = 0;
  int bit_count = 0;
  for (const unsigned char byte : bytes) {
    bits = bits << 8 | byte;
    for (bit_count += 8; bit_count >= 5; bit_count -= 5) groups.push_back(bits >> (bit_count - 5) & 31);
  }
  if (bit_count) groups.push_back(bits << (5 - bit_count) & 31);

  auto summed = expanded(prefix);
  summed.insert(summed.end(), groups.begin(), groups.end());
  summed.insert(summed.end(), checksum_length, 0);
  const auto checksum = polymod(summed) ^ 1;
  for (std::size_t i = 0; i < checksum_length; ++i) groups.push_back(checksum >> 5 * (checksum_length - 1 - i) & 31);

  std::string text(prefix);
  text += '1';
  for (const auto group : groups) text += alphabet[group];
  return text;
}

Result<Bech32> decode_bech32(std::string_view text) {
  if (text.size() > max_length) return fmt::format("an address of {} characters is too long", text.size());
  bool lower = false, upper = false;
  std::string folded;
  for (const char c : text) {
    if (c < 0x21 || c > 0x7e) return "an address holds a character that is not printable ASCII";
    lower |= c >= 'a' && c <= 'z';
    upper |= c >= 'A' && c <= 'Z';
    folded += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  if (lower && upper) return "an address mixes upper and lower case";
  const auto separator = folded.rfind('1');
  if (separator == std::string::npos || separator == 0) return "an address has no prefix";
  const auto prefix = folded.substr(0, separator);
  Groups groups;
  for (const char c : folded.substr(separator + 1)) {
    const auto place = alphabet.find(c);
    if (place == std::string_view::npos) return fmt::format("an address holds the character '{}'", c);
    groups.push_back(static_cast<std::uint8_t>(place));
  }
  if (groups.size() < checksum_length) return "an address is too short";
  auto summed = expanded(prefix);
  summed.insert(summed.end(), groups.begin(), groups.end());
  if (polymod(summed) != 1) return "an address has a wrong checksum";
  groups.resize(groups.size() - checksum_length);

  std::string bytes;
  std::uint32_t bits = 0;
  int bit_count = 0;
  for (const auto group : groups) {
    bits = bits << 5 | group;
    bit_count += 5;
    if (bit_count >= 8) bytes += static_cast<char>(bits >> (bit_count -= 8));
  }
  if (bit_count >= 5 || bits & ((1u << bit_count) - 1)) return "an address does not end on a whole byte";
  return Bech32{prefix, bytes};
}

Wallet address_of(std::span<const std::uint8_t, 33> public_key) {
  const auto inner = sha256({reinterpret_cast<const char*>(public_key.data()), public_key.size()});
  std::array<unsigned char, 20> account;
  unsigned length = 0;
  const int done = EVP_Digest(inner.data(), inner.size(), account.data(), &length, EVP_ripemd160(), nullptr);
  assert(done == 1 && length == account.size()); // in OpenSSL 3's default provider
  static_cast<void>(done);
  return {encode_bech32("allo", view(account))};
}

std::string address_error(std::string_view text) {
  const auto decoded = decode_bech32(text);
  if (const auto* error = std::get_if<std::string>(&decoded)) return *error;
  const auto& [prefix, bytes] = std::get<Bech32>(decoded);
  if (prefix != "allo") return fmt::format("an address begins with \"{}\" instead of \"allo\"", prefix);
  if (bytes.size() != 20) return fmt::format("an address holds {} bytes instead of 20", bytes.size());
  return {};
}

} // namespace inferd::chain
