#include "runtime/cli/admin/ctl_live.hpp"

#include "runtime/cli/admin/admin_tables.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/admin/top_screen.hpp"
#include "runtime/live/system_clock.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <iostream>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

namespace inferd::cli {
namespace {

volatile std::sig_atomic_t interrupted = 0;

/// The alternate screen in raw mode, restored at the end of its life. SIGTERM and SIGHUP end the loop.
class Terminal {
public:
  Terminal() {
    ::tcgetattr(STDIN_FILENO, &before_);
    auto raw = before_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG);
    raw.c_cc[VMIN] = 0;
    raw.c_cc[VTIME] = 0;
    ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    for (const int s : {SIGTERM, SIGHUP, SIGINT}) std::signal(s, [](int) { interrupted = 1; });
    put("\x1b[?1049h\x1b[?25l");
  }
  ~Terminal() {
    put("\x1b[?25h\x1b[?1049l");
    ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
    for (const int s : {SIGTERM, SIGHUP, SIGINT}) std::signal(s, SIG_DFL);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  static TopSize size() {
    winsize w{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) != 0 || w.ws_col == 0 || w.ws_row == 0) return {};
    return {w.ws_col, w.ws_row};
  }
  void show(const std::vector<std::string>& lines) {
    std::string out = "\x1b[H";
    for (std::size_t i = 0; i < lines.size(); ++i) out += lines[i] + "\x1b[K" + (i + 1 < lines.size() ? "\r\n" : "");
    put(out + "\x1b[J");
  }
  /// Empty: none came within the time.
  static std::string key(std::chrono::milliseconds patience) {
    pollfd in{STDIN_FILENO, POLLIN, 0};
    if (::poll(&in, 1, static_cast<int>(patience.count())) <= 0) return {};
    char bytes[8];
    const auto n = ::read(STDIN_FILENO, bytes, sizeof bytes);
    if (n <= 0) return "q"; // the terminal is gone
    const std::string text(bytes, static_cast<std::size_t>(n));
    if (text == "\x1b[A") return "up";
    if (text == "\x1b[B") return "down";
    if (text == "\x03" || text == "\x1b") return "q";
    return text.substr(0, 1);
  }

private:
  static void put(const std::string& text) { std::cout << text << std::flush; }
  termios before_{};
};

TopData look(const AdminPeer& peer) {
  const auto body = [&](const char* path) {
    const auto answer = ask(peer, "GET", path);
    if (answer.status >= 300) throw Failure(refusal(answer));
    return answer.body;
  };
  return {body("/overview"), body("/ps"), body("/windows?limit=20"), SystemClock().now()};
}

/// The answer's own words for the last line.
std::string carry_out(const AdminPeer& peer, const TopScreen::Command& command) {
  const bool restart = command.kind == TopScreen::Command::Kind::restart;
  const auto path = restart ? "/restart/" + command.place : (command.paused ? "/pause/" : "/resume/") + command.topic;
  const auto answer = ask(peer, "POST", path);
  if (answer.status >= 300) return refusal(answer);
  return restart ? "restarting " + command.place : "topic " + command.topic + (command.paused ? " is paused" : " is resumed");
}

} // namespace

void run_top(const AdminPeer& peer, bool json, bool once, double interval_s) {
  using Steady = std::chrono::steady_clock;
  if (json) {
    const auto data = look(peer);
    const auto bare = [](std::string body) { return body.substr(0, body.find_last_not_of('\n') + 1); };
    std::cout << "{\"overview\":" << bare(data.overview) << ",\"ps\":" << bare(data.ps) << ",\"windows\":" << bare(data.windows)
              << "}\n";
    return;
  }
  TopScreen screen;
  if (once || !::isatty(STDIN_FILENO) || !::isatty(STDOUT_FILENO)) {
    const auto data = look(peer);
    for (const auto& line : screen.draw(data, {}, false)) std::cout << line << '\n';
    return;
  }
  const auto interval = std::chrono::milliseconds(static_cast<std::int64_t>(interval_s * 1'000));
  auto data = look(peer); // fails before the screen is changed
  Terminal terminal;
  for (auto next = Steady::now() + interval; !interrupted;) {
    terminal.show(screen.draw(data, Terminal::size(), true));
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(next - Steady::now());
    const auto key = Terminal::key(std::max(left, std::chrono::milliseconds(0)));
    try {
      if (!key.empty()) {
        const auto command = screen.press(key);
        if (command.kind == TopScreen::Command::Kind::quit) return;
        if (command.kind != TopScreen::Command::Kind::nothing) screen.say(carry_out(peer, command));
      }
      if (Steady::now() >= next) {
        next = Steady::now() + interval;
        data = look(peer);
      }
    } catch (const Failure& e) { // it restarts, for example: the last answers stay on the screen
      screen.say(e.what());
    }
  }
}

void run_trace(const AdminPeer& peer, const std::string& what, bool json, std::size_t count) {
  const bool is_nonce = !what.empty() && what.find_first_not_of("0123456789") == what.npos;
  const auto path = what.empty() ? std::string("/trace") : (is_nonce ? "/trace?nonce=" : "/trace?actor=") + what;
  std::size_t shown = 0;
  follow(peer, path, [&](const std::string& data) {
    try {
      std::cout << (json ? data : trace_line(data)) << std::endl;
    } catch (const std::exception& e) {
      throw Failure(std::string("inferd's answer is not understood (another version?): ") + e.what());
    }
    return std::cout.good() && (count == 0 || ++shown < count);
  });
}

} // namespace inferd::cli
