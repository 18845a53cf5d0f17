#include "runtime/metrics/open_metrics.hpp"

#include <charconv>
#include <cmath>
#include <string_view>

namespace inferd {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

std::string number(double x) {
  if (std::isnan(x)) return "NaN";
  if (std::isinf(x)) return x > 0 ? "+Inf" : "-Inf";
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, x).ptr};
}

/// A bucket's bound in the canonical form: with a point or an exponent.
std::string bound(double x) {
  auto text = number(x);
  if (text.find_first_of(".einN") == text.npos) text += ".0";
  return text;
}

std::string escaped(std::string_view text, bool quotes) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') out += "\\n";
    else if (c == '\\' || (quotes && c == '"')) out += {'\\', c};
    else out += c;
  }
  return out;
}

std::string labels(const ClientMetric& metric, const std::string& le = {}) {
  std::string out;
  const auto add = [&](const std::string& name, const std::string& value) {
    out += (out.empty() ? "" : ",") + name + "=\"" + escaped(value, true) + '"';
  };
  for (const auto& label : metric.label) add(label.name, label.value);
  if (!le.empty()) add("le", le);
  return out.empty() ? out : '{' + out + '}';
}

const char* type_name(MetricType type) {
  switch (type) {
    case MetricType::Counter: return "counter";
    case MetricType::Gauge: return "gauge";
    case MetricType::Histogram: return "histogram";
    default: return "unknown";
  }
}

void add_histogram(std::string& out, const std::string& name, const ClientMetric& metric) {
  const auto& h = metric.histogram;
  bool infinite = false;
  for (const auto& bucket : h.bucket) {
    infinite = infinite || std::isinf(bucket.upper_bound);
    out += name + "_bucket" + labels(metric, bound(bucket.upper_bound)) + ' ' + std::to_string(bucket.cumulative_count) + '\n';
  }
  if (!infinite) out += name + "_bucket" + labels(metric, "+Inf") + ' ' + std::to_string(h.sample_count) + '\n';
  out += name + "_sum" + labels(metric) + ' ' + number(h.sample_sum) + '\n';
  out += name + "_count" + labels(metric) + ' ' + std::to_string(h.sample_count) + '\n';
}

} // namespace

std::string open_metrics_text(const std::vector<MetricFamily>& families) {
  constexpr std::string_view total = "_total";
  std::string out;
  for (const auto& family : families) {
    if (family.metric.empty()) continue;
    auto name = family.name;
    if (family.type == MetricType::Counter && name.ends_with(total)) name.resize(name.size() - total.size());
    out.append("# HELP ").append(name).append(" ").append(escaped(family.help, true));
    out.append("\n# TYPE ").append(name).append(" ").append(type_name(family.type)).append("\n");
    for (const auto& metric : family.metric) switch (family.type) {
        case MetricType::Counter: out += name + "_total" + labels(metric) + ' ' + number(metric.counter.value) + '\n'; break;
        case MetricType::Gauge: out += name + labels(metric) + ' ' + number(metric.gauge.value) + '\n'; break;
        case MetricType::Histogram: add_histogram(out, name, metric); break;
        default: out += name + labels(metric) + ' ' + number(metric.untyped.value) + '\n'; break;
      }
  }
  return out + "# EOF\n";
}

} // namespace inferd
