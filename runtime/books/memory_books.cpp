#include "runtime/books/memory_books.hpp"

#include <algorithm>
#include <cassert>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <variant>

namespace inferd {

class MemoryStorage : public BookStorage {
public:
  void begin() override { mark_ = undo_.size(), deferred_ = false; }
  void begin_deferred() override { mark_ = undo_.size(), deferred_ = true; }
  void commit() override {
    if (undo_.size() == mark_) return; // nothing changed, nothing to write
    if (faults > 0) {
      --faults;
      if (fault == MemoryBooks::Fault::refused) throw StoreFailure("the books cannot be written: the disk is full");
      mark_ = undo_.size(); // rollback must not revert it
      throw StoreFailure("the books cannot be written: an error while syncing");
    }
    ++commits;
    if (synced && !deferred_) undo_.clear();
    mark_ = undo_.size();
  }
  void rollback() noexcept override { back_to(mark_); }
  void back_to(std::size_t mark) noexcept {
    while (undo_.size() > mark) {
      std::visit([this](auto& before) { this->restore(before); }, undo_.back());
      undo_.pop_back();
    }
  }
  void sync() { undo_.clear(), mark_ = 0; }

  std::optional<WindowRow> window(const WindowKey& key) override {
    const auto it = windows.find(key);
    return it == windows.end() ? std::nullopt : std::optional(it->second);
  }
  std::vector<TransactionRow> transactions(const WindowKey& key) override {
    std::vector<TransactionRow> rows;
    if (const auto it = signed_for_.find(key); it != signed_for_.end())
      for (const auto& hash : it->second) rows.push_back(txs.at(hash));
    std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
    return rows;
  }
  void put(const WindowRow& row) override {
    undo_.push_back(Before<WindowKey, WindowRow>{row.key(), window(row.key())});
    windows[row.key()] = row;
    index(row.key());
  }
  void put(const TransactionRow& row) override {
    const auto it = txs.find(row.hash);
    undo_.push_back(Before<TxHash, TransactionRow>{row.hash, it == txs.end() ? std::nullopt : std::optional(it->second)});
    if (it == txs.end()) signed_for_[row.key()].push_back(row.hash);
    txs[row.hash] = row;
    const auto all = transactions(row.key());
    const auto confirmed = std::count_if(all.begin(), all.end(), [](const auto& t) { return t.status == TxStatus::confirmed; });
    if (row.nonce.value != 0 && confirmed > 1) throw std::logic_error("two confirmed transactions for one window");
  }

  std::vector<WindowRow> unfinished(const Wallet& wallet) override {
    std::vector<WindowRow> rows;
    for (const auto& key : unfinished_)
      if (key.wallet == wallet) rows.push_back(windows.at(key));
    std::sort(rows.begin(), rows.end(),
              [](const auto& a, const auto& b) { return std::pair(a.nonce, a.topic) < std::pair(b.nonce, b.topic); });
    return rows;
  }
  std::vector<TransactionRow> registrations(const Wallet& wallet) override {
    std::vector<TransactionRow> rows;
    for (const auto& [key, hashes] : signed_for_)
      for (const auto& tx : key.wallet == wallet && key.nonce.value == 0 ? transactions(key) : std::vector<TransactionRow>{})
        if (is_under_way(tx.status)) rows.push_back(tx);
    return rows;
  }
  std::vector<GasMemory> gas(const Wallet& wallet) override {
    std::map<TopicId, Gas> newest;
    for (const auto& [key, row] : windows)
      if (key.wallet == wallet && row.status == Status::confirmed && row.gas_used.value > 0) newest[key.topic] = row.gas_used;
    std::vector<GasMemory> answer;
    for (const auto& [topic, used] : newest) answer.push_back({topic, used});
    return answer;
  }
  void begin_watch(const Wallet& wallet, TopicId topic, Height since) override {
    const Topic key{wallet, topic};
    if (watched.contains(key)) return;
    if (const auto last = last_nonce(wallet, topic); last.value > 0) {
      const auto row = windows.find({wallet, topic, last});
      if (row != windows.end() && is_proof(row->second)) return;
      since = std::min(since, last); // the height before the first row
    }
    undo_.push_back(Before<Topic, Height>{key, std::nullopt});
    watched.emplace(key, since);
  }
  static bool is_proof(const WindowRow& row) {
    return row.opened_at.value > 0 || (row.status == Status::missed && row.claimed_at.value == 0 && row.closes.value > 0);
  }
  Height last_nonce(const Wallet& wallet, TopicId topic) override {
    const auto begun = watched.find({wallet, topic});
    auto it = windows.lower_bound({wallet, TopicId{topic.value + 1}, Height{}});
    Height before_first;
    while (it != windows.begin()) {
      --it;
      const auto& [key, row] = *it;
      if (key.wallet != wallet || key.topic != topic) break;
      if (is_proof(row)) return begun == watched.end() ? key.nonce : std::max(key.nonce, begun->second);
      before_first = Height{key.nonce.value - 1};
    }
    return begun == watched.end() ? before_first : begun->second;
  }
  BookSums sums(const Wallet& wallet) override {
    BookSums s;
    for (const auto& [key, row] : windows) {
      if (key.wallet != wallet) continue;
      ++s.windows[row.status];
      s.last_nonce = std::max(s.last_nonce, key.nonce);
      s.fees += row.fee;
      s.rewards.add(row.reward);
    }
    for (const auto& [hash, tx] : txs)
      if (tx.wallet == wallet && tx.nonce.value == 0) s.fees += tx.paid;
    return s;
  }
  std::vector<TopicId> topics(const Wallet& wallet) override {
    std::set<TopicId> all;
    for (const auto& [key, row] : windows)
      if (key.wallet == wallet) all.insert(key.topic);
    return {all.begin(), all.end()};
  }
  void read_results(const Wallet& wallet, TopicResultsReader& reader) override {
    auto it = windows.lower_bound({wallet, TopicId{reader.topic().value + 1}, Height{}});
    for (std::size_t n = 0; n < TopicResultsReader::most_rows && it != windows.begin(); ++n) {
      const auto& [key, row] = *--it;
      if (key.wallet != wallet || key.topic != reader.topic() || !reader.add(row)) return;
    }
  }
  std::vector<std::pair<Instant, Uallo>> paid_since(const Wallet& wallet, Instant since) override {
    std::vector<std::pair<Instant, Uallo>> paid;
    for (const auto& [key, row] : windows)
      if (key.wallet == wallet && row.done_at >= since && row.fee > Uallo{}) paid.emplace_back(row.done_at, row.fee);
    for (const auto& [hash, tx] : txs)
      if (tx.wallet == wallet && tx.nonce.value == 0 && tx.done_at >= since && tx.paid > Uallo{})
        paid.emplace_back(tx.done_at, tx.paid);
    return paid;
  }

