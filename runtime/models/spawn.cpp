#include "runtime/models/spawn.hpp"

#include "base/descriptor.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace inferd::models {
namespace {

enum class Step : int { folder, memory, priority, program };
struct Report { // from the child, when a step fails
  Step step;
  int error;
};

struct Pipe {
  int read = -1, write = -1;
  bool open() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return false;
    read = ends[0], write = ends[1];
    return true;
  }
  void close() {
    for (int* fd : {&read, &write})
      if (*fd >= 0) ::close(std::exchange(*fd, -1));
  }
};

std::string value_in(const std::vector<std::string>& environment, std::string_view name) {
  for (const auto& entry : environment)
    if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=')
      return entry.substr(name.size() + 1);
  return {};
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (auto& t : texts) out.push_back(t.data());
  out.push_back(nullptr);
  return out;
}

[[noreturn]] void fail(int fd, Step step) {
  const Report report{step, errno};
  [[maybe_unused]] const auto written = ::write(fd, &report, sizeof report);
  ::_exit(127);
}

/// Where it is refused the child is as likely to be killed as this process.
void be_killed_first() {
  const int fd = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  [[maybe_unused]] const auto written = ::write(fd, "1000", 4);
  ::close(fd);
}

bool limit(int what, rlim_t most) {
  const rlimit r{most, most};
  return ::setrlimit(static_cast<decltype(RLIMIT_DATA)>(what), &r) == 0;
}

} // namespace

std::string program_path(const std::string& name, const std::vector<std::string>& environment) {
  if (name.find('/') != name.npos) return name;
  auto path = value_in(environment, "PATH");
  if (path.empty()) path = "/usr/local/bin:/usr/bin:/bin";
  for (std::size_t at = 0; at <= path.size();) {
    const auto end = std::min(path.find(':', at), path.size());
    auto candidate = path.substr(at, end - at) + "/" + name;
    if (end > at && ::access(candidate.c_str(), X_OK) == 0) return candidate;
    at = end + 1;
  }
  return {};
}

std::variant<Child, std::string> spawn_child(const ChildSettings& s) {
  auto path = program_path(s.command.front(), s.environment);
  if (path.empty()) return s.command.front() + " is not in PATH";
  auto command = s.command, environment = s.environment;
  const auto argv = pointers(command), envp = pointers(environment);
  std::array<Pipe, 4> pipes; // in, out, err, report
  const auto close_all = [&] {
    for (auto& p : pipes) p.close();
  };
  for (auto& p : pipes)
    if (!p.open()) {
      const auto reason = std::string("no pipe: ") + std::strerror(errno);
      close_all();
      return reason;
    }
  auto& [in, out, err, report] = pipes;
  const pid_t parent = ::getpid();
  sigset_t none;
  sigemptyset(&none);
  const pid_t pid = ::fork();
  if (pid == 0) { // only async-signal-safe calls from here on
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);
    for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    // Above 3 first, so that none of the ends lies where another goes.
    const int ends[] = {::fcntl(in.read, F_DUPFD, 10), ::fcntl(out.write, F_DUPFD, 10), ::fcntl(err.write, F_DUPFD, 10),
                        ::fcntl(report.write, F_DUPFD_CLOEXEC, 10)};
    for (int i = 0; i < 3; ++i) ::dup2(ends[i], i);
    ::dup2(ends[3], 3);
    ::fcntl(3, F_SETFD, FD_CLOEXEC);
    ::syscall(SYS_close_range, 4u, ~0u, 0u);
    if (!s.folder.empty() && ::chdir(s.folder.c_str()) != 0) fail(3, Step::folder);
    be_killed_first();
    if (s.lowest_priority && ::setpriority(PRIO_PROCESS, 0, 19) != 0) fail(3, Step::priority);
    limit(RLIMIT_CORE, 0);
    if (s.reads_only && !limit(RLIMIT_FSIZE, 0)) fail(3, Step::memory);
    if (s.memory_bytes > 0 && !limit(RLIMIT_DATA, static_cast<rlim_t>(s.memory_bytes))) fail(3, Step::memory);
    ::execve(path.c_str(), argv.data(), envp.data());
    fail(3, Step::program);
  }
  if (pid < 0) {
    const auto reason = std::string("no process: ") + std::strerror(errno);
    close_all();
    return reason;
  }
  ::setpgid(pid, pid); // whichever of both comes first
  ::close(std::exchange(report.write, -1));
  Report failed{};
  ssize_t got = 0;
  do got = ::read(report.read, &failed, sizeof failed);
  while (got < 0 && errno == EINTR);
  if (got == sizeof failed) {
    int status = 0;
    ::waitpid(pid, &status, 0);
    close_all();
    const auto* what = std::strerror(failed.error);
    if (failed.step == Step::folder) return fmt::format("{}: {}", s.folder, what);
    if (failed.step == Step::memory) return fmt::format("its memory cannot be limited: {}", what);
    if (failed.step == Step::priority) return fmt::format("its priority cannot be lowered: {}", what);
    return fmt::format("{}: {}", path, what);
  }
  Child child{.pid = pid, .pid_fd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
  if (child.pid_fd < 0) {
    const auto reason = std::string("pidfd_open: ") + std::strerror(errno);
    ::kill(-pid, SIGKILL);
    int status = 0;
    ::waitpid(pid, &status, 0);
    close_all();
    return reason;
  }
  child.in = std::exchange(in.write, -1);
  child.out = std::exchange(out.read, -1);
  child.err = std::exchange(err.read, -1);
  close_all();
  for (const int fd : {child.in, child.out, child.err}) ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
  return child;
}

std::vector<std::string> child_environment(char** environment) {
  constexpr std::string_view exact[] = {
    "PATH",           "HOME", "USER", "LANG", "LANGUAGE", "TZ", "TMPDIR", "VIRTUAL_ENV", "CONDA_PREFIX", "LD_LIBRARY_PATH",
    "INFERD_RUNTIMES"};
  std::vector<std::string> out;
  for (; environment && *environment; ++environment) {
    const std::string_view entry = *environment;
    const auto name = entry.substr(0, entry.find('='));
    if (std::find(std::begin(exact), std::end(exact), name) != std::end(exact) || name.starts_with("LC_") ||
        name.starts_with("PYTHON") || name.ends_with("_NUM_THREADS"))
      out.emplace_back(entry);
  }
  return out;
}

std::string exit_text(int status) {
  if (WIFSIGNALED(status)) return fmt::format("was killed by signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)));
  return fmt::format("exited with code {}", WEXITSTATUS(status));
}

} // namespace inferd::models
