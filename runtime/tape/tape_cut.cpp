#include "runtime/tape/tape_cut.hpp"

#include "messages/json.hpp"
#include "runtime/tape/tape_keys.hpp"

#include <algorithm>
#include <ostream>
#include <set>

namespace inferd {
namespace {

std::string quoted(const std::string& text) {
  std::string out;
  append_json_text(out, text);
  return out;
}

std::string header_line(const Tape& tape) {
  const auto& h = tape.header;
  return "{\"tape\":" + std::to_string(h.version) + ",\"inferd\":" + quoted(h.program) +
         ",\"wallet\":" + quoted(h.wallet.address) + ",\"config\":" + quoted(h.config) +
         ",\"started\":" + std::to_string(h.started.value) + (h.continued ? ",\"continued\":true" : "") + "}\n";
}

std::string entry_line(const TapeEntry& e, std::uint64_t seq) {
  auto line = "{\"seq\":" + std::to_string(seq) + ",\"now\":" + std::to_string(e.now.value);
  if (e.is_start()) return line + ",\"start\":" + quoted(to_string(e.to)) + "}\n";
  line += (e.read ? ",\"read\":" : ",\"to\":") + quoted(to_string(e.to));
  if (!e.read) line += ",\"from\":" + (e.from ? quoted(to_string(*e.from)) : "\"\"");
  return line + ",\"type\":" + quoted(e.type) + ",\"message\":" + e.message + "}\n";
}

/// Whether the place has a part in the topic's windows. `feeds`: the keys of its candles.
bool takes_part(const Place& place, TopicId topic, const std::set<std::string>& feeds) {
  switch (place.kind) {
    case PlaceKind::ledger:
    case PlaceKind::submitter:
    case PlaceKind::watcher: return true;
    case PlaceKind::timer:
    case PlaceKind::predictor: return place.topic == topic;
    case PlaceKind::fetcher:
    case PlaceKind::feature: return feeds.contains(place.key);
    default: return false;
  }
}

} // namespace

TapeCut cut_for(const Tape& tape, TopicId topic, std::optional<Height> nonce) {
  std::set<std::string> feeds;
  std::set<Place> places;
  std::optional<std::uint64_t> last;
  for (const auto& e : tape.entries) {
    places.insert(e.to);
    if (e.to.kind == PlaceKind::fetcher && e.from && e.from->kind == PlaceKind::timer && e.from->topic == topic)
      feeds.insert(e.to.key);
    if (nonce && !e.read && e.type != "LastNonceKnown" && keys_of(e).windows.contains({topic, *nonce})) last = e.seq;
  }
  const auto of_topic = [&](const Place& p) { return p.topic == topic; };
  if (std::none_of(places.begin(), places.end(), of_topic) || (nonce && !last))
    throw TapeError("tape " + tape.path + " has nothing about topic " + std::to_string(topic.value) +
                    (nonce ? ", nonce " + std::to_string(nonce->value) : ""));
  TapeCut cut{.until = last, .places = {}};
  for (const auto& place : places)
    if (takes_part(place, topic, feeds)) cut.places.push_back(place);
  return cut;
}

std::size_t write_cut(const Tape& tape, const TapeCut& cut, std::ostream& out) {
  const std::set<Place> kept(cut.places.begin(), cut.places.end());
  std::size_t written = 0;
  std::uint64_t last = 0;
  for (const auto& e : tape.entries) {
    if (cut.until && e.seq > *cut.until) break;
    last = e.seq;
    if (!kept.empty() && !kept.contains(e.to)) continue;
    if (written == 0) out << header_line(tape);
    out << entry_line(e, tape.header.continued ? tape.entries.front().seq + written : written + 1);
    ++written;
  }
  if (written == 0) throw TapeError("tape " + tape.path + ": nothing of it is left");
  const bool whole = written == tape.entries.size();
  if (!whole)
    out << "{\"end\":" << quoted("cut by inferd: " + std::to_string(written) + " of the entries 1 to " + std::to_string(last))
        << "}\n";
  else if (!tape.end.empty()) out << "{\"end\":" << quoted(tape.end) << "}\n";
  return written;
}

} // namespace inferd
