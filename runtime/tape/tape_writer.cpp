#include "runtime/tape/tape_writer.hpp"

#include "actors/taped.hpp"
#include "runtime/limits.hpp"
#include "runtime/tape/tape.hpp"
#include "runtime/tape/tape_dir.hpp"
#include "runtime/tape/tape_messages.hpp"

#include <atomic>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <thread>
#include <unistd.h>

namespace inferd {
namespace {

/// Lines are gathered this long, so that a busy moment costs one write.
constexpr std::chrono::milliseconds gather{100};

std::string quoted(const std::string& text) { return boost::json::serialize(boost::json::string(text)); }

/// An actor of ours, by its place; anything else is outside.
std::string place_of(const caf::strong_actor_ptr& sender) {
  if (!sender) return {};
  auto* actor = caf::actor_cast<caf::abstract_actor*>(sender);
  if (!dynamic_cast<Backlog*>(actor)) return {};
  const auto* local = dynamic_cast<caf::local_actor*>(actor);
  return local ? local->name() : "";
}

} // namespace

struct TapeWriter::Impl {
  std::function<void(const std::string&)> warn;
  std::string path;
  int fd = -1;
  std::atomic<bool> on{false};

  std::mutex mutex;
  std::condition_variable wake;
  std::string waiting;
  std::uint64_t seq = 0;
  std::size_t bytes = 0; ///< taken so far, written or not
  bool stopping = false;
  std::string end = "stopped";
  std::thread thread;

  /// `rest` is the line without its beginning, which is the sequence number.
  void take(const std::string& rest) {
    std::lock_guard lock(mutex);
    if (!on) return;
    if (waiting.size() + rest.size() > limits::tape_waiting) return finish("the disk is too slow");
    const auto first = "{\"seq\":" + std::to_string(seq + 1) + ",";
    if (bytes + first.size() + rest.size() > limits::tape_bytes)
      return finish("it has its full length of " + std::to_string(limits::tape_bytes >> 20) + " MiB");
    ++seq;
    const bool first_waiting = waiting.empty();
    waiting += first;
    waiting += rest;
    bytes += first.size() + rest.size();
    if (first_waiting || waiting.size() > limits::tape_waiting / 2) wake.notify_one();
  }
  void finish(const std::string& why) { // under the lock; a gap would be worse than an end
    on = false;
    end = why;
    wake.notify_one();
  }
  void run();
  bool write(const std::string& text);
};

bool TapeWriter::Impl::write(const std::string& text) {
  const char* data = text.data();
  for (auto left = text.size(); left > 0;) {
    const auto n = ::write(fd, data, left);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      warn("tape " + path + " ends here: " + std::strerror(errno));
      return false;
    }
    data += n;
    left -= static_cast<std::size_t>(n);
  }
  return true;
}

void TapeWriter::Impl::run() {
  std::unique_lock lock(mutex);
  for (;;) {
    wake.wait(lock, [this] { return !waiting.empty() || stopping || !on; });
    if (on && !stopping) wake.wait_for(lock, gather, [this] { return stopping || !on || waiting.size() > limits::tape_waiting / 2; });
    std::string text;
    text.swap(waiting);
    const bool last = stopping || !on;
    if (last) on = false;
    const auto why = end;
    lock.unlock();
    bool written = write(text);
    if (written && last) written = write("{\"end\":" + quoted(why) + "}\n");
    if (written && last && why != "stopped") warn("tape " + path + " ends here: " + why);
    lock.lock();
    if (!written) on = false;
    if (last || !written) return;
  }
}

TapeWriter::TapeWriter(const TapeSettingsOfRun& settings, std::function<void(const std::string&)> warn)
  : impl_(std::make_unique<Impl>()) {
  impl_->warn = warn ? std::move(warn) : [](const std::string&) {};
  try {
    impl_->path = new_tape_path(settings.dir, settings.keep, settings.started);
  } catch (const std::exception& e) {
    impl_->warn("no tape: " + std::string(e.what()));
    return;
  }
  impl_->fd = ::open(impl_->path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (impl_->fd < 0) {
    impl_->warn("no tape: " + impl_->path + ": " + std::strerror(errno));
    impl_->path.clear();
    return;
  }
  impl_->waiting = "{\"tape\":" + std::to_string(tape_version) + ",\"inferd\":" + quoted(settings.program.empty() ? "unknown" : settings.program) +
                   ",\"wallet\":" + quoted(settings.wallet.address) + ",\"config\":" + quoted(settings.config_digest) +
                   ",\"started\":" + std::to_string(settings.started.value) + "}\n";
  impl_->bytes = impl_->waiting.size();
  impl_->on = true;
  impl_->thread = std::thread([impl = impl_.get()] { impl->run(); });
}

TapeWriter::~TapeWriter() {
  if (impl_->thread.joinable()) {
    {
      std::lock_guard lock(impl_->mutex);
      impl_->stopping = true;
      impl_->wake.notify_one();
    }
    impl_->thread.join();
  }
  if (impl_->fd >= 0) ::close(impl_->fd);
}

void TapeWriter::record(const Delivery& d) {
  if (!impl_->on) return;
  const auto message = to_tape(d.content);
  if (!message.type) return;
  impl_->take("\"now\":" + std::to_string(d.now.value) + ",\"to\":" + quoted(d.receiver) + ",\"from\":" + quoted(place_of(d.sender)) +
              ",\"type\":\"" + message.type + "\",\"message\":" + message.json + "}\n");
}

void TapeWriter::started(const std::string& place, Instant now) {
  if (impl_->on) impl_->take("\"now\":" + std::to_string(now.value) + ",\"start\":" + quoted(place) + "}\n");
}

void TapeWriter::read(const std::string& place, Instant now, const char* type, const std::string& json) {
  if (impl_->on)
    impl_->take("\"now\":" + std::to_string(now.value) + ",\"read\":" + quoted(place) + ",\"type\":\"" + type +
                "\",\"message\":" + json + "}\n");
}

const std::string& TapeWriter::path() const { return impl_->path; }
bool TapeWriter::running() const { return impl_->on; }

} // namespace inferd
