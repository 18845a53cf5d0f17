#include "runtime/tape/replay.hpp"

#include "runtime/tape/replay_compare.hpp"
#include "runtime/tape/replay_world.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace inferd {
namespace {

std::vector<Place> started_places(const Tape& tape) {
  std::vector<Place> places;
  for (const auto& e : tape.entries)
    if (e.is_start() && std::find(places.begin(), places.end(), e.to) == places.end()) places.push_back(e.to);
  return places;
}

std::set<Place> all_places(const Tape& tape) {
  std::set<Place> places;
  for (const auto& e : tape.entries) {
    places.insert(e.to);
    if (e.from) places.insert(*e.from);
  }
  return places;
}

/// The seq at which a port's call first threw; 0: never. The tape does not say which messages were in the transaction that
/// failed, so nothing after it can be compared.
std::uint64_t failed_at(const Tape& tape, const Place& place) {
  for (const auto& e : tape.entries)
    if (e.read && e.to == place && e.type == "StoreFailure") return e.seq;
  return 0;
}

PlaceReplay replay_place(const Tape& tape, const Place& place, const std::set<Place>& places, const ActorFactory& make) {
  PlaceReplay result{.place = place, .until = failed_at(tape, place)};
  ReplayWorld world(place, places);
  for (const auto& e : tape.entries) {
    if (result.until != 0 && e.seq >= result.until) break;
    if (e.to != place || e.read) continue;
    if (tape.header.continued && result.starts == 0 && !e.is_start()) continue; // of an actor whose start is not on it
    try {
      if (!e.is_start()) {
        world.feed(e);
        ++result.fed;
      } else if (world.start(e, make)) {
        ++result.starts;
      } else {
        result.skipped = true;
        return result;
      }
    } catch (const std::exception& error) {
      throw TapeError("tape " + tape.path + " line " + std::to_string(e.line) + ": " + error.what());
    }
  }
  world.finish();
  compare(tape, place, world.sent(), result);
  return result;
}

/// What the tape lacks, in one sentence; empty: nothing.
std::string missing_of(const Tape& tape) {
  std::string out;
  const auto add = [&](const std::string& what) { out += (out.empty() ? "" : "; ") + what; };
  const auto last = "after seq " + std::to_string(tape.entries.empty() ? 0 : tape.entries.back().seq);
  if (tape.header.continued)
    add("the tape begins in the middle of the run, as its file was removed: actors are replayed from their next start");
  if (tape.cut)
    add("line " + std::to_string(tape.cut) + ", the last one, is cut short: what was recorded " + last + " is missing");
  else if (tape.end.empty())
    add("the tape has no end, its process was killed or still runs: what happened " + last + " may be missing");
  else if (tape.end != "stopped") add("recording ended early, " + last + ": " + tape.end);
  return out;
}

} // namespace

bool ReplayReport::differs() const {
  return std::any_of(places.begin(), places.end(), [](const PlaceReplay& p) { return p.difference.has_value(); });
}

bool ReplayReport::identical() const {
  return !differs() && std::any_of(places.begin(), places.end(), [](const PlaceReplay& p) { return p.compared > 0; });
}

std::string ReplayReport::text() const {
  std::string out;
  for (const auto& p : places) {
    if (p.skipped) out += fmt::format("{:<16} not replayed\n", to_string(p.place));
    else if (p.difference)
      out += fmt::format("{:<16} differs at seq {}: {}\n", to_string(p.place), p.difference->seq, p.difference->sentence);
    else
      out += fmt::format("{:<16} {} started, {} messages in, {} out as recorded, {} undelivered{}\n", to_string(p.place),
                         p.starts, p.fed, p.compared, p.undelivered,
                         p.until == 0 ? "" : fmt::format(", up to seq {}: there the books failed", p.until));
  }
  if (!missing.empty()) out += "incomplete: " + missing + '\n';
  return out + (identical() ? "identical\n" : differs() ? "different\n" : "nothing to compare\n");
}

ReplayReport replay(const Tape& tape, const ActorFactory& make) {
  expect_present_version(tape);
  ReplayReport report;
  report.missing = missing_of(tape);
  const auto places = all_places(tape);
  for (const auto& place : started_places(tape)) report.places.push_back(replay_place(tape, place, places, make));
  return report;
}

} // namespace inferd
