#include "base/replace_file.hpp"
#include "model/model_file.hpp"

#include <fmt/format.h>

namespace inferd {

void write_model(const ModelFile& file, const std::filesystem::path& path) {
  if (const auto why = replace_file(path, model_text(file)); !why.empty())
    throw ModelError(fmt::format("{}: {}", path.string(), why));
}

} // namespace inferd