  std::optional<PredictionRow> prediction(const WindowKey& key, const std::string& version) override {
    const auto it = predictions.find({key, version});
    return it == predictions.end() ? std::nullopt : std::optional(it->second);
  }
  std::vector<PredictionRow> unscored(const Wallet& wallet, TopicId topic, const std::string& source, Instant candle,
                                      std::size_t most) override {
    std::vector<PredictionRow> rows;
    for (const auto& [key, row] : predictions)
      if (rows.size() < most && row.wallet == wallet && row.topic == topic && row.scored_at.value == 0 && !row.values.empty() &&
          (candle.value == 0 || (row.source == source && row.candle == candle)))
        rows.push_back(row);
    return rows;
  }
  std::vector<PredictionRow> scored(const Wallet& wallet, TopicId topic, Height after, std::size_t most) override {
    std::vector<PredictionRow> rows;
    for (const auto& [key, row] : predictions)
      if (row.wallet == wallet && row.topic == topic && row.nonce > after && !row.truth.text.empty()) rows.push_back(row);
    if (rows.size() > most) rows.erase(rows.begin(), rows.end() - static_cast<std::ptrdiff_t>(most));
    return rows;
  }
  std::vector<ModelRow> models(const Wallet& wallet, TopicId topic) override {
    std::vector<ModelRow> rows;
    for (const auto& [key, row] : known_models)
      if (row.wallet == wallet && row.topic == topic) rows.push_back(row);
    std::sort(rows.begin(), rows.end(),
              [](const auto& a, const auto& b) { return std::tie(a.at, a.version) < std::tie(b.at, b.version); });
    return rows;
  }
  std::optional<SwapRow> last_swap(const Wallet& wallet, TopicId topic) override {
    std::optional<SwapRow> last;
    for (const auto& [key, row] : swaps)
      if (row.wallet == wallet && row.topic == topic) last = row;
    return last;
  }
  void put(const PredictionRow& row) override { put(predictions, {{row.wallet, row.topic, row.nonce}, row.version}, row); }
  void put(const ModelRow& row) override { put(known_models, {{row.wallet, row.topic}, row.version}, row); }
  std::vector<PredictorStateRow> predictor_state(const Wallet& wallet, TopicId topic) override {
    std::vector<PredictorStateRow> rows;
    for (const auto& [key, row] : predictor_states)
      if (row.wallet == wallet && row.topic == topic) rows.push_back(row);
    return rows;
  }
  void put(const SwapRow& row) override { put(swaps, {{row.wallet, row.topic}, row.number}, row); }
  void put(const PredictorStateRow& row) override { put(predictor_states, {row.wallet, row.topic, row.nonce}, row); }
  void forget(const Wallet& wallet, TopicId topic, const std::string& source, Instant candle) override {
    for (const auto& row : predictor_state(wallet, topic)) {
      const bool meant = candle.value == 0 || (row.source == source && row.candle == candle);
      if (row.nonce.value == 0 || !meant) continue;
      const StateKey key{wallet, topic, row.nonce};
      undo_.push_back(Before<StateKey, PredictorStateRow>{key, row});
      predictor_states.erase(key);
    }
  }

