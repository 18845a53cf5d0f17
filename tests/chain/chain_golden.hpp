#pragma once
// Readers for tests/golden.

#include "runtime/chain/encoding/codec.hpp"
#include "runtime/chain/signing/key.hpp"
#include "tests/support/test_keys.hpp"

#include <boost/json.hpp>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace inferd::test {

inline const boost::json::value& golden_json(const std::string& file) {
  static std::map<std::string, boost::json::value> parsed;
  const auto known = parsed.find(file);
  return known != parsed.end() ? known->second : parsed.emplace(file, boost::json::parse(golden(file))).first->second;
}

/// One JSON value for each line. References into the result need it to stay alive.
inline std::vector<boost::json::value> golden_lines(const std::string& file) {
  std::ifstream in(INFERD_SOURCE_DIR "/tests/golden/" + file);
  if (!in) throw std::runtime_error("tests/golden/" + file + ": cannot be read");
  std::vector<boost::json::value> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(boost::json::parse(line));
  return lines;
}

inline std::string text(const boost::json::value& value) { return std::string(value.as_string()); }

inline std::string unhex(const boost::json::value& value) { return chain::from_hex(text(value)).value(); }

/// The keys of keys.json by address.
inline const std::map<std::string, chain::PrivateKey>& keys() {
  static const auto all = [] {
    std::map<std::string, chain::PrivateKey> by_address;
    for (const auto& key : golden_json("keys.json").at("valid").as_array())
      by_address.emplace(text(key.at("address")), std::get<0>(chain::derive_key(text(key.at("mnemonic")))));
    return by_address;
  }();
  return all;
}

/// Calls `take` with every proper prefix of the bytes and with every single-bit flip.
template <class Take> void damage(const std::string& bytes, Take take) {
  for (std::size_t length = 0; length < bytes.size(); ++length) take(bytes.substr(0, length));
  auto damaged = bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    for (int bit = 0; bit < 8; ++bit) {
      damaged[i] = static_cast<char>(damaged[i] ^ (1 << bit));
      take(damaged);
      damaged[i] = static_cast<char>(damaged[i] ^ (1 << bit));
    }
}

} // namespace inferd::test
