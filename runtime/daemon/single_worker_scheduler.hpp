#pragma once
// How the daemon's scheduler threads share their work: one thread runs the actors, the other is a spare hand.
//
// The actors of a window wait for each other, so a second thread gains nothing by running beside the first: it only has to be
// woken, and waking a thread costs more than most handlers. The spare takes over when the first has not come back for a while
// (a handler that hangs must not stop the tree that is to replace it), or when much has piled up.
//
// Alarms (delayed messages, deadlines of requests) are the first thread's, too: it waits for a job no longer than for the next
// of them. CAF's own clock thread is woken to hear of each alarm and again to forget it.
//
// When nothing is left to do the first thread rests, and what a burst left behind is done then, once: the tape is written, the
// log's lines are passed on. A thread of their own would be woken for each burst as well, beside this one.

#include <caf/policy/unprofiled.hpp>
#include <caf/resumable.hpp>
#include <caf/scheduler/coordinator.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <utility>

namespace inferd {

/// CAF's table of alarms without the thread: whoever waits asks for next() and calls ring(). From any thread.
class SchedulerClock : public caf::detail::thread_safe_actor_clock {
public:
  using Table = caf::detail::simple_actor_clock;
  static constexpr time_point never = time_point::max();

  std::function<void()> on_earlier; ///< next() has moved forward; called with nothing locked. Set before the first alarm

  time_point next() const { return next_.load(std::memory_order_acquire); }
  /// Sends what is due.
  void trigger_due() {
    change([this] { trigger_expired_timeouts(); });
  }

  void set_ordinary_timeout(time_point t, caf::abstract_actor* self, caf::atom_value type, std::uint64_t id) override {
    change([&] { Table::set_ordinary_timeout(t, self, type, id); });
  }
  void set_request_timeout(time_point t, caf::abstract_actor* self, caf::message_id id) override {
    change([&] { Table::set_request_timeout(t, self, id); });
  }
  void set_multi_timeout(time_point t, caf::abstract_actor* self, caf::atom_value type, std::uint64_t id) override {
    change([&] { Table::set_multi_timeout(t, self, type, id); });
  }
  void cancel_ordinary_timeout(caf::abstract_actor* self, caf::atom_value type) override {
    change([&] { Table::cancel_ordinary_timeout(self, type); });
  }
  void cancel_request_timeout(caf::abstract_actor* self, caf::message_id id) override {
    change([&] { Table::cancel_request_timeout(self, id); });
  }
  void cancel_timeouts(caf::abstract_actor* self) override {
    change([&] { Table::cancel_timeouts(self); });
  }
  void schedule_message(time_point t, caf::strong_actor_ptr to, caf::mailbox_element_ptr content) override {
    change([&] { Table::schedule_message(t, std::move(to), std::move(content)); });
  }
  void schedule_message(time_point t, caf::group to, caf::strong_actor_ptr from, caf::message content) override {
    change([&] { Table::schedule_message(t, std::move(to), std::move(from), std::move(content)); });
  }
  void cancel_all() override {
    change([&] { Table::cancel_all(); });
  }

private:
  template <class F> void change(F f) {
    const auto before = next();
    {
      const std::lock_guard lock(mutex_);
      f();
      next_.store(schedule().empty() ? never : schedule().begin()->first, std::memory_order_release);
    }
    if (next() < before && on_earlier) on_earlier();
  }

  std::recursive_mutex mutex_; ///< what an alarm sends may end an actor, which cancels its others
  std::atomic<time_point> next_{never};
};

class SingleWorkerPolicy : public caf::policy::unprofiled {
public:
  static constexpr std::chrono::milliseconds takeover_after{200}; ///< the first thread may stay in one job so long
  static constexpr std::size_t overload = 64;                     ///< jobs waiting: both work

  struct coordinator_data {
    explicit coordinator_data(caf::scheduler::abstract_coordinator*) {
      alarms.on_earlier = [this] {
        const std::lock_guard lock(mutex);
        if (primary_idle) primary.notify_one();
      };
    }
    SchedulerClock alarms;
    std::function<void()> on_idle; ///< by the first thread, with nothing locked; set before the first actor
    std::mutex mutex;
    std::condition_variable primary, standby;
    std::list<caf::resumable*> jobs;
    std::chrono::milliseconds check_interval{
      5000}; ///< the spare looks by itself, too: an actor that waits already brings no job
    std::chrono::steady_clock::time_point job_started = std::chrono::steady_clock::now(); ///< the first's present job
    bool primary_idle{}, primary_stopped{};
    bool ran_since_idle{}; ///< since it rested last
    bool standby_active{}; ///< it stands in for the first, until that one is back
  };
  struct worker_data {
    explicit worker_data(caf::scheduler::abstract_coordinator*) {}
  };

