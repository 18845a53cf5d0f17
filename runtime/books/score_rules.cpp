// The rules of the books for models: their predictions, their truth, and which of them is live.

#include "base/decimal_text.hpp"
#include "messages/json.hpp"
#include "messages/limits.hpp"
#include "runtime/books/books.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

namespace inferd {
namespace {

BookPrediction message_of(const PredictionRow& row) {
  return {row.topic,
          row.nonce,
          {row.name, row.version},
          row.role,
          row.source,
          row.candle,
          parse_finite(row.close.text).value_or(0),
          row.values,
          row.features,
          row.failure,
          row.at};
}

} // namespace

template <> void Books::apply(const Wallet& wallet, const BookModels& m) {
  transaction([&] {
    auto known = storage_->models(wallet, m.topic);
    const auto put = [&](ModelRow row, const ModelRow* before) {
      if (!before || row != *before) storage_->put(row);
    };
    const auto listed = [&](const ModelRow& row) {
      return std::find_if(m.models.begin(), m.models.end(), [&](const auto& l) { return l.model.version == row.version; });
    };
    // The live model last: there is never a second one.
    for (const auto& before : known) {
      const auto it = listed(before);
      auto row = before;
      if (it == m.models.end()) row.role = ModelRole::retired;
      else if (it->role != ModelRole::live) row.role = it->role;
      else if (row.role != ModelRole::live) continue;
      if (it != m.models.end()) row.name = it->model.name;
      put(std::move(row), &before);
    }
    for (const auto& l : m.models) {
      const auto before = std::find_if(known.begin(), known.end(), [&](const auto& r) { return r.version == l.model.version; });
      if (before == known.end())
        put({wallet, m.topic, l.model.version, l.model.name, l.role, l.form, l.data, m.target, m.horizon_ms, l.by, m.at},
            nullptr);
      else if (l.role == ModelRole::live && before->role != ModelRole::live) {
        auto row = *before;
        row.role = ModelRole::live;
        row.name = l.model.name;
        put(std::move(row), &*before);
      }
    }
  });
}

template <> void Books::apply(const Wallet& wallet, const BookPrediction& m) {
  transaction([&] {
    const auto before = storage_->prediction({wallet, m.topic, m.nonce}, m.model.version);
    if (before && (!before->values.empty() || m.values.empty())) return;
    storage_->put(PredictionRow{.wallet = wallet,
                                .topic = m.topic,
                                .nonce = m.nonce,
                                .version = m.model.version,
                                .name = m.model.name,
                                .role = m.role,
                                .source = m.source,
                                .candle = m.candle,
                                .close = {shortest_text(m.close)},
                                .values = m.values,
                                .features = m.features,
                                .failure = m.failure,
                                .at = m.at,
                                .truth = {},
                                .unscored = {},
                                .scored_at = {},
                                .past = {}});
  });
}

template <> void Books::apply(const Wallet& wallet, const BookTruth& m) {
  transaction([&] {
    for (auto& row : storage_->unscored(wallet, m.topic, m.source, m.candle, limits::scores)) {
      row.truth = m.truth;
      row.past = m.past;
      row.unscored = m.truth.text.empty() ? m.failure : std::string();
      row.scored_at = m.at;
      storage_->put(row);
    }
  });
}

template <> void Books::apply(const Wallet& wallet, const BookSwap& m) {
  transaction([&] {
    const auto last = storage_->last_swap(wallet, m.topic);
    if (last && last->to_version == m.to.version && last->at == m.at) return; // repeated
    storage_->put(SwapRow{wallet, m.topic, last ? last->number + 1 : 1, m.from.name, m.from.version, m.to.name, m.to.version,
                          m.configured.version, m.after, m.by, m.why, m.at});
    auto models = storage_->models(wallet, m.topic);
    for (auto& row : models) // first the one that ceases to be live
      if (row.role == ModelRole::live && row.version != m.to.version) row.role = ModelRole::shadow, storage_->put(row);
    for (auto& row : models)
      if (row.version == m.to.version && row.role != ModelRole::live) row.role = ModelRole::live, storage_->put(row);
  });
}

template <> void Books::apply(const Wallet& wallet, const BookPredictorState& m) {
  transaction([&] {
    if (m.whole) storage_->forget(wallet, m.topic, {}, {});
    auto sums = m;
    sums.rows.clear(), sums.source.clear(), sums.candle = {};
    storage_->put(PredictorStateRow{wallet, m.topic, {}, {}, {}, boost::json::serialize(to_json(sums))});
    for (const auto& row : m.rows)
      storage_->put(
        PredictorStateRow{wallet, m.topic, row.nonce, row.source, row.candle, boost::json::serialize(to_json(row))});
    if (m.candle.value > 0) storage_->forget(wallet, m.topic, m.source, m.candle);
  });
}

std::optional<BookPredictorState> Books::predictor_state(const Wallet& wallet, TopicId topic) {
  std::optional<BookPredictorState> m;
  try {
    for (const auto& row : storage_->predictor_state(wallet, topic)) {
      const auto json = boost::json::parse(row.state);
      if (row.nonce.value == 0) from_json(json, m.emplace(), "state");
      else if (m) from_json(json, m->rows.emplace_back(), "row");
    }
  } catch (const StoreFailure&) {
    throw;
  } catch (const std::exception& e) {
    throw StoreFailure("the predictor's state of topic " + std::to_string(topic.value) +
                       " in the books cannot be read: " + e.what());
  }
  return m;
}

std::optional<Decimal> Books::truth(const WindowKey& key, const std::string& version) {
  const auto row = storage_->prediction(key, version);
  return row && row->scored_at.value > 0 ? std::optional(row->truth) : std::nullopt;
}

ScoresKnown Books::scores(const Wallet& wallet, const ScoresWanted& m) {
  ScoresKnown answer{m.topic, {}};
  const auto swap = storage_->last_swap(wallet, m.topic);
  auto rows = storage_->unscored(wallet, m.topic, {}, {}, limits::scores);
  if (m.scored > 0) {
    auto scored = storage_->scored(wallet, m.topic, swap ? swap->after : Height{}, m.scored);
    std::move(scored.begin(), scored.end(), std::back_inserter(rows));
  }
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.nonce < b.nonce; });
  for (const auto& row : rows) answer.predictions.push_back({message_of(row), row.truth});
  return answer;
}

} // namespace inferd
