#pragma once

#include <span>
#include <string_view>

namespace inferd {

/// A file that the admin port serves, embedded into the program.
struct PageFile {
  std::string_view path; ///< of the request
  std::string_view type; ///< Content-Type
  std::string_view bytes;
};

std::span<const PageFile> page_files();

} // namespace inferd
