#pragma once

#include <cstddef>
#include <fstream>
#include <string>
#include <vector>

namespace inferd::cli {

/// Rows of numbers with named columns, of a CSV file of at most limits::file_read bytes. Throws Failure, which names file, line
/// and column.
class FeatureRows {
public:
  explicit FeatureRows(const std::string& path);

  const std::vector<std::string>& header() const { return header_; }
  std::size_t column(const std::string& name) const;
  /// The next row; false at the end.
  bool next();
  /// Of the present row. NaN for an empty field: not defined.
  double at(std::size_t column) const;
  std::string where() const; ///< "rows.csv:7"

private:
  std::string path_;
  std::ifstream in_;
  std::vector<std::string> header_, fields_;
  std::size_t number_ = 1;
};

} // namespace inferd::cli
