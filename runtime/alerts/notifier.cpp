#include "runtime/alerts/notifier.hpp"

#include "runtime/alerts/alert_facts.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace inferd::alerts {
namespace {

constexpr std::size_t most_waiting = 32;
constexpr unsigned most_tries = 3;
constexpr std::int64_t first_pause_ms = 10'000; ///< before the second try; the third waits six times as long

} // namespace

struct Notifier::Impl {
  Impl(NotifierSettings s, std::shared_ptr<TreePort> t, std::shared_ptr<ClockPort> c, std::shared_ptr<Messenger> m)
    : settings(std::move(s)), tree(std::move(t)), clock(std::move(c)), messenger(std::move(m)), core(settings.policy),
      thread([this] { loop(); }) {}
  ~Impl() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
    }
    changed.notify_all();
    messenger->stop();
    thread.join();
  }

  struct Waiting {
    Message message;
    bool webhook{}; ///< else the command
    unsigned tries{};
    Instant due;
  };

  void loop() {
    while (true) {
      {
        std::unique_lock lock(mutex);
        if (changed.wait_for(lock, std::chrono::milliseconds(settings.check_ms), [&] { return stopping; })) return;
      }
      try {
        turn();
      } catch (const std::exception& e) { // costs messages, not the daemon
        if (settings.warn) settings.warn(std::string("notifications: ") + e.what());
      }
    }
  }

  void turn() {
    for (const auto& n : core.on(read_facts(*tree), clock->now())) {
      const Message message{json_of(n, settings.sender), text_of(n, settings.sender)};
      if (messenger->has_webhook()) push({message, true, 0, n.at});
      if (messenger->has_command()) push({message, false, 0, n.at});
    }
    deliver();
  }

  void push(Waiting w) {
    if (waiting.size() >= most_waiting) {
      give_up(waiting.front(), "too many messages wait");
      waiting.pop_front();
    }
    waiting.push_back(std::move(w));
  }

  void give_up(const Waiting& w, const std::string& why) const {
    if (settings.warn) settings.warn("notification not delivered: " + why + "; it was: " + w.message.text);
  }

  void deliver() {
    for (auto left = waiting.size(); left > 0; --left) {
      auto w = std::move(waiting.front());
      waiting.pop_front();
      const auto now = clock->now();
      if (now < w.due && now.value >= w.due.value - 3'700'000) { // else the clock was set back
        waiting.push_back(std::move(w));
        continue;
      }
      const auto failure = w.webhook ? messenger->post(w.message, now) : messenger->run(w.message);
      if (!failure) continue;
      {
        const std::lock_guard lock(mutex);
        if (stopping) return;
      }
      if (++w.tries >= most_tries) {
        give_up(w, failure->why);
        continue;
      }
      w.due = Instant{clock->now().value + std::max(failure->pause_ms, w.tries == 1 ? first_pause_ms : 6 * first_pause_ms)};
      waiting.push_back(std::move(w));
    }
  }

  NotifierSettings settings;
  std::shared_ptr<TreePort> tree;
  std::shared_ptr<ClockPort> clock;
  std::shared_ptr<Messenger> messenger;
  AlertCore core;              ///< of the thread
  std::deque<Waiting> waiting; ///< of the thread
  std::mutex mutex;
  std::condition_variable changed;
  bool stopping = false;
  std::thread thread; ///< the last: it uses the others
};

Notifier::Notifier(NotifierSettings settings, std::shared_ptr<TreePort> tree, std::shared_ptr<ClockPort> clock,
                   std::shared_ptr<Messenger> messenger)
  : impl_(std::make_unique<Impl>(std::move(settings), std::move(tree), std::move(clock), std::move(messenger))) {}
Notifier::~Notifier() = default;

} // namespace inferd::alerts
