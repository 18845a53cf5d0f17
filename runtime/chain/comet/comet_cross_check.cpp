// Queries whose answer may stop the work: a second endpoint is asked before it does.

#include "runtime/chain/comet/comet_calls.hpp"
#include "runtime/chain/comet/comet_requests.hpp"
#include "runtime/chain/comet/rpc_answers.hpp"

namespace inferd::chain {
namespace {

using Answers = std::vector<RpcPort::Answer>;

AskFailed unusable(AskFailed failed, Verdict verdict, std::string reason) {
  failed.verdict = verdict;
  failed.reason = std::move(reason);
  return failed;
}

std::string prefix(const RpcPort::Answer& answer, const AskFailed& failed) {
  return answer.endpoint + ": " + boost::describe::enum_to_string(failed.request, "?") + ": ";
}

std::variant<WindowStatusArrived, AskFailed> read_window(const RpcPort::Answer& answer, const AskWindow& a,
                                                         const RequestContext& with) {
  const auto none = failure(a);
  if (answer.verdict != Verdict::Accepted) return unusable(none, answer.verdict, answer.reason);
  const auto answered = decode_query(answer.message);
  if (const auto* refused = std::get_if<Refused>(&answered))
    return unusable(none, refused->verdict, prefix(answer, none) + refused->reason);
  const auto& query = std::get<QueryAnswer>(answered);
  auto status = decode_window(query.value, a.topic, with.clock->now());
  if (const auto* wrong = std::get_if<std::string>(&status))
    return unusable(none, Verdict::NoAnswer, prefix(answer, none) + *wrong);
  auto& arrived = std::get<WindowStatusArrived>(status);
  arrived.head = query.height;
  return arrived;
}

/// What stops the work; empty: nothing.
std::string obstacle(const WindowStatusArrived& status) {
  return !status.is_topic_active  ? "is not active"
         : !status.is_whitelisted ? "does not admit the wallet (whitelist)"
         : !status.is_registered  ? "does not have the wallet registered"
                                  : "";
}

std::variant<AccountArrived, AskFailed> read_account(const RpcPort::Answer& asked, const RpcPort::Answer& money,
                                                     const AskAccount& a) {
  const auto none = failure(a);
  for (const auto* answer : {&asked, &money})
    if (answer->verdict != Verdict::Accepted) return unusable(none, answer->verdict, answer->reason);
  AccountArrived arrived{a.wallet};
  const auto account = decode_query(asked.message);
  if (const auto* refused = std::get_if<Refused>(&account)) {
    if (refused->verdict != Verdict::NotFound) return unusable(none, refused->verdict, prefix(asked, none) + refused->reason);
  } else {
    auto decoded = decode_account(std::get<QueryAnswer>(account).value, a.wallet);
    if (const auto* wrong = std::get_if<std::string>(&decoded))
      return unusable(none, Verdict::NoAnswer, prefix(asked, none) + *wrong);
    arrived = std::get<AccountArrived>(std::move(decoded));
  }
  const auto balance_answer = decode_query(money.message);
  if (const auto* refused = std::get_if<Refused>(&balance_answer))
    return unusable(none, refused->verdict, prefix(money, none) + refused->reason);
  const auto balance = decode_balance(std::get<QueryAnswer>(balance_answer).value);
  if (const auto* wrong = std::get_if<std::string>(&balance))
    return unusable(none, Verdict::NoAnswer, prefix(money, none) + *wrong);
  arrived.balance = std::get<Uallo>(balance);
  return arrived;
}

} // namespace

void ask_window(const std::shared_ptr<RpcPort>& rpc, const RequestContext& with, const AskWindow& a,
                OnContradiction contradicted, Then<WindowStatusArrived> then) {
  const auto call = query_call(window_query(with.emissions, a.topic, a.wallet));
  rpc->call(call.method, call.params, with.deadline_ms,
            [weak = std::weak_ptr(rpc), with, a, call, contradicted = std::move(contradicted),
             then = std::move(then)](const RpcPort::Answer& answer) {
              auto first = read_window(answer, a, with);
              const auto* status = std::get_if<WindowStatusArrived>(&first);
              const auto stop = status ? obstacle(*status) : std::string();
              const auto rpc = weak.lock();
              if (stop.empty() || !rpc) return then(std::move(first));
              rpc->call_other(call.method, call.params, with.deadline_ms,
                              [with, a, first = std::move(first), stop, contradicted, then](const auto& second) {
                                auto other = second ? read_window(*second, a, with) : AskFailed{};
                                const auto* status = std::get_if<WindowStatusArrived>(&other);
                                if (!status || !obstacle(*status).empty()) return then(first);
                                contradicted("it says that topic " + std::to_string(a.topic.value) + " " + stop + ", " +
                                             second->endpoint + " says otherwise");
                                then(std::move(other));
                              });
            });
}

void ask_account(const std::shared_ptr<RpcPort>& rpc, const RequestContext& with, const AskAccount& a,
                 OnContradiction contradicted, Then<AccountArrived> then) {
  const auto account = query_call(account_query(a.wallet)), money = query_call(balance_query(a.wallet));
  call_all(*rpc, {account, money}, with.deadline_ms,
           [weak = std::weak_ptr(rpc), with, a, account, money, contradicted = std::move(contradicted),
            then = std::move(then)](const Answers& answers) {
             auto first = read_account(answers[0], answers[1], a);
             const auto* known = std::get_if<AccountArrived>(&first);
             const auto rpc = weak.lock();
             if (!known || known->exists || !rpc) return then(std::move(first));
             rpc->call_other(account.method, account.params, with.deadline_ms,
                             [weak, with, a, money, first = std::move(first), contradicted,
                              then](const std::optional<RpcPort::Answer>& asked) {
                               const auto rpc = weak.lock();
                               if (!asked || !rpc) return then(first);
                               rpc->call_other(money.method, money.params, with.deadline_ms,
                                               [a, first, asked = *asked, contradicted, then](const auto& balance) {
                                                 auto other = balance ? read_account(asked, *balance, a) : AskFailed{};
                                                 const auto* account = std::get_if<AccountArrived>(&other);
                                                 if (!account || !account->exists) return then(first);
                                                 contradicted("it does not know the account " + a.wallet.address + ", " +
                                                              asked.endpoint + " does");
                                                 then(std::move(other));
                                               });
                             });
           });
}

} // namespace inferd::chain
