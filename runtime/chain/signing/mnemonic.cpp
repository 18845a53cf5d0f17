#include "runtime/chain/signing/mnemonic.hpp"

#include "runtime/chain/signing/bip39_words.hpp"
#include "runtime/chain/signing/mnemonic_text.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <fmt/format.h>
#include <openssl/sha.h>

namespace inferd::chain {

namespace {

constexpr std::size_t max_words = 24, max_word_length = 8;

bool bit(std::span<const std::uint8_t> bytes, std::size_t place) { return bytes[place / 8] >> (7 - place % 8) & 1; }

void set_bit(std::span<std::uint8_t> bytes, std::size_t place, bool value) {
  if (value) bytes[place / 8] |= static_cast<std::uint8_t>(1 << (7 - place % 8));
}

/// BIP-39: one checksum bit for 32 bits of entropy, 11 bits a word.
std::size_t entropy_bits(std::size_t words) { return words * 32 / 3; }

std::uint8_t checksum_byte(std::span<const std::uint8_t> entropy) {
  SecretBytes digest(SHA256_DIGEST_LENGTH);
  SHA256(entropy.data(), entropy.size(), digest.bytes().data());
  return digest.bytes()[0];
}

std::string why_unknown(std::string_view word, bool is_beginning) {
  if (is_beginning) return "is only the beginning of a word of the BIP-39 English list; write it in full";
  if (word.size() > max_word_length)
    return "is longer than any word of the BIP-39 English list; words need a space between them";
  return "is not in the BIP-39 English list";
}

bool is_valid_word_count(std::size_t words) { return words >= 12 && words <= max_words && words % 3 == 0; }

} // namespace

Result<SecretBytes> check_mnemonic(std::string_view text) {
  auto plain = mnemonic_words(text);
  if (std::holds_alternative<std::string>(plain)) return plain;
  auto& sentence = std::get<SecretBytes>(plain);
  std::size_t words = 0;
  SecretBytes bits(max_words * 11 / 8);
  for (auto rest = sentence.text(); !rest.empty();) {
    const auto word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    if (++words > max_words) continue; // only counted, for the error
    const auto place = std::lower_bound(bip39_words.begin(), bip39_words.end(), word);
    if (place == bip39_words.end() || *place != word)
      return fmt::format("word {} of the mnemonic {}", words,
                         why_unknown(word, place != bip39_words.end() && place->starts_with(word)));
    const auto index = static_cast<std::size_t>(place - bip39_words.begin());
    for (std::size_t i = 0; i < 11; ++i) set_bit(bits.bytes(), (words - 1) * 11 + i, index >> (10 - i) & 1);
  }
  if (!is_valid_word_count(words)) return fmt::format("a mnemonic has 12, 15, 18, 21 or 24 words, not {}", words);
  const auto entropy = entropy_bits(words);
  const auto checksum = checksum_byte(bits.bytes().first(entropy / 8));
  for (std::size_t i = 0; i < entropy / 32; ++i)
    if (bit(bits.bytes(), entropy + i) != (checksum >> (7 - i) & 1))
      return "the mnemonic's checksum is wrong: a word is mistaken or out of place";
  return plain;
}

SecretBytes new_mnemonic(EntropyPort& source, unsigned words) {
  assert(is_valid_word_count(words));
  const auto entropy = entropy_bits(words);
  SecretBytes bits(entropy / 8 + 1);
  source.fill(bits.bytes().first(entropy / 8));
  bits.bytes()[entropy / 8] = checksum_byte(bits.bytes().first(entropy / 8));

  SecretBytes sentence(words * (max_word_length + 1));
  auto end = sentence.bytes().begin();
  for (std::size_t word = 0; word < words; ++word) {
    std::size_t index = 0;
    for (std::size_t i = 0; i < 11; ++i) index = index << 1 | bit(bits.bytes(), word * 11 + i);
    if (word) *end++ = ' ';
    end = std::copy(bip39_words[index].begin(), bip39_words[index].end(), end);
  }
  sentence.shrink(static_cast<std::size_t>(end - sentence.bytes().begin()));
  return sentence;
}

} // namespace inferd::chain
