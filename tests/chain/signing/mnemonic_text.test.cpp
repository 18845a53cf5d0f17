#define BOOST_TEST_MODULE chain_mnemonic_text
// Mnemonics as editors, shells and wallets leave them.
#include "runtime/chain/signing/mnemonic.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

using namespace inferd::chain;
using inferd::SecretBytes;
using namespace std::string_literals;

namespace {

const std::vector<std::string> words{"change", "teach",  "know", "poverty", "misery",  "wolf",
                                     "defy",   "action", "fold", "obtain",  "feature", "section"};

std::string joined(const std::string& between) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : between) + word;
  return out;
}
const std::string good = joined(" ");

std::string utf16(const std::string& ascii, bool big_endian) {
  std::string out;
  for (const char c : ascii) out += big_endian ? std::string{'\0', c} : std::string{c, '\0'};
  return out;
}

std::string capitals(std::string s) {
  for (auto& c : s)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return s;
}

std::string numbered(const std::string& behind, const std::string& between) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) out += (i ? between : "") + std::to_string(i + 1) + behind + words[i];
  return out;
}

std::string taken(const std::string& text) {
  const auto checked = check_mnemonic(text);
  const auto* error = std::get_if<std::string>(&checked);
  return error ? "refused: " + *error : std::string(std::get<SecretBytes>(checked).text());
}

/// The error; it holds no word of the text.
std::string refusal(const std::string& text) {
  const auto said = taken(text);
  if (!said.starts_with("refused: ")) return "taken";
  for (const auto& word : words)
    if (text.find(word) != text.npos) BOOST_TEST((" " + said + " ").find(" " + word + " ") == said.npos, said);
  return said.substr(9);
}

} // namespace

BOOST_AUTO_TEST_CASE(every_usual_form_of_a_mnemonic_is_taken) {
  const std::vector<std::string> forms{
    good,
    "\xEF\xBB\xBF" + good + "\r\n",
    "\"" + good + "\"\n",
    "'" + good + "'",
    "`" + good + "`",
    "\xE2\x80\x9C" + good + "\xE2\x80\x9D", // curly quotes
    "\xC2\xAB" + good + "\xC2\xBB",         // guillemets
    "MNEMONIC=" + good,
    "MNEMONIC = \"" + good + "\"\n",
    "export MNEMONIC='" + good + "'\n",
    "export  ALLORA_MNEMONIC=" + good + ";",
    "set MNEMONIC=" + good + "\r\n",
    "$env:MNEMONIC = \"" + good + "\"",
    "mnemonic: " + good,
    "addressRestoreMnemonic: \"" + good + "\",",
    "# my wallet\n\n" + good + "\n# the end",
    "MNEMONIC=\n" + joined("\n"),
    capitals(good),
    "Change" + good.substr(6),
    joined("\n"),
    joined("\r\n") + "\r\n",
    joined("\r"),
    joined("\t"),
    joined(", "),
    joined("\xC2\xA0"),     // no-break space
    joined("\xE3\x80\x80"), // ideographic space
    joined("\xE2\x80\x8B"), // zero-width space
    "[\"" + joined("\", \"") + "\"]",
    joined("\xEF\xBC\x8C"), // full-width comma
    joined("\xE3\x80\x81"), // ideographic comma
    joined(" | "),
    joined("\t\xC2\xA0\r\n\t"),
    joined(",\r\n") + ",\r\n",
    "\xE2\x80\xAA" + good + "\xE2\x80\xAC", // embedding marks of a chat
    "\xE2\x81\xA8" + good + "\xE2\x81\xA9", // isolates
    "\xEF\xBD\x83" + good.substr(1),        // full-width c
    good + ".",
    good + "  # my wallet",
    "MNEMONIC='" + good + "' # TIINGO_API_KEY=x",
    "mnemonic: >-\n  " + good,
    "\"mnemonic\": \"" + good + "\",",
    "- " + joined("\n- "),
    "* " + joined("\r\n* "),
    "\xE2\x80\xA2 " + joined("\n\xE2\x80\xA2 "), // bullets
    numbered(" - ", "\n"),
    numbered(" \xE2\x80\x93 ", "\n"), // en dash
    numbered(".\xC2\xA0", "\t"),
    numbered("\t", "\r\n"),
    capitals(numbered(". ", ",\r\n") + ","),
    numbered(". ", "\n"),
    numbered(") ", " "),
    numbered(".", "\n"),
    numbered(" ", "\n"),
    numbered(": ", "  "),
    "\xFF\xFE" + utf16(good + "\r\n", false),
    "\xFE\xFF" + utf16(good + "\r\n", true),
    utf16("export MNEMONIC=\"" + capitals(good) + "\"\n", false),
    utf16(good, true),
  };
  for (const auto& form : forms) BOOST_TEST(taken(form) == good, form);
}

