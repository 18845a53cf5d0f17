#include "runtime/daemon/models/retrainer.hpp"

#include "base/replace_file.hpp"
#include "base/duration.hpp"
#include "base/utc.hpp"
#include "model/inputs/candles_csv.hpp"
#include "runtime/books/books_reader.hpp"
#include "runtime/daemon/models/model_store.hpp"
#include "runtime/daemon/plan/shadow_plan.hpp"
#include "runtime/models/run_child.hpp"

#include <algorithm>
#include <boost/describe/enum_to_string.hpp>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <mutex>
#include <thread>
#include <unistd.h>
#include <utility>

namespace inferd {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t retry_ms = 3'600'000; ///< after a failure, at most
constexpr std::int64_t poll_ms = 30'000;     ///< of the clock, which may be set
constexpr std::int64_t training_deadline_ms = 1'800'000;
constexpr std::int64_t memory_bytes = 1'024ll << 20; ///< of the child
constexpr std::size_t most_candles = 300'000;        ///< of one training: half a year of minutes

struct Stopped : std::runtime_error {
  Stopped() : std::runtime_error("the daemon is stopping") {}
};

} // namespace

struct Retrainer::Impl {
  explicit Impl(RetrainerSettings s) : settings(std::move(s)) {
    for (const auto& job : settings.jobs) {
      const auto last = settings.last(job.topic);
      due.push_back(last ? Instant{last->value + job.every_ms} : settings.clock->now());
    }
    thread = std::thread([this] { work(); });
  }

  void work() {
    std::unique_lock lock(mutex);
    while (!stopping) {
      const auto it = std::min_element(due.begin(), due.end());
      const auto left = it->value - settings.clock->now().value;
      if (left > 0) {
        changed.wait_for(lock, std::chrono::milliseconds(std::min(left, poll_ms)));
        continue;
      }
      const auto& job = settings.jobs[static_cast<std::size_t>(it - due.begin())];
      lock.unlock();
      auto wait = job.every_ms;
      try {
        run(job);
      } catch (const Stopped&) {
      } catch (const std::exception& e) {
        wait = std::min(wait, retry_ms);
        settings.warn(fmt::format("topic {}: retraining failed, tried again in {}: {}", job.topic.value,
                                  duration_words(wait / 1'000 * 1'000), e.what()));
      }
      lock.lock();
      *it = Instant{settings.clock->now().value + wait};
    }
  }

  void check() {
    const std::lock_guard lock(mutex);
    if (stopping) throw Stopped();
  }

  /// Those of the last training and what has closed since, in a file.
  std::string candles(const RetrainJob& job) {
    const auto interval = job.train.interval;
    auto path = fmt::format("{}/{}-{}.csv", settings.folder, job.train.symbol, duration_text(interval.ms));
    const auto now = settings.clock->now();
    const Instant since{now.value - job.history_ms};
    std::vector<Candle> all;
    std::error_code error;
    if (fs::exists(path, error)) {
      try {
        all = read_candles(path, interval).candles;
      } catch (const CandlesError& e) {
        settings.warn(std::string("candles of an earlier training are fetched again: ") + e.what());
      }
    }
    std::erase_if(all, [&](const Candle& c) { return c.opens < since; });
    const auto have = all.empty() ? since : Instant{all.back().opens.value + interval.ms};
    auto more = job.fetch(all.empty() || all.front().opens.value > since.value + 2 * interval.ms ? since : have, now,
                          [this](const std::string&) { check(); });
    all.insert(all.end(), more.begin(), more.end());
    std::sort(all.begin(), all.end(), [](const Candle& a, const Candle& b) { return a.opens < b.opens; });
    all.erase(std::unique(all.begin(), all.end(), [](const Candle& a, const Candle& b) { return a.opens == b.opens; }),
              all.end());
    if (all.size() > most_candles) all.erase(all.begin(), all.end() - most_candles);
    if (all.empty()) throw std::runtime_error("no source gave candles of " + job.train.symbol);
    fs::create_directories(settings.folder, error);
    if (const auto why = replace_file(path, candles_text(all), Durability::cached); !why.empty())
      throw std::runtime_error(path + ": " + why);
    return path;
  }

