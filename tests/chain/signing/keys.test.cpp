#define BOOST_TEST_MODULE chain_keys
#include "runtime/chain/signing/bip39_words.hpp"
#include "runtime/chain/signing/key.hpp"
#include "runtime/chain/signing/mnemonic.hpp"
#include "tests/chain/chain_golden.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::chain;
using test::text;

namespace {

const std::string good = "change teach know poverty misery wolf defy action fold obtain feature section";

std::string mnemonic_error(std::string_view mnemonic) {
  const auto checked = check_mnemonic(mnemonic);
  const auto* error = std::get_if<std::string>(&checked);
  return error ? *error : "";
}

struct Counting : EntropyPort {
  void fill(std::span<std::uint8_t> bytes) override {
    for (auto& byte : bytes) byte = next++;
  }
  std::uint8_t next = 0;
};

} // namespace

BOOST_AUTO_TEST_CASE(the_word_list_is_the_standards) {
  std::string lines;
  for (const auto word : bip39_words) lines += std::string(word) + "\n";
  BOOST_TEST(to_hex(view(sha256(lines))) == "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda");
}

BOOST_AUTO_TEST_CASE(every_recorded_mnemonic_leads_to_its_key_and_address) {
  const auto& file = test::golden_json("keys.json");
  for (const auto& row : file.at("valid").as_array()) {
    const auto key = derive_key(text(row.at("mnemonic")));
    BOOST_REQUIRE(std::holds_alternative<PrivateKey>(key));
    BOOST_TEST(to_hex(view(std::get<0>(key).public_key())) == text(row.at("public_key")));
    BOOST_TEST(std::get<0>(key).wallet().address == text(row.at("address")));
    // The private key is not accessible: equal signatures show that it is the recorded one.
    const PrivateKey recorded(SecretBytes::copy_of(test::unhex(row.at("private_key"))));
    const auto digest = sha256("anything");
    BOOST_TEST((recorded.sign(digest) == std::get<0>(key).sign(digest)));
  }
}

BOOST_AUTO_TEST_CASE(every_path_leads_to_the_key_that_other_wallets_derive) {
  const auto& file = test::golden_json("hd_paths.json");
  const auto check = [](const Result<PrivateKey>& derived, const boost::json::value& row) {
    BOOST_REQUIRE_MESSAGE(std::holds_alternative<PrivateKey>(derived), text(row.at("path")));
    const auto& key = std::get<PrivateKey>(derived);
    BOOST_TEST(to_hex(view(key.public_key())) == text(row.at("public_key")), text(row.at("path")));
    if (const auto* address = row.as_object().if_contains("address")) BOOST_TEST(key.wallet().address == text(*address));
    const PrivateKey recorded(SecretBytes::copy_of(test::unhex(row.at("private_key"))));
    BOOST_TEST((recorded.sign(sha256("anything")) == key.sign(sha256("anything"))));
  };
  const auto path_of = [](const boost::json::value& row) {
    const auto path = text(row.at("path"));
    return path == "m" ? HdPath{} : std::get<HdPath>(parse_hd_path(path));
  };
  for (const auto& group : file.at("mnemonics").as_array())
    for (const auto& row : group.at("keys").as_array()) check(derive_key(text(group.at("mnemonic")), path_of(row)), row);
  for (const auto& group : file.at("seeds").as_array())
    for (const auto& row : group.at("keys").as_array())
      check(derive_key(SecretBytes::copy_of(test::unhex(group.at("seed"))), path_of(row)), row);
}

BOOST_AUTO_TEST_CASE(every_recorded_bad_mnemonic_is_refused_without_being_repeated) {
  const auto& file = test::golden_json("keys.json");
  for (const auto& row : file.at("invalid").as_array()) {
    const auto mnemonic = text(row.at("mnemonic"));
    const auto error = mnemonic_error(mnemonic);
    BOOST_TEST(!error.empty(), mnemonic);
    BOOST_TEST(error.find("abandon") == std::string::npos, error);
    BOOST_TEST(std::holds_alternative<std::string>(derive_key(mnemonic)));
  }
}

