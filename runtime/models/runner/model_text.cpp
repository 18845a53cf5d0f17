#include "runtime/models/runner/model_text.hpp"

#include "messages/limits.hpp"
#include "runtime/models/runner/loaded_model.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>

namespace inferd::models {
namespace {

namespace json = boost::json;

constexpr std::size_t most_bytes = 300;

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(' ', at), text.size());
    if (end > at) out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

template <class Number> std::optional<Number> number(std::string_view text) {
  Number x{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), x);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return x;
}

void all_finite(std::string_view list, const std::string& tree, const char* what) {
  for (const auto word : words(list)) {
    const auto x = number<double>(word);
    if (!x || !std::isfinite(*x))
      throw RunnerError(
        fmt::format("tree {} has the {} {}, not a finite number", tree, what, one_sentence(word.substr(0, 30))));
  }
}

double as_number(const json::value& v, const char* what) {
  json::error_code error;
  const auto x = v.to_number<double>(error);
  if (error || !std::isfinite(x)) throw RunnerError(fmt::format("{} is not a finite number", what));
  return x;
}

const json::value& member(const json::value& v, const char* name) {
  const auto* o = v.if_object();
  const auto* found = o ? o->if_contains(name) : nullptr;
  if (!found) throw RunnerError(fmt::format("not a model of XGBoost: \"{}\" is missing", name));
  return *found;
}

} // namespace

std::string_view without_source(std::string_view text) {
  for (const auto* extension : {".cc:", ".h:", ".hpp:", ".cpp:"}) {
    const auto at = text.find(extension);
    if (at == text.npos) continue;
    auto rest = text.substr(text.find(':', at) + 1);
    rest.remove_prefix(std::min(rest.find_first_not_of("0123456789"), rest.size()));
    if (rest.starts_with(": ")) return rest.substr(2);
    for (const auto* end : {") const ", ") "}) // of the function's signature
      if (const auto close = rest.find(end); close != rest.npos) return rest.substr(close + std::string_view(end).size());
  }
  return text;
}

