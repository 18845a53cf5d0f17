#define BOOST_TEST_MODULE model_check
// Explicit-state search for a window without a row: the real cores of watcher and ledger over the books in memory, around the
// first openings of a topic. From every state it tries every next delivery, and, while the path has faults left, every fault.
// Two paths are merged when each actor has received the same messages and the same ones are under way. A path is run anew for
// each of its extensions, as books cannot be copied.

#include "actors/ledger/ledger_core.hpp"
#include "actors/watcher/watcher_core.hpp"
#include "runtime/books/memory_books.hpp"
#include "tests/books/books_fixture.hpp"

#include <array>
#include <boost/test/unit_test.hpp>
#include <deque>
#include <new>
#include <unordered_set>

using namespace inferd;
using namespace inferd::test;
using boost::unit_test::disabled, boost::unit_test::label;

namespace {

constexpr std::int64_t epoch = 30, window_length = 15;

enum class Step : std::uint8_t {
  chain,       ///< the next height of the script, its block and its answers
  port,        ///< the watcher handles what the chain port sent first
  acknowledge, ///< the watcher handles what ledger or supervisor sent first
  ledger,      ///< the ledger handles its first message, and commits if that was the last
  commit,      ///< the ledger's group commit is due
  // Faults.
  lose_event,   ///< the next height, whose block is not reported
  lose_answer,  ///< what the port sent first is lost
  reconnect,    ///< the connection ends, with all it carries, and begins anew
  watcher_dies, ///< with its mailbox
  ledger_dies,  ///< with its mailbox; the queue stays
  defect,       ///< the next write of the books fails for another reason than the disk: the ledger dies of it
  disk_refuses, ///< the next commit
  disk_unsure,  ///< the next commit is made, and reported as failed
  process_dies, ///< kill -9
  power_cut,    ///< the same, and what was not synced is lost
  count
};
constexpr auto first_fault = Step::lose_event;
constexpr std::array<const char*, static_cast<std::size_t>(Step::count)> step_names = {
  "chain",        "port",        "acknowledge", "ledger",       "commit",      "lose_event",   "lose_answer", "reconnect",
  "watcher_dies", "ledger_dies", "defect",      "disk_refuses", "disk_unsure", "process_dies", "power_cut"};

/// MemoryBooks whose next write may throw what no disk throws.
struct DefectiveBooks : MemoryBooks {
  bool armed = false;
  void write(const Wallet& w, const BookEntry& entry) override {
    if (std::exchange(armed, false)) throw std::bad_alloc();
    MemoryBooks::write(w, entry);
  }
};

using ForWatcher = std::variant<ConnectionUp, ConnectionDown, BlockSeen, WindowStatusArrived, TopicArrived, LastNonceKnown,
                                ChildRestarted, Tick>;

/// A script of heights: before, at and behind each opening.
class World {
public:
  World(std::vector<std::int64_t> heights, bool connected, bool submits) : heights_(std::move(heights)), submits_(submits) {
    start_process();
    if (connected) settle(false);
  }

  bool possible(Step step) const {
    switch (step) {
      case Step::chain:
      case Step::lose_event: return at_ < heights_.size();
      case Step::port:
      case Step::lose_answer: return !from_port_.empty();
      case Step::acknowledge: return !from_tree_.empty();
      case Step::ledger: return !to_ledger_.empty();
      case Step::commit: return to_ledger_.empty() && !queue_->entries.empty();
      default: return true;
    }
  }
  bool at_rest() const {
    return at_ == heights_.size() && from_port_.empty() && from_tree_.empty() && to_ledger_.empty() && queue_->entries.empty();
  }

  void take(Step step) {
    if (step >= Step::ledger_dies) booked_ = mixed(booked_, 100 + static_cast<std::size_t>(step));
    switch (step) {
      case Step::chain: return advance(true);
      case Step::lose_event: return advance(false);
      case Step::port: return to_watcher(pop(from_port_));
      case Step::acknowledge: return to_watcher(pop(from_tree_));
      case Step::ledger: return to_ledger(pop(to_ledger_));
      case Step::commit: return flush(true);
      case Step::lose_answer: pop(from_port_); return;
      case Step::reconnect: return connect(true);
      case Step::watcher_dies: return start_watcher();
      case Step::ledger_dies: return restart_ledger(true);
      case Step::defect: books_->armed = true; return;
      case Step::disk_refuses: books_->fail_next(1); return;
      case Step::disk_unsure: books_->fail_next(1, MemoryBooks::Fault::unsure); return;
      case Step::process_dies: return start_process();
      case Step::power_cut:
        books_->drop_unsynced();
        see_books();
        return start_process();
      case Step::count: return;
    }
  }

