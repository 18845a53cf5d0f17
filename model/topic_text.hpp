#pragma once
// What a topic's metadata says about the wanted prediction. The metadata is free text that the topic's creator wrote ("btc_usd
// 7day log return", "ETH/USD - 10min Price Prediction"), and the chain has no other description.

#include "model/model_file.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inferd {

struct TopicText {
  enum class Kind { log_return, price, volatility, direction };
  std::vector<std::int64_t> horizons; ///< minutes, each once, in the order of the text
  std::optional<Kind> kind;           ///< empty: not said
  std::vector<std::string> bases;     ///< of the pairs, lower case, each once: "btc" of btc_usd
};

/// Recognises horizons ("7day", "24 h", "1-week"; not a pace such as "every 5 minutes" or "5 min candles"), kinds, and pairs in
/// dollars. Untrusted input.
TopicText read_topic_text(std::string_view metadata);

/// How a model for this horizon with `output` contradicts the text, in one sentence; empty: it does not, or the text is
/// ambiguous. A payload of such a model costs fees for a prediction of something else.
std::string contradiction(const TopicText&, const std::string& metadata, ModelOutput output, std::int64_t horizon_ms);

/// What a person should compare, in one sentence: the text names another symbol, several horizons, or says nothing about
/// horizon or kind. Empty: nothing.
std::string doubt(const TopicText&, const std::string& metadata, const std::string& symbol);

} // namespace inferd
