// inferd health: for service managers and scripts.

#include "runtime/cli/admin/admin_peer.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/log/logger.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <iostream>

namespace inferd::cli {
namespace {
constexpr int exit_not_running = 2;

constexpr std::size_t printed_bytes = 2'000;

/// "; last 24 h: 24 of 24 windows answered, …": what the answer reports besides its verdict.
std::string facts_of(const std::string& body) {
  boost::json::error_code error;
  const auto parsed = boost::json::parse(body, error);
  const auto* answer = error ? nullptr : parsed.if_object();
  const auto* facts = answer ? answer->if_contains("facts") : nullptr;
  const auto* text = facts ? facts->if_string() : nullptr;
  return text ? "; " + one_line(std::string(*text), printed_bytes) : std::string();
}

} // namespace

void add_health(CLI::App& program) {
  auto* verb = program.add_subcommand("health", "Exit 0 only when inferd runs, is well and earns");
  verb->footer("Well means: every actor that should run does and answers, none is in trouble, and of each topic's last two\n"
               "windows at least one was answered. One sentence on stderr says what is wrong.\n"
               "Exit codes: 0 well; 1 not earning; 2 not running, or a wrong command line or configuration.");
  const auto peer = add_peer_options(*verb);
  const auto json = std::make_shared<bool>(false);
  verb->add_flag_callback(
    "--json", [json] { *json = true; }, "the answer as it came");
  verb->callback([peer, json] {
    const auto answer = ask(*peer, "GET", "/health", exit_not_running);
    if (*json) std::cout << answer.body;
    if (answer.status != 200) throw Failure(refusal(answer));
    if (!*json) std::cout << "healthy" << facts_of(answer.body) << '\n';
  });
}

} // namespace inferd::cli
