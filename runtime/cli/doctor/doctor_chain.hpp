#pragma once
// The doctor's checks on the chain: whether the wallet may answer its topics and can pay.

#include "runtime/cli/doctor/doctor_checks.hpp"
#include "runtime/ports/chain_port.hpp"

#include <chrono>

namespace inferd::cli {

template <class Answer> using Reply = std::variant<Answer, AskFailed>;

/// Connects `chain`, which must be unused, and queries the wallet and its topics. Blocks: up to `patience` for the connection,
/// then for each reply until the port's deadline. Compares each topic with the model that is configured for it.
std::vector<Finding> check_chain(const Config&, const Wallet&, const std::vector<TopicId>&, ChainPort& chain,
                                 std::chrono::milliseconds patience);

Finding judge_account(const Reply<AccountArrived>&, const Reply<GasPriceArrived>&, const ChainSettings&);
Finding judge_topic(TopicId, const Reply<TopicArrived>&, const Reply<WindowStatusArrived>&, bool may_register);
/// Whether the model answers what the topic asks. Empty: it does, or the file cannot be used (check_models says why).
std::optional<Finding> judge_model(const TopicSettings&, const TopicArrived&);

} // namespace inferd::cli
