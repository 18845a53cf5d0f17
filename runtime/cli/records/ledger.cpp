// inferd ledger: list, export, verify. Reads the books also while a daemon writes them.

#include "base/utc.hpp"
#include "runtime/books/books_reader.hpp"
#include "runtime/books/row_text.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/options.hpp"
#include "runtime/cli/program.hpp"

#include <CLI/CLI.hpp>
#include <boost/describe.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <iostream>
#include <map>

namespace inferd::cli {
namespace {

struct Where {
  std::string ledger;
  std::shared_ptr<std::string> config;

  std::string path() const { return ledger.empty() ? load_or_fail(*config, ConfigFor::lookup).ledger_path : ledger; }
};

std::shared_ptr<Where> add_where(CLI::App& verb) {
  auto where = std::make_shared<Where>();
  verb.add_option("--ledger", where->ledger, "The books; default: ledger.path of the configuration")->type_name("FILE");
  where->config = add_config_option(verb);
  return where;
}

/// Converts StoreFailure to Failure.
template <class Act> void with_books(const Where& where, Act act) {
  try {
    BooksReader books(where.path());
    act(books);
  } catch (const StoreFailure& e) {
    throw Failure(e.what());
  }
}

Status parse_status(const std::string& text) {
  Status status{};
  if (boost::describe::enum_from_string(text.c_str(), status)) return status;
  std::string names;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<Status>>(
    [&](auto e) { names += (names.empty() ? "" : ", ") + std::string(e.name); });
  throw Failure("--status: \"" + text + "\" is not one of " + names, exit_usage);
}

std::string row_line(const WindowRow& row) {
  const auto when = time_text(row.done_at.value ? row.done_at : row.claimed_at.value ? row.claimed_at : row.opened_at);
  return fmt::format("{:<20} {:>6} {:>10} {:<9} {:<24} {:>16} {:<8} {}\n", when.substr(0, 19), row.topic.value, row.nonce.value,
                     boost::describe::enum_to_string(row.status, "?"), value_text(row.values), to_digits(row.fee.value),
                     row.tx_hash.hex.substr(0, 8), row.reason);
}

std::string registration_line(const TransactionRow& tx) {
  return fmt::format("{:<20} {:>6} {:>10} {:<9} {:<24} {:>8} {:<8} {}\n",
                     time_text(tx.done_at.value ? tx.done_at : tx.stored_at).substr(0, 19), tx.topic.value, "register",
                     boost::describe::enum_to_string(tx.status, "?"), "", tx.paid.value, tx.hash.hex.substr(0, 8),
                     "registration of the wallet in the topic");
}

struct ListFlags {
  bool json = false;
  std::string status;
  std::optional<std::uint64_t> topic;
  std::optional<std::size_t> limit;
};

void list(const Where& where, const ListFlags& flags) {
  BooksReader::Filter wanted;
  if (flags.topic) wanted.topic = TopicId{*flags.topic};
  if (!flags.status.empty()) wanted.status = parse_status(flags.status);
  wanted.newest = flags.limit.value_or(flags.json ? 0 : 50);
  with_books(where, [&](BooksReader& books) {
    if (!flags.json)
      std::cout << fmt::format("{:<20} {:>6} {:>10} {:<9} {:<24} {:>16} {:<8} {}\n", "time (UTC)", "topic", "nonce", "status",
                               "value", "fee, uallo", "tx", "reason");
    if (!flags.json && flags.status.empty())
      for (const auto& tx : books.registrations(wanted.topic)) std::cout << registration_line(tx);
    books.each(wanted, [&](const WindowRow& row) {
      if (flags.json) std::cout << boost::json::serialize(list_json(row)) << '\n';
      else std::cout << row_line(row);
    });
  });
}

void export_csv(const Where& where) {
  with_books(where, [](BooksReader& books) {
    std::cout << csv_header << '\n';
    books.each({.only_final = true}, [](const WindowRow& row) { std::cout << csv_line(row) << '\n'; });
  });
}

/// For --with network=CSV: each value from the moment on when it was known. Books of before version 6 do not say when.
void network_csv(const Where& where, std::uint64_t topic) {
  with_books(where, [&](BooksReader& books) {
    std::multimap<Instant, std::string> values;
    books.each({.topic = TopicId{topic}}, [&](const WindowRow& row) {
      if (!row.combined.text.empty() && row.combined_at.value > 0) values.emplace(row.combined_at, row.combined.text);
    });
    std::cout << "timestamp,value\n";
    for (const auto& [known, value] : values) // the second after which it was known
      std::cout << utc_text({known.value + 999}) << ',' << value << '\n';
  });
}

void verify(const Where& where) {
  with_books(where, [&](BooksReader& books) {
    const auto problems = books.problems();
    for (const auto& problem : problems) std::cout << problem << '\n';
    if (!problems.empty())
      throw Failure(
        fmt::format("the books {} have {} problem{}", where.path(), problems.size(), problems.size() == 1 ? "" : "s"));
    std::uint64_t rows = 0;
    books.each({}, [&](const WindowRow&) { ++rows; });
    std::cout << fmt::format("{}: {} window{}, no problems\n", where.path(), rows, rows == 1 ? "" : "s");
  });
}

} // namespace

void add_ledger(CLI::App& program) {
  auto* verb = program.add_subcommand("ledger", "The books: what became of every submission window");
  verb->require_subcommand(1);
  verb->footer("Examples\n"
               "  inferd ledger list --limit 20\n"
               "  inferd ledger list --json --topic 67 --status confirmed\n"
               "  inferd ledger export --csv > submissions.csv\n"
               "  inferd ledger network --topic 79 > network.csv\n"
               "  inferd ledger verify\n"
               "Works while the daemon runs and holds it up in nothing.\n"
               "Exit codes: 0 done, 1 the books have problems or cannot be read, 2 wrong command line.");

  auto* lists =
    verb->add_subcommand("list", "Registrations, then windows, oldest first; the newest 50 windows. With --json all windows");
  const auto listed = add_where(*lists);
  const auto flags = std::make_shared<ListFlags>();
  lists->add_flag("--json", flags->json, "One JSON object a line");
  lists->add_option("--topic", flags->topic, "Only this topic")->type_name("ID");
  lists->add_option("--status", flags->status, "Only windows with this status")->type_name("STATUS");
  lists->add_option("--limit", flags->limit, "Only the newest N; 0: all")->type_name("N");
  lists->callback([listed, flags] { list(*listed, *flags); });

  auto* exports = verb->add_subcommand(
    "export", "Every finished window as CSV, in the guide's columns: those of submission_log.csv but the reason");
  const auto exported = add_where(*exports);
  const auto csv = std::make_shared<bool>(true);
  exports->add_flag("--csv", *csv, "CSV, the only format there is");
  exports->callback([exported, csv] { export_csv(*exported); });

  auto* networks = verb->add_subcommand(
    "network", "The network's combined values of a topic and when they became known, as CSV: for train --with network=CSV");
  const auto of_network = add_where(*networks);
  const auto topic = std::make_shared<std::uint64_t>();
  networks->add_option("--topic", *topic, "The topic")->type_name("ID")->required();
  networks->callback([of_network, topic] { network_csv(*of_network, *topic); });

  auto* verifies = verb->add_subcommand("verify", "Check the file, uniqueness, hashes and statuses; one line a problem");
  const auto verified = add_where(*verifies);
  verifies->callback([verified] { verify(*verified); });
}

} // namespace inferd::cli
