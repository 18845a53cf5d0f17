#include "runtime/log/narrator_lines.hpp"

#include "runtime/log/logger.hpp"
#include "runtime/ports/earning.hpp"

#include <fmt/format.h>

namespace inferd::lines {
namespace {

constexpr std::size_t quoted_bytes = 300;      ///< of a node's log or a reason
constexpr std::size_t heartbeat_bytes = 2'000; ///< of all facts of a heartbeat

template <class... Args> LogLine line(LogLevel level, fmt::format_string<Args...> format, Args&&... args) {
  return {level, fmt::format(format, std::forward<Args>(args)...)};
}

/// Text from outside, in quotes, so that it cannot be mistaken for fields.
std::string quote(const std::string& words, std::size_t most = quoted_bytes) {
  std::string out = "\"";
  for (const char c : one_line(words, most)) {
    if (c == '"') out += '\'';
    else out += c;
  }
  return out + '"';
}

/// " reason=…" unless there is none.
std::string maybe(const char* field, const std::string& words) {
  return words.empty() ? std::string() : fmt::format(" {}={}", field, quote(words));
}

/// Nonce 0 is the topic's registration.
template <class Message> std::string window(const Message& m) {
  if (m.nonce.value == 0) return fmt::format("topic={} registration", m.topic.value);
  return fmt::format("topic={} nonce={}", m.topic.value, m.nonce.value);
}

template <class Enum> const char* word(Enum e) { return boost::describe::enum_to_string(e, "?"); }

std::string values(const std::vector<LabelledValue>& all) {
  if (all.size() == 1 && all.front().label.empty()) return "value=" + one_line(all.front().value, 64);
  std::string out = "values={";
  for (std::size_t i = 0; i < all.size() && i < 8; ++i)
    out += fmt::format("{}{}:{}", i ? "," : "", one_line(all[i].label, 32), one_line(all[i].value, 64));
  return out + (all.size() > 8 ? fmt::format(",… {} in all}}", all.size()) : "}");
}

} // namespace

Line narrate_line(const Place& receiver, const ConnectionUp& m) {
  if (receiver.kind != PlaceKind::watcher) return std::nullopt;
  const auto level = m.contradiction.empty() && m.warning.empty() ? LogLevel::info : LogLevel::warn;
  return line(level, "connected endpoint={} chain={} emissions={} height={}{}{}", m.endpoint, m.chain_id, m.emissions,
              m.height.value, maybe("warning", m.warning), maybe("contradiction", m.contradiction));
}

Line narrate_line(const Place& receiver, const ConnectionDown& m) {
  if (receiver.kind != PlaceKind::watcher) return std::nullopt;
  return line(LogLevel::warn, "connection lost endpoint={}{}", m.endpoint, maybe("reason", m.reason));
}

Line narrate_line(const Place& receiver, const BlockSeen& m) {
  if (receiver.kind != PlaceKind::watcher) return std::nullopt;
  return line(LogLevel::debug, "block height={} opened={} closed={} scores={} rewards={} bundles={} endpoint={}",
              m.height.value, m.opened.size(), m.closed.size(), m.scores.size(), m.rewards.size(), m.bundles.size(),
              m.endpoint);
}

Line narrate_line(const Place&, const HeadMoved&) { return std::nullopt; }

Line narrate_line(const Place& receiver, const AskFailed& m) {
  // A mistake in the configuration, logged with each poll of the topic until it is corrected.
  if (m.request == Request::AskWindow && m.verdict == Verdict::NoSuchTopic)
    return line(LogLevel::warn, "no such topic topic={}: a [[topic]] id names one that this chain does not have{}",
                m.topic.value, maybe("reason", m.reason));
  // An unanswered broadcast may have cost a fee. Other failed requests are debug lines, as ConnectionDown is logged.
  const auto level = m.request == Request::Broadcast ? LogLevel::warn : LogLevel::debug;
  const bool of_payload = m.request == Request::Simulate || m.request == Request::Broadcast || m.request == Request::AskTx;
  const auto about = m.nonce.value > 0 || of_payload ? window(m) : fmt::format("topic={}", m.topic.value);
  return line(level, "no answer ask={} {} verdict={} for={}{}", word(m.request), about, word(m.verdict), to_string(receiver),
              maybe("reason", m.reason));
}

Line narrate_line(const Place&, const WindowScheduled& m) {
  return line(LogLevel::debug, "window scheduled {} closes={}", window(m), m.closes.value);
}

Line narrate_line(const Place&, const WindowOpened&) { return std::nullopt; }

Line narrate_line(const Place&, const BookWindows& m) { // the missed ones have an outcome_line each
  if (m.missed.empty() && m.opened.nonce.value == 0)
    return line(LogLevel::debug, "watching topic={} since={}", m.topic.value, m.after.value);
  if (m.opened.nonce.value == 0) return std::nullopt;
  return line(LogLevel::info, "window opened {} closes={} seen_by={}", window(m.opened), m.opened.closes.value,
              m.opened.seen_by);
}

Line narrate_line(const Place& receiver, const WindowClosed& m) {
  if (receiver.kind != PlaceKind::ledger) return std::nullopt;
  return line(LogLevel::debug, "window closed {}", window(m));
}

Line narrate_line(const Place& receiver, const CandlesArrived& m) {
  const auto level = m.warnings.empty() ? LogLevel::debug : LogLevel::warn;
  return line(level, "candles arrived source={} candles={} for={}{}", m.source, m.candles.size(), to_string(receiver),
              maybe("warnings", m.warnings));
}

Line narrate_line(const Place& receiver, const SourceFailed& m) {
  return line(LogLevel::warn, "source failed source={} for={}{}{}", m.source, to_string(receiver), maybe("reason", m.reason),
              m.pause_ms > 0 ? fmt::format(" pause_s={}", m.pause_ms / 1'000) : std::string());
}

Line narrate_line(const Place& receiver, const CandlesFetched& m) {
  return line(LogLevel::debug, "candles fetched source={} candles={} reset={} windows={} for={}", m.source, m.candles.size(),
              m.reset, m.windows.size(), to_string(receiver));
}

Line narrate_line(const Place& receiver, const WindowSkipped& m) {
  if (receiver.kind != PlaceKind::ledger) return std::nullopt;
  return line(LogLevel::debug, "skip asked {}{}", window(m), maybe("reason", m.reason));
}

Line narrate_line(const Place&, const WindowDelayed& m) {
  return line(LogLevel::info, "delayed {}{}", window(m), maybe("reason", m.reason));
}

Line narrate_line(const Place&, const ModelFailed& m) {
  return line(LogLevel::debug, "model failed {}{}", window(m), maybe("reason", m.reason));
}

Line narrate_line(const Place& receiver, const Predicted& m) {
  if (receiver.kind != PlaceKind::submitter) return std::nullopt;
  return line(LogLevel::info, "predicted {} {} source={} model={}", window(m), values(m.values), m.source, quote(m.model));
}

Line narrate_line(const Place& receiver, const BookModels& m) {
  if (receiver.kind != PlaceKind::ledger) return std::nullopt;
  std::string names;
  for (const auto& l : m.models) names += fmt::format("{}{}:{}", names.empty() ? "" : ",", l.model.name, word(l.role));
  return line(LogLevel::debug, "models topic={} {}", m.topic.value, names);
}

Line narrate_line(const Place& receiver, const BookPrediction& m) {
  if (receiver.kind != PlaceKind::ledger) return std::nullopt;
  return line(LogLevel::debug, "prediction {} model={} version={} role={}{}{}", window(m), m.model.name, m.model.version,
              word(m.role), m.values.empty() ? std::string() : " " + values(m.values), maybe("failure", m.failure));
}

Line narrate_line(const Place& receiver, const BookTruth& m) {
  if (receiver.kind != PlaceKind::ledger) return std::nullopt;
  return line(LogLevel::debug, "truth topic={} candle={} source={} value={}{}", m.topic.value, m.candle.value, m.source,
              m.truth.text.empty() ? "-" : one_line(m.truth.text, 64), maybe("failure", m.failure));
}

Line narrate_line(const Place&, const BookPredictorState&) { return std::nullopt; }

Line narrate_line(const Place&, const ScoresKnown& m) {
  return line(LogLevel::debug, "scores known topic={} predictions={}", m.topic.value, m.predictions.size());
}

Line narrate_line(const Place&, const TruthArrived&) { return std::nullopt; }

Line narrate_line(const Place&, const OfferModel& m) {
  return line(LogLevel::info, "model offered topic={} model={} version={} by={}", m.topic.value, m.model.name, m.model.version,
              quote(m.by));
}

Line narrate_line(const Place&, const BookSwap& m) {
  return line(LogLevel::debug, "swap asked topic={} from={} to={} by={}{}", m.topic.value, m.from.name, m.to.name, quote(m.by),
              maybe("why", m.why));
}

Line narrate_line(const Place&, const SwapBooked& m) {
  return line(m.failure.empty() ? LogLevel::info : LogLevel::error, "swap topic={} live={} version={}{}", m.topic.value,
              m.to.name, m.to.version, maybe("failure", m.failure));
}

Line narrate_line(const Place&, const Granted& m) { return line(LogLevel::debug, "claim granted {}", window(m)); }

Line narrate_line(const Place&, const ClaimRefused& m) {
  const auto level = m.books_failed ? LogLevel::error : LogLevel::info;
  return line(level, "claim refused {} status={}{}", window(m), word(m.status), maybe("reason", m.reason));
}

Line narrate_line(const Place&, const SignedStored& m) {
  return line(LogLevel::debug, "stored {} tx={}", window(m), m.hash.hex);
}

Line narrate_line(const Place&, const StoreSigned& m) {
  if (m.nonce.value == 0) // it costs a fee the operator did not ask for: logged before it is sent
    return line(LogLevel::info, "registering topic={} tx={} fee_uallo={} and the chain's own registration fee", m.topic.value,
                m.signed_tx.hash.hex, to_digits(m.signed_tx.fee.value));
  return line(LogLevel::debug, "signed {} tx={} sequence={} gas={} fee_uallo={}{}{}", window(m), m.signed_tx.hash.hex,
              m.signed_tx.sequence.value, m.signed_tx.gas.value, to_digits(m.signed_tx.fee.value),
              m.replaces.hex.empty() ? std::string() : " replaces=" + m.replaces.hex, maybe("why", m.why));
}

Line narrate_line(const Place&, const StoreFailed& m) {
  return line(LogLevel::error, "books not written, nothing sent {}{}", window(m), maybe("reason", m.reason));
}

Line narrate_line(const Place&, const BroadcastAnswered& m) {
  const bool taken = m.verdict == Verdict::Accepted || m.verdict == Verdict::AlreadyInMempool;
  return line(taken ? LogLevel::info : LogLevel::warn, "broadcast {} tx={} verdict={} endpoint={}{}", window(m), m.hash.hex,
              word(m.verdict), m.endpoint,
              taken ? std::string() : fmt::format(" code={}/{}{}", m.codespace, m.code, maybe("log", m.log)));
}

Line narrate_line(const Place& receiver, const TxIncluded& m) {
  if (receiver.kind != PlaceKind::submitter) return std::nullopt;
  const bool fine = m.verdict == Verdict::Accepted;
  return line(fine ? LogLevel::info : LogLevel::warn, "included tx={} height={} verdict={} gas={}{}", m.hash.hex,
              m.height.value, word(m.verdict), m.gas_used.value,
              fine ? std::string() : fmt::format(" code={}/{}{}", m.codespace, m.code, maybe("log", m.log)));
}

Line narrate_line(const Place&, const BookOutcome&) { return std::nullopt; }

Line narrate_line(const Place&, const Unresolved& m) {
  std::string open;
  for (std::size_t i = 0; i < m.windows.size() && i < 8; ++i) {
    const auto& w = m.windows[i];
    const auto nonce = w.prediction.nonce.value;
    open += fmt::format(" {}/{}:{}", w.prediction.topic.value, nonce ? std::to_string(nonce) : "registration", word(w.status));
  }
  return line(m.windows.empty() ? LogLevel::debug : LogLevel::info, "books read unfinished={}{}", m.windows.size(), open);
}

Line narrate_line(const Place&, const RegistrationWanted& m) {
  return line(LogLevel::warn, "not registered topic={}", m.topic.value);
}

Line narrate_line(const Place&, const BookScore& m) {
  return line(LogLevel::info, "score {} score={}", window(m.event), one_line(m.event.score.text, 80));
}

Line narrate_line(const Place&, const BookReward& m) {
  return line(LogLevel::info, "reward {} reward_uallo={}", window(m.event), one_line(m.event.reward.text, 80));
}

Line narrate_line(const Place& receiver, const ChildFailed& m) {
  const auto& [place, message, what] = m.failure;
  return line(LogLevel::error, "failed child={} restarts={} supervisor={}{}{}", to_string(place), m.restarts,
              to_string(receiver), message.empty() ? std::string() : " message=" + message, maybe("reason", what));
}

Line narrate_line(const Place& receiver, const RestartDue& m) {
  return line(LogLevel::warn, "restarting child={} supervisor={}", to_string(m.child), to_string(receiver));
}

Line narrate_line(const Place&, const StopOverdue&) { return std::nullopt; }

Line narrate_line(const Place&, const ChildRestarted&) { return std::nullopt; }

Line narrate_line(const Place& receiver, const RestartChild& m) {
  if (receiver.kind != PlaceKind::root) return std::nullopt;
  return line(LogLevel::warn, "restart asked for by the operator child={}", to_string(m.child));
}

Line narrate_line(const Place& receiver, const Drain& m) {
  if (receiver.kind != PlaceKind::root) return std::nullopt;
  return line(LogLevel::info, "stopping{}", maybe("why", m.why));
}

Line narrate_line(const Place&, const Drained& m) {
  return line(m.unresolved == 0 ? LogLevel::info : LogLevel::warn, "drained unresolved={}", m.unresolved);
}

Line narrate_line(const Place&, const ClashNoticed& m) {
  return line(LogLevel::error, "another process uses this key wallet={}{}", m.wallet.address, maybe("reason", m.reason));
}

Line narrate_line(const Place&, const HeadWentBack& m) {
  return line(LogLevel::warn, "head went back height={} booked={}: {}", m.head.value, m.booked.value,
              went_back(m.head, m.booked));
}

Line narrate_line(const Place&, const Heartbeat& m) {
  return line(LogLevel::info, "HEARTBEAT alive={} books={}", quote(m.alive), quote(m.books, heartbeat_bytes));
}

Line narrate_line(const Place&, const Tick&) { return std::nullopt; }
Line narrate_line(const Place&, const Inspect&) { return std::nullopt; }
Line narrate_line(const Place&, const Inspection&) { return std::nullopt; }

} // namespace inferd::lines

namespace inferd {

LogLine outcome_line(const BookOutcome& m) {
  // A window skipped by the configured interval is not a fault; any other one is lost.
  const bool fine = m.status == Status::confirmed || m.status == Status::dry_run ||
                    (m.status == Status::skipped && m.reason.starts_with("not due"));
  std::string sent;
  if (!m.hash.hex.empty())
    sent =
      fmt::format(" tx={} height={} gas={} fee_uallo={}", m.hash.hex, m.height.value, m.gas_used.value, to_digits(m.fee.value));
  // The words of the original guide, which people search for.
  const auto* found = m.status == Status::confirmed && m.nonce.value != 0 ? " (Submission success)" : "";
  return lines::line(fine ? LogLevel::info : LogLevel::warn, "outcome {} status={}{}{}{}", lines::window(m),
                     lines::word(m.status), sent, lines::maybe("reason", m.reason), found);
}

} // namespace inferd
