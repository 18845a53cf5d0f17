// inferd tape: looks into recorded runs.

#include "base/utc.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/options.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/cli/records/tape_file.hpp"
#include "runtime/tape/tape_causes.hpp"
#include "runtime/tape/tape_cut.hpp"
#include "runtime/tape/tape_dir.hpp"
#include "runtime/tape/tape_stats.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <regex.h>

namespace inferd::cli {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

struct Options {
  std::shared_ptr<std::string> config;
  std::string tape, dir, pattern, window, place, type, out;
  std::vector<std::string> places;
  std::optional<std::uint64_t> from, to, topic;
  std::optional<std::int64_t> nonce;
  std::optional<std::size_t> limit;
  bool json = false, full = false;
};

/// Reads the tape up to damage, which is reported on stderr.
Tape opened(const Options& o) {
  auto tape = read_tape(tape_path(o.tape, *o.config), TornTape::up_to_damage);
  if (!tape.damage.empty())
    std::cerr << fmt::format("{} line {} is damaged ({}): what follows is left out\n", tape.path, tape.cut, tape.damage);
  return tape;
}

std::string clock_text(Instant t) { return utc_text_ms(t).substr(11, 12); }

std::string route(const TapeEntry& e) {
  if (e.is_start()) return "start " + to_string(e.to);
  if (e.read) return to_string(e.to) + " ⇠ its port"; // the return value of a call
  return fmt::format("{} → {}", e.from ? to_string(*e.from) : "outside", to_string(e.to));
}

std::string shortened(const std::string& text, std::size_t most) {
  if (text.size() <= most) return text;
  auto end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end; // within a character
  return text.substr(0, end) + "…";
}

std::string line_of(const TapeEntry& e, bool full) {
  return fmt::format("{:>8}  {}  {:<46} {} {}\n", e.seq, clock_text(e.now), route(e), e.type,
                     full ? e.message : shortened(e.message, 120));
}

json::object to_object(const TapeEntry& e) {
  json::object o{{"seq", e.seq}, {"now", e.now.value}, {"time", utc_text_ms(e.now)}};
  o[e.is_start() ? "start" : e.read ? "read" : "to"] = to_string(e.to);
  if (e.is_start()) return o;
  if (!e.read) o["from"] = e.from ? to_string(*e.from) : "";
  o["type"] = e.type;
  o["message"] = json::parse(e.message);
  return o;
}

void print(const TapeEntry& e, const Options& o) {
  if (o.json) std::cout << json::serialize(to_object(e)) << '\n';
  else std::cout << line_of(e, o.full);
}

/// A POSIX extended regular expression.
class Pattern {
public:
  explicit Pattern(const std::string& text) {
    const int code = ::regcomp(&expression_, text.c_str(), REG_EXTENDED | REG_NOSUB);
    if (code == 0) return;
    char why[200];
    ::regerror(code, &expression_, why, sizeof why);
    throw Failure(fmt::format("PATTERN: \"{}\": {}", text, why), exit_usage);
  }
  Pattern(const Pattern&) = delete;
  ~Pattern() { ::regfree(&expression_); }
  bool found_in(const std::string& text) const { return ::regexec(&expression_, text.c_str(), 0, nullptr, 0) == 0; }

private:
  regex_t expression_;
};

EntryFilter filter_of(const Options& o) {
  EntryFilter f{.from = o.from, .to = o.to, .place = o.place, .type = o.type};
  if (o.topic) f.topic = TopicId{*o.topic};
  if (o.nonce) f.nonce = Height{*o.nonce};
  return f;
}

void show(const Options& o) {
  const auto tape = opened(o);
  const auto filter = filter_of(o);
  std::optional<Pattern> pattern;
  if (!o.pattern.empty()) pattern.emplace(o.pattern);
  std::size_t shown = 0;
  for (const auto& e : tape.entries) {
    if (!filter.matches(e)) continue;
    if (pattern && !pattern->found_in(fmt::format("{} {} {}", route(e), e.type, e.message))) continue;
    if (o.limit && shown == *o.limit) {
      std::cerr << fmt::format("the first {}; more with --limit\n", shown);
      break;
    }
    print(e, o);
    ++shown;
  }
  if (shown == 0) throw Failure(tape.path + ": no entry of it is like that");
}

/// Header, last complete entry and end of a tape, without keeping the rest.
void list(const Options& o) {
  const auto dir = o.dir.empty() ? load_or_fail(*o.config, ConfigFor::lookup).tape.dir : o.dir;
  const auto tapes = tapes_in(dir);
  if (tapes.empty()) throw Failure(dir + " holds no tape");
  if (!o.json)
    std::cout << fmt::format("{:<34} {:>9} {:>9}  {:<20} {:<20} {:>7}  {}\n", "tape", "MB", "entries", "started (UTC)",
                             "last entry (UTC)", "version", "end");
  for (const auto& path : tapes) {
    const auto name = fs::path(path).filename().string();
    std::error_code ignored;
    const auto bytes = fs::file_size(path, ignored);
    try {
      const auto tape = read_tape(path, TornTape::up_to_damage);
      const auto last = tape.entries.empty() ? tape.header.started : tape.entries.back().now;
      const auto end = !tape.damage.empty() ? fmt::format("damaged at line {}", tape.cut)
                       : tape.cut           ? std::string("cut short")
                       : tape.end.empty()   ? "none: killed, or still runs"
                                            : tape.end;
      if (o.json)
        std::cout << json::object{{"tape", path},
                                  {"bytes", bytes},
                                  {"entries", tape.entries.size()},
                                  {"started", utc_text(tape.header.started)},
                                  {"last", utc_text(last)},
                                  {"version", tape.header.version},
                                  {"inferd", tape.header.program},
                                  {"wallet", tape.header.wallet.address},
                                  {"end", end}}
                  << '\n';
      else
        std::cout << fmt::format("{:<34} {:>9.2f} {:>9}  {:<20} {:<20} {:>7}  {}\n", name, static_cast<double>(bytes) / 1e6,
                                 tape.entries.size(), utc_text(tape.header.started), utc_text(last), tape.header.version, end);
    } catch (const TapeError& e) {
      if (o.json) std::cout << json::object{{"tape", path}, {"bytes", bytes}, {"error", e.what()}} << '\n';
      else std::cout << fmt::format("{:<34} {:>9.2f}  {}\n", name, static_cast<double>(bytes) / 1e6, e.what());
    }
  }
}

void print_stats(const TapeStats& s, const Tape& tape) {
  const double seconds = static_cast<double>(s.last.value - s.first.value) / 1000;
  std::cout << fmt::format("{}: {} entries in {:.1f} s, version {}, {}\n", tape.path, tape.entries.size(), seconds,
                           tape.header.version, tape.header.program);
  std::cout << fmt::format("\n{:<28} {:>9} {:>12} {:>7}\n", "actor", "received", "bytes", "starts");
  for (const auto& [place, t] : s.places)
    std::cout << fmt::format("{:<28} {:>9} {:>12} {:>7}\n", to_string(place), t.messages, t.bytes, t.starts);
  std::vector<std::pair<std::string, TrafficStats>> types(s.types.begin(), s.types.end());
  std::stable_sort(types.begin(), types.end(), [](const auto& a, const auto& b) { return a.second.bytes > b.second.bytes; });
  std::cout << fmt::format("\n{:<28} {:>9} {:>12}\n", "message", "count", "bytes");
  for (const auto& [type, t] : types) std::cout << fmt::format("{:<28} {:>9} {:>12}\n", type, t.messages, t.bytes);
  std::cout << "\nwindows\n";
  for (const auto& [topic, outcomes] : s.outcomes) {
    std::string line;
    for (const auto& [outcome, count] : outcomes) line += fmt::format("{}{} {}", line.empty() ? "" : ", ", count, outcome);
    std::cout << fmt::format("topic {}: {}\n", topic.value, line);
  }
  if (s.steps.empty()) return;
  std::cout << fmt::format("\n{:<24} {:>8} {:>8} {:>8} {:>8} {:>8}\n", "ms", "windows", "p50", "p90", "p99", "most");
  for (const auto& step : s.steps) // an arrow is one column and three bytes
    std::cout << fmt::format("{:<24} {:>8} {:>8} {:>8} {:>8} {:>8}\n", step.name, step.ms.size(), step.quantile(0.5),
                             step.quantile(0.9), step.quantile(0.99), step.ms.back());
}

void stats(const Options& o) {
  const auto tape = opened(o);
  const auto s = stats_of(tape);
  if (!o.json) return print_stats(s, tape);
  json::object places, types, topics;
  for (const auto& [place, t] : s.places)
    places[to_string(place)] = {{"messages", t.messages}, {"bytes", t.bytes}, {"starts", t.starts}};
  for (const auto& [type, t] : s.types) types[type] = {{"messages", t.messages}, {"bytes", t.bytes}};
  for (const auto& [topic, outcomes] : s.outcomes) {
    json::object counts;
    for (const auto& [outcome, count] : outcomes) counts[outcome] = count;
    topics[std::to_string(topic.value)] = std::move(counts);
  }
  json::array steps;
  for (const auto& step : s.steps)
    steps.push_back(json::object{{"step", step.name},
                                 {"windows", step.ms.size()},
                                 {"p50_ms", step.quantile(0.5)},
                                 {"p90_ms", step.quantile(0.9)},
                                 {"p99_ms", step.quantile(0.99)},
                                 {"max_ms", step.ms.back()}});
  std::cout << json::object{{"tape", tape.path},
                            {"entries", tape.entries.size()},
                            {"first", utc_text_ms(s.first)},
                            {"last", utc_text_ms(s.last)},
                            {"actors", std::move(places)},
                            {"messages", std::move(types)},
                            {"windows", std::move(topics)},
                            {"steps", std::move(steps)}}
            << '\n';
}

std::pair<TopicId, Height> window_of(const std::string& text) {
  std::uint64_t topic{};
  std::int64_t nonce{};
  const auto* end = text.data() + text.size();
  const auto [slash, wrong] = std::from_chars(text.data(), end, topic);
  if (wrong == std::errc{} && slash != end && *slash == '/')
    if (const auto [rest, bad] = std::from_chars(slash + 1, end, nonce); bad == std::errc{} && rest == end && nonce > 0)
      return {TopicId{topic}, Height{nonce}};
  throw Failure("TOPIC/NONCE: \"" + text + "\" is not of the form 67/123456", exit_usage);
}

json::object nested(const Causes& causes, std::size_t at, const TapeEntry* effect, std::vector<bool>& written) {
  const auto& step = causes.steps[at];
  auto o = to_object(*step.entry);
  o.erase("message");
  if (effect) o["ms_before"] = effect->now.value - step.entry->now.value;
  if (written[at]) {
    o["above"] = true;
    return o;
  }
  written[at] = true;
  json::array below;
  for (const auto cause : step.causes) below.push_back(nested(causes, cause, step.entry, written));
  o["causes"] = std::move(below);
  return o;
}

void causes(const Options& o) {
  const auto [topic, nonce] = window_of(o.window);
  const auto tape = opened(o);
  const auto found = causes_of(tape, topic, nonce);
  if (!o.json) {
    std::cout << fmt::format("topic {}, nonce {}: ", topic.value, nonce.value) << causes_text(found);
    return;
  }
  std::vector<bool> written(found.steps.size());
  std::cout << json::serialize(nested(found, 0, nullptr, written)) << '\n';
}

void cut(const Options& o) {
  if (!o.topic && o.places.empty() && !o.to)
    throw Failure("nothing says what to keep: --topic, --nonce, --actor or --to", exit_usage);
  if (o.nonce && !o.topic) throw Failure("--nonce needs --topic", exit_usage);
  const auto tape = opened(o);
  TapeCut kept;
  if (o.topic) kept = cut_for(tape, TopicId{*o.topic}, o.nonce ? std::optional(Height{*o.nonce}) : std::nullopt);
  if (o.to) kept.until = std::min(*o.to, kept.until.value_or(*o.to));
  if (!o.places.empty()) kept.places.clear();
  for (const auto& text : o.places) {
    const auto place = parse_place(text);
    const auto starts = [&](const TapeEntry& e) { return e.to == place; };
    if (!place || std::none_of(tape.entries.begin(), tape.entries.end(), starts))
      throw Failure("--actor: \"" + text + "\" is no actor of " + tape.path, exit_usage);
    kept.places.push_back(*place);
  }
  if (std::error_code error; fs::equivalent(tape.path, o.out, error))
    throw Failure("--out: that is the tape itself", exit_usage);
  std::ofstream file(o.out, std::ios::binary);
  if (!file) throw Failure("--out: " + o.out + " cannot be written");
  const auto written = write_cut(tape, kept, file);
  if (!file.flush()) throw Failure("--out: " + o.out + " cannot be written");
  std::cout << fmt::format("{}: {} of {} entries, {:.2f} of {:.2f} MB\n", o.out, written, tape.entries.size(),
                           static_cast<double>(fs::file_size(o.out)) / 1e6,
                           static_cast<double>(fs::file_size(tape.path)) / 1e6);
}

/// Converts TapeError to Failure.
template <class Act> std::function<void()> guarded(std::shared_ptr<Options> o, Act act) {
  return [o, act] {
    try {
      act(*o);
    } catch (const TapeError& e) {
      throw Failure(e.what());
    }
  };
}

void add_filter(CLI::App& verb, Options& o) {
  verb.add_option("--from", o.from, "From this seq on")->type_name("SEQ");
  verb.add_option("--to", o.to, "Up to this seq")->type_name("SEQ");
  verb.add_option("--actor", o.place, "Sent or received by this actor, timer/67, or kind of actor, timer")->type_name("ACTOR");
  verb.add_option("--type", o.type, "Messages of this name only")->type_name("NAME");
  verb.add_option("--topic", o.topic, "About this topic")->type_name("ID");
  verb.add_option("--nonce", o.nonce, "About this window")->type_name("NONCE");
  verb.add_option("--limit", o.limit, "The first N")->type_name("N");
  verb.add_flag("--full", o.full, "Messages in full length");
  verb.add_flag("--json", o.json, "One JSON object a line");
}

} // namespace

