#include "runtime/tape/replay_compare.hpp"

#include <algorithm>

namespace inferd {
namespace {

/// What one run of a receiver got from the place, in order.
using Heard = std::vector<const TapeEntry*>;

std::map<std::string, std::vector<Heard>> heard_from(const Tape& tape, const std::string& place, std::uint64_t until) {
  std::map<std::string, std::vector<Heard>> lives;
  for (const auto& e : tape.entries) {
    if (until != 0 && e.seq >= until) break;
    if (e.to == place || e.read) continue; // its own Ticks are input
    if (e.is_start()) lives[e.to].emplace_back();
    else if (e.from == place) {
      auto& all = lives[e.to];
      if (all.empty()) all.emplace_back();
      all.back().push_back(&e);
    }
  }
  return lives;
}

bool same(const TapeEntry& e, const Sent& s) { return e.type == s.type && e.message == s.message; }

std::size_t common(const Heard& heard, const std::vector<Sent>& sent, std::size_t from) {
  std::size_t n = 0;
  while (n < heard.size() && from + n < sent.size() && same(*heard[n], sent[from + n])) ++n;
  return n;
}

std::string shortened(const std::string& json) { return json.size() <= 200 ? json : json.substr(0, 200) + "…"; }

ReplayDifference describe(const TapeEntry& e, const std::vector<Sent>& sent, std::size_t at) {
  auto sentence = "the tape has " + e.type + " to " + e.to + " " + shortened(e.message);
  if (at >= sent.size()) sentence += ", the replay sends nothing more";
  else
    sentence += ", the replay sends " + sent[at].type + " " + shortened(sent[at].message) + " (after seq " +
                std::to_string(sent[at].after) + ")";
  return {e.seq, std::move(sentence)};
}

} // namespace

void compare(const Tape& tape, const std::string& place, const SentTo& sent_to, PlaceReplay& result) {
  static const std::vector<Sent> nothing;
  for (const auto& [receiver, lives] : heard_from(tape, place, result.until)) {
    const auto it = sent_to.find(receiver);
    const auto& sent = it == sent_to.end() ? nothing : it->second;
    std::size_t next = 0; // index into `sent`
    for (const auto& heard : lives) {
      if (heard.empty()) continue;
      std::size_t begin = next, best = next, longest = common(heard, sent, next);
      while (longest < heard.size() && ++begin < sent.size()) {
        const auto n = common(heard, sent, begin);
        if (n > longest) longest = n, best = begin;
      }
      result.compared += longest;
      if (longest < heard.size()) {
        const auto difference = describe(*heard[longest], sent, best + longest);
        if (!result.difference || difference.seq < result.difference->seq) result.difference = difference;
        break;
      }
      result.unheard += best - next;
      next = best + longest;
    }
    if (!result.difference) result.unheard += sent.size() - next;
  }
}

} // namespace inferd
