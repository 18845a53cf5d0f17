#include "runtime/log/logger.hpp"

#include "base/file_identity.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <boost/describe/enum_from_string.hpp>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <mutex>
#include <optional>
#include <spdlog/async.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace inferd {
namespace {

namespace levels = spdlog::level;

levels::level_enum to_spdlog(LogLevel level) { return static_cast<levels::level_enum>(level); }
static_assert(static_cast<int>(LogLevel::off) == static_cast<int>(levels::off));
static_assert(static_cast<int>(LogLevel::warn) == static_cast<int>(levels::warn));

/// systemd sets JOURNAL_STREAM to the "device:inode" of stderr; stderr may have been redirected since.
bool stderr_is_the_journal() {
  const char* stream = std::getenv("JOURNAL_STREAM");
  struct stat s {};
  if (!stream || ::fstat(STDERR_FILENO, &s) != 0) return false;
  return fmt::format("{}:{}", s.st_dev, s.st_ino) == stream;
}

/// sd-daemon(3) prefixes: <3> error … <7> debug.
class Priority : public spdlog::custom_flag_formatter {
public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    static constexpr char digit[] = {'7', '7', '6', '4', '3', '2', '7'};
    const char prefix[] = {'<', digit[message.level], '>'};
    out.append(prefix, prefix + sizeof prefix);
  }
  std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<Priority>(); }
};

/// The level in capitals, as other logs have it: `grep "ERROR\|CRITICAL"`.
class Capitals : public spdlog::custom_flag_formatter {
public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    static constexpr std::string_view name[] = {"TRACE  ", "DEBUG  ", "INFO   ", "WARNING", "ERROR  ", "CRITICAL", "OFF    "};
    const auto& text = name[message.level];
    out.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<Capitals>(); }
};

std::unique_ptr<spdlog::pattern_formatter> dated(const char* pattern) {
  auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  formatter->add_flag<Capitals>('*').set_pattern(pattern);
  return formatter;
}

spdlog::sink_ptr console() {
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  if (stderr_is_the_journal()) {
    auto formatter = std::make_unique<spdlog::pattern_formatter>();
    formatter->add_flag<Priority>('*').set_pattern("%*%v");
    sink->set_formatter(std::move(formatter));
  } else {
    sink->set_formatter(dated("%Y-%m-%dT%H:%M:%S.%eZ %^%*%$ %v"));
  }
  return sink;
}

/// inferd.log, rotated by size. Made anew, with its folder, when it is removed or replaced: the open file would be lost.
class LogFile : public spdlog::sinks::base_sink<std::mutex> {
public:
  explicit LogFile(LogSettings settings) : settings_(std::move(settings)), path_(settings_.dir + "/inferd.log") { open(); }

protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    // After a rotation the path names another file, too; opening that again changes nothing.
    if (const auto now = std::chrono::steady_clock::now(); now - checked_ >= check_interval) {
      checked_ = now;
      if (identity_of(path_) != identity_) open();
    }
    file_->log(message);
  }
  void flush_() override {
    file_->flush();
    if (identity_of(path_) != identity_) open(); // moved away, as by logrotate
  }

private:
  static constexpr std::chrono::milliseconds check_interval{500};

  void open() { // throws if it cannot; the file before it stays in use
    std::filesystem::create_directories(settings_.dir);
    auto file = std::make_unique<spdlog::sinks::rotating_file_sink_st>(path_, settings_.file_bytes, settings_.files - 1);
    file->set_formatter(dated("%Y-%m-%dT%H:%M:%S.%eZ %* %v"));
    file->set_level(levels::trace);
    file_ = std::move(file);
    identity_ = identity_of(path_);
  }

  LogSettings settings_;
  std::string path_;
  std::unique_ptr<spdlog::sinks::rotating_file_sink_st> file_;
  std::optional<FileIdentity> identity_;
  std::chrono::steady_clock::time_point checked_;
};

spdlog::sink_ptr log_file(const LogSettings& settings, std::string& trouble) {
  if (settings.dir.empty()) return nullptr;
  try {
    return std::make_shared<LogFile>(settings);
  } catch (const std::exception& e) {
    trouble = fmt::format("log.dir: no log file in {}: {}; writing to the console only", settings.dir, e.what());
    return nullptr;
  }
}

