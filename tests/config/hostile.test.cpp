#define BOOST_TEST_MODULE config_hostile
#include "runtime/config/example.hpp"
#include "messages/limits.hpp"
#include "tests/config/config_fixture.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

using namespace inferd;
using namespace inferd::test;

namespace {

std::string said(const std::string& toml) { return mistake_of(load(machine(toml))); }

struct Folder {
  Folder() {
    char pattern[] = "/tmp/inferd-config-XXXXXX";
    path = ::mkdtemp(pattern);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_file_cut_short_anywhere_ends_in_a_sentence_or_a_configuration) {
  const std::string text(example_config);
  for (std::size_t size = 0; size < text.size(); size += 7)
    for (const auto& line : mistakes_of(load(machine(text.substr(0, size)))))
      BOOST_TEST((line.starts_with("/etc/i/inferd.toml") && line.find('\n') == line.npos), line);
}

BOOST_AUTO_TEST_CASE(any_byte_anywhere_ends_in_a_sentence_or_a_configuration) {
  std::string text = whole + "[log]\nlevel = \"info\"\n";
  for (std::size_t at = 0; at < text.size(); ++at)
    for (const int byte : {0, 1, 0x0A, 0x22, 0x3D, 0x5B, 0x5D, 0x80, 0xFF}) {
      auto broken = text;
      broken[at] = static_cast<char>(byte);
      mistakes_of(load(machine(broken)));
    }
  BOOST_TEST(true);
}

BOOST_AUTO_TEST_CASE(syntax_errors_name_the_line) {
  BOOST_TEST(said("[chain]\nid = \n").starts_with("/etc/i/inferd.toml:2: not TOML: "));
  BOOST_TEST(said("[chain]\nid = \"a\"\nid = \"b\"\n").starts_with("/etc/i/inferd.toml:3: not TOML: "));
  BOOST_TEST(said("[chain\n").starts_with("/etc/i/inferd.toml:1: not TOML: "));
}

BOOST_AUTO_TEST_CASE(deep_nesting_is_refused_not_followed) {
  BOOST_TEST(said("a = " + std::string(100'000, '[')).find("not TOML") != std::string::npos);
  std::string inline_tables = "a = ";
  for (int i = 0; i < 5'000; ++i) inline_tables += "{b=";
  BOOST_TEST(said(inline_tables).find("not TOML") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_long_chain_of_dotted_keys_is_refused_not_followed) {
  const auto chain = [](std::size_t parts) {
    std::string dotted = "a";
    while (--parts > 0) dotted += ".b";
    return dotted;
  };
  const auto refused = [](const std::string& toml, int line) {
    return said(toml).starts_with("/etc/i/inferd.toml:" + std::to_string(line) + ": more than 32 parts joined by dots");
  };
  BOOST_TEST(refused(chain(limits::config_file / 2 - 8) + " = 1\n", 1)); // would overflow the stack
  BOOST_TEST(refused("[" + chain(33) + "]\nc = 1\n", 1));
  BOOST_TEST(!refused("[" + chain(32) + "]\nc = 1\n", 1));
  const auto far = chain(33) + " = 1";
  BOOST_TEST(refused("a = 1 # " + far + "\n" + far, 2));
  BOOST_TEST(refused("a = 'it' # isn't\n\n" + far, 3));
  BOOST_TEST(refused("a = \"\\\\\" # \"\n" + far, 2));
  BOOST_TEST(refused("a = \"\"\n" + far, 2));
  BOOST_TEST(refused("a = \"\"\"\n\n\\\"\"\"\"\"\"\n" + far, 4)); // an escaped quote, and two quotes at the end of the text
  BOOST_TEST(refused("a = {b = '''\n'''', " + far + "}", 2));
  // Dots outside of keys do not count.
  const auto hosts = chain(40);
  for (const auto* quote : {"\"", "'", "\"\"\"", "\'\'\'"})
    BOOST_TEST(!refused(std::string("rpc = ") + quote + hosts + quote + "\n", 1), quote);
  BOOST_TEST(!refused("# " + hosts, 1));
  BOOST_TEST(!refused("a = '''\n" + hosts + "'''\n", 2));
}

BOOST_AUTO_TEST_CASE(wrong_kinds_are_reported_everywhere) {
  const auto lines = mistakes_of(load(machine("chain = 1\nwallet = \"x\"\nmarket = []\ntopic = 5\nledger = true\nlog = 1.5\n"
                                              "schedule = 2027-01-01\ntape = [1]\nadmin = 12:00:00\nstate_dir = 1\n")));
  BOOST_TEST(lines.size() >= 10u);
  for (std::size_t i = 0; i < 10; ++i)
    BOOST_TEST(lines[i].starts_with("/etc/i/inferd.toml:" + std::to_string(i + 1) + ": "), lines[i]);
}

BOOST_AUTO_TEST_CASE(numbers_at_the_edges_are_judged) {
  BOOST_TEST(said(whole + "[schedule]\ninterval_s = 9223372036854775807\n").find("out of range") != std::string::npos);
  BOOST_TEST(said(whole + "[schedule]\ninterval_s = 9223372036854775808\n").find("not TOML") != std::string::npos);
  BOOST_TEST(said(whole + "[schedule]\ninterval_s = 1.5\n").find("is a number with a fraction") != std::string::npos);
  BOOST_TEST(said(whole + "[schedule]\ninterval_s = nan\n").find("is a number with a fraction") != std::string::npos);
  BOOST_TEST(said(whole + "[[topic]]\nid = 0\n").find("0 is out of range") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(control_characters_in_values_do_not_reach_the_terminal) {
  const auto text = said(whole + "[log]\nlevel = \"\\u001b[31mred\\n\"\n");
  BOOST_TEST(text.find('\x1b') == std::string::npos);
  BOOST_TEST(text.find('\n') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_real_machine_refuses_what_is_no_ordinary_file) {
  const Folder folder;
  const auto host = real_host();
  const auto fault = [&](const std::string& path) { return mistake_of(load_config(path, host)); };
  BOOST_TEST(fault(folder.path + "/none.toml") == folder.path + "/none.toml: cannot be read: No such file or directory");
  BOOST_TEST(fault(folder.path) == folder.path + ": cannot be read: not a regular file");
  const auto pipe = folder.path + "/pipe";
  BOOST_REQUIRE_EQUAL(::mkfifo(pipe.c_str(), 0600), 0);
  BOOST_TEST(fault(pipe) == pipe + ": cannot be read: not a regular file");
  BOOST_TEST(fault("/dev/zero") == "/dev/zero: cannot be read: not a regular file");
  const auto huge = folder.path + "/huge.toml";
  std::ofstream(huge) << std::string(limits::config_file + 1, '#');
  BOOST_TEST(fault(huge) == huge + ": cannot be read: larger than 1 MiB");
}
