#include "runtime/figures/figures_json.hpp"

#include "base/duration.hpp"
#include "base/utc.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <boost/json.hpp>
#include <cmath>

namespace inferd {
namespace {

namespace json = boost::json;

const char* role_name(ModelRole role) { return boost::describe::enum_to_string(role, "?"); }

json::value number(double x) {
  if (!std::isfinite(x)) return nullptr;
  return x;
}

json::value range(const Range& r) {
  if (!std::isfinite(r.low) || !std::isfinite(r.high)) return nullptr;
  return json::array{r.low, r.high};
}

} // namespace

json::object to_object(const Promotion& g) {
  const auto bounded = [](const BoundedFigure& f) {
    return json::object{{"value", number(f.value)}, {"bound", number(f.bound)}, {"passes", f.passes}};
  };
  return {{"n", g.n},
          {"n_eff", number(g.effective)},
          {"enough", g.enough()},
          {"directional_accuracy", bounded(g.directional)},
          {"pearson", bounded(g.pearson)},
          {"wrmse_gain", bounded(g.weighted_gain)},
          {"wczar_gain", bounded(g.czar_gain)},
          {"log_aspect",
           json::object{{"value", number(g.log_aspect)}, {"error", number(g.log_aspect_error)}, {"passes", g.aspect_passes()}}},
          {"passes", g.passes()}};
}

json::object to_object(const Participation& p) {
  return {{"answered", p.answered}, {"windows", p.windows}, {"value", number(p.share())}, {"passes", p.passes()}};
}

json::object to_object(const TopicFigures& topic, const ModelFigures& m) {
  json::object o{{"topic_id", topic.topic.value},
                 {"name", m.model.name},
                 {"role", role_name(m.model.role)},
                 {"version", m.model.version},
                 {"form", m.model.form},
                 {"predictions", m.predictions},
                 {"failures", m.failures},
                 {"scored", m.scored},
                 {"unscored", m.unscored},
                 {"rmse", number(m.score.rmse)},
                 {"rmse_range", range(m.score.rmse_range)}};
  if (topic.output == ModelOutput::log_return) {
    o["directional_accuracy"] = number(m.score.directional);
    o["directional_range"] = range(m.score.directional_range);
  }
  if (topic.output == ModelOutput::volatility) o["qlike"] = number(m.score.qlike);
  o["pearson"] = number(m.score.pearson);
  if (m.model.role != ModelRole::live) {
    o["common"] = m.common;
    o["gain"] = m.advantage ? number(m.advantage->gain) : json::value(nullptr);
    o["gain_range"] = m.advantage ? range(m.advantage->range) : json::value(nullptr);
    o["better"] = m.advantage && m.advantage->t > m.critical;
  }
  o["chain_scored"] = m.chain_scored;
  o["chain_score"] = number(m.chain_score);
  o["promotion"] = m.grade ? json::value(to_object(*m.grade)) : json::value(nullptr);
  o["participation"] = to_object(m.participation);
  o["target"] = m.model.target;
  o["horizon"] = m.model.horizon_ms > 0 ? duration_text(m.model.horizon_ms) : std::string();
  o["data"] = m.model.data;
  o["by"] = m.model.by;
  o["since"] = utc_text(m.model.at);
  if (!m.last_failure.empty()) o["last_failure"] = m.last_failure;
  return o;
}

} // namespace inferd