class SpdLogger : public Logger {
public:
  explicit SpdLogger(const LogSettings& settings)
    : pool_(std::make_shared<spdlog::details::thread_pool>(settings.queue, 1)), console_(console()) {
    std::vector<spdlog::sink_ptr> sinks{console_};
    if (auto file = log_file(settings, trouble_)) {
      file->set_level(levels::trace);
      has_file_ = true;
      sinks.push_back(std::move(file));
    }
    logger_ = std::make_shared<spdlog::async_logger>("inferd", sinks.begin(), sinks.end(), pool_,
                                                     spdlog::async_overflow_policy::overrun_oldest);
    // On a full disk spdlog's error is printed once; the console is not affected.
    logger_->set_error_handler([reported = std::make_shared<std::atomic<bool>>()](const std::string& what) {
      if (!reported->exchange(true)) fmt::print(stderr, "inferd: log: {}\n", one_line(what));
    });
    logger_->flush_on(levels::info);
    set_level(settings.level);
    if (!trouble_.empty()) warn(trouble_);
  }
  ~SpdLogger() override {
    flush();
    pool_.reset(); // writes the queue and joins its thread before the sinks are destroyed
  }

  void write(LogLevel level, std::string_view line) override { take(level, line, true); }
  void write_deferred(LogLevel level, std::string_view line) override { take(level, line, false); }
  bool writes(LogLevel level) const override { return level != LogLevel::off && logger_->should_log(to_spdlog(level)); }
  void set_level(LogLevel level) override {
    level_ = level;
    console_->set_level(to_spdlog(level));
    const auto least = has_file_ ? std::min(levels::debug, to_spdlog(level)) : to_spdlog(level);
    logger_->set_level(least);
  }
  LogLevel level() const override { return level_; }
  void flush() override {
    {
      const std::lock_guard lock(mutex_);
      enqueue_deferred();
    }
    logger_->flush();
  }
  void release_deferred() override {
    const std::lock_guard lock(mutex_);
    if (!deferred_.empty() && (urgent_ || Clock::now() - deferred_.front().at > max_deferral)) enqueue_deferred();
  }
  std::uint64_t dropped() const override { return pool_->overrun_counter(); }
  const std::string& trouble() const override { return trouble_; }

private:
  using Clock = spdlog::log_clock;
  struct Line {
    Clock::time_point at;
    LogLevel level;
    std::string text;
  };
  static constexpr std::size_t max_deferred = 64;
  static constexpr std::chrono::seconds max_deferral{1};

  void take(LogLevel level, std::string_view line, bool now) {
    if (!writes(level)) return;
    auto text = one_line(line);
    const std::lock_guard lock(mutex_);
    deferred_.push_back({Clock::now(), level, std::move(text)});
    urgent_ = urgent_ || level >= level_;
    if (now || deferred_.size() >= max_deferred) enqueue_deferred();
  }
  void enqueue_deferred() { // with the lock, which keeps the order
    for (const auto& line : deferred_) logger_->log(line.at, {}, to_spdlog(line.level), line.text);
    deferred_.clear();
    urgent_ = false;
  }

  std::mutex mutex_;
  std::vector<Line> deferred_;
  bool urgent_ = false; ///< at least one line is for the console
  std::shared_ptr<spdlog::details::thread_pool> pool_;
  spdlog::sink_ptr console_;
  std::shared_ptr<spdlog::async_logger> logger_;
  std::atomic<LogLevel> level_{};
  bool has_file_ = false;
  std::string trouble_;
};

} // namespace

std::shared_ptr<Logger> make_logger(const LogSettings& settings) { return std::make_shared<SpdLogger>(settings); }

bool parse_level(std::string_view text, LogLevel& level) {
  std::string small(text.substr(0, 16));
  for (auto& c : small)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return boost::describe::enum_from_string(small == "warning" ? "warn" : small.c_str(), level);
}

std::string one_line(std::string_view text, std::size_t most) {
  std::string out;
  out.reserve(std::min(text.size(), most) + 4);
  const bool cut = text.size() > most;
  if (cut) {
    text = text.substr(0, most);
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80)
      text.remove_suffix(1); // do not split a UTF-8 sequence
    if (!text.empty() && static_cast<unsigned char>(text.back()) >= 0xC0) text.remove_suffix(1);
  }
  const auto plain = [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; };
  if (std::all_of(text.begin(), text.end(), plain)) out += text;
  else
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == '\n') out += "\\n";
      else if (c == '\t') out += "\\t";
      else if (c == '\r') out += "\\r";
      else if (byte < 0x20 || byte == 0x7f) out += fmt::format("\\x{:02x}", byte);
      else out += c;
    }
  return cut ? out + "…" : out;
}

} // namespace inferd
