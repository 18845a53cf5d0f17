#pragma once
// A CAF scheduler with two threads: the primary runs the actors, the standby takes over when the primary is blocked.
//
// The actors of a window run one after another, so a second thread in parallel gains nothing, and waking a thread costs more
// than most handlers. The standby takes over when the primary has been in one job for takeover_after (a handler that hangs must
// not block the supervisors), and helps when more than `overload` jobs are queued.
//
// The primary also fires timeouts (delayed messages, request deadlines): it waits for a job until the next timeout. CAF's own
// clock thread would be woken for every timeout set and cancelled.
//
// When no job is left, the primary calls on_idle once, which flushes tape and log. Threads for those would be woken for every
// burst as well.

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

/// CAF's actor clock without its thread: the scheduler waits until next() and calls trigger_due(). From any thread.
class SchedulerClock : public caf::detail::thread_safe_actor_clock {
public:
  using Table = caf::detail::simple_actor_clock;
  static constexpr time_point never = time_point::max();

  std::function<void()> on_earlier; ///< next() became earlier; called without a lock. Set before the first timeout

  time_point next() const { return next_.load(std::memory_order_acquire); }
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

  std::recursive_mutex mutex_; ///< recursive: a timeout may end an actor, which cancels its others
  std::atomic<time_point> next_{never};
};

class SingleWorkerPolicy : public caf::policy::unprofiled {
public:
  static constexpr std::chrono::milliseconds takeover_after{200}; ///< longest job of the primary before the standby takes over
  static constexpr std::size_t overload = 64;                     ///< with more jobs queued both threads work

  struct coordinator_data {
    explicit coordinator_data(caf::scheduler::abstract_coordinator*) {
      timeouts.on_earlier = [this] {
        const std::lock_guard lock(mutex);
        if (primary_idle) primary.notify_one();
      };
    }
    SchedulerClock timeouts;
    std::function<void()> on_idle; ///< called by the primary without a lock; set before the first actor
    std::mutex mutex;
    std::condition_variable primary, standby;
    std::list<caf::resumable*> jobs;
    std::chrono::milliseconds check_interval{5000}; ///< of the standby: a job queued before the primary blocked wakes no thread
    std::chrono::steady_clock::time_point job_started = std::chrono::steady_clock::now(); ///< the primary's current job
    bool primary_idle{}, primary_stopped{};
    bool ran_since_idle{}; ///< the primary, since on_idle
    bool standby_active{}; ///< it has taken over, until the primary returns
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
    const bool is_primary = self->id() == 0;
    if (is_primary) d.standby_active = false;
    for (;;) {
      const auto now = std::chrono::steady_clock::now();
      const auto next_timeout = d.timeouts.next();
      if (!is_primary && !d.primary_idle && now - d.job_started > takeover_after && (!d.jobs.empty() || next_timeout < now))
        d.standby_active = true;
      const bool is_active = is_primary || d.standby_active || d.primary_stopped;
      if (is_active && next_timeout <= now) {
        if (is_primary) d.job_started = now, d.ran_since_idle = true;
        lock.unlock();
        d.timeouts.trigger_due();
        lock.lock();
      } else if (!d.jobs.empty() && (is_active || d.jobs.size() > overload)) {
        if (is_primary) d.job_started = now, d.ran_since_idle = true;
        auto* job = d.jobs.front();
        d.jobs.pop_front();
        return job;
      } else if (is_primary && d.on_idle && std::exchange(d.ran_since_idle, false)) {
        d.job_started = now; // if the disk blocks, the standby takes over
        lock.unlock();
        d.on_idle();
        lock.lock();
      } else if (is_primary) {
        d.primary_idle = true;
        if (next_timeout == SchedulerClock::never) d.primary.wait(lock);
        else d.primary.wait_until(lock, next_timeout);
        d.primary_idle = false;
      } else {
        d.standby.wait_until(lock, is_active ? std::min(next_timeout, now + d.check_interval) : now + d.check_interval);
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

/// The module for actor_system_config::load: CAF's coordinator with SingleWorkerPolicy and SchedulerClock.
class SingleWorkerScheduler : public caf::scheduler::coordinator<SingleWorkerPolicy> {
public:
  using caf::scheduler::coordinator<SingleWorkerPolicy>::coordinator;
  static caf::actor_system::module* make(caf::actor_system& system, caf::detail::type_list<>) {
    return new SingleWorkerScheduler(system);
  }
  SchedulerClock& clock() noexcept override { return data().timeouts; }
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
    data().timeouts.cancel_all(); // a delayed message holds a reference to its receiver
    caf::scheduler::coordinator<SingleWorkerPolicy>::stop();
  }
};

} // namespace inferd
