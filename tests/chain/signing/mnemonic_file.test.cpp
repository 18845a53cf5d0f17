#define BOOST_TEST_MODULE chain_mnemonic_file
#include "runtime/chain/signing/mnemonic_file.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

using namespace inferd::chain;
using inferd::SecretBytes;
namespace fs = std::filesystem;

namespace {

const std::string good = "change teach know poverty misery wolf defy action fold obtain feature section";

/// A temporary directory.
struct Folder {
  Folder() {
    auto pattern = (fs::temp_directory_path() / "inferd-mnemonic-XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  ~Folder() { fs::remove_all(path); }
  std::string file(const std::string& content, mode_t mode) const {
    const auto name = (path / "words").string();
    std::ofstream(name) << content;
    ::chmod(name.c_str(), mode);
    return name;
  }
  fs::path path;
};

std::string error_of(const std::string& path) {
  const auto read = read_mnemonic_file(path);
  const auto* error = std::get_if<std::string>(&read);
  return error ? *error : "";
}

} // namespace

BOOST_FIXTURE_TEST_CASE(a_file_of_its_owner_alone_is_read, Folder) {
  for (const mode_t mode : {0600, 0400}) BOOST_TEST(std::get<0>(read_mnemonic_file(file(good + "\n", mode))).text() == good);
}

BOOST_FIXTURE_TEST_CASE(a_file_others_can_get_at_is_refused_with_its_name_and_mode, Folder) {
  for (const mode_t mode : {0640, 0604, 0620, 0602, 0610, 0666, 0644}) {
    const auto error = error_of(file(good, mode));
    BOOST_TEST(error.find((path / "words").string()) != std::string::npos, error);
    char shown[8];
    std::snprintf(shown, sizeof shown, "%04o", mode);
    BOOST_TEST(error.find(shown) != std::string::npos, error);
    BOOST_TEST(error.find("change") == std::string::npos, error);
    fs::remove(path / "words");
  }
}

BOOST_FIXTURE_TEST_CASE(what_is_not_there_or_no_file_is_named, Folder) {
  BOOST_TEST(error_of((path / "none").string()).find("No such file") != std::string::npos);
  BOOST_TEST(error_of(path.string()).find("not a regular file") != std::string::npos);
  const auto pipe = (path / "pipe").string();
  BOOST_REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  BOOST_TEST(error_of(pipe).find("not a regular file") != std::string::npos); // and does not wait for a writer
}

BOOST_FIXTURE_TEST_CASE(a_file_too_large_or_with_a_wrong_word_is_refused_without_its_words, Folder) {
  BOOST_TEST(error_of(file(std::string(5000, 'x'), 0600)).find("larger than a mnemonic") != std::string::npos);
  const auto error = error_of(file("change tech know poverty misery wolf defy action fold obtain feature section", 0600));
  BOOST_TEST(error.find("word 2 ") != std::string::npos, error);
  BOOST_TEST(error.find("tech") == std::string::npos, error);
}

BOOST_FIXTURE_TEST_CASE(a_written_file_is_private_and_reads_back, Folder) {
  const auto name = (path / "new").string();
  ::umask(0);
  BOOST_TEST(write_mnemonic_file(name, SecretBytes::copy_of(good)) == "");
  struct stat info {};
  BOOST_REQUIRE(::stat(name.c_str(), &info) == 0);
  BOOST_TEST((info.st_mode & 07777) == 0600u);
  BOOST_TEST(std::get<0>(read_mnemonic_file(name)).text() == good);
  BOOST_TEST(std::distance(fs::directory_iterator(path), {}) == 1); // no temporary file left
}

BOOST_FIXTURE_TEST_CASE(an_existing_file_is_not_overwritten, Folder) {
  const auto name = file("something else", 0600);
  const auto error = write_mnemonic_file(name, SecretBytes::copy_of(good));
  BOOST_TEST(error.find("exists already") != std::string::npos, error);
  std::ifstream in(name);
  std::string content;
  std::getline(in, content);
  BOOST_TEST(content == "something else");
  BOOST_TEST(std::distance(fs::directory_iterator(path), {}) == 1);
}

BOOST_FIXTURE_TEST_CASE(a_missing_folder_is_an_error, Folder) {
  const auto error = write_mnemonic_file((path / "none" / "words").string(), SecretBytes::copy_of(good));
  BOOST_TEST(error.find("cannot create") != std::string::npos, error);
}
