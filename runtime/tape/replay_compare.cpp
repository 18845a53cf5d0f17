#include "runtime/tape/replay_compare.hpp"

#include <algorithm>

namespace inferd {
namespace {

/// What a receiver received from the place between two of its starts, in order.
using Received = std::vector<const TapeEntry*>;

std::map<Place, std::vector<Received>> received_from(const Tape& tape, const Place& place, std::uint64_t until) {
  std::map<Place, std::vector<Received>> runs;
  bool started = !tape.header.continued; // what it sent before is not replayed
  for (const auto& e : tape.entries) {
    if (until != 0 && e.seq >= until) break;
    started = started || (e.to == place && e.is_start());
    if (e.to == place || e.read || !started) continue; // its own Tick is input
    if (e.is_start()) runs[e.to].emplace_back();
    else if (e.from == place) {
      auto& all = runs[e.to];
      if (all.empty()) all.emplace_back();
      all.back().push_back(&e);
    }
  }
  return runs;
}

bool same(const TapeEntry& e, const Sent& s) { return e.type == s.type && e.message == s.message; }

std::size_t common_prefix(const Received& received, const std::vector<Sent>& sent, std::size_t from) {
  std::size_t n = 0;
  while (n < received.size() && from + n < sent.size() && same(*received[n], sent[from + n])) ++n;
  return n;
}

std::string shortened(const std::string& json) { return json.size() <= 200 ? json : json.substr(0, 200) + "…"; }

ReplayDifference describe(const TapeEntry& e, const std::vector<Sent>& sent, std::size_t at) {
  auto sentence = "the tape has " + e.type + " to " + to_string(e.to) + " " + shortened(e.message);
  if (at >= sent.size()) sentence += ", the replay sends nothing more";
  else
    sentence += ", the replay sends " + sent[at].type + " " + shortened(sent[at].message) + " (after seq " +
                std::to_string(sent[at].after) + ")";
  return {e.seq, std::move(sentence)};
}

} // namespace

void compare(const Tape& tape, const Place& place, const SentTo& sent_to, PlaceReplay& result) {
  static const std::vector<Sent> nothing;
  for (const auto& [receiver, runs] : received_from(tape, place, result.until)) {
    const auto it = sent_to.find(receiver);
    const auto& sent = it == sent_to.end() ? nothing : it->second;
    std::size_t next = 0; // of what was sent
    for (const auto& received : runs) {
      if (received.empty()) continue;
      std::size_t begin = next, best = next, longest = common_prefix(received, sent, next);
      while (longest < received.size() && ++begin < sent.size()) {
        const auto n = common_prefix(received, sent, begin);
        if (n > longest) longest = n, best = begin;
      }
      result.compared += longest;
      if (longest < received.size()) {
        const auto difference = describe(*received[longest], sent, best + longest);
        if (!result.difference || difference.seq < result.difference->seq) result.difference = difference;
        break;
      }
      result.undelivered += best - next;
      next = best + longest;
    }
    if (!result.difference) result.undelivered += sent.size() - next;
  }
}

} // namespace inferd
