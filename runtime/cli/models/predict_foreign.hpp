#pragma once

#include "messages/models.hpp"
#include "runtime/config/config.hpp"
#include "runtime/models/line_process.hpp"
#include "runtime/models/protocol.hpp"

#include <iosfwd>
#include <string>
#include <variant>

namespace inferd::cli {

/// `inferd predict` for models from outside: files of ONNX, LightGBM and XGBoost, and { command = […] } as in a topic. Prints
/// one prediction a row of `rows`, a CSV file. False: `model` is a file of this program. Throws Failure.
bool predict_foreign(const std::string& model, const std::string& rows, std::ostream& out);

/// A topic with the model that --model names: a path, a URL, or an inline table, as in a topic. Throws Failure.
TopicSettings topic_with_model(const std::string& model);

inline constexpr std::int64_t first_answer_ms = 60'000; ///< a program may load its libraries first

/// Asks a model's process and waits. The text: why there is no answer.
std::variant<models::LineAnswer, std::string> ask_and_wait(models::LineProcess&, const std::string& request,
                                                           std::int64_t deadline_ms, Height nonce);

} // namespace inferd::cli
