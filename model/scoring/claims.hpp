#pragma once
// What a comparison's figures allow to claim, in words.

#include "model/training/prediction_rows.hpp"
#include "model/training/trainer.hpp"

#include <string>
#include <vector>

namespace inferd {

/// What a pass is worth.
extern const char* const promotion_caution;

/// One sentence each, about the candidates and, where it was scored, the model.
std::vector<std::string> claims(const Comparison&, ModelOutput);
std::vector<std::string> claims(const ModelScore&, ModelOutput);

/// About ranges around the predictions of `name`.
std::vector<std::string> claims(const std::vector<Coverage>&, const std::string& name);

/// The promotion figures that a grade fails, joined by ", "; empty: it passes.
std::string failed_figures(const Promotion&);

} // namespace inferd
