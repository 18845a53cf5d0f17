#include "runtime/tape/tape_writer.hpp"

#include "actors/base/actor_base.hpp"
#include "base/file_identity.hpp"
#include "messages/json.hpp"
#include "messages/limits.hpp"
#include "runtime/tape/tape.hpp"
#include "runtime/tape/tape_dir.hpp"
#include "runtime/tape/tape_messages.hpp"

#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace inferd {
namespace {

constexpr std::size_t flush_bytes = 64u << 10; ///< written without waiting for flush()
constexpr const char* stopped = "stopped";     ///< `end` of a regular stop

std::string in_quotes(std::string_view text) {
  std::string out;
  append_json_text(out, text);
  return out;
}

/// Empty: not an actor of this tree.
std::string_view place_of(const caf::strong_actor_ptr& sender) {
  const auto* actor = sender ? dynamic_cast<const ActorStats*>(sender->get()) : nullptr;
  return actor ? std::string_view(actor->place_name) : std::string_view();
}

} // namespace

struct TapeWriter::Impl {
  std::function<void(const std::string&)> warn;
  TapeOptions settings;
  std::string path;
  int fd = -1; ///< this and `path`: of the thread that writes
  std::atomic<bool> on{false};

  std::mutex mutex;
  std::string buffer, spare; ///< double buffer: `spare` is empty and used while the other is written
  std::uint64_t seq = 0;
  std::size_t bytes = 0; ///< recorded so far, written or not
  bool writing = false;  ///< a thread is writing to the file
  std::string end;       ///< why recording has ended; written as the last line

  ~Impl() {
    if (fd >= 0) ::close(fd);
  }

  /// Buffers a line, given without its sequence number.
  void buffer_line(const std::string& line_tail) {
    {
      std::lock_guard lock(mutex);
      if (!on) return;
      char number[24];
      const std::string_view digits(
        number, static_cast<std::size_t>(std::to_chars(number, number + sizeof number, seq + 1).ptr - number));
      const auto length = digits.size() + line_tail.size() + 8;
      if (buffer.size() + length > limits::tape_buffer) finish("the disk is too slow");
      else if (bytes + length > limits::tape_bytes)
        finish("it has its full length of " + std::to_string(limits::tape_bytes >> 20) + " MiB");
      else {
        ++seq;
        bytes += length;
        buffer.append("{\"seq\":").append(digits).append(1, ',').append(line_tail);
      }
      if (on && buffer.size() < flush_bytes) return;
    }
    flush();
  }
  void finish(const std::string& why) { // under the lock; a tape with a gap could not be replayed
    on = false;
    end = why;
  }
  void flush();
  bool write(const std::string& text);
  std::string open(bool continued); ///< the header; throws std::runtime_error
  void begin_anew();
};

std::string TapeWriter::Impl::open(bool continued) {
  const auto fresh = new_tape_path(settings.dir, settings.keep, settings.started);
  const int opened = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (opened < 0) throw std::runtime_error(fresh + ": " + std::strerror(errno));
  if (fd >= 0) ::close(fd);
  fd = opened;
  path = fresh;
  return "{\"tape\":" + std::to_string(tape_version) +
         ",\"inferd\":" + in_quotes(settings.program.empty() ? "unknown" : settings.program) +
         ",\"wallet\":" + in_quotes(settings.wallet.address) + ",\"config\":" + in_quotes(settings.config_digest) +
         ",\"started\":" + std::to_string(settings.started.value) + (continued ? ",\"continued\":true" : "") + "}\n";
}

/// The file was removed or replaced: what is recorded from now on goes to a new one.
void TapeWriter::Impl::begin_anew() {
  const auto before = path;
  try {
    write(open(true));
    warn("tape " + before + " was removed or replaced: recording goes on in " + path);
  } catch (const std::exception&) { // tried again with the next lines
  }
}

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

// One thread writes at a time; it continues until the buffer is empty, so the lines of the others are written too.
void TapeWriter::Impl::flush() {
  std::unique_lock lock(mutex);
  if (std::exchange(writing, true)) return;
  while (!buffer.empty() || !end.empty()) {
    auto text = std::exchange(buffer, std::move(spare));
    const auto why = std::exchange(end, {});
    lock.unlock();
    if (identity_of(path) != identity_of(fd)) begin_anew();
    if (!why.empty()) text += "{\"end\":" + in_quotes(why) + "}\n";
    const bool written = write(text);
    if (written && !why.empty() && why != stopped) warn("tape " + path + " ends here: " + why);
    text.clear();
    lock.lock();
    if (!written) on = false, buffer.clear(), end.clear();
    spare = std::move(text);
  }
  writing = false;
}

TapeWriter::TapeWriter(const TapeOptions& settings, std::function<void(const std::string&)> warn)
  : impl_(std::make_unique<Impl>()) {
  impl_->warn = warn ? std::move(warn) : [](const std::string&) {};
  impl_->settings = settings;
  try {
    impl_->buffer = impl_->open(false);
  } catch (const std::exception& e) {
    impl_->warn("no tape: " + std::string(e.what()));
    return;
  }
  impl_->bytes = impl_->buffer.size();
  impl_->on = true;
}

TapeWriter::~TapeWriter() {
  {
    std::lock_guard lock(impl_->mutex);
    if (impl_->on) impl_->finish(stopped);
  }
  flush();
}

void TapeWriter::flush() { impl_->flush(); }

void TapeWriter::record(const Delivery& d) {
  if (!impl_->on) return;
  const auto message = to_tape(d.content);
  if (!message.type) return;
  std::string line;
  line.reserve(message.json.size() + 128);
  line.append("\"now\":").append(std::to_string(d.now.value)).append(",\"to\":");
  append_json_text(line, to_string(d.receiver));
  line.append(",\"from\":");
  append_json_text(line, place_of(d.sender));
  line.append(",\"type\":\"").append(message.type).append("\",\"message\":").append(message.json).append("}\n");
  impl_->buffer_line(line);
}

void TapeWriter::started(const Place& place, Instant now) {
  if (impl_->on)
    impl_->buffer_line("\"now\":" + std::to_string(now.value) + ",\"start\":" + in_quotes(to_string(place)) + "}\n");
}

void TapeWriter::read(const Place& place, Instant now, const char* type, const std::string& json) {
  if (impl_->on)
    impl_->buffer_line("\"now\":" + std::to_string(now.value) + ",\"read\":" + in_quotes(to_string(place)) + ",\"type\":\"" +
                       type + "\",\"message\":" + json + "}\n");
}

const std::string& TapeWriter::path() const { return impl_->path; }
bool TapeWriter::running() const { return impl_->on; }

} // namespace inferd