  /// No more faults: delivers everything, lets two more windows pass, and commits.
  void finish() {
    books_->armed = false;
    books_->fail_next(0);
    connect(true);
    for (auto height = head_ + 1; height <= head_ + 4 * epoch; ++height) // the script is over
      if (const auto phase = height % epoch; phase == 0 || phase == window_length + 1 || phase == epoch - 3)
        heights_.push_back(height);
    settle(true);
  }

  /// The windows without a row among those that the books prove to have one. Empty in every state.
  std::vector<std::int64_t> unproved() const { return without_row(books_->last_nonce(wallet, topic).value); }
  /// Likewise among all that closed since the daemon's first durable word about the topic.
  std::vector<std::int64_t> lost() const { return without_row(head_ - window_length - 1); }

  /// Equal for two worlds in which each actor has the same history, and which have the same messages under way.
  std::size_t key() const {
    std::size_t all = at_ * 31 + static_cast<std::size_t>(connected_at_);
    for (const auto& part : {watched_, booked_}) all = mixed(all, part);
    all = mixed(all, static_cast<std::size_t>(first_up_ * 1'000 + began_.value_or(0)) * 2 + fresh_);
    for (const auto& m : from_port_) all = mixed(all, hash(m));
    for (const auto& m : from_tree_) all = mixed(all, 7 + hash(m));
    for (const auto& m : to_ledger_) all = mixed(all, 13 + hash(m));
    return all;
  }

private:
  /// Delivers everything, without another order.
  void settle(bool to_the_end) {
    for (bool more = true; more;) {
      more = false;
      for (const auto step : {Step::port, Step::acknowledge, Step::ledger, Step::commit, Step::chain})
        if ((to_the_end || step != Step::chain) && possible(step)) {
          take(step);
          more = true;
          break;
        }
    }
  }
  static std::size_t mixed(std::size_t a, std::size_t b) { return a * 1'099'511'628'211u ^ (b + (a >> 7)); }
  template <class T> static std::size_t digest(const T& x) {
    if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T> || std::is_same_v<T, Uint128>)
      return static_cast<std::size_t>(x) + 1;
    else if constexpr (std::is_same_v<T, std::string>) return std::hash<std::string>()(x);
    else if constexpr (std::is_same_v<T, Place>) return static_cast<std::size_t>(x.kind);
    else if constexpr (requires { x.begin(); }) {
      std::size_t all = x.size();
      for (const auto& one : x) all = mixed(all, digest(one));
      return all;
    } else {
      std::size_t all = 0;
      using Members = boost::describe::describe_members<T, boost::describe::mod_public>;
      boost::mp11::mp_for_each<Members>([&](auto member) { all = mixed(all, digest(x.*member.pointer)); });
      return all;
    }
  }
  template <class... M> static std::size_t hash(const std::variant<M...>& message) {
    return std::visit(
      [&](const auto& m) {
        if constexpr (requires { m.message; }) return mixed(message.index(), m.message.nonce.value);
        else return mixed(message.index(), digest(m));
      },
      message);
  }
  template <class T> static T pop(std::deque<T>& from) {
    auto first = std::move(from.front());
    from.pop_front();
    return first;
  }

  LedgerPolicy policy() const {
    LedgerPolicy p{.wallet = wallet};
    p.group_commit_ms = 2'000;
    p.queue = queue_;
    return p;
  }
  static WatcherPolicy watcher_policy() {
    WatcherPolicy p;
    p.wallet = wallet;
    p.topics = {topic};
    p.silence_ms = 1'000'000'000;
    return p;
  }

  void start_process() {
    queue_ = std::make_shared<LedgerQueue>();
    to_ledger_.clear();
    ledger_.emplace(policy(), books_);
    connected_at_ = head_;
    start_watcher();
  }
  void start_watcher() {
    from_port_.clear();
    from_tree_.clear();
    watched_ = 1;
    fresh_ = true;
    watcher_.emplace(watcher_policy());
    run(watcher_->start(now_));
    connect(false);
  }
  /// The port repeats its connection to a new watcher, with the height at which it began.
  void connect(bool anew) {
    if (anew) {
      from_port_.clear();
      from_port_.push_back(ConnectionDown{"node", "cut", now_});
      connected_at_ = head_;
    }
    from_port_.push_back(ConnectionUp{"node", "localnet", "v10", Height{connected_at_}, now_});
  }
  void restart_ledger(bool flushes) {
    to_ledger_.clear();
    if (flushes) flush(true); // LedgerActor::on_exit
    ledger_.emplace(policy(), books_);
    flush(true); // LedgerActor::make_behavior
    from_tree_.push_back(ChildRestarted{{PlaceKind::ledger}});
  }

  bool opens(std::int64_t height) const { return height >= epoch && height % epoch == 0; }
  std::optional<std::int64_t> open_at(std::int64_t height) const {
    const auto nonce = height - height % epoch;
    if (nonce > 0 && height <= nonce + window_length) return nonce;
    return {};
  }
  BlockSeen block(std::int64_t from, std::int64_t height) const {
    BlockSeen b{Height{height}, {}, {}, {}, {}, {}, "node", now_, Height{from}};
    for (auto h = from; h <= height; ++h)
      if (opens(h)) b.opened.push_back({topic, Height{h}, Height{h + window_length}});
    return b;
  }
  void advance(bool reported) {
    const auto from = head_ + 1;
    head_ = heights_[at_++];
    now_.value += 31'000; // a poll is due
    if (reported) from_port_.push_back(block(from, head_));
    from_tree_.push_back(Tick{});
    const auto nonce = head_ + epoch - head_ % epoch;
    if (!submits_) return;
    if (nonce - head_ <= 3) to_ledger_.push_back(claim(nonce)); // the submitter, ahead of the opening
    if (head_ % epoch == window_length + 1 && head_ > epoch)    // and behind it
      to_ledger_.push_back(outcome(head_ - window_length - 1, Status::missed, {}, "in no block"));
  }

  void to_watcher(const ForWatcher& message) {
    watched_ = mixed(watched_, hash(message));
    if (const auto* up = std::get_if<ConnectionUp>(&message); up && std::exchange(fresh_, false)) first_up_ = up->height.value;
    std::visit([&](const auto& m) { run(watcher_->on(m, now_)); }, message);
  }
  void run(const WatcherCore::Effects& effects) {
    for (const auto& effect : effects) std::visit([&](const auto& e) { carry_out(e); }, effect);
  }
  void carry_out(const BookWindows& m) { to_ledger_.push_back(m); }
  void carry_out(const LastNonceWanted& m) { to_ledger_.push_back(m); }
  void carry_out(const WindowClosed& m) { to_ledger_.push_back(m); }
  void carry_out(const AskTopic&) {
    TopicArrived t{};
    t.topic = topic;
    t.epoch_length = epoch;
    t.window_length = window_length;
    from_port_.push_back(t);
  }
  void carry_out(const AskWindow&) {
    const auto open = open_at(head_);
    const auto next = head_ - head_ % epoch + epoch;
    from_port_.push_back(WindowStatusArrived{topic, open.has_value(), Height{open.value_or(0)},
                                             Height{open ? *open + window_length : 0}, Height{next},
                                             Height{next + window_length}, true, true, true, Height{head_}, now_});
  }
  void carry_out(const AskBlock& m) {
    if (opens(m.height.value)) from_port_.push_back(block(m.height.value, m.height.value));
  }
  template <class Other> void carry_out(const Other&) {}

  void to_ledger(const LedgerQueue::Entry& message) {
    booked_ = mixed(booked_, hash(message));
    ledger_->on(message);
    if (to_ledger_.empty()) flush(false);
  }
  void flush(bool force) {
    booked_ = mixed(booked_, 3 + force);
    try {
      for (const auto& effect : ledger_->flush(now_, force))
        if (const auto* known = std::get_if<LastNonceKnown>(&effect)) from_tree_.push_back(*known);
    } catch (const std::bad_alloc&) {
      restart_ledger(true);
    }
    see_books();
  }
  void see_books() {
    const auto last = books_->last_nonce(wallet, topic);
    if (!began_ && last.value > 0) began_ = first_up_;
    if (last.value == 0) began_.reset(); // the power cut took it
  }

  std::vector<std::int64_t> without_row(std::int64_t until) const {
    std::vector<std::int64_t> none;
    if (!began_) return none;
    for (auto nonce = epoch; nonce <= until; nonce += epoch) {
      const auto rows = books_->windows();
      const bool there = std::any_of(rows.begin(), rows.end(), [&](const WindowRow& r) { return r.nonce.value == nonce; });
      if (nonce > *began_ && !there) none.push_back(nonce);
    }
    return none;
  }

  std::vector<std::int64_t> heights_;
  bool submits_;
  std::size_t at_ = 0;
  std::int64_t head_ = 20, connected_at_ = 20;
  Instant now_ = t0;
  std::shared_ptr<DefectiveBooks> books_ = std::make_shared<DefectiveBooks>();
  std::shared_ptr<LedgerQueue> queue_;
  std::optional<WatcherCore> watcher_;
  std::optional<LedgerCore> ledger_;
  std::deque<ForWatcher> from_port_, from_tree_;
  std::deque<LedgerQueue::Entry> to_ledger_;
  std::size_t watched_ = 1, booked_ = 1; ///< what the watcher has received, and what ledger and books have seen
  bool fresh_ = true;                    ///< the watcher was never connected
  std::int64_t first_up_ = 0;            ///< head at the first connection of the watcher, or of the one before it
  std::optional<std::int64_t> began_;    ///< the books account for every window after this height
};

struct Search {
  std::vector<std::int64_t> heights;
  bool connected; ///< the first connection is made, and the ledger has answered
  bool submits;   ///< claims and outcomes come to the ledger as well
  std::size_t faults;
  std::vector<Step> allowed;
  std::unordered_set<std::size_t> seen{};
  std::size_t ends = 0;
  std::vector<std::string> holes{};

