#pragma once
// The lines between the daemon and a model's process (etc/design/foreign_models.md), and the answers of HTTP models. Numbers
// keep their exact value: they are written in the shortest form that parses to the same double.

#include "messages/candles.hpp"
#include "messages/models.hpp"
#include "runtime/models/model_spec.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace inferd::models {

/// One JSON object without a newline. `names`: of `ask.values`; the features sent are spec.features, or all.
std::string request_line(const ModelSpec&, const AskModel& ask, std::span<const std::string> names,
                         const std::vector<Candle>& candles);

/// What a runner says about its file.
struct ModelFacts {
  std::string runtime;             ///< "Treelite 4.8.1"
  std::vector<std::string> inputs; ///< names of the columns, in their order
  std::size_t outputs = 1;
};

/// The first line of a runner: {"ready":{"runtime","inputs","outputs"}} or {"refused":"why"}. The text: why there are no facts.
std::variant<ModelFacts, std::string> parse_hello(std::string_view line);

/// What a process answered: values, finite and in the shortest decimal form, or its own reason for having none.
struct LineAnswer {
  std::vector<LabelledValue> values;
  std::string error; ///< one sentence; then there are no values
};

/// Untrusted. The text is why the line is no answer at all: the process does not keep to the protocol.
std::variant<LineAnswer, std::string> parse_answer(std::string_view line, Height nonce);

/// The body of an HTTP answer: a number as text, or [{"label","value"}]. Untrusted. The text: why it is neither.
std::variant<std::vector<LabelledValue>, std::string> parse_body(std::string_view body);

/// At most `most` bytes of a text from outside, for a sentence: quoted, control characters replaced.
std::string excerpt(std::string_view text, std::size_t most = 60);

} // namespace inferd::models
