// inferd health: for service managers and scripts.

#include "runtime/cli/admin_peer.hpp"
#include "runtime/cli/commands.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <iostream>

namespace inferd::cli {
namespace {
constexpr int exit_not_running = 2;

/// "; the balance lasts 41 days; …", of the parts that the answer has.
std::string outlook(const std::string& body) {
  boost::json::error_code error;
  const auto parsed = boost::json::parse(body, error);
  const auto* answer = error ? nullptr : parsed.if_object();
  if (!answer) return {};
  std::string out;
  if (const auto* days = answer->if_contains("balance_days"); days && days->is_int64())
    out += "; the balance lasts " + std::to_string(days->get_int64()) + " days";
  const auto add = [&](const char* name, const char* words) {
    const auto* value = answer->if_contains(name);
    const auto* text = value ? value->if_string() : nullptr;
    if (text) out += words + std::string(*text).substr(0, 32);
  };
  add("newest_candle", "; the newest candle is of ");
  add("model_trained_to", "; the model was trained up to ");
  return out;
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
    if (!*json) std::cout << "healthy" << outlook(answer.body) << '\n';
  });
}

} // namespace inferd::cli
