#include "runtime/sim/chain/bytes.hpp"

#include <array>
#include <cstdint>
#include <openssl/evp.h>
#include <secp256k1.h>

namespace inferd::sim {

namespace {

constexpr std::string_view prefix = "allo";
constexpr std::string_view alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

const unsigned char* raw(std::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); }

const secp256k1_context* const curve = secp256k1_context_static; // sufficient for verification

std::string digest(const EVP_MD* kind, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, kind, nullptr);
  return {reinterpret_cast<char*>(out.data()), size};
}

/// BIP-173 checksum of the human-readable part and the 5-bit groups.
std::string checksum(std::string_view human, std::string_view groups) {
  std::uint32_t state = 1;
  const auto feed = [&state](std::uint32_t v) {
    static constexpr std::uint32_t generator[] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
    const auto top = state >> 25;
    state = (state & 0x1ffffff) << 5 ^ v;
    for (int i = 0; i < 5; ++i)
      if (top >> i & 1) state ^= generator[i];
  };
  for (const char c : human) feed(static_cast<unsigned char>(c) >> 5);
  feed(0);
  for (const char c : human) feed(static_cast<unsigned char>(c) & 31);
  for (const char g : groups) feed(static_cast<unsigned char>(g));
  for (int i = 0; i < 6; ++i) feed(0);
  state ^= 1;
  std::string text;
  for (int i = 0; i < 6; ++i) text += alphabet[state >> 5 * (5 - i) & 31];
  return text;
}

} // namespace

std::string to_hex(std::string_view bytes, bool upper) {
  const auto* digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    text += digits[static_cast<unsigned char>(c) >> 4];
    text += digits[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
  if (text.size() % 2) return {};
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = digit(text[i]), low = digit(text[i + 1]);
    if (high < 0 || low < 0) return {};
    bytes += static_cast<char>(high << 4 | low);
  }
  return bytes;
}

std::string to_base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), raw(bytes), static_cast<int>(bytes.size()));
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4) return {};
  if (text.empty()) return std::string{};
  for (const char c : text.substr(0, text.size() - 2)) // OpenSSL accepts spaces and early padding, Go does not
    if (c == '=' || c == ' ' || c == '\n' || c == '\r' || c == '\t') return {};
  std::string bytes(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), raw(text), static_cast<int>(text.size()));
  if (size < 0) return {};
  const auto padding = text.ends_with("==") ? 2u : text.ends_with("=") ? 1u : 0u;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

std::string sha256(std::string_view bytes) { return digest(EVP_sha256(), bytes); }

std::optional<std::string> address_of(std::string_view public_key) {
  if (public_key.size() != 33) return {};
  const auto hash = digest(EVP_ripemd160(), sha256(public_key));
  std::string groups;
  unsigned held = 0, bits = 0;
  for (const char c : hash) { // 160 bits are 32 groups without remainder
    held = (held << 8 | static_cast<unsigned char>(c)) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) groups += static_cast<char>(held >> (bits - 5) & 31);
  }
  std::string text = std::string(prefix) + '1';
  for (const char g : groups) text += alphabet[static_cast<unsigned char>(g)];
  return text + checksum(prefix, groups);
}

std::optional<std::string> address_error(std::string_view text) {
  const std::string failed = "decoding bech32 failed: ";
  if (text.empty()) return "empty address string is not allowed";
  if (text.size() < 8) return failed + "invalid bech32 string length " + std::to_string(text.size());
  const auto one = text.rfind('1');
  if (one == std::string_view::npos || one < 1 || one + 7 > text.size())
    return failed + "invalid separator index " + std::to_string(one == std::string_view::npos ? -1 : static_cast<long>(one));
  std::string groups;
  for (const char c : text.substr(one + 1, text.size() - one - 7)) {
    const auto group = alphabet.find(c);
    if (group == std::string_view::npos) return failed + "invalid character not part of charset: " + std::to_string(c);
    groups += static_cast<char>(group);
  }
  const auto human = text.substr(0, one), given = text.substr(text.size() - 6);
  if (const auto wanted = checksum(human, groups); wanted != given)
    return failed + "invalid checksum (expected " + wanted + " got " + std::string(given) + ")";
  if (human != prefix) return "invalid Bech32 prefix; expected " + std::string(prefix) + ", got " + std::string(human);
  if (groups.size() != 32) return "address length must be 20 bytes, got " + std::to_string(groups.size() * 5 / 8);
  return {};
}

bool verify(std::string_view public_key, std::string_view message, std::string_view signature) {
  secp256k1_pubkey point;
  secp256k1_ecdsa_signature parsed;
  return public_key.size() == 33 && signature.size() == 64 &&
         secp256k1_ec_pubkey_parse(curve, &point, raw(public_key), public_key.size()) &&
         secp256k1_ecdsa_signature_parse_compact(curve, &parsed, raw(signature)) &&
         secp256k1_ecdsa_verify(curve, &parsed, raw(sha256(message)), &point); // fails for a high S
}

} // namespace inferd::sim
