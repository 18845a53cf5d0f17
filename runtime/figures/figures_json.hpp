#pragma once
// Figures of models as JSON: `inferd models --json`, `inferd backtest --json`, GET /models. Null: a figure is undefined.

#include "runtime/figures/live_figures.hpp"

#include <boost/json/object.hpp>

namespace inferd {

/// One object a model.
boost::json::object to_object(const TopicFigures&, const ModelFigures&);

boost::json::object to_object(const Promotion&);
boost::json::object to_object(const Participation&);

} // namespace inferd
