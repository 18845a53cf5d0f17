// inferd ctl: inspects a running daemon and restarts its actors.

#include "runtime/cli/admin_peer.hpp"
#include "runtime/cli/admin_tables.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/live/system_clock.hpp"

#include <CLI/CLI.hpp>
#include <iostream>

namespace inferd::cli {
namespace {

struct Question {
  std::string method, path;
  std::function<std::string(const std::string& body)> text; ///< for a terminal
};

void put(const AdminPeer& peer, bool json, const Question& q) {
  const auto answer = ask(peer, q.method, q.path);
  if (json) std::cout << answer.body;
  if (answer.status >= 300) throw Failure(refusal(answer));
  if (json) return;
  try {
    std::cout << q.text(answer.body);
  } catch (const std::exception& e) {
    throw Failure(std::string("inferd's answer is not understood (another version?): ") + e.what());
  }
}

/// Validates a path segment; names of actors and levels have these characters only.
std::string checked(const std::string& word, const char* what) {
  if (word.empty() || word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_.-") != word.npos)
    throw Failure(std::string("'") + word + "' cannot be a " + what + "; `inferd ctl ps` lists the actors", 2);
  return word;
}

} // namespace

void add_ctl(CLI::App& program) {
  auto* verb = program.add_subcommand("ctl", "Look into a running inferd, restart its parts");
  verb->require_subcommand(1);
  verb->footer("Examples\n"
               "  inferd ctl tree\n"
               "  inferd ctl inspect submitter --json\n"
               "  inferd ctl nonces\n"
               "  inferd ctl restart timer/67\n"
               "  inferd ctl log-level debug\n"
               "Exit codes: 0 answered, 1 not reached or refused, 2 wrong command line or configuration.");
  const auto peer = add_peer_options(*verb);
  const auto json = std::make_shared<bool>(false);
  verb->add_flag_callback(
    "--json", [json] { *json = true; }, "the answer as it came");
  verb->fallthrough(); // options may follow the subcommand

  const auto plain = [&](const char* name, const char* help, const char* path, auto text) {
    auto* question = verb->add_subcommand(name, help);
    question->fallthrough();
    question->callback([=] { put(*peer, *json, {"GET", path, text}); });
  };
  plain("tree", "Supervisors and their children", "/tree",
        [](const std::string& b) { return tree_text(b, SystemClock().now()); });
  plain("ps", "One line an actor", "/ps", [](const std::string& b) { return ps_text(b, SystemClock().now()); });
  plain("failures", "What failed lately, newest first", "/failures",
        [](const std::string& b) { return failures_text(b, SystemClock().now()); });
  plain("health", "Whether all is well", "/health", [](const std::string&) { return std::string("healthy\n"); });
  plain("nonces", "The nonce of each topic's open window, the newest and the next one", "/inspect/watcher", nonces_text);
  plain("metrics", "Counters in Prometheus' text format", "/metrics", [](const std::string& b) { return b; });

  const auto about = [&](const char* name, const char* help, const char* argument, const char* what, const char* method,
                         const char* prefix, auto text) {
    auto* question = verb->add_subcommand(name, help);
    question->fallthrough();
    const auto word = std::make_shared<std::string>();
    question
      ->add_option_function<std::string>(
        argument, [word](const std::string& s) { *word = s; }, what)
      ->required();
    question->callback([=] {
      put(*peer, *json, {method, prefix + checked(*word, what), [=](const std::string& b) { return text(b, *word); }});
    });
  };
  about("inspect", "One actor's state", "PLACE", "place in the tree", "GET", "/inspect/",
        [](const std::string& b, const std::string&) { return inspect_text(b); });
  about("restart", "Stop one actor and start it anew", "PLACE", "place in the tree", "POST", "/restart/",
        [](const std::string&, const std::string& place) { return "restarting " + place + '\n'; });
  about("log-level", "What the console shows from now on", "LEVEL", "log level", "POST", "/log-level/",
        [](const std::string&, const std::string& level) { return "log level is " + level + '\n'; });
}

} // namespace inferd::cli