BOOST_AUTO_TEST_CASE(a_wrong_word_is_named_by_its_number_only) {
  auto wrong = good;
  wrong.replace(wrong.find("know"), 4, "knoww");
  BOOST_TEST(mnemonic_error(wrong) == "word 3 of the mnemonic is not in the BIP-39 English list");
}

BOOST_AUTO_TEST_CASE(words_in_another_order_fail_the_checksum) {
  BOOST_TEST(mnemonic_error("teach change know poverty misery wolf defy action fold obtain feature section") ==
             "the mnemonic's checksum is wrong: a word is mistaken or out of place");
}

BOOST_AUTO_TEST_CASE(thirteen_and_a_thousand_words_are_counted) {
  BOOST_TEST(mnemonic_error(good + " zoo") == "a mnemonic has 12, 15, 18, 21 or 24 words, not 13");
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "zoo ";
  BOOST_TEST(mnemonic_error(many) == "a mnemonic has 12, 15, 18, 21 or 24 words, not 1000");
}

BOOST_AUTO_TEST_CASE(white_space_between_words_does_not_change_the_key) {
  auto spaced = "\n\t" + good + "\r\n";
  spaced.replace(spaced.find(' '), 1, " \n  ");
  BOOST_TEST(std::get<0>(derive_key(spaced)).wallet().address == std::get<0>(derive_key(good)).wallet().address);
  BOOST_TEST(std::get<SecretBytes>(check_mnemonic(spaced)).text() == good);
}

BOOST_AUTO_TEST_CASE(a_new_mnemonic_passes_its_own_check_at_every_length) {
  for (const unsigned words : {12u, 15u, 18u, 21u, 24u}) {
    Counting entropy;
    BOOST_TEST(mnemonic_error(new_mnemonic(entropy, words).text()) == "");
    BOOST_TEST(entropy.next == words * 4 / 3);
  }
}

BOOST_AUTO_TEST_CASE(a_new_mnemonic_is_the_standards_for_its_entropy) {
  struct Zeros : EntropyPort {
    void fill(std::span<std::uint8_t> bytes) override { std::fill(bytes.begin(), bytes.end(), 0); }
  } zeros;
  BOOST_TEST(new_mnemonic(zeros, 12).text() ==
             "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about");
}

BOOST_AUTO_TEST_CASE(signatures_verify_and_only_for_what_was_signed) {
  const auto& key = test::keys().begin()->second;
  const auto digest = sha256("a"), other = sha256("b");
  const auto signature = key.sign(digest);
  BOOST_TEST(verify_signature(view(key.public_key()), digest, view(signature)));
  BOOST_TEST(!verify_signature(view(key.public_key()), other, view(signature)));
  BOOST_TEST(!verify_signature(view(std::next(test::keys().begin())->second.public_key()), digest, view(signature)));
}

BOOST_AUTO_TEST_CASE(no_damaged_signature_or_key_verifies) {
  const auto& key = test::keys().begin()->second;
  const auto digest = sha256("a");
  const std::string signature(view(key.sign(digest))), public_key(view(key.public_key()));
  test::damage(signature, [&](const std::string& bad) { BOOST_TEST(!verify_signature(public_key, digest, bad)); });
  test::damage(public_key, [&](const std::string& bad) { BOOST_TEST(!verify_signature(bad, digest, signature)); });
}

BOOST_AUTO_TEST_CASE(a_secret_moves_and_leaves_nothing_behind) {
  auto secret = SecretBytes::copy_of("very secret");
  const auto moved = std::move(secret);
  BOOST_TEST(moved.text() == "very secret");
  BOOST_TEST(secret.size() == 0u);
  auto shorter = SecretBytes::copy_of("very secret");
  const auto* memory = shorter.bytes().data();
  shorter.shrink(4);
  BOOST_TEST(shorter.text() == "very");
  BOOST_TEST(std::string(memory + 4, memory + 11) == std::string(7, '\0'));
}
