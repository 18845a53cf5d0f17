// inferd models: the models of each topic, their live figures, and which of them is live.

#include "base/decimal_text.hpp"
#include "base/duration.hpp"
#include "base/utc.hpp"
#include "runtime/cli/admin/admin_peer.hpp"
#include "runtime/books/books_reader.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/models/comparison_text.hpp"
#include "runtime/cli/models/model_table.hpp"
#include "runtime/cli/models/models_try.hpp"
#include "runtime/cli/options.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/cli/models/score_plot.hpp"
#include "runtime/figures/figures_json.hpp"

#include <CLI/CLI.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <boost/json.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <unistd.h>

namespace inferd::cli {
namespace {

namespace json = boost::json;

struct Options {
  std::string ledger;
  std::shared_ptr<AdminPeer> peer;
  std::optional<std::uint64_t> topic;
  std::string model, candles, from, every, svg;
  bool json = false, all = false;

  std::optional<TopicId> topic_id() const { return topic ? std::optional(TopicId{*topic}) : std::nullopt; }
};

template <class Act> void with_books(const Options& o, Act act) {
  try {
    BooksReader books(o.ledger.empty() ? load_or_fail(o.peer->config, ConfigFor::lookup).ledger_path : o.ledger);
    act(books);
  } catch (const StoreFailure& e) {
    throw Failure(e.what());
  }
}

std::vector<TopicFigures> figures_or_fail(BooksReader& books, const Options& o) {
  auto topics = live_figures(books, o.topic_id(), o.all);
  if (topics.empty())
    throw Failure(o.topic ? fmt::format("the books have no model of topic {} yet", *o.topic)
                          : std::string("the books have no models yet: `inferd run` writes them"));
  return topics;
}

void list(const Options& o) {
  with_books(o, [&](BooksReader& books) {
    const auto topics = figures_or_fail(books, o);
    if (!o.json)
      std::cout << fmt::format("{:>6} {:<24} {:<8} {:<12} {:<9} {:>11} {:>8} {:>7} {:>12}  {}\n", "topic", "model", "role",
                               "version", "form", "predictions", "failures", "scored", "RMSE", "last failure");
    for (const auto& topic : topics)
      for (const auto& m : topic.models) {
        if (o.json) std::cout << json::serialize(to_object(topic, m)) << '\n';
        else
          std::cout << fmt::format("{:>6} {:<24} {:<8} {:<12} {:<9} {:>11} {:>8} {:>7} {:>12}  {}\n", topic.topic.value,
                                   m.model.name, boost::describe::enum_to_string(m.model.role, "?"), m.model.version,
                                   m.model.form, m.predictions, m.failures, m.scored, figure_text(m.score.rmse),
                                   m.last_failure);
      }
  });
}

void write_plot(const Options& o, const TopicFigures& topic) {
  std::ofstream file(o.svg);
  if (!(file << score_plot(topic)).flush()) throw Failure("--svg: " + o.svg + " cannot be written");
  if (!o.json) std::cout << "plot: " << o.svg << '\n';
}

void try_on_candles(const Options& o) {
  const auto config = load_or_fail(o.peer->config, ConfigFor::lookup);
  const auto topic =
    std::find_if(config.topics.begin(), config.topics.end(), [&](const auto& t) { return t.id.value == *o.topic; });
  if (topic == config.topics.end()) throw Failure(fmt::format("the configuration has no topic {}", *o.topic), exit_usage);
  TrySettings settings;
  if (!o.from.empty()) {
    const auto from = parse_utc(o.from.size() == 10 ? o.from + "T00:00:00Z" : o.from);
    if (!from) throw Failure("--from: \"" + o.from + "\" is not of the form 2025-01-01 or 2025-01-01T00:00:00Z", exit_usage);
    settings.from = *from;
  }
  if (!o.every.empty()) {
    const auto every = parse_duration(o.every);
    if (!every || *every % topic->interval.ms != 0)
      throw Failure("--every: \"" + o.every + "\" is not a whole number of candles, such as 15m or 4h", exit_usage);
    settings.every_ms = *every;
  }
  const auto tried = try_models(*topic, candles_or_fail(o.candles, topic->interval), settings);
  for (const auto& note : tried.notes) std::cerr << note << '\n';
  if (!o.json) std::cout << comparison_text(tried.figures) << "In brackets: 95 %, by a block bootstrap.\n";
  else
    for (const auto& m : tried.figures.models) std::cout << json::serialize(to_object(tried.figures, m)) << '\n';
  if (!o.svg.empty()) write_plot(o, tried.figures);
}

void compare(const Options& o) {
  if (!o.svg.empty() && !o.topic) throw Failure("--svg: name one topic with --topic", exit_usage);
  with_books(o, [&](BooksReader& books) {
    for (const auto& topic : figures_or_fail(books, o)) {
      if (!o.svg.empty()) write_plot(o, topic);
      if (!o.json) std::cout << comparison_text(topic);
      else
        for (const auto& m : topic.models) std::cout << json::serialize(to_object(topic, m)) << '\n';
    }
    if (!o.json) std::cout << "In brackets: 95 %, by a block bootstrap over windows whose labels overlap.\n";
  });
}

void history(const Options& o) {
  with_books(o, [&](BooksReader& books) {
    for (const auto& s : books.swaps(o.topic_id())) {
      if (o.json)
        std::cout << json::serialize(json::object{{"topic_id", s.topic.value},
                                                  {"number", s.number},
                                                  {"from", json::object{{"name", s.from_name}, {"version", s.from_version}}},
                                                  {"to", json::object{{"name", s.to_name}, {"version", s.to_version}}},
                                                  {"after", s.after.value},
                                                  {"by", s.by},
                                                  {"why", s.why},
                                                  {"at", utc_text(s.at)}})
                  << '\n';
      else
        std::cout << fmt::format("{} topic {}: {} ({}) instead of {} ({}) after window {}, by {}: {}\n", utc_text(s.at),
                                 s.topic.value, s.to_name, s.to_version, s.from_name, s.from_version, s.after.value, s.by,
                                 s.why);
    }
  });
}

/// The name of the user, as far as the admin port takes it.
std::string operator_name() {
  const char* name = ::getenv("USER");
  std::string out = name && *name ? name : "uid-" + std::to_string(::getuid());
  std::erase_if(out, [](unsigned char c) { return !std::isalnum(c) && c != '.' && c != '_' && c != '-'; });
  return out.substr(0, 64);
}

void swap(const Options& o, bool rollback) {
  for (const unsigned char c : o.model)
    if (!std::isalnum(c) && c != '.' && c != '_' && c != '-')
      throw Failure("\"" + o.model + "\" cannot be a model's name; `inferd models list` shows them", exit_usage);
  if (o.model.size() > 64) throw Failure("the name has more than 64 characters; `inferd models list` shows them", exit_usage);
  const auto by = operator_name();
  std::string path = fmt::format("/{}/{}?by={}", rollback ? "rollback" : "promote", *o.topic, by);
  if (!o.model.empty()) path += "&model=" + o.model;
  const auto answer = ask(*o.peer, "POST", path);
  if (o.json) std::cout << answer.body;
  if (answer.status >= 300) throw Failure(refusal(answer));
  if (o.json) return;
  json::error_code error;
  const auto body = json::parse(answer.body, error);
  const auto* sentence = !error && body.is_object() ? body.get_object().if_contains("sentence") : nullptr;
  std::cout << (sentence && sentence->is_string() ? std::string(sentence->get_string()) : answer.body) << '\n';
}

} // namespace

void add_models(CLI::App& program) {
  auto* verb = program.add_subcommand("models", "The models of each topic: their live scores, and which one is live");
  verb->require_subcommand(1);
  verb->footer("Examples\n"
               "  inferd models list --json\n"
               "  inferd models compare --topic 79 --svg scores.svg\n"
               "  inferd models try --topic 79 --candles btcusd-1m.csv\n"
               "  inferd models promote --topic 79 b.json\n"
               "  inferd models rollback --topic 79\n"
               "promote and rollback act on the running daemon, between two windows. A MODEL is a name of the list or the\n"
               "beginning of a version. Exit codes: 0 done, 1 refused or not reached, 2 wrong command line.");
  const auto o = std::make_shared<Options>();
  o->peer = add_peer_options(*verb);
  verb->fallthrough();
  const auto sub = [&](const char* name, const char* help, auto act) {
    auto* s = verb->add_subcommand(name, help);
    s->fallthrough();
    s->add_flag("--json", o->json, "One JSON object a line");
    s->callback([o, act] { act(*o); });
    return s;
  };
  const auto reads = [&](CLI::App* s) {
    s->add_option("--topic", o->topic, "Only this topic")->type_name("ID");
    s->add_option("--ledger", o->ledger, "The books; default: ledger.path of the configuration")->type_name("FILE");
    return s;
  };
  auto* lists = reads(sub("list", "One line a model and topic", list));
  lists->add_flag("--all", o->all, "Earlier versions too");
  auto* compares = reads(sub("compare", "The models of a topic side by side, with intervals and promotion figures", compare));
  compares->add_option("--svg", o->svg, "A plot of predictions and truth, for one topic")->type_name("FILE");
  auto* tries = sub("try", "The same figures on past candles, before there are live ones", try_on_candles);
  tries->add_option("--topic", o->topic, "A topic of the configuration")->type_name("ID")->required();
  tries->add_option("--candles", o->candles, "A CSV file of the topic's candles")->type_name("FILE")->required();
  tries
    ->add_option("--from", o->from, "The first candle predicted from; default: behind what the built-in models were trained on")
    ->type_name("TIME");
  tries->add_option("--every", o->every, "From one prediction to the next; default: the horizon")->type_name("TIME");
  tries->add_option("--svg", o->svg, "A plot of predictions and truth")->type_name("FILE");
  reads(sub("history", "Who made which model live, and when", history));
  auto* promote = sub("promote", "Make a model live from the next window on", [](const Options& x) { swap(x, false); });
  promote->add_option("--topic", o->topic, "The topic")->type_name("ID")->required();
  promote->add_option("MODEL", o->model, "A name or a version")->required();
  auto* rollback =
    sub("rollback", "Make the model live that was live before, or an earlier version", [](const Options& x) { swap(x, true); });
  rollback->add_option("--topic", o->topic, "The topic")->type_name("ID")->required();
  rollback->add_option("MODEL", o->model, "A name or a version; default: the one before");
}

} // namespace inferd::cli
