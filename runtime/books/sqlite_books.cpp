#include "runtime/books/sqlite_books.hpp"

#include "runtime/books/books_reader.hpp"
#include "runtime/books/sqlite_storage.hpp"
#include "runtime/books/views.hpp"

#include <filesystem>
#include <utility>

namespace inferd {
namespace {

std::string folder(const std::string& path) {
  const auto parent = std::filesystem::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

std::unique_ptr<BookStorage> open_in_folder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(folder(path), error);
  if (error) throw StoreFailure("the books " + path + " cannot be made: " + folder(path) + ": " + error.message());
  return open_sqlite_storage(path);
}

} // namespace

SqliteBooks::SqliteBooks(const std::string& path, Options options) : Books(open_in_folder(path)) {
  if (!options.views) return;
  views_ = std::make_unique<Views>(options.views_dir.empty() ? folder(path) : options.views_dir, std::move(options.warn));
  BooksReader reader(path);
  views_->catch_up(reader);
}

SqliteBooks::~SqliteBooks() = default;

void SqliteBooks::finished(const std::vector<WindowRow>& rows) {
  if (views_) views_->add(rows);
}

} // namespace inferd
