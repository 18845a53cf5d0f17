#pragma once

#include "messages/models.hpp"

#include <functional>
#include <variant>

namespace inferd {

/// A model that runs outside of this process.
class ModelPort {
public:
  using Answer = std::variant<ModelAnswered, ModelFailed>;
  virtual ~ModelPort() = default;

  /// Returns at once; `done` is called exactly once, from any thread, within the model's deadline. The destructor fails what is
  /// under way.
  virtual void ask(const AskModel&, std::function<void(Answer)> done) = 0;
};

} // namespace inferd
