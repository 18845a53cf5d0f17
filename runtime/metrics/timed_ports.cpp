#include "runtime/metrics/timed_ports.hpp"

#include <chrono>
#include <utility>

namespace inferd {
namespace {

using Steady = std::chrono::steady_clock;
using Answered = std::function<void(const std::string&, bool, double)>;

double seconds_since(Steady::time_point t) { return std::chrono::duration<double>(Steady::now() - t).count(); }

class TimedMarket : public MarketPort {
public:
  TimedMarket(std::shared_ptr<MarketPort> market, Answered answered)
    : market_(std::move(market)), answered_(std::make_shared<Answered>(std::move(answered))) {}

  void ask(const AskCandles& question, std::function<void(Answer)> done) override {
    market_->ask(
      question, [answered = answered_, source = question.source, begin = Steady::now(), done = std::move(done)](Answer answer) {
        (*answered)(source, std::holds_alternative<CandlesArrived>(answer), seconds_since(begin));
        done(std::move(answer));
      });
  }

private:
  std::shared_ptr<MarketPort> market_;
  std::shared_ptr<const Answered> answered_;
};

class TimedRpc : public RpcPort {
public:
  TimedRpc(std::shared_ptr<RpcPort> rpc, Answered answered)
    : rpc_(std::move(rpc)), answered_(std::make_shared<Answered>(std::move(answered))) {}

  void listen(Listener listener) override { rpc_->listen(std::move(listener)); }
  void call(std::string method, boost::json::object params, std::int64_t deadline_ms,
            std::function<void(Answer)> done) override {
    rpc_->call(std::move(method), std::move(params), deadline_ms,
               [answered = answered_, begin = Steady::now(), done = std::move(done)](Answer answer) {
                 note(*answered, answer, begin);
                 done(std::move(answer));
               });
  }
  void call_other(std::string method, boost::json::object params, std::int64_t deadline_ms,
                  std::function<void(std::optional<Answer>)> done) override {
    rpc_->call_other(std::move(method), std::move(params), deadline_ms,
                     [answered = answered_, begin = Steady::now(), done = std::move(done)](std::optional<Answer> answer) {
                       if (answer) note(*answered, *answer, begin);
                       done(std::move(answer));
                     });
  }
  void call_others(std::string method, boost::json::object params, std::int64_t deadline_ms, Each each) override {
    rpc_->call_others(
      std::move(method), std::move(params), deadline_ms,
      [answered = answered_, begin = Steady::now(), each = std::move(each)](std::optional<Answer> answer, std::size_t left) {
        if (answer) note(*answered, *answer, begin);
        each(std::move(answer), left);
      });
  }
  void leave(std::string reason) override { rpc_->leave(std::move(reason)); }
  std::vector<EndpointState> endpoints() const override { return rpc_->endpoints(); }

private:
  static void note(const Answered& answered, const Answer& answer, Steady::time_point begin) {
    if (!answer.endpoint.empty()) answered(answer.endpoint, answer.verdict == Verdict::Accepted, seconds_since(begin));
  }

  std::shared_ptr<RpcPort> rpc_;
  std::shared_ptr<const Answered> answered_;
};

} // namespace

std::shared_ptr<MarketPort> timed(std::shared_ptr<MarketPort> market, Answered answered) {
  return std::make_shared<TimedMarket>(std::move(market), std::move(answered));
}

std::shared_ptr<RpcPort> timed(std::shared_ptr<RpcPort> rpc, Answered answered) {
  return std::make_shared<TimedRpc>(std::move(rpc), std::move(answered));
}

} // namespace inferd
