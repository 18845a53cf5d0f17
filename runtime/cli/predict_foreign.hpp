#pragma once

#include <iosfwd>
#include <string>

namespace inferd::cli {

/// `inferd predict` for models from outside: files of ONNX, LightGBM and XGBoost, and { command = […] } as in a topic. Prints
/// one prediction a row of `rows`, a CSV file. False: `model` is a file of this program. Throws Failure.
bool predict_foreign(const std::string& model, const std::string& rows, std::ostream& out);

} // namespace inferd::cli
