// inferd report: what a day or a week brought, from the books; and the same as a message.

#include "base/duration.hpp"
#include "runtime/books/books_reader.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/options.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/cli/records/report_totals.hpp"
#include "runtime/config/checks.hpp"
#include "runtime/daemon/plan/notify_plan.hpp"
#include "runtime/live/http_client.hpp"
#include "runtime/live/system_clock.hpp"

#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>

namespace inferd::cli {
namespace {

constexpr std::int64_t day_ms = 86'400'000;

struct Options {
  std::string ledger, until;
  bool day{}, week{}, json{}, send{};
};

void send(const Config& config, const Report& report) {
  if (!config.notify.on())
    throw Failure("notify.webhook: neither it nor notify.command is set; --send has nowhere to go", exit_usage);
  IoThread io({}, Proxies(config.network.http_proxy, config.network.https_proxy, config.network.no_proxy));
  const auto messenger = make_messenger(config.notify, make_http(io));
  const alerts::Message message{report_json(report), report_text(report)};
  std::string why;
  const auto note = [&](const std::optional<alerts::Undelivered>& failure) {
    if (failure) why += (why.empty() ? "" : "; ") + failure->why;
  };
  if (messenger->has_webhook()) note(messenger->post(message, SystemClock().now()));
  if (messenger->has_command()) note(messenger->run(message));
  if (!why.empty()) throw Failure("--send: " + why);
}

void report(const Options& o, const std::string& config_file) {
  Config config;
  if (o.ledger.empty() || o.send) config = load_or_fail(config_file, ConfigFor::lookup);
  Report r{.name = o.week ? "week" : "day", .until = SystemClock().now()};
  if (!o.until.empty()) {
    const auto until = parse_instant(o.until);
    if (!until)
      throw Failure("--until: \"" + o.until + "\" is no time; write it like 2026-01-31 or 2026-01-31T18:00:00Z", exit_usage);
    r.until = *until;
  }
  r.from = Instant{r.until.value - (o.week ? 7 : 1) * day_ms};
  try {
    BooksReader books(o.ledger.empty() ? config.ledger_path : o.ledger);
    books.each({.ended_since = r.from}, [&](const WindowRow& row) { r.add(row); });
    for (const auto& tx : books.registrations({})) r.add_registration(tx);
  } catch (const StoreFailure& e) {
    throw Failure(e.what());
  }
  if (o.json) std::cout << boost::json::serialize(report_json(r)) << '\n';
  else std::cout << report_text(r);
  if (o.send) send(config, r);
}

} // namespace

void add_report(CLI::App& program) {
  auto* verb = program.add_subcommand("report", "What a day or a week brought: windows, earnings, fees, scores, latencies");
  verb->footer(
    "A window counts where it ended. Rewards and scores come later than the window: those settled so far are counted.\n"
    "Exit codes: 0 printed, and with --send delivered; 1 not; 2 wrong command line.\nExamples\n"
    "  inferd report\n"
    "  inferd report --week --json\n"
    "  inferd report --day --until 2026-01-31 --send   # the day before, to [notify]");
  const auto o = std::make_shared<Options>();
  auto* day = verb->add_flag("--day", o->day, "The last 24 hours; the default");
  verb->add_flag("--week", o->week, "The last seven days")->excludes(day);
  verb->add_option("--until", o->until, "The span ends here; default: now")->type_name("TIME");
  verb->add_flag("--json", o->json, "One JSON object");
  verb->add_flag("--send", o->send, "Deliver it as [notify] says, too");
  verb->add_option("--ledger", o->ledger, "The books; default: ledger.path of the configuration")->type_name("FILE");
  const auto config = add_config_option(*verb);
  verb->callback([o, config] { report(*o, *config); });
}

} // namespace inferd::cli