  World run(const std::vector<Step>& path) const {
    World world(heights, connected, submits);
    for (const auto step : path) world.take(step);
    return world;
  }
  void report(const char* what, const std::vector<std::int64_t>& windows, const std::vector<Step>& path) {
    std::string text = what;
    for (const auto nonce : windows) text += " " + std::to_string(nonce);
    text += ":";
    for (const auto step : path) text += std::string(" ") + step_names[static_cast<std::size_t>(step)];
    holes.push_back(std::move(text));
  }
  void from(std::vector<Step>& path, std::size_t faults_left) {
    const auto world = run(path);
    if (!seen.insert(world.key() * 31 + faults_left).second || holes.size() >= 5) return;
    if (const auto windows = world.unproved(); !windows.empty()) return report("proved without a row", windows, path);
    if (world.at_rest()) {
      ++ends;
      auto last = run(path);
      last.finish();
      if (const auto windows = last.lost(); !windows.empty()) report("never got a row", windows, path);
    }
    for (const auto step : allowed) {
      const bool fault = step >= first_fault;
      if ((fault && faults_left == 0) || !world.possible(step)) continue;
      path.push_back(step);
      from(path, faults_left - fault);
      path.pop_back();
    }
  }
};

void explore(std::vector<std::int64_t> heights, bool connected, bool submits, std::size_t faults, std::vector<Step> allowed) {
  Search search{std::move(heights), connected, submits, faults, std::move(allowed)};
  std::vector<Step> path;
  search.from(path, faults);
  for (const auto& hole : search.holes) BOOST_ERROR(hole);
  BOOST_TEST_MESSAGE(search.seen.size() << " states, " << search.ends << " ends");
  BOOST_TEST(search.ends > 0u);
}

const std::vector<Step> deliveries = {Step::chain, Step::port, Step::acknowledge, Step::ledger, Step::commit};

std::vector<Step> with(std::vector<Step> faults) {
  faults.insert(faults.begin(), deliveries.begin(), deliveries.end());
  return faults;
}
std::vector<Step> everything() {
  std::vector<Step> all;
  for (std::size_t i = 0; i < static_cast<std::size_t>(Step::count); ++i) all.push_back(static_cast<Step>(i));
  return all;
}

} // namespace

BOOST_AUTO_TEST_CASE(one_fault_of_any_kind_around_an_opening) { explore({30}, true, false, 1, everything()); }
BOOST_AUTO_TEST_CASE(one_fault_of_any_kind_at_the_first_start) { explore({}, false, false, 1, everything()); }
BOOST_AUTO_TEST_CASE(one_fault_around_a_first_window_that_closed_unobserved) { explore({46}, true, false, 1, everything()); }
BOOST_AUTO_TEST_CASE(one_loss_around_two_openings) {
  explore({30, 60}, true, false, 1, with({Step::lose_event, Step::lose_answer, Step::ledger_dies, Step::defect}));
}
BOOST_AUTO_TEST_CASE(every_order_with_the_claim_and_outcome_of_a_window) { explore({27, 30, 46}, true, true, 0, deliveries); }

// Half a minute to several each: actors.model_check.test --run_test=@deep
BOOST_AUTO_TEST_CASE(two_faults_of_any_kind_around_an_opening, *label("deep") * disabled()) {
  explore({30}, true, false, 2, everything());
}
BOOST_AUTO_TEST_CASE(two_faults_of_any_kind_at_the_first_start, *label("deep") * disabled()) {
  explore({}, false, false, 2, everything());
}
BOOST_AUTO_TEST_CASE(one_fault_of_any_kind_around_two_openings, *label("deep") * disabled()) {
  explore({30, 60}, true, false, 1, everything());
}
BOOST_AUTO_TEST_CASE(a_defect_after_a_full_disk_around_two_openings, *label("deep") * disabled()) {
  explore({30, 60}, true, false, 2, with({Step::disk_refuses, Step::defect}));
}
