#pragma once
// Checks of model files before and beside their runtime libraries. All throw RunnerError: one sentence without the file's name.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace inferd::models {

/// At most limits::file_read bytes.
std::string read_model_file(const std::string& file);

struct LightGbmText {
  std::vector<std::string> features;
  std::size_t trees{};
};

/// LightGBM's text format: complete, as many feature names as inputs, each split on one of them, every leaf and threshold
/// finite.
LightGbmText check_lightgbm_text(std::string text);

/// Major and minor version of the XGBoost that wrote a file. Empty: it does not say.
using XgBoostVersion = std::optional<std::pair<std::int64_t, std::int64_t>>;

/// XGBoost's JSON: complete, every leaf and split condition finite, splits on existing inputs, as many names as inputs if any.
XgBoostVersion check_xgboost_json(std::string_view text);

/// Of its UBJSON, before a library reads it.
XgBoostVersion ubjson_version(std::string_view bytes);

/// What a library said without the place in its source: "[time] file.cc:12: what", "file.h:46 void f() what".
std::string_view without_source(std::string_view text);

/// What a library said, on one line of at most 300 bytes.
std::string one_sentence(std::string_view text);

} // namespace inferd::models
