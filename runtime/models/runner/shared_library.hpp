#pragma once

#include <string>
#include <vector>

namespace inferd::models {

/// A library opened by dlopen; never closed, as the runtimes start threads.
class SharedLibrary {
public:
  /// The first of `relative` in one of `folders`, then the first of `names` where the loader looks. Names may have a version.
  /// Throws RunnerError, which names `what` and says how to get it.
  SharedLibrary(const std::string& what, const std::vector<std::string>& folders, const std::vector<std::string>& relative,
                const std::vector<std::string>& names);

  template <class Function> void load(Function*& function, const char* name) const {
    function = reinterpret_cast<Function*>(symbol(name));
  }
  const std::string& path() const { return path_; }

private:
  void* symbol(const char* name) const; ///< throws RunnerError

  std::string what_, path_;
  void* handle_ = nullptr;
};

SharedLibrary open_onnxruntime(const std::vector<std::string>& folders);
SharedLibrary open_xgboost(const std::vector<std::string>& folders);
SharedLibrary open_treelite(const std::vector<std::string>& folders);

} // namespace inferd::models
