#include "runtime/sim/chain/scoring.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace inferd::sim {

namespace {

double number(const std::string& text) { // canonical decimals only
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

} // namespace

double score_of(const TopicSettings& topic, const std::vector<NormalValue>& values, const Truth& truth) {
  if (values.empty()) return 0;
  if (!topic.multi) {
    const auto error = (number(values.front().value) - truth.value) / topic.score_scale;
    return 1 / (1 + error * error);
  }
  for (const auto& v : values)
    if (v.label == truth.label) return std::clamp(number(v.value), 0.0, 1.0);
  return 0;
}

std::vector<Amount> split(Amount pot, const std::vector<double>& scores) {
  double sum = 0;
  for (const auto s : scores) sum += s;
  std::vector<Amount> shares;
  for (const auto s : scores)
    shares.push_back(sum > 0 ? std::min(pot, static_cast<Amount>(static_cast<long double>(pot) * s / sum)) : Amount{0});
  return shares;
}

std::string score_text(double score) {
  auto text = fmt::format("{:.12f}", score);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

std::vector<NormalValue> mean_of(const std::vector<std::vector<NormalValue>>& answers) {
  if (answers.size() == 1) return answers.front(); // keeps its own format
  struct Sum {
    std::string label;
    double total{};
    int count{};
  };
  std::vector<Sum> sums;
  for (const auto& values : answers)
    for (const auto& v : values) {
      auto it = std::find_if(sums.begin(), sums.end(), [&](const Sum& s) { return s.label == v.label; });
      if (it == sums.end()) it = sums.insert(it, {v.label, 0, 0});
      it->total += number(v.value);
      ++it->count;
    }
  std::vector<NormalValue> means;
  for (const auto& s : sums) means.push_back({s.label, score_text(s.total / s.count)});
  return means;
}

} // namespace inferd::sim
