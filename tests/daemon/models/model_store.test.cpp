#define BOOST_TEST_MODULE model_store
#include "runtime/daemon/models/model_store.hpp"
#include "tests/market/scratch.hpp"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>

using namespace inferd;
namespace fs = std::filesystem;

namespace {

struct Fixture {
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(store.folder()), fs::directory_iterator()));
  }
  market::test::Scratch folder;
  ModelStore store{(folder.dir / "models").string()};
};

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

BOOST_FIXTURE_TEST_CASE(a_version_is_kept_once_and_comes_back, Fixture) {
  BOOST_TEST(store.keep("0123456789ab", "one") == "");
  BOOST_TEST(store.keep("0123456789ab", "other") == ""); // the content of a hash does not change
  BOOST_TEST(store.text("0123456789ab").value() == "one");
  BOOST_TEST(!store.text("ba9876543210").has_value());
}

BOOST_FIXTURE_TEST_CASE(a_file_of_another_library_is_kept_after_it_was_replaced, Fixture) {
  const std::string content("\x08\x07onnx\0bytes", 12);
  const auto file = folder.write("m.onnx", content);
  BOOST_TEST(store.keep_file("abcdef012345", file) == "");
  fs::remove(file);
  const auto kept = store.file("abcdef012345");
  BOOST_TEST(kept.ends_with("/models/abcdef012345.onnx"));
  BOOST_TEST((text_of(kept) == content));
  BOOST_TEST(store.file("000000000000") == "");
  BOOST_TEST(store.keep_file("aaaaaaaaaaaa", file) == file.string() + " cannot be read");
  BOOST_TEST(files() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_version_from_outside_reaches_no_other_file, Fixture) {
  const auto secret = folder.write("secret.json", "secret");
  for (const auto* version : {"", "../secret", "0/../../secret", "ABCDEF", "..", "0123 "}) {
    BOOST_TEST(store.keep(version, "x").ends_with("is no version of a model"));
    BOOST_TEST(store.keep_file(version, secret).ends_with("is no version of a model"));
    BOOST_TEST(!store.text(version).has_value());
    BOOST_TEST(store.file(version) == "");
  }
  BOOST_TEST(!fs::exists(store.folder()));
}

BOOST_FIXTURE_TEST_CASE(the_oldest_beyond_the_bound_are_removed, Fixture) {
  for (std::size_t i = 0; i < ModelStore::most + 20; ++i) BOOST_TEST(store.keep(fmt::format("{:012x}", i), "x") == "");
  BOOST_TEST(files() == ModelStore::most);
  BOOST_TEST(store.text(fmt::format("{:012x}", ModelStore::most + 19)).has_value());
}
