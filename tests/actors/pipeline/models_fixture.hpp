#pragma once
// The models of a topic for tests of ModelsCore: constants, one outside of the process, their inputs.

#include "actors/pipeline/models_core.hpp"
#include "model/training/trainer.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

namespace inferd::test {

inline const Instant start{1'000'000};
inline const TopicId topic{1};

inline Instant after(std::int64_t ms) { return {start.value + ms}; }

inline ModelFile file(double value) { return constant_model({.topic = 1, .symbol = "btcusd"}, value); }
inline ModelId id_of(double value, const std::string& name) { return {name, model_checksum(file(value)).substr(7, 12)}; }
inline ModelEntry built_in(double value, const std::string& name) {
  return {id_of(value, name), "built-in", {}, PredictorPolicy{topic, std::make_shared<Model>(file(value), name)}, {}};
}
inline ModelEntry foreign(const std::string& name) {
  ForeignPolicy p{.topic = topic, .name = name, .horizon_ms = 168 * 3'600'000};
  p.inputs = 2;
  p.sanity.least = -1;
  p.sanity.most = 1;
  return {{name, "aaaaaaaaaaaa"}, "command", {}, std::move(p), std::vector<std::size_t>{1, 2}};
}
inline TopicArrived rules() {
  TopicArrived t{};
  t.topic = topic;
  return t;
}
inline FeaturesComputed features(std::int64_t nonce) {
  return {topic, Height{nonce}, Height{nonce + 15}, "csv", Instant{7}, 42'000, {0.5, std::nan(""), 7}};
}

template <class T> std::vector<T> all(const ModelsCore::Effects& effects) {
  std::vector<T> out;
  for (const auto& e : effects)
    if (const auto* m = std::get_if<T>(&e)) out.push_back(*m);
  return out;
}
template <class T> T only(const ModelsCore::Effects& effects) {
  BOOST_REQUIRE_EQUAL(effects.size(), 1u);
  BOOST_REQUIRE(std::holds_alternative<T>(effects.front()));
  return std::get<T>(effects.front());
}

inline bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

} // namespace inferd::test
