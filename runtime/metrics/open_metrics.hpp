#pragma once

#include <prometheus/metric_family.h>
#include <string>
#include <vector>

namespace inferd {

/// OpenMetrics 1.0 (https://prometheus.io/docs/specs/om/open_metrics_spec): as Prometheus' text format, but a counter's family
/// has no _total, and the text ends with # EOF. prometheus-cpp writes the older format only.
std::string open_metrics_text(const std::vector<prometheus::MetricFamily>&);

inline constexpr const char* open_metrics_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";

} // namespace inferd
