#include "runtime/models/command_model.hpp"

#include "runtime/models/protocol.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace inferd::models {
namespace {

using Clock = std::chrono::steady_clock;

std::int64_t ms_since(Clock::time_point t) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - t).count();
}

/// One request, from the candles to the answer.
struct Errand {
  AskModel ask;
  std::function<void(ModelPort::Answer)> done;
  Clock::time_point since = Clock::now();

  void fail(std::string why) const { done(ModelFailed{ask.topic, ask.nonce, ask.ask, std::move(why)}); }
};

class LineModel : public ModelPort {
public:
  LineModel(ModelSpec spec, std::vector<std::string> names, std::shared_ptr<LineProcess> process,
            std::shared_ptr<MarketPort> market)
    : shared_(std::make_shared<Shared>(Shared{std::move(spec), std::move(names), std::move(process)})),
      market_(std::move(market)) {}

  void ask(const AskModel& ask, std::function<void(Answer)> done) override {
    auto errand = std::make_shared<Errand>(Errand{ask, std::move(done)});
    const auto& spec = shared_->spec;
    if (spec.candles == 0 || !market_) return send(*shared_, std::move(errand), {});
    const auto interval = spec.interval_minutes * 60'000;
    const Instant end{ask.candle.value + interval}, since{end.value - static_cast<std::int64_t>(spec.candles) * interval};
    market_->ask({ask.source, ask.ask, since, end}, [shared = shared_, errand](MarketPort::Answer answer) mutable {
      if (const auto* failed = std::get_if<SourceFailed>(&answer))
        return errand->fail("no candles for the model: " + failed->reason);
      send(*shared, std::move(errand), std::get<CandlesArrived>(std::move(answer)).candles);
    });
  }

private:
  struct Shared {
    ModelSpec spec;
    std::vector<std::string> names;
    std::shared_ptr<LineProcess> process;
  };

  static void send(const Shared& shared, std::shared_ptr<Errand> errand, std::vector<Candle> candles) {
    const auto& spec = shared.spec;
    std::erase_if(candles, [&](const Candle& c) { return c.opens > errand->ask.candle; });
    if (candles.size() > spec.candles)
      candles.erase(candles.begin(), candles.end() - static_cast<std::ptrdiff_t>(spec.candles));
    const auto left = spec.deadline_ms - ms_since(errand->since);
    if (left <= 0) return errand->fail("its candles took the whole deadline");
    auto answer = std::make_shared<LineAnswer>();
    auto judge = [answer, nonce = errand->ask.nonce](std::string_view line) -> std::string {
      auto parsed = parse_answer(line, nonce);
      if (auto* why = std::get_if<std::string>(&parsed)) return std::move(*why);
      *answer = std::get<LineAnswer>(std::move(parsed));
      return {};
    };
    shared.process->ask(request_line(spec, errand->ask, shared.names, candles), left, std::move(judge),
                        [answer, errand](std::variant<std::string, LineProcess::Failed> result) {
                          if (auto* failed = std::get_if<LineProcess::Failed>(&result)) return errand->fail(failed->reason);
                          if (!answer->error.empty()) return errand->fail(answer->error);
                          const auto& a = errand->ask;
                          errand->done(ModelAnswered{a.topic, a.nonce, a.ask, answer->values, ms_since(errand->since)});
                        });
  }

  std::shared_ptr<const Shared> shared_;
  std::shared_ptr<MarketPort> market_;
};

} // namespace

std::shared_ptr<ModelPort> make_line_model(ModelSpec spec, std::vector<std::string> names, std::shared_ptr<LineProcess> process,
                                           std::shared_ptr<MarketPort> market) {
  return std::make_shared<LineModel>(std::move(spec), std::move(names), std::move(process), std::move(market));
}

} // namespace inferd::models
