#include "runtime/tape/tape_causes.hpp"

#include "base/utc.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <map>

namespace inferd {
namespace {

using Names = std::vector<std::string>;

constexpr int deepest = 64; ///< steps from the outcome; a submission has about fifteen

/// Of each kind of message what it needs; of each need the kinds that satisfy it.
const std::map<std::string, std::vector<Names>>& needs() {
  static const std::map<std::string, std::vector<Names>> all{
    // the watcher
    {"ConnectionUp", {{"ConnectionUp"}}},
    {"TopicArrived", {{"TopicArrived"}}},
    {"TxIncluded", {{"TxIncluded"}}},
    {"HeadMoved", {{"BlockSeen", "ConnectionUp", "WindowStatusArrived"}}},
    {"WindowScheduled", {{"WindowStatusArrived", "BlockSeen", "LastNonceKnown", "WindowWanted"}}},
    {"WindowOpened", {{"BlockSeen", "WindowStatusArrived", "LastNonceKnown", "WindowWanted", "ChildRestarted"}}},
    {"WindowClosed", {{"BlockSeen", "WindowStatusArrived"}}},
    {"BookWindows", {{"BlockSeen", "WindowStatusArrived", "LastNonceKnown"}}},
    {"BookScore", {{"BlockSeen"}}},
    {"BookReward", {{"BlockSeen"}}},
    {"BookConclusion", {{"BlockSeen"}}},
    {"RegistrationWanted", {{"WindowStatusArrived"}}},
    // the pipeline
    {"PrepareWindow", {{"WindowScheduled", "WindowOpened"}, {"HeadMoved", "WindowWanted", "ChildRestarted"}}},
    {"CandlesArrived", {{"PrepareWindow", "Tick", "ChildRestarted"}}},
    {"SourceFailed", {{"PrepareWindow", "Tick", "ChildRestarted"}}},
    {"CandlesFetched", {{"CandlesArrived"}, {"PrepareWindow"}}},
    {"WindowDelayed", {{"SourceFailed", "CandlesArrived", "ModelFailed", "PrepareWindow", "Tick"}}},
    {"FeaturesComputed", {{"CandlesFetched"}}},
    {"ModelAnswered", {{"FeaturesComputed"}}},
    {"ModelFailed", {{"FeaturesComputed"}}},
    {"Predicted", {{"FeaturesComputed", "ModelAnswered", "ModelFailed", "Tick"}, {"TopicArrived"}}},
    // submitter and ledger
    {"ClaimNonce", {{"Predicted"}}},
    {"Granted", {{"ClaimNonce"}}},
    {"ClaimRefused", {{"ClaimNonce", "StoreSigned"}}},
    {"Simulated", {{"Granted"}}},
    {"StoreSigned", {{"Granted"}, {"AccountArrived"}, {"GasPriceArrived"}, {"Simulated"}}},
    {"SignedStored", {{"StoreSigned"}}},
    {"StoreFailed", {{"StoreSigned"}}},
    {"PreloadSent", {{"SignedStored"}}},
    {"BroadcastAnswered", {{"SignedStored"}, {"PreloadSent", "WindowOpened"}}},
    {"MarkSent", {{"BroadcastAnswered"}}},
    {"TxLookedUp", {{"BroadcastAnswered", "HeadMoved"}}},
    {"WindowSkipped",
     {{"FeaturesComputed", "ModelAnswered", "ModelFailed", "CandlesFetched", "PrepareWindow", "Predicted", "WindowScheduled",
       "WindowOpened", "WindowStatusArrived", "TopicArrived"}}},
    {"BookOutcome",
     {{"TxIncluded", "TxLookedUp", "BroadcastAnswered", "WindowClosed", "ClaimRefused", "InferenceArrived", "Simulated",
       "SignedStored"}}},
    {"OutcomeBooked", {{"BookOutcome"}}},
    {"LastNonceKnown", {{"BookWindows", "LastNonceWanted"}}},
    {"Unresolved", {{"ResumeSubmissions"}}},
  };
  return all;
}

/// Kinds that a port sends unasked, and those whose question is on no tape.
bool from_outside(const TapeEntry& e) {
  static const Names known{"CandlesArrived", "SourceFailed",      "ModelAnswered", "ModelFailed",
                           "Simulated",      "BroadcastAnswered", "PreloadSent",   "TxLookedUp"};
  return !e.from && std::find(known.begin(), known.end(), e.type) == known.end();
}

template <class Set> bool share(const Set& a, const Set& b) {
  return std::any_of(a.begin(), a.end(), [&](const auto& x) { return b.contains(x); });
}

template <class Set> bool contradict(const Set& a, const Set& b) { return !a.empty() && !b.empty() && !share(a, b); }

class Search {
public:
  explicit Search(const Tape& tape) : tape_(tape) {
    keys_.reserve(tape.entries.size());
    for (const auto& e : tape.entries) {
      keys_.push_back(keys_of(e));
      if (!e.read) received_[e.to].push_back(keys_.size() - 1);
    }
  }

  const EntryKeys& keys(std::size_t index) const { return keys_[index]; }

