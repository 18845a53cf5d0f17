#pragma once
// Scores against the truth. The real chain scores by regret relative to the other workers; here only the truth counts, so that
// a better model gets a better score even if it is the only worker.

#include "runtime/sim/chain/sim_payload.hpp"

#include <string>
#include <vector>

namespace inferd::sim {

/// Single value: 1 / (1 + ((value − truth) / score_scale)²). Labels: the value of the true label, clamped to [0, 1]. Result in
/// [0, 1]; 1 is exact.
double score_of(const TopicSettings& topic, const std::vector<NormalValue>& values, const Truth& truth);

/// Splits `pot` in proportion to the scores, rounded down to whole uallo; all zero if no score is positive.
std::vector<Amount> split(Amount pot, const std::vector<double>& scores);

/// Plain decimal with up to 12 places, without trailing zeros.
std::string score_text(double score);

/// Mean value of each label, labels in order of first appearance.
std::vector<NormalValue> mean_of(const std::vector<std::vector<NormalValue>>& answers);

} // namespace inferd::sim
