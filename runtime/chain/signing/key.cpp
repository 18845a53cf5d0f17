#include "runtime/chain/signing/key.hpp"

#include "runtime/chain/encoding/bech32.hpp"
#include "runtime/chain/signing/mnemonic.hpp"

#include <algorithm>
#include <cassert>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <secp256k1.h>

namespace inferd::chain {

namespace {

constexpr std::size_t key_size = 32;
constexpr int seed_rounds = 2048;

/// Shared: expensive to create, read-only afterwards.
const secp256k1_context* context() {
  static const secp256k1_context* const shared = secp256k1_context_create(SECP256K1_CONTEXT_SIGN | SECP256K1_CONTEXT_VERIFY);
  return shared;
}

PublicKey public_key_of(std::span<const std::uint8_t> secret) {
  secp256k1_pubkey point;
  const int made = secp256k1_ec_pubkey_create(context(), &point, secret.data());
  assert(made == 1);
  static_cast<void>(made);
  PublicKey key;
  std::size_t length = key.size();
  secp256k1_ec_pubkey_serialize(context(), key.data(), &length, &point, SECP256K1_EC_COMPRESSED);
  return key;
}

/// 64 bytes: a key or tweak (left half) and the chain code (BIP-32).
SecretBytes hmac512(std::span<const std::uint8_t> key, std::span<const std::uint8_t> data) {
  SecretBytes out(64);
  unsigned length = 0;
  HMAC(EVP_sha512(), key.data(), static_cast<int>(key.size()), data.data(), data.size(), out.bytes().data(), &length);
  return out;
}

/// One BIP-32 derivation step, in place. False if the child does not exist (probability 2^-127).
bool derive_child(SecretBytes& node, std::uint32_t index) {
  SecretBytes data(37);
  auto bytes = data.bytes();
  const auto parent = node.bytes().first(key_size);
  if (index & hd_hardened) {
    std::copy(parent.begin(), parent.end(), bytes.begin() + 1); // after a zero byte
  } else {
    const auto point = public_key_of(parent);
    std::copy(point.begin(), point.end(), bytes.begin());
  }
  for (int i = 0; i < 4; ++i) bytes[33 + i] = static_cast<std::uint8_t>(index >> (24 - 8 * i));
  auto child = hmac512(node.bytes().subspan(key_size), bytes);
  const bool exists = secp256k1_ec_seckey_tweak_add(context(), node.bytes().data(), child.bytes().data()) == 1;
  std::copy(child.bytes().begin() + key_size, child.bytes().end(), node.bytes().begin() + key_size);
  return exists;
}

} // namespace

PrivateKey::PrivateKey(SecretBytes bytes) : bytes_(std::move(bytes)) {
  assert(bytes_.size() == key_size && secp256k1_ec_seckey_verify(context(), bytes_.bytes().data()) == 1);
  public_key_ = public_key_of(bytes_.bytes());
  wallet_ = address_of(public_key_);
}

Signature PrivateKey::sign(const Digest& digest) const {
  secp256k1_ecdsa_signature parsed;
  const int made = secp256k1_ecdsa_sign(context(), &parsed, digest.data(), bytes_.bytes().data(), nullptr, nullptr);
  assert(made == 1);
  static_cast<void>(made);
  Signature signature;
  secp256k1_ecdsa_signature_serialize_compact(context(), signature.data(), &parsed);
  return signature;
}

Result<PrivateKey> derive_key(std::string_view mnemonic, const HdPath& path) {
  auto checked = check_mnemonic(mnemonic);
  if (auto* error = std::get_if<std::string>(&checked)) return std::move(*error);
  const auto sentence = std::get<SecretBytes>(checked).text();
  constexpr std::string_view salt = "mnemonic";
  SecretBytes seed(64);
  PKCS5_PBKDF2_HMAC(sentence.data(), static_cast<int>(sentence.size()), reinterpret_cast<const unsigned char*>(salt.data()),
                    static_cast<int>(salt.size()), seed_rounds, EVP_sha512(), static_cast<int>(seed.size()),
                    seed.bytes().data());
  return derive_key(seed, path);
}

Result<PrivateKey> derive_key(const SecretBytes& seed, const HdPath& path) {
  constexpr std::string_view master = "Bitcoin seed";
  auto node = hmac512({reinterpret_cast<const std::uint8_t*>(master.data()), master.size()}, seed.bytes());
  bool exists = secp256k1_ec_seckey_verify(context(), node.bytes().data()) == 1;
  for (const auto index : path) exists = exists && derive_child(node, index);
  if (!exists) return "this mnemonic leads to no key at " + hd_path_text(path) + "; make another";
  node.shrink(key_size);
  return PrivateKey(std::move(node));
}

bool verify_signature(std::string_view public_key, const Digest& digest, std::string_view signature) {
  secp256k1_pubkey point;
  secp256k1_ecdsa_signature parsed;
  const auto bytes = [](std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); };
  return public_key.size() == 33 && signature.size() == 64 &&
         secp256k1_ec_pubkey_parse(context(), &point, bytes(public_key), public_key.size()) == 1 &&
         secp256k1_ecdsa_signature_parse_compact(context(), &parsed, bytes(signature)) == 1 &&
         secp256k1_ecdsa_verify(context(), &parsed, digest.data(), &point) == 1;
}

} // namespace inferd::chain