  std::map<WindowKey, WindowRow> windows;
  std::map<TxHash, TransactionRow> txs;
  using Topic = std::pair<Wallet, TopicId>;
  std::map<Topic, Height> watched; ///< since which height
  using PredictionKey = std::pair<WindowKey, std::string>;
  using ModelKey = std::pair<Topic, std::string>;
  using SwapKey = std::pair<Topic, std::int64_t>;
  std::map<PredictionKey, PredictionRow> predictions;
  std::map<ModelKey, ModelRow> known_models;
  std::map<SwapKey, SwapRow> swaps;
  using StateKey = std::tuple<Wallet, TopicId, Height>;
  std::map<StateKey, PredictorStateRow> predictor_states;
  unsigned faults = 0, commits = 0;
  MemoryBooks::Fault fault{};
  bool synced = true;

private:
  template <class Key, class Row> struct Before {
    Key key;
    std::optional<Row> row;
  };

  void index(const WindowKey& key) {
    const auto it = windows.find(key);
    if (it != windows.end() && !is_final(it->second.status)) unfinished_.insert(key);
    else unfinished_.erase(key);
  }
  void restore(Before<WindowKey, WindowRow>& before) {
    if (before.row) windows[before.key] = std::move(*before.row);
    else windows.erase(before.key);
    index(before.key);
  }
  template <class Key, class Row> void put(std::map<Key, Row>& rows, const Key& key, const Row& row) {
    const auto it = rows.find(key);
    undo_.push_back(Before<Key, Row>{key, it == rows.end() ? std::nullopt : std::optional(it->second)});
    rows[key] = row;
  }
  template <class Key, class Row> static void restore(std::map<Key, Row>& rows, Before<Key, Row>& before) {
    if (before.row) rows[before.key] = std::move(*before.row);
    else rows.erase(before.key);
  }
  void restore(Before<PredictionKey, PredictionRow>& before) { restore(predictions, before); }
  void restore(Before<ModelKey, ModelRow>& before) { restore(known_models, before); }
  void restore(Before<SwapKey, SwapRow>& before) { restore(swaps, before); }
  void restore(Before<StateKey, PredictorStateRow>& before) { restore(predictor_states, before); }
  void restore(Before<Topic, Height>& before) { watched.erase(before.key); }
  void restore(Before<TxHash, TransactionRow>& before) {
    if (before.row) {
      txs[before.key] = std::move(*before.row);
      return;
    }
    const auto it = txs.find(before.key);
    std::erase(signed_for_[it->second.key()], before.key);
    txs.erase(it);
  }

  std::map<WindowKey, std::vector<TxHash>> signed_for_;
  std::set<WindowKey> unfinished_;
  using Change = std::variant<Before<WindowKey, WindowRow>, Before<TxHash, TransactionRow>, Before<Topic, Height>,
                              Before<PredictionKey, PredictionRow>, Before<ModelKey, ModelRow>, Before<SwapKey, SwapRow>,
                              Before<StateKey, PredictorStateRow>>;
  std::vector<Change> undo_; ///< since the last sync
  bool deferred_ = false;    ///< the current transaction is deferred
  std::size_t mark_ = 0;     ///< where the current transaction began
};

MemoryBooks::MemoryBooks() : MemoryBooks(std::make_unique<MemoryStorage>()) {}
MemoryBooks::MemoryBooks(std::unique_ptr<MemoryStorage> storage)
  : Books(std::move(storage)), memory_(static_cast<MemoryStorage&>(Books::storage())) {}
MemoryBooks::~MemoryBooks() = default;

void MemoryBooks::fail_next(unsigned n, Fault fault) { memory_.faults = n, memory_.fault = fault; }
void MemoryBooks::sync_by_hand() { memory_.synced = false; }
void MemoryBooks::sync() { memory_.sync(); }
void MemoryBooks::drop_unsynced() { memory_.back_to(0), forget(); }
unsigned MemoryBooks::commits() const { return memory_.commits; }

std::vector<WindowRow> MemoryBooks::windows() const {
  std::vector<WindowRow> rows;
  for (const auto& [key, row] : memory_.windows) rows.push_back(row);
  return rows;
}

std::vector<TransactionRow> MemoryBooks::transactions() const {
  std::vector<TransactionRow> rows;
  for (const auto& [hash, row] : memory_.txs) rows.push_back(row);
  return rows;
}

} // namespace inferd
