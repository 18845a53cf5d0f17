#include "runtime/models/runner/shared_library.hpp"

#include "runtime/models/runner/loaded_model.hpp"

#include <algorithm>
#include <dlfcn.h>
#include <filesystem>
#include <fmt/format.h>
#include <link.h>

namespace inferd::models {
namespace {

namespace fs = std::filesystem;

/// `path`, or the newest file that adds a version to it; empty: there is none.
std::string existing(const fs::path& path) {
  std::error_code error;
  if (fs::is_regular_file(path, error)) return path.string();
  std::vector<std::string> versions;
  for (fs::directory_iterator it(path.parent_path(), error), end; !error && it != end; it.increment(error))
    if (it->path().filename().string().starts_with(path.filename().string() + ".")) versions.push_back(it->path().string());
  return versions.empty() ? std::string() : *std::max_element(versions.begin(), versions.end());
}

} // namespace

SharedLibrary::SharedLibrary(const std::string& what, const std::vector<std::string>& folders,
                             const std::vector<std::string>& relative, const std::vector<std::string>& names)
  : what_(what) {
  std::string tried;
  const auto open = [&](const std::string& name) {
    handle_ = ::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle_ && name.find('/') != name.npos) tried += fmt::format("; {}", ::dlerror());
    return handle_ != nullptr;
  };
  for (const auto& folder : folders)
    for (const auto& file : relative)
      if (const auto path = existing(fs::path(folder) / file); !path.empty() && open(path)) {
        path_ = path;
        return;
      }
  for (const auto& name : names)
    if (open(name)) {
      link_map* map = nullptr;
      path_ = ::dlinfo(handle_, RTLD_DI_LINKMAP, &map) == 0 && map ? map->l_name : name;
      return;
    }
  throw RunnerError(fmt::format("{} is not found: etc/model-runtimes fetches it{}", what, tried));
}

void* SharedLibrary::symbol(const char* name) const {
  auto* found = ::dlsym(handle_, name);
  if (!found) throw RunnerError(fmt::format("{}: {} has no {}; another version is wanted", what_, path_, name));
  return found;
}

SharedLibrary open_onnxruntime(const std::vector<std::string>& folders) {
  return {"ONNX Runtime",
          folders,
          {"onnxruntime/capi/libonnxruntime.so"},
          {"libonnxruntime.so.1", "libonnxruntime.so.1.21", "libonnxruntime.so"}};
}
SharedLibrary open_xgboost(const std::vector<std::string>& folders) {
  return {"XGBoost", folders, {"xgboost/lib/libxgboost.so"}, {"libxgboost.so.0", "libxgboost.so"}};
}
SharedLibrary open_treelite(const std::vector<std::string>& folders) {
  return {"Treelite", folders, {"treelite/lib/libtreelite.so"}, {"libtreelite.so"}};
}

} // namespace inferd::models
