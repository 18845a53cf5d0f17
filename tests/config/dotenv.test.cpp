#define BOOST_TEST_MODULE config_dotenv
#include "runtime/config/dotenv.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

std::string value_of(std::string_view text) {
  const auto parsed = parse_dotenv(".env", text);
  const auto* entry = find_entry(parsed.entries, "A");
  return entry ? entry->value : "(none)";
}
std::string mistake_of(std::string_view text) {
  const auto parsed = parse_dotenv(".env", text);
  return parsed.mistakes.size() == 1 ? to_string(parsed.mistakes[0]) : std::to_string(parsed.mistakes.size()) + " mistakes";
}

} // namespace

BOOST_AUTO_TEST_CASE(values_come_bare_and_in_either_quotes) {
  BOOST_TEST(value_of("A=b c ") == "b c");
  BOOST_TEST(value_of("A='b \\n \"c\" # d'") == "b \\n \"c\" # d");
  BOOST_TEST(value_of(R"(A="b\n\"c\" \$d # e")") == "b\n\"c\" $d # e");
  BOOST_TEST(value_of("A=") == "");
  BOOST_TEST(value_of("A=\"\"") == "");
  BOOST_TEST(value_of("A=b=c") == "b=c");
}

BOOST_AUTO_TEST_CASE(comments_need_white_space_before_them) {
  BOOST_TEST(value_of("# A=x\n  # more\nA=b # note") == "b");
  BOOST_TEST(value_of("A=b#c") == "b#c");
  BOOST_TEST(value_of("A=#c") == "");
  BOOST_TEST(value_of("A='b' # note") == "b");
}

BOOST_AUTO_TEST_CASE(export_blanks_carriage_returns_and_a_byte_order_mark_are_fine) {
  BOOST_TEST(value_of("export A=b") == "b");
  BOOST_TEST(value_of("  A = b\r\n") == "b");
  BOOST_TEST(value_of("\xEF\xBB\xBF"
                      "A=b") == "b");
  const auto parsed = parse_dotenv(".env", "exportA=b\nexport=c");
  BOOST_TEST(parsed.entries.at(0).name == "exportA");
  BOOST_TEST(parsed.entries.at(1).name == "export");
}

BOOST_AUTO_TEST_CASE(the_later_of_two_wins_and_lines_are_counted) {
  const auto parsed = parse_dotenv(".env", "A=1\n\nA=2\n");
  BOOST_TEST(find_entry(parsed.entries, "A")->value == "2");
  BOOST_TEST(find_entry(parsed.entries, "A")->line == 3);
}

BOOST_AUTO_TEST_CASE(a_bad_line_is_named_without_its_content_and_the_others_count) {
  BOOST_TEST(mistake_of("sesame open\nA=b") == ".env:1: not a NAME=value line; # starts a comment");
  BOOST_TEST(value_of("sesame open\nA=b") == "b");
  BOOST_TEST(mistake_of("A='b") == ".env:1: A: the quote is not closed on this line");
  BOOST_TEST(mistake_of("A='b' c").starts_with(".env:1: A: text after the closing quote"));
  BOOST_TEST(mistake_of(R"(A="\q")").starts_with(".env:1: A: unknown escape"));
  BOOST_TEST(mistake_of("A=\"b\\") == ".env:1: A: the quote is not closed on this line");
  BOOST_TEST(mistake_of("1A=b").starts_with(".env:1: not a NAME=value line"));
  BOOST_TEST(mistake_of("=b").starts_with(".env:1: not a NAME=value line"));
}

BOOST_AUTO_TEST_CASE(a_file_in_utf_16_is_named_as_such) {
  const std::string little("M\0=\0x\0", 6), big("\0M\0=\0x", 6);
  for (const auto& text : {little, big, "\xFF\xFE" + little, "\xFE\xFF" + big})
    BOOST_TEST(mistake_of(text) == ".env:1: is UTF-16; store it as UTF-8");
}

BOOST_AUTO_TEST_CASE(bytes_of_any_kind_do_no_harm) {
  std::string text;
  for (int i = 0; i < 256; ++i) text += static_cast<char>(i), text += "A='\\\n";
  BOOST_TEST(parse_dotenv(".env", text).mistakes.size() > 0u);
  BOOST_TEST(parse_dotenv(".env", std::string(100'000, '"')).mistakes.size() == 1u);
  BOOST_TEST(parse_dotenv(".env", std::string("A=b\0c", 5)).entries.at(0).value.size() == 3u);
}