BOOST_AUTO_TEST_CASE(white_space_stripped_from_utf_16_by_its_bytes_does_no_harm) {
  auto text = utf16(good + "\n", true);
  text.pop_back(); // the line feed of 00 0A
  BOOST_TEST(taken(text) == good);
}

BOOST_AUTO_TEST_CASE(what_is_no_mnemonic_is_refused_with_its_cause) {
  BOOST_TEST(refusal("") == "a mnemonic has 12, 15, 18, 21 or 24 words, not 0");
  BOOST_TEST(refusal("# only a comment\n") == "a mnemonic has 12, 15, 18, 21 or 24 words, not 0");
  BOOST_TEST(refusal("MNEMONIC=") == "a mnemonic has 12, 15, 18, 21 or 24 words, not 0");
  BOOST_TEST(refusal(good + " section") == "a mnemonic has 12, 15, 18, 21 or 24 words, not 13");
  BOOST_TEST(refusal("{\"mnemonic\": \"" + good + "\"}") == "it is a JSON object; store the words alone");
  BOOST_TEST(refusal("MNEMONIC=" + good + "\nTIINGO_API_KEY=x") ==
             "line 2 begins with a name; the words must stand alone, or in a .env file as MNEMONIC=");
  BOOST_TEST(refusal("TOPIC_ID=1\nMNEMONIC=" + good).starts_with("line 2 begins with a name"));
  BOOST_TEST(refusal("TOPIC_ID=\nMNEMONIC=" + good).starts_with("line 2 begins with a name"));
  BOOST_TEST(refusal("0x" + std::string(64, 'a')) == "this is a private key in hex; a mnemonic of 12 to 24 words is wanted");
  BOOST_TEST(refusal("PRIVATE_KEY=" + std::string(64, '7')).starts_with("this is a private key in hex"));
  BOOST_TEST(refusal("allo13vvw9y8cjqakrpc8dlkp73h86rmxac93482n8v").starts_with("this is an address"));
  BOOST_TEST(
    refusal("xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxr"
            "MPHi")
      .starts_with("this is an extended private key"));
  BOOST_TEST(refusal("\xFF\xFE\0\0c\0\0\0"s) == "it is UTF-32; store it as UTF-8");
  BOOST_TEST(refusal(std::string(20'000, 'a')) == "larger than a mnemonic can be");
  BOOST_TEST(refusal(joined("")) ==
             "word 1 of the mnemonic is longer than any word of the BIP-39 English list; words need a space between them");
  BOOST_TEST(refusal("chan" + good.substr(6)) ==
             "word 1 of the mnemonic is only the beginning of a word of the BIP-39 English list; write it in full");
  BOOST_TEST(refusal("chango" + good.substr(6)) == "word 1 of the mnemonic is not in the BIP-39 English list");
  BOOST_TEST(refusal("chang3" + good.substr(6)) == "word 1 of the mnemonic has a character that is no letter");
  for (const auto* foreign : {"ch\xC3\xA4nge", "chang\xC3", "\x01hange"})
    BOOST_TEST(refusal(foreign + good.substr(6)).find("word 1 of the mnemonic") == 0u, foreign);
  BOOST_TEST(refusal("\xC3\xA1"
                     "baco acc\xC3\xA9s") == // Spanish
             "word 1 of the mnemonic has a character outside of a to z; only BIP-39's English words are known");
  BOOST_TEST(refusal("1. change 7. defy\n2. teach").starts_with("the number in front of word 2 is another")); // columns
  BOOST_TEST(refusal("aban\xC2\xADgon " + good).find("word 1 of the mnemonic has a character outside of a to z") == 0u);
  BOOST_TEST(refusal("\x1b[200~" + good + "\x1b[201~").find("word 1 of the mnemonic has a character outside") == 0u);
  BOOST_TEST(refusal("declare -x MNEMONIC=\"" + good + "\"").find("word 2 of the mnemonic has a character that is no letter") ==
             0u);
  BOOST_TEST(refusal(joined("-")).find("word 1 of the mnemonic has a character that is no letter") == 0u);
  BOOST_TEST(refusal("2. change 1. teach").starts_with("the number in front of word 1 is another"));
}
