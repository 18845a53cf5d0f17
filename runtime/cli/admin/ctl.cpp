// inferd ctl: inspects a running daemon and restarts its actors.

#include "runtime/cli/admin/admin_peer.hpp"
#include "runtime/cli/admin/admin_tables.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/admin/ctl_live.hpp"
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
               "  inferd ctl top\n"
               "  inferd ctl trace submitter --count 20\n"
               "  inferd ctl pause 67\n"
               "  inferd ctl submit 67 --dry-run\n"
               "  inferd ctl reload\n"
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
  plain("overview", "Health, chain, money and topics at a glance", "/overview",
        [](const std::string& b) { return overview_text(b, SystemClock().now()); });
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
  about("mailbox", "What waits for an actor, by type, and what it has in hand; also of one that hangs", "PLACE",
        "place in the tree", "GET", "/mailbox/", [](const std::string& b, const std::string&) { return mailbox_text(b); });
  about("pause", "Skip a topic's windows until it is resumed, also after a restart", "TOPIC", "topic's number", "POST",
        "/pause/", [](const std::string&, const std::string& topic) { return "topic " + topic + " is paused\n"; });
  about("resume", "Answer a paused topic's windows again", "TOPIC", "topic's number", "POST", "/resume/",
        [](const std::string&, const std::string& topic) { return "topic " + topic + " is resumed\n"; });

  const auto post = [&](const char* name, const char* help, const char* path, auto text) {
    auto* command = verb->add_subcommand(name, help);
    command->fallthrough();
    command->callback([=] { put(*peer, *json, {"POST", path, text}); });
  };
  post("drain", "Resolve what is under way, then end the process, as SIGTERM does (a service manager may start it again)",
       "/drain", [](const std::string&) { return std::string("draining; inferd ends when nothing is under way\n"); });
  post("reload", "Take configuration and models anew, between two windows", "/reload", reload_text);

  auto* windows = verb->add_subcommand("windows", "The newest windows, with the time to mempool and outcome");
  windows->fallthrough();
  const auto topic = std::make_shared<std::uint64_t>(0);
  const auto limit = std::make_shared<std::size_t>(20);
  windows->add_option("--topic", *topic, "Only this topic")->type_name("ID");
  windows->add_option("--limit", *limit, "So many")->type_name("N")->check(CLI::Range(1, 1'000))->capture_default_str();
  windows->callback([=] {
    const auto path = "/windows?limit=" + std::to_string(*limit) + (*topic ? "&topic=" + std::to_string(*topic) : "");
    put(*peer, *json, {"GET", path, windows_text});
  });

  auto* submit = verb->add_subcommand("submit", "What a topic would be answered with now; nothing is sent");
  submit->fallthrough();
  const auto submitted = std::make_shared<std::string>();
  const auto dry = std::make_shared<bool>(false);
  submit->add_option("TOPIC", *submitted, "topic's number")->required();
  submit->add_flag("--dry-run", *dry, "Required: inferd submits by itself when a window opens");
  submit->callback([=] {
    if (!*dry) throw Failure("inferd submits by itself when a window opens; only --dry-run can be asked for", 2);
    put(*peer, *json, {"POST", "/submit/" + checked(*submitted, "topic's number") + "?dry_run=true", dry_run_text});
  });

  auto* trace = verb->add_subcommand("trace", "Messages as they are delivered, with what caused them; Ctrl-C ends");
  trace->fallthrough();
  const auto traced = std::make_shared<std::string>();
  const auto count = std::make_shared<std::size_t>(0);
  trace->add_option("WHAT", *traced, "place in the tree, which sends or receives them, or a window's nonce; default: all");
  trace->add_option("--count", *count, "End after so many; 0: never")->type_name("N")->capture_default_str();
  trace->callback([=] { run_trace(*peer, traced->empty() ? "" : checked(*traced, "place or nonce"), *json, *count); });

  auto* top = verb->add_subcommand("top", "A live screen of actors, topics and windows; keys sort, restart and pause");
  top->fallthrough();
  const auto once = std::make_shared<bool>(false);
  const auto interval = std::make_shared<double>(1.0);
  top->add_flag("--once", *once, "One screen as text; the default where there is no terminal");
  top->add_option("--interval", *interval, "Seconds between two screens")
    ->type_name("S")
    ->check(CLI::Range(0.2, 3'600.0))
    ->capture_default_str();
  top->callback([=] { run_top(*peer, *json, *once, *interval); });
}

} // namespace inferd::cli
