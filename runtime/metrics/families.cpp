#include "runtime/metrics/families.hpp"

#include "runtime/metrics/catalogue.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <sys/resource.h>
#include <unistd.h>

namespace inferd {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

const MetricInfo& info(const std::string& name) {
  for (const auto& m : metric_catalogue)
    if (name == m.name) return m;
  throw std::logic_error("no metric of the catalogue: " + name);
}

MetricType type_of(std::string_view kind) {
  return kind == "counter"     ? MetricType::Counter
         : kind == "gauge"     ? MetricType::Gauge
         : kind == "histogram" ? MetricType::Histogram
                               : MetricType::Untyped;
}

ClientMetric labelled(const MetricLabels& labels) {
  ClientMetric out;
  for (const auto& [name, value] : labels) out.label.push_back({name, value});
  return out;
}

std::string content(const char* path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Seconds since 1970 at which the machine started.
double boot_time() {
  std::istringstream lines(content("/proc/stat"));
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("btime ")) return std::stod(line.substr(6));
  return 0;
}

} // namespace

const char* metric_help(const std::string& name) { return info(name).help; }

MetricFamily& Families::family(const std::string& name) {
  const auto [it, fresh] = index_.emplace(name, families_.size());
  if (fresh) {
    const auto& m = info(name);
    families_.push_back({name, m.help, type_of(m.kind), {}});
  }
  return families_[it->second];
}

void Families::add(const std::string& name, const MetricLabels& labels, double value) {
  auto& f = family(name);
  auto metric = labelled(labels);
  (f.type == MetricType::Counter ? metric.counter.value
   : f.type == MetricType::Gauge ? metric.gauge.value
                                 : metric.untyped.value) = value;
  f.metric.push_back(std::move(metric));
}

void Families::add_histogram(const std::string& name, const MetricLabels& labels, const std::vector<double>& bounds,
                             const std::vector<std::uint64_t>& counts, double sum) {
  auto metric = labelled(labels);
  auto& h = metric.histogram;
  h.sample_sum = sum;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    h.sample_count += counts[i];
    h.bucket.push_back({h.sample_count, i < bounds.size() ? bounds[i] : std::numeric_limits<double>::infinity()});
  }
  family(name).metric.push_back(std::move(metric));
}

std::vector<MetricFamily> Families::take() {
  index_.clear();
  return std::move(families_);
}

void add_process(Families& out) {
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  const auto page = static_cast<double>(::sysconf(_SC_PAGESIZE));
  const auto stat = content("/proc/self/stat");
  if (const auto end = stat.rfind(')'); end != stat.npos && end + 2 < stat.size()) {
    std::istringstream rest(stat.substr(end + 2)); // from the third field, the state
    std::vector<std::string> fields{std::istream_iterator<std::string>(rest), {}};
    if (fields.size() > 21) {
      out.add("process_cpu_seconds_total", {}, (std::stod(fields[11]) + std::stod(fields[12])) / ticks);
      out.add("process_virtual_memory_bytes", {}, std::stod(fields[20]));
      out.add("process_resident_memory_bytes", {}, std::stod(fields[21]) * page);
      out.add("process_threads", {}, std::stod(fields[17]));
      if (const auto boot = boot_time(); boot > 0)
        out.add("process_start_time_seconds", {}, boot + std::stod(fields[19]) / ticks);
    }
  }
  std::error_code error;
  std::filesystem::directory_iterator fds("/proc/self/fd", error);
  if (!error) out.add("process_open_fds", {}, static_cast<double>(std::distance(begin(fds), end(fds)) - 1)); // without this one
  rlimit most{};
  if (::getrlimit(RLIMIT_NOFILE, &most) == 0)
    out.add("process_max_fds", {},
            most.rlim_cur == RLIM_INFINITY ? std::numeric_limits<double>::infinity() : static_cast<double>(most.rlim_cur));
}

} // namespace inferd
