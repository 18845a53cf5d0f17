#pragma once
// The first key of tests/golden/keys.json, recorded on a temporary network; it holds no funds.

#include "runtime/chain/signing/signer.hpp"

#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>

namespace inferd::test {

inline std::string golden(const std::string& file) {
  std::ifstream in(INFERD_SOURCE_DIR "/tests/golden/" + file);
  if (!in) throw std::runtime_error("tests/golden/" + file + ": cannot be read");
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::string mnemonic() {
  return std::string(boost::json::parse(golden("keys.json")).at("valid").at(0).at("mnemonic").as_string());
}

/// The real signer: deterministic, so tests may compare bytes.
inline std::shared_ptr<const SignerPort> signer() {
  static const std::shared_ptr<const SignerPort> one = [] {
    const auto words = mnemonic();
    auto made = chain::make_signer(SecretBytes::copy_of(words));
    return std::shared_ptr<const SignerPort>(std::move(std::get<0>(made)));
  }();
  return one;
}

} // namespace inferd::test
