#pragma once
// What an answer was worth, once the truth is known. The real chain scores by regret against the other workers; here a
// worker is measured against the truth alone, so that a better model earns a better score in a world of its own.

#include "runtime/sim/chain/sim_payload.hpp"

#include <string>
#include <vector>

namespace inferd::sim {

/// A single value: 1 / (1 + ((value − truth) / score_scale)²). Labels: the value given to the true label, within [0, 1].
/// Always in [0, 1]; 1 is exact.
double score_of(const TopicSettings& topic, const std::vector<NormalValue>& values, const Truth& truth);

/// `pot` split in proportion to the scores; all zero when no score is above zero. Rounded down to whole uallo.
std::vector<Amount> split(Amount pot, const std::vector<double>& scores);

/// Plain decimal text with up to 12 places, no trailing zeros.
std::string score_text(double score);

/// Mean of the values given to each label, labels in the order of first appearance.
std::vector<NormalValue> mean_of(const std::vector<std::vector<NormalValue>>& answers);

} // namespace inferd::sim
