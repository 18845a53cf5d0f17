#pragma once
// The doctor's questions to the chain: may this wallet answer these topics, and can it pay?

#include "runtime/cli/doctor_checks.hpp"
#include "runtime/ports/chain_port.hpp"

#include <chrono>

namespace inferd::cli {

template <class Answer> using Heard = std::variant<Answer, AskFailed>;

/// Connects `chain`, which nobody else uses, and asks it about the wallet and its topics. Blocks: for the connection at most
/// `patience`, then for each answer as long as the port takes.
std::vector<Finding> check_chain(const Config&, const Wallet&, const std::vector<TopicId>&, ChainPort& chain,
                                 std::chrono::milliseconds patience);

Finding judge_account(const Heard<AccountArrived>&, const Heard<GasPriceArrived>&, const ChainSettings&);
Finding judge_topic(TopicId, const Heard<TopicArrived>&, const Heard<WindowStatusArrived>&, bool may_register);

} // namespace inferd::cli
