#pragma once
// How the daemon's scheduler threads share their work: one thread runs the actors, the other is a spare hand.
//
// The actors of a window wait for each other, so a second thread gains nothing by running beside the first: it only has to be
// woken, and waking a thread costs more than most handlers. The spare takes over when the first has not come back for a while
// (a handler that hangs must not stop the tree that is to replace it), or when much has piled up.

#include <caf/policy/unprofiled.hpp>
#include <caf/resumable.hpp>
#include <caf/scheduler/coordinator.hpp>

#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>

namespace inferd {

class OneHand : public caf::policy::unprofiled {
public:
  static constexpr std::chrono::milliseconds patience{200}; ///< the first thread may stay in one job so long
  static constexpr std::chrono::seconds look{2}; ///< the spare looks by itself, too: an actor that waits already brings no job
  static constexpr std::size_t much = 64;                   ///< jobs waiting: both work

  struct coordinator_data {
    explicit coordinator_data(caf::scheduler::abstract_coordinator*) {}
    std::mutex mutex;
    std::condition_variable first, spare;
    std::list<caf::resumable*> jobs;
    std::chrono::steady_clock::time_point since = std::chrono::steady_clock::now(); ///< the first's present job
    bool first_waits{}, first_left{};
    bool spare_works{}; ///< it stands in for the first, until that one is back
  };
  struct worker_data {
    explicit worker_data(caf::scheduler::abstract_coordinator*) {}
  };

  template <class Coordinator>
  void central_enqueue(Coordinator* self, caf::resumable* job) {
    std::list<caf::resumable*> one{job}; // allocated outside the lock
    auto& d = self->data();
    const std::lock_guard lock(d.mutex);
    d.jobs.splice(d.jobs.end(), one);
    if (d.first_waits) return d.first.notify_one();
    if (!d.spare_works) d.spare_works = std::chrono::steady_clock::now() - d.since > patience;
    if (d.spare_works || d.jobs.size() > much) d.spare.notify_one();
  }
  template <class Worker> void external_enqueue(Worker* self, caf::resumable* job) { central_enqueue(self->parent(), job); }
  template <class Worker> void internal_enqueue(Worker* self, caf::resumable* job) { central_enqueue(self->parent(), job); }
  template <class Worker> void resume_job_later(Worker* self, caf::resumable* job) { central_enqueue(self->parent(), job); }

  template <class Worker>
  caf::resumable* dequeue(Worker* self) {
    auto& d = self->parent()->data();
    std::unique_lock lock(d.mutex);
    if (self->id() == 0) {
      d.spare_works = false;
      d.first_waits = true;
      d.first.wait(lock, [&] { return !d.jobs.empty(); });
      d.first_waits = false;
      d.since = std::chrono::steady_clock::now();
    } else {
      while (d.jobs.empty() || !(d.spare_works || d.first_left || d.jobs.size() > much)) {
        d.spare.wait_for(lock, look);
        if (!d.first_waits && !d.jobs.empty() && std::chrono::steady_clock::now() - d.since > patience) d.spare_works = true;
      }
    }
    auto* job = d.jobs.front();
    d.jobs.pop_front();
    return job;
  }

  template <class Worker>
  void before_shutdown(Worker* self) {
    if (self->id() != 0) return;
    auto& d = self->parent()->data();
    const std::lock_guard lock(d.mutex);
    d.first_left = d.spare_works = true;
    d.spare.notify_all();
  }

  template <class Worker, class F> void foreach_resumable(Worker*, F) {}
  template <class Coordinator, class F>
  void foreach_central_resumable(Coordinator* self, F f) {
    auto& d = self->data();
    std::list<caf::resumable*> left;
    {
      const std::lock_guard lock(d.mutex);
      left.swap(d.jobs);
    }
    for (auto* job : left) f(job);
  }
};

} // namespace inferd
