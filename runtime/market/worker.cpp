#include "runtime/market/worker.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <pthread.h>
#include <thread>
#include <utility>

namespace inferd::market {
namespace {

/// Shared with the thread, which may outlive the worker when a task destroys it.
struct Queue {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Worker::Task> tasks;
  bool stopped = false;

  void run() {
    for (;;) {
      std::unique_lock lock(mutex);
      changed.wait(lock, [this] { return stopped || !tasks.empty(); });
      if (stopped) return;
      auto task = std::move(tasks.front());
      tasks.pop_front();
      lock.unlock();
      task();
    }
  }
};

class ThreadWorker : public Worker {
public:
  ThreadWorker() : queue_(std::make_shared<Queue>()), thread_([queue = queue_] { queue->run(); }) {
    pthread_setname_np(thread_.native_handle(), "market");
  }
  ~ThreadWorker() override { stop(); }

  void post(Task task) override {
    const auto queue = queue_; // the task may destroy this worker before post returns
    std::lock_guard lock(queue->mutex);
    if (queue->stopped) return;
    queue->tasks.push_back(std::move(task));
    queue->changed.notify_one();
  }

  void stop() override {
    std::deque<Task> dropped; // destroyed without the lock: a task may own a poster
    {
      std::lock_guard lock(queue_->mutex);
      queue_->stopped = true;
      dropped.swap(queue_->tasks);
    }
    queue_->changed.notify_one();
    if (!thread_.joinable()) return;
    if (thread_.get_id() == std::this_thread::get_id()) thread_.detach(); // stopped from a task
    else thread_.join();
  }

private:
  std::shared_ptr<Queue> queue_;
  std::jthread thread_;
};

class InlineWorker : public Worker {
public:
  void post(Task task) override {
    if (stopped_) return;
    tasks_.push_back(std::move(task));
    if (std::exchange(running_, true)) return;
    while (!tasks_.empty()) {
      const auto next = std::move(tasks_.front());
      tasks_.pop_front();
      next();
    }
    running_ = false;
  }
  void stop() override {
    stopped_ = true;
    tasks_.clear();
  }

private:
  std::deque<Task> tasks_;
  bool running_ = false, stopped_ = false;
};

} // namespace

std::shared_ptr<Worker> make_thread_worker() { return std::make_shared<ThreadWorker>(); }
std::shared_ptr<Worker> make_inline_worker() { return std::make_shared<InlineWorker>(); }

} // namespace inferd::market