std::string one_sentence(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (out.size() == most_bytes) return out + "…";
    const bool blank = static_cast<unsigned char>(c) <= ' ';
    if (blank && (out.empty() || out.back() == ' ')) continue;
    out += blank ? ' ' : c;
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

std::string read_model_file(const std::string& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  if (error) throw RunnerError(error.message());
  if (size > limits::file_read)
    throw RunnerError(fmt::format("{} bytes, more than the {} that are read", size, limits::file_read));
  std::ifstream in(file, std::ios::binary);
  std::string text(size, '\0');
  in.read(text.data(), static_cast<std::streamsize>(size));
  if (!in) throw RunnerError("cannot be read");
  return text;
}

LightGbmText check_lightgbm_text(std::string text) {
  std::istringstream in(std::move(text));
  std::string line, tree;
  if (!std::getline(in, line) || line != "tree") throw RunnerError("not a model of LightGBM: its first line is not \"tree\"");
  LightGbmText out;
  std::optional<std::size_t> last_input;
  std::size_t sizes = 0;
  bool complete = false;
  while (!complete && std::getline(in, line)) {
    const auto equals = line.find('=');
    const auto key = std::string_view(line).substr(0, equals);
    const auto value = equals == line.npos ? std::string_view() : std::string_view(line).substr(equals + 1);
    if (line == "end of trees") complete = true;
    else if (key == "max_feature_idx") last_input = number<std::size_t>(value);
    else if (key == "feature_names")
      for (const auto name : words(value)) out.features.emplace_back(name);
    else if (key == "tree_sizes") sizes = words(value).size();
    else if (key == "Tree") tree = one_sentence(value.substr(0, 20)), ++out.trees;
    else if (key == "leaf_value") all_finite(value, tree, "leaf");
    else if (key == "threshold") all_finite(value, tree, "threshold");
    else if (key == "split_feature")
      for (const auto word : words(value))
        if (const auto input = number<std::size_t>(word); !input || !last_input || *input > *last_input)
          throw RunnerError(
            fmt::format("tree {} splits on input {}, which the model does not have", tree, one_sentence(word.substr(0, 20))));
  }
  if (!last_input || out.features.empty()) throw RunnerError("not a model of LightGBM: it names no inputs");
  if (out.features.size() != *last_input + 1)
    throw RunnerError(fmt::format("the model has {} inputs, but names {}", *last_input + 1, out.features.size()));
  if (!complete) throw RunnerError(fmt::format("the file is cut short: it ends within tree {}", tree.empty() ? "0" : tree));
  if (sizes != 0 && sizes != out.trees)
    throw RunnerError(fmt::format("the file lists {} trees, but holds {}", sizes, out.trees));
  if (out.trees == 0) throw RunnerError("the model has no trees");
  return out;
}

XgBoostVersion check_xgboost_json(std::string_view text) {
  json::error_code error;
  json::parse_options options;
  options.max_depth = limits::json_depth;
  json::stream_parser parser({}, options);
  const auto used = parser.write_some(text.data(), text.size(), error);
  if (error) {
    const auto at = std::min(used, text.size());
    throw RunnerError(fmt::format("not JSON at byte {}: {}", at, one_sentence(text.substr(at > 20 ? at - 20 : 0, 40))));
  }
  if (!parser.done()) throw RunnerError("the file is cut short");
  const auto model = parser.release();
  const auto& learner = member(model, "learner");
  const auto& count = member(member(learner, "learner_model_param"), "num_feature");
  const auto columns =
    count.is_string() ? number<std::size_t>({count.get_string().data(), count.get_string().size()}) : std::nullopt;
  if (!columns) throw RunnerError("\"num_feature\" is not a number");
  if (const auto* names = learner.as_object().if_contains("feature_names"); names && names->is_array())
    if (const auto n = names->get_array().size(); n != 0 && n != *columns)
      throw RunnerError(fmt::format("the model has {} inputs, but names {}", *columns, n));
  const auto* booster = &member(learner, "gradient_booster");
  if (const auto* inner = booster->as_object().if_contains("gbtree")) booster = inner; // dart
  const auto& trees = member(member(*booster, "model"), "trees");
  if (!trees.is_array() || trees.get_array().empty()) throw RunnerError("the model has no trees");
  std::size_t n = 0;
  for (const auto& tree : trees.get_array()) {
    const auto &conditions = member(tree, "split_conditions"), &indices = member(tree, "split_indices"),
               &left = member(tree, "left_children");
    if (!conditions.is_array() || !indices.is_array() || !left.is_array() ||
        conditions.get_array().size() != indices.get_array().size() || conditions.get_array().size() != left.get_array().size())
      throw RunnerError(fmt::format("tree {} is damaged: its lists differ in length", n));
    for (std::size_t i = 0; i < conditions.get_array().size(); ++i) { // of a leaf: its value
      const bool leaf = left.get_array()[i] == -1;
      as_number(conditions.get_array()[i], fmt::format("a {} of tree {}", leaf ? "leaf" : "split", n).c_str());
      const auto input = as_number(indices.get_array()[i], "a split's input");
      if (!leaf && !(input >= 0 && input < static_cast<double>(*columns)))
        throw RunnerError(fmt::format("tree {} splits on input {}, which the model does not have", n, input));
    }
    ++n;
  }
  const auto* version = model.as_object().if_contains("version");
  if (!version || !version->is_array() || version->get_array().size() != 3) return {};
  json::error_code odd;
  const auto major = version->get_array()[0].to_number<std::int64_t>(odd);
  const auto minor = odd ? 0 : version->get_array()[1].to_number<std::int64_t>(odd);
  return odd ? XgBoostVersion() : XgBoostVersion({major, minor});
}

namespace {

/// UBJSON: an integer in the big-endian form that the marker names. Empty: it is none, or cut short.
std::optional<std::int64_t> take_integer(std::string_view& bytes) {
  const auto size = bytes.empty()                        ? 0
                    : bytes[0] == 'i' || bytes[0] == 'U' ? 1
                    : bytes[0] == 'I'                    ? 2
                    : bytes[0] == 'l'                    ? 4
                    : bytes[0] == 'L'                    ? 8
                                                         : 0;
  if (size == 0 || bytes.size() <= static_cast<std::size_t>(size)) return {};
  std::uint64_t value = 0;
  for (int i = 1; i <= size; ++i) value = value << 8 | static_cast<unsigned char>(bytes[static_cast<std::size_t>(i)]);
  bytes.remove_prefix(static_cast<std::size_t>(size) + 1);
  return static_cast<std::int64_t>(value);
}

} // namespace

XgBoostVersion ubjson_version(std::string_view bytes) {
  constexpr std::string_view key = "version[#";
  const auto at = bytes.rfind(key); // the file's last member
  if (at == bytes.npos) return {};
  bytes.remove_prefix(at + key.size());
  const auto count = take_integer(bytes), major = take_integer(bytes), minor = take_integer(bytes);
  return count == 3 && major && minor ? XgBoostVersion({*major, *minor}) : std::nullopt;
}

} // namespace inferd::models