  std::vector<std::size_t> causes(std::size_t effect) const {
    const auto& e = tape_.entries[effect];
    if (e.is_start() || e.read) return {};
    std::vector<std::size_t> found;
    const auto add = [&](std::optional<std::size_t> cause) {
      if (cause && std::find(found.begin(), found.end(), *cause) == found.end()) found.push_back(*cause);
    };
    if (e.type == "TxIncluded" && !e.from) { // in a block because the submitter had it sent
      add(newest(effect, {PlaceKind::submitter}, {"BroadcastAnswered", "PreloadSent", "SignedStored"}, true));
      return found;
    }
    const auto need = needs().find(e.type);
    if (need == needs().end() || from_outside(e)) return {};
    for (const auto& kinds : need->second) add(newest(effect, e.from.value_or(e.to), kinds, false));
    // Of an open window it is prepared at once: what came before the opening did not lead to it.
    if (e.type == "PrepareWindow" && found.size() == 2 && found[1] < found[0]) found.pop_back();
    std::sort(found.begin(), found.end(), std::greater{}); // the newest made it happen
    return found;
  }

private:
  /// Of `kinds`, what `sender` received before: about the same transaction, otherwise about the same window, otherwise (unless
  /// `same_transaction`) what contradicts the effect in nothing.
  std::optional<std::size_t> newest(std::size_t effect, const Place& sender, const Names& kinds, bool same_transaction) const {
    const auto of_sender = received_.find(sender);
    if (of_sender == received_.end()) return {};
    const auto& all = of_sender->second;
    auto own = keys_[effect];
    if (tape_.entries[effect].type == "WindowScheduled") own.windows.clear(); // follows from the opening of the one before
    std::optional<std::size_t> of_window, compatible;
    for (auto it = std::lower_bound(all.begin(), all.end(), effect); it != all.begin();) {
      const auto& candidate = tape_.entries[*--it];
      if (candidate.is_start()) break; // an earlier life
      if (std::find(kinds.begin(), kinds.end(), candidate.type) == kinds.end()) continue;
      const auto& other = keys_[*it];
      if (share(own.hashes, other.hashes)) return *it;
      if (!of_window && share(own.windows, other.windows)) of_window = *it;
      const bool against =
        contradict(own.windows, other.windows) || contradict(own.topics, other.topics) || contradict(own.hashes, other.hashes);
      if (!compatible && !against) compatible = *it;
    }
    if (same_transaction) return {};
    return of_window ? of_window : compatible;
  }

  const Tape& tape_;
  std::vector<EntryKeys> keys_;
  std::map<Place, std::vector<std::size_t>> received_; ///< indices of the entries, ascending
};

/// What tells most about a window's end, first.
const Names& ends() {
  static const Names all{"BookOutcome", "WindowSkipped", "MarkSent",     "BroadcastAnswered", "StoreSigned",    "ClaimNonce",
                         "Predicted",   "PrepareWindow", "WindowClosed", "WindowOpened",      "WindowScheduled"};
  return all;
}

std::string sender(const TapeEntry& e) { return e.from ? to_string(*e.from) : "outside"; }

std::string described(const TapeEntry& e) {
  return fmt::format("{}  {} → {}, seq {}", e.type, sender(e), to_string(e.to), e.seq);
}

} // namespace

Causes causes_of(const Tape& tape, TopicId topic, Height nonce) {
  const Search search(tape);
  const std::pair wanted{topic, nonce};
  std::optional<std::size_t> end;
  auto best = ends().size();
  for (std::size_t i = 0; i < tape.entries.size(); ++i) {
    if (!search.keys(i).windows.contains(wanted)) continue;
    const auto rank = static_cast<std::size_t>(std::find(ends().begin(), ends().end(), tape.entries[i].type) - ends().begin());
    if (!end || rank <= best) end = i, best = rank;
  }
  if (!end) throw TapeError(fmt::format("tape {} has nothing about topic {}, nonce {}", tape.path, topic.value, nonce.value));

  Causes out;
  std::map<std::size_t, std::size_t> places; // of the tape's entries in out.steps
  const std::function<std::size_t(std::size_t, int)> add = [&](std::size_t entry, int depth) {
    if (const auto known = places.find(entry); known != places.end()) return known->second;
    const auto at = out.steps.size();
    places[entry] = at;
    out.steps.push_back({&tape.entries[entry], {}});
    if (depth == deepest) return at;
    for (const auto cause : search.causes(entry)) {
      const auto index = add(cause, depth + 1);
      out.steps[at].causes.push_back(index);
    }
    return at;
  };
  add(*end, 0);
  return out;
}

std::string causes_text(const Causes& causes) {
  const auto& end = *causes.steps.front().entry;
  auto out = fmt::format("{} at {}\n", described(end), utc_text_ms(end.now));
  std::vector<bool> written(causes.steps.size());
  const std::function<void(std::size_t, const std::string&)> below = [&](std::size_t at, const std::string& indent) {
    written[at] = true;
    const auto& step = causes.steps[at];
    for (std::size_t i = 0; i < step.causes.size(); ++i) {
      const bool last = i + 1 == step.causes.size();
      const auto& cause = causes.steps[step.causes[i]];
      const bool again = written[step.causes[i]] && !cause.causes.empty();
      out += fmt::format("{}{} {:>6} ms after  {}{}\n", indent, last ? "└─" : "├─",
                         step.entry->now.value - cause.entry->now.value, described(*cause.entry), again ? "  (as above)" : "");
      if (!again) below(step.causes[i], indent + (last ? "   " : "│  "));
    }
  };
  below(0, "");
  const auto first = std::min_element(causes.steps.begin(), causes.steps.end(),
                                      [](const auto& a, const auto& b) { return a.entry->now < b.entry->now; });
  return out + fmt::format("{} entries, {} ms from the first to the last\n", causes.steps.size(),
                           end.now.value - first->entry->now.value);
}

} // namespace inferd