  void run(const RetrainJob& job) {
    const auto from = candles(job);
    check();
    const auto out = fmt::format("{}/topic-{}.json", settings.folder, job.topic.value);
    const auto& t = job.train;
    std::vector<std::string> command{settings.program, "train",
                                     "--candles",      from,
                                     "--topic",        std::to_string(job.topic.value),
                                     "--symbol",       t.symbol,
                                     "--horizon",      duration_text(t.horizon_ms),
                                     "--interval",     duration_text(t.interval.ms),
                                     "--target",       boost::describe::enum_to_string(t.output, ""),
                                     "--out",          out};
    if (t.output == ModelOutput::volatility) command.insert(command.end(), {"--estimator", estimator_name(t.estimator)});
    train(command);
    std::ifstream file(out, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    const auto model = parse_model(text, out);
    const ModelId id{"retrained-" + compact(settings.clock->now()).substr(0, 13), model_checksum(model).substr(7, 12)};
    if (const auto why = settings.versions->keep(id.version, model_text(model)); !why.empty()) throw std::runtime_error(why);
    settings.info(fmt::format("retrained topic={} model={} version={} chosen={} candles={} last={} why=\"{}\"", job.topic.value,
                              id.name, id.version, model.chosen, model.training.candles, model.training.last, model.why));
    settings.offer({job.topic, id, text, "retraining"});
  }

  /// Runs `inferd train` at the lowest priority. Throws with the end of what it said on standard error.
  void train(const std::vector<std::string>& command) {
    using How = models::ChildEnd::How;
    const auto ended = models::run_child({.child = {.command = command,
                                                    .folder = {},
                                                    .environment = models::child_environment(environ),
                                                    .memory_bytes = memory_bytes,
                                                    .lowest_priority = true},
                                          .input = {},
                                          .deadline_ms = training_deadline_ms,
                                          .stopped = [this] {
                                            const std::lock_guard lock(mutex);
                                            return stopping;
                                          }});
    if (const auto* why = std::get_if<std::string>(&ended)) throw std::runtime_error(*why);
    const auto& end = std::get<models::ChildEnd>(ended);
    if (end.how == How::stopped) throw Stopped();
    if (end.how == How::late) throw std::runtime_error("it took longer than " + duration_words(training_deadline_ms));
    if (end.status != 0) throw std::runtime_error("training " + models::exit_text(end.status) + ": " + end.last_line());
  }

  RetrainerSettings settings;
  std::mutex mutex;
  std::condition_variable changed;
  bool stopping = false;
  std::vector<Instant> due; ///< of the jobs, in their order
  std::thread thread;
};

Retrainer::Retrainer(RetrainerSettings settings) : impl_(std::make_unique<Impl>(std::move(settings))) {}

Retrainer::~Retrainer() {
  stop();
  impl_->thread.join();
}

void Retrainer::stop() {
  const std::lock_guard lock(impl_->mutex);
  impl_->stopping = true;
  impl_->changed.notify_all();
}

std::vector<RetrainJob> retrain_jobs(const Config& config, const TreePlan& plan, const HostPorts& ports) {
  std::vector<RetrainJob> jobs;
  for (const auto& topic : config.topics) {
    if (!topic.retrain) continue;
    const auto planned =
      std::find_if(plan.topics.begin(), plan.topics.end(), [&](const auto& t) { return t.timer.topic == topic.id; });
    if (planned == plan.topics.end()) continue; // of another wallet
    const auto scored = scored_topic(topic, *planned);
    RetrainJob job{.topic = topic.id,
                   .train = {},
                   .every_ms = topic.retrain->every_ms,
                   .history_ms = topic.retrain->history_ms,
                   .fetch = {}};
    job.train.topic = topic.id.value;
    job.train.symbol = topic.symbol;
    job.train.horizon_ms = topic.horizon_ms;
    job.train.interval = topic.interval;
    job.train.output = scored.target.output;
    job.train.estimator = scored.target.estimator;
    job.fetch = make_history(config, {topic.symbol, topic.interval}, ports);
    jobs.push_back(std::move(job));
  }
  return jobs;
}

RetrainerSettings retrainer_settings(const Config& config, const ActorContext& context, std::shared_ptr<ModelStore> versions,
                                     std::shared_ptr<Logger> log, std::vector<RetrainJob> jobs) {
  return {.jobs = std::move(jobs),
          .folder = config.state_dir + "/training",
          .program = "/proc/self/exe",
          .clock = context.clock,
          .versions = std::move(versions),
          .last = [path = config.ledger_path](TopicId topic) -> std::optional<Instant> {
            std::optional<Instant> last;
            for (const auto& row : BooksReader(path).models(topic))
              if (row.by == "retraining") last = std::max(last, std::optional(row.at));
            return last;
          },
          .offer =
            [directory = context.directory](const OfferModel& m) {
              if (const auto predictor = directory->find(predictor_of(m.topic))) caf::anon_send(predictor, m);
            },
          .info = [log](const std::string& line) { log->info(line); },
          .warn = [log](const std::string& line) { log->warn(line); }};
}

} // namespace inferd
