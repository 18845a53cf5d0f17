#pragma once
// What a value of a model from outside must satisfy before it is submitted (etc/design/foreign_models.md). Pure.

#include "messages/chain.hpp"
#include "messages/prediction.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace inferd {

struct SanityRules {
  double least{}, most{};         ///< the plausible range: of the value, or of ln(value / close) with `relative`
  bool relative{};                ///< for prices
  std::uint32_t same_values = 50; ///< equal answers in a row; one more is refused. 0: any number
  double network_deviations = 20; ///< from the network's last value, in standard deviations of its changes. 0: any distance
};

/// The topic's rules for values from outside: arity, labels, unity. Empty: kept.
std::string against_topic(const std::vector<LabelledValue>&, const TopicArrived& rules);

/// The rules and what they remember of a topic. Answers and conclusions come in the order of their nonces.
class Sanity {
public:
  explicit Sanity(SanityRules rules) : rules_(rules) {}

  /// The network's combined value for a nonce; repeated and older nonces are ignored.
  void concluded(Height nonce, const Decimal& combined);

  /// Why `values` must not be submitted for `nonce`, in one sentence; empty: nothing is against it. Counts the answer; a
  /// repeated nonce counts once.
  std::string implausibility(Height nonce, const std::vector<LabelledValue>& values, double close);

  const SanityRules& rules() const { return rules_; }

private:
  std::string far_from_network(double value) const;

  SanityRules rules_;
  std::vector<LabelledValue> last_;
  Height last_nonce_;
  std::uint32_t equal_{}; ///< answers in a row with the values last_
  std::deque<double> network_;
  Height concluded_;
};

} // namespace inferd
