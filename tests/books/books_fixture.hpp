#pragma once

#include "runtime/books/digest.hpp"
#include "runtime/books/rows.hpp"
#include "runtime/ports/store_port.hpp"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <stdlib.h>
#include <string>

namespace inferd::test {

inline const Wallet wallet{"allo1books"};
inline constexpr TopicId topic{67};
inline constexpr Instant t0{1'700'000'000'000};

/// `s` seconds after t0.
inline Instant at(std::int64_t s) { return {t0.value + 1000 * s}; }

inline WindowOpened opening(std::int64_t nonce) { return {topic, Height{nonce}, Height{nonce + 15}, "event", at(nonce)}; }

/// The message for the ledger.
inline BookWindows booking(std::int64_t nonce, std::vector<MissedWindow> missed = {}) {
  return {topic, std::move(missed), opening(nonce)};
}
inline MissedWindow missing(std::int64_t nonce) {
  return {topic, Height{nonce}, Height{nonce + 15}, "inferd was not watching", at(nonce + 16)};
}

inline Predicted prediction(std::int64_t nonce, std::string value = "0.0123") {
  return {topic, Height{nonce}, Height{nonce + 15}, "tiingo", "ridge@12ab", at(nonce - 60), {{"", std::move(value)}}};
}

inline ClaimNonce claim(std::int64_t nonce, std::string value = "0.0123") {
  return {wallet, prediction(nonce, std::move(value)), at(nonce + 1)};
}

/// Bytes that depend on `salt`, with their hash.
inline SignedTx signed_tx(const std::string& salt) {
  static constexpr const char* letters = "ABCDEFGHIJKLMNOP";
  SignedTx tx{.tx = {"AAAA"},
              .sequence = Sequence{7},
              .gas = Gas{200'000},
              .fee = Uallo{150},
              .timeout = Height{115},
              .values = {{"", "0.0123"}},
              .signature = "beef"};
  for (const unsigned char c : salt) tx.tx.base64 += {letters[c >> 4], letters[c & 15], 'A', 'A'};
  tx.hash = *hash_of(tx.tx);
  return tx;
}

inline StoreSigned storing(std::int64_t nonce, const std::string& salt, TxHash replaces = {}) {
  return {wallet, topic, Height{nonce}, signed_tx(salt), std::move(replaces), {}, at(nonce + 2)};
}

inline MarkSent marking(std::int64_t nonce, const std::string& salt, Status status = Status::sent) {
  return {wallet, topic, Height{nonce}, signed_tx(salt).hash, status, "http://node", {}, at(nonce + 3)};
}

inline BookOutcome outcome(std::int64_t nonce, Status status, const std::string& salt = {}, std::string reason = {}) {
  return {wallet,
          topic,
          Height{nonce},
          status,
          std::move(reason),
          salt.empty() ? TxHash{} : signed_tx(salt).hash,
          Height{nonce + 2},
          Gas{150'000},
          Uallo{150},
          at(nonce + 4)};
}

/// A temporary folder, removed by the destructor.
class Scratch {
public:
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "inferd-books-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("no scratch folder");
    dir_ = name;
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(dir_, ignored);
  }
  std::string operator/(const std::string& file) const { return dir_ + "/" + file; }
  const std::string& dir() const { return dir_; }

private:
  std::string dir_;
};

} // namespace inferd::test
