#define BOOST_TEST_MODULE write_model
#include "model/model.hpp"
#include "tests/model/series.hpp"

#include <boost/test/unit_test.hpp>
#include <filesystem>

using namespace inferd;
using namespace inferd::test;
namespace fs = std::filesystem;

namespace {

struct Folder {
  Folder() {
    char pattern[] = "/tmp/inferd-model-XXXXXX";
    path = ::mkdtemp(pattern);
  }
  ~Folder() { fs::remove_all(path); }
  std::size_t files() const { return static_cast<std::size_t>(std::distance(fs::directory_iterator(path), {})); }
  fs::path path;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_written_model_loads_and_replaces_the_old_one_leaving_nothing_else) {
  const Folder folder;
  const auto path = folder.path / "m.json";
  write_model(labels_file(), path);
  write_model(linear_file(), path);
  BOOST_TEST((load_model(path).file() == linear_file()));
  BOOST_TEST(folder.files() == 1u);
}

BOOST_AUTO_TEST_CASE(a_place_that_cannot_be_written_is_named_and_the_old_file_stays) {
  const Folder folder;
  BOOST_TEST(error_of<ModelError>([&] {
               write_model(linear_file(), folder.path / "no" / "m.json");
             }).ends_with("m.json: cannot be written: No such file or directory"));
  const auto taken = folder.path / "taken.json";
  fs::create_directory(taken);
  BOOST_TEST(error_of<ModelError>([&] { write_model(linear_file(), taken); }).find("cannot be replaced") != std::string::npos);
  BOOST_TEST(folder.files() == 1u);
}

BOOST_AUTO_TEST_CASE(a_full_disk_leaves_the_old_file) {
  BOOST_TEST(error_of<ModelError>([&] { write_model(linear_file(), "/dev/full/m.json"); }).find("cannot be written") !=
             std::string::npos);
}
