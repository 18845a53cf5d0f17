#pragma once

#include <initializer_list>
#include <map>
#include <prometheus/metric_family.h>
#include <string>
#include <utility>
#include <vector>

namespace inferd {

using MetricLabels = std::vector<std::pair<std::string, std::string>>;

/// Collects samples by the names of the catalogue, which has their kind and help. Throws std::logic_error for any other name.
class Families {
public:
  void add(const std::string& name, const MetricLabels& labels, double value);
  /// `counts`: one more than `bounds`, not cumulated.
  void add_histogram(const std::string& name, const MetricLabels& labels, const std::vector<double>& bounds,
                     const std::vector<std::uint64_t>& counts, double sum);
  std::vector<prometheus::MetricFamily> take();

private:
  prometheus::MetricFamily& family(const std::string& name);
  std::vector<prometheus::MetricFamily> families_;
  std::map<std::string, std::size_t> index_;
};

const char* metric_help(const std::string& name);

/// Of this process, from /proc/self; what cannot be read is left out.
void add_process(Families&);

} // namespace inferd