  template <class Coordinator> void central_enqueue(Coordinator* self, caf::resumable* job) {
    std::list<caf::resumable*> one{job}; // allocated outside the lock
    auto& d = self->data();
    const std::lock_guard lock(d.mutex);
    d.jobs.splice(d.jobs.end(), one);
    if (d.primary_idle) return d.primary.notify_one();
    if (!d.standby_active) d.standby_active = std::chrono::steady_clock::now() - d.job_started > takeover_after;
    if (d.standby_active || d.jobs.size() > overload) d.standby.notify_one();
  }
  template <class Worker> void external_enqueue(Worker* self, caf::resumable* job) { central_enqueue(self->parent(), job); }
  template <class Worker> void internal_enqueue(Worker* self, caf::resumable* job) { central_enqueue(self->parent(), job); }
  template <class Worker> void resume_job_later(Worker* self, caf::resumable* job) { central_enqueue(self->parent(), job); }

  template <class Worker> caf::resumable* dequeue(Worker* self) {
    auto& d = self->parent()->data();
    std::unique_lock lock(d.mutex);
    const bool is_first = self->id() == 0;
    if (is_first) d.standby_active = false;
    for (;;) {
      const auto now = std::chrono::steady_clock::now();
      const auto alarm = d.alarms.next();
      if (!is_first && !d.primary_idle && now - d.job_started > takeover_after && (!d.jobs.empty() || alarm < now))
        d.standby_active = true;
      const bool works = is_first || d.standby_active || d.primary_stopped;
      if (works && alarm <= now) {
        if (is_first) d.job_started = now, d.ran_since_idle = true;
        lock.unlock();
        d.alarms.trigger_due();
        lock.lock();
      } else if (!d.jobs.empty() && (works || d.jobs.size() > overload)) {
        if (is_first) d.job_started = now, d.ran_since_idle = true;
        auto* job = d.jobs.front();
        d.jobs.pop_front();
        return job;
      } else if (is_first && d.on_idle && std::exchange(d.ran_since_idle, false)) {
        d.job_started = now; // the disk may take its time: then the spare works
        lock.unlock();
        d.on_idle();
        lock.lock();
      } else if (is_first) {
        d.primary_idle = true;
        if (alarm == SchedulerClock::never) d.primary.wait(lock);
        else d.primary.wait_until(lock, alarm);
        d.primary_idle = false;
      } else {
        d.standby.wait_until(lock, works ? std::min(alarm, now + d.check_interval) : now + d.check_interval);
      }
    }
  }

  template <class Worker> void before_shutdown(Worker* self) {
    if (self->id() != 0) return;
    auto& d = self->parent()->data();
    const std::lock_guard lock(d.mutex);
    d.primary_stopped = d.standby_active = true;
    d.standby.notify_all();
  }

  template <class Worker, class F> void foreach_resumable(Worker*, F) {}
  template <class Coordinator, class F> void foreach_central_resumable(Coordinator* self, F f) {
    auto& d = self->data();
    std::list<caf::resumable*> left;
    {
      const std::lock_guard lock(d.mutex);
      left.swap(d.jobs);
    }
    for (auto* job : left) f(job);
  }
};

/// What actor_system_config::load takes: CAF's coordinator with SingleWorkerPolicy's threads and alarms.
class SingleWorkerScheduler : public caf::scheduler::coordinator<SingleWorkerPolicy> {
public:
  using caf::scheduler::coordinator<SingleWorkerPolicy>::coordinator;
  static caf::actor_system::module* make(caf::actor_system& system, caf::detail::type_list<>) {
    return new SingleWorkerScheduler(system);
  }
  SchedulerClock& clock() noexcept override { return data().alarms; }
  void on_idle(std::function<void()> f) { // the threads run already
    const std::lock_guard lock(data().mutex);
    data().on_idle = std::move(f);
  }
  void set_standby_interval(std::chrono::milliseconds check_interval) {
    const std::lock_guard lock(data().mutex);
    data().check_interval = check_interval;
    data().standby.notify_all();
  }
  void stop() override {
    data().alarms.cancel_all(); // a delayed message keeps its receiver
    caf::scheduler::coordinator<SingleWorkerPolicy>::stop();
  }
};

} // namespace inferd