void add_tape(CLI::App& program) {
  auto* verb = program.add_subcommand("tape", "Look into recorded runs: every message that every actor received");
  verb->require_subcommand(1);
  verb->footer(
    "Examples\n"
    "  inferd tape ls\n"
    "  inferd tape show --topic 67 --nonce 123456\n"
    "  inferd tape grep 'insufficient fee'\n"
    "  inferd tape stats\n"
    "  inferd tape causes 67/123456\n"
    "  inferd tape cut --topic 67 --nonce 123456 --out small.jsonl\n"
    "Without TAPE the newest in tape.dir is used, also while the daemon writes it. A tape that was torn is read up to\n"
    "the damage, which is named; tapes of older versions are read, too. A tape holds the wallet's address and every\n"
    "transaction, and no secret.\n"
    "Exit codes: 0 done, 1 nothing found or not readable, 2 wrong command line.");
  const auto o = std::make_shared<Options>();
  o->config = add_config_option(*verb);
  const auto sub = [&](const char* name, const char* about, void (*act)(const Options&)) {
    auto* added = verb->add_subcommand(name, about);
    added->fallthrough(); // for --config
    added->callback(guarded(o, act));
    return added;
  };
  const auto of_tape = [&](CLI::App* added) {
    added->add_option("TAPE", o->tape, "A tape; default: the newest in tape.dir");
    return added;
  };
  auto* ls = sub("ls", "The tapes of a folder: size, time, version, how each ends", list);
  ls->add_option("DIR", o->dir, "The folder; default: tape.dir");
  ls->add_flag("--json", o->json, "One JSON object a line");
  add_filter(*of_tape(sub("show", "Entries, one a line", show)), *o);
  auto* grep = sub("grep", "Entries whose actors, name or message match a pattern", show);
  grep->add_option("PATTERN", o->pattern, "A POSIX extended regular expression")->required();
  add_filter(*of_tape(grep), *o);
  of_tape(sub("stats", "Traffic by actor and message, outcomes and times of the windows", stats))
    ->add_flag("--json", o->json, "As one JSON object");
  auto* tree = sub("causes", "Everything that led to one submission, as a tree with the time between steps", causes);
  tree->add_option("WINDOW", o->window, "TOPIC/NONCE")->required();
  of_tape(tree)->add_flag("--json", o->json, "As one JSON object");
  auto* smaller = of_tape(sub("cut", "Write a smaller tape that replays, for a bug report or a test", cut));
  smaller->add_option("--topic", o->topic, "Keep the actors that answer this topic")->type_name("ID");
  smaller->add_option("--nonce", o->nonce, "Keep what precedes the end of this window")->type_name("NONCE");
  smaller->add_option("--actor", o->places, "Keep this actor; may be repeated")->type_name("ACTOR");
  smaller->add_option("--to", o->to, "Keep entries up to this seq")->type_name("SEQ");
  smaller->add_option("--out", o->out, "The new tape, replaced")->type_name("FILE")->required();
}

} // namespace inferd::cli
