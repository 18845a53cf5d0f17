#include "runtime/sim/chain/chain_state.hpp"

#include "runtime/sim/chain/bytes.hpp"

#include <algorithm>
#include <cassert>

namespace inferd::sim {

namespace {

constexpr std::size_t max_tx_bytes = 1'048'576; // CometBFT's default
constexpr std::size_t remembered_sequences = 1'024;
constexpr std::uint64_t gas_of_fee_steps = 13'900; // not part of a simulation's gas

/// Takes sequence and fee, whether or not the message succeeds.
void charge(Account& account, const DecodedTx& tx) {
  assert(account.balance >= tx.fee && account.sequence == tx.sequence);
  account.balance -= tx.fee;
  ++account.sequence;
  if (account.public_key.empty()) account.public_key = tx.public_key;
}

Outcome out_of_gas(const DecodedTx& tx) {
  const auto used = tx.gas + 676;
  return refused(11, "sdk",
                 "out of gas in location: ReadFlat; gasWanted: " + std::to_string(tx.gas) +
                   ", gasUsed: " + std::to_string(used) + ": out of gas",
                 used);
}

} // namespace

ChainState::ChainState(ChainSettings settings)
  : settings_(std::move(settings)), emissions_(settings_), height_(settings_.first_height), time_(settings_.genesis) {}

void ChainState::set_truth(decltype(ChainSettings::truth) truth) {
  assert(height_ == settings_.first_height);
  settings_.truth = truth;
  emissions_.set_truth(std::move(truth));
}

void ChainState::upgrade(const std::string& emissions) {
  settings_.emissions = emissions;
  emissions_.upgrade(emissions);
}

void ChainState::fund(const std::string& address, Amount uallo) {
  auto [it, fresh] = accounts_.try_emplace(address);
  if (fresh) it->second.number = next_number_++;
  it->second.balance += uallo;
  if (const auto held = check_.find(address); held != check_.end()) held->second.balance += uallo;
}

void ChainState::set_account(const std::string& address, Account account) {
  next_number_ = std::max(next_number_, account.number + 1);
  accounts_[address] = std::move(account);
  check_.erase(address);
}

const Account* ChainState::account(const std::string& address) const {
  const auto it = accounts_.find(address);
  return it == accounts_.end() ? nullptr : &it->second;
}

std::uint64_t ChainState::sequence_at(const std::string& address, std::int64_t height) const {
  auto sequence = accounts_.at(address).sequence;
  if (const auto it = used_.find(address); it != used_.end())
    for (auto used = it->second.rbegin(); used != it->second.rend() && used->first > height; ++used) sequence = used->second;
  return sequence;
}

const Account* ChainState::check_account(const std::string& address) const {
  const auto it = check_.find(address);
  return it == check_.end() ? account(address) : &it->second;
}

Outcome ChainState::admit(const DecodedTx& tx) {
  const auto* account = check_account(tx.sender);
  auto outcome = check_ante(tx, account, {settings_.chain_id, height_, settings_.gas_price, false});
  if (outcome.ok()) charge(check_.try_emplace(tx.sender, *account).first->second, tx);
  return outcome;
}

CheckAnswer ChainState::check_tx(std::string_view bytes) {
  CheckAnswer answer;
  answer.hash = to_hex(sha256(bytes), true);
  if (bytes.size() > max_tx_bytes) {
    answer.error = "Tx too large. Max size is " + std::to_string(max_tx_bytes) + ", but got " + std::to_string(bytes.size());
  } else if (mempool_.size() >= settings_.mempool_limit) {
    answer.error = "mempool is full: number of txs " + std::to_string(mempool_.size()) +
                   " (max: " + std::to_string(settings_.mempool_limit) + ")";
  } else if (cache_.contains(answer.hash)) {
    answer.error = "tx already exists in cache";
  } else {
    auto decoded = decode_tx(bytes, settings_.emissions);
    if (auto* refusal = std::get_if<Outcome>(&decoded)) {
      answer.outcome = std::move(*refusal);
      return answer;
    }
    auto& tx = std::get<DecodedTx>(decoded);
    answer.outcome = admit(tx);
    if (!answer.outcome.ok()) return answer;
    cache_.insert(answer.hash);
    cached_.push_back(answer.hash);
    if (cached_.size() > settings_.mempool_cache) {
      cache_.erase(cached_.front());
      cached_.pop_front();
    }
    mempool_.push_back(std::move(tx));
  }
  return answer;
}

Outcome ChainState::simulate(std::string_view bytes) const {
  const auto decoded = decode_tx(bytes, settings_.emissions);
  if (const auto* refusal = std::get_if<Outcome>(&decoded)) return *refusal;
  const auto& tx = std::get<DecodedTx>(decoded);
  const AnteContext context{settings_.chain_id, height_, settings_.gas_price, true};
  auto outcome = check_ante(tx, check_account(tx.sender), context);
  if (!outcome.ok()) return outcome;
  outcome = std::visit([&](const auto& m) { return emissions_.check(m, tx.bytes.size()); }, tx.message);
  outcome.gas_used -= std::min(outcome.gas_used, gas_of_fee_steps);
  return outcome;
}

Outcome ChainState::run_message(const DecodedTx& tx, std::vector<Event>& events) {
  auto outcome = std::visit([&](const auto& m) { return emissions_.check(m, tx.bytes.size()); }, tx.message);
  if (tx.gas < outcome.gas_used) return out_of_gas(tx);
  if (!outcome.ok()) return outcome;
  auto& account = accounts_.at(tx.sender);
  const bool payload = std::holds_alternative<wire::InsertWorkerPayloadRequest>(tx.message);
  const auto cost = payload ? data_fee : registration_fee;
  if (account.balance < cost)
    return refused(5, "sdk",
                   "failed to execute message; message index: 0: spendable balance " + to_text(account.balance) +
                     "uallo is smaller than " + to_text(cost) + "uallo: insufficient funds",
                   outcome.gas_used);
  account.balance -= cost;
  events.push_back(
    {"message", {{"action", tx.type_url}, {"sender", tx.sender}, {"module", settings_.emissions}, {"msg_index", "0"}}});
  for (auto& e : std::visit([&](const auto& m) { return emissions_.apply(m, height_); }, tx.message))
    events.push_back(std::move(e));
  return outcome;
}

std::shared_ptr<const TxResult> ChainState::execute(const DecodedTx& tx, std::size_t index) {
  auto result = std::make_shared<TxResult>(TxResult{tx.hash, tx.bytes, height_, index, {}, tx.gas, {}, {}});
  result->outcome = check_ante(tx, account(tx.sender), {settings_.chain_id, height_, settings_.gas_price, false});
  if (!result->outcome.ok()) return result;

  auto& events = result->events;
  events.push_back({"tx", {{"acc_seq", tx.sender + '/' + std::to_string(tx.sequence)}}});
  events.push_back({"tx", {{"signature", to_base64(tx.signature)}}});
  add_payment(events, tx.sender, fee_account, tx.fee, false);
  charge(accounts_.at(tx.sender), tx);
  auto& used = used_[tx.sender];
  used.emplace_back(height_, tx.sequence);
  if (used.size() > remembered_sequences) used.pop_front();
  result->outcome = run_message(tx, events);
  if (!result->outcome.ok()) return result;
  result->type_url = tx.type_url;
  const auto base = std::min(tx.fee, required_fee(result->outcome.gas_used, settings_.gas_price));
  add_payment(events, fee_account, proposer_account, tx.fee - base, false);
  events.push_back({"fee_pay", {{"fee", to_text(base) + "uallo"}}});
  events.push_back({"tip_pay", {{"tip", to_text(tx.fee - base) + "uallo"}, {"tip_payee", proposer_account}}});
  return result;
}

const Emissions& ChainState::emissions_at(std::int64_t height) const {
  const auto later = std::upper_bound(past_.begin(), past_.end(), height, [](auto h, const auto& p) { return h < p.first; });
  if (height >= height_ || past_.empty()) return emissions_;
  return later == past_.begin() ? past_.front().second : std::prev(later)->second;
}

const Block& ChainState::advance_block(Instant now) {
  if (settings_.past_states > 0) past_.emplace_back(height_, emissions_);
  if (past_.size() > settings_.past_states) past_.pop_front();
  ++height_;
  time_ = now;
  const auto block = std::make_shared<Block>(Block{height_, now, {}, {}});
  const auto limit = settings_.max_block_txs ? settings_.max_block_txs : mempool_.size();
  for (; !mempool_.empty() && block->txs.size() < limit; mempool_.pop_front()) {
    auto result = execute(mempool_.front(), block->txs.size());
    if (!result->outcome.ok()) forget_in_cache(result->hash); // failed bytes may be sent again
    block->txs.push_back(result);
    remember(std::move(result));
  }
  for (const auto& payout : emissions_.end_block(height_, now, block->events)) accounts_[payout.worker].balance += payout.uallo;

  check_.clear();
  std::deque<DecodedTx> left;
  for (std::swap(left, mempool_); !left.empty(); left.pop_front()) {
    if (admit(left.front()).ok()) mempool_.push_back(std::move(left.front()));
    else forget_in_cache(left.front().hash);
  }
  blocks_.push_back(block);
  prune(settings_.kept_blocks);
  return *blocks_.back();
}

void ChainState::prune(std::size_t blocks) {
  while (blocks_.size() > blocks) blocks_.pop_front();
  while (!tx_order_.empty() && (tx_order_.size() > settings_.kept_txs || txs_.at(tx_order_.front())->height < oldest_block())) {
    txs_.erase(tx_order_.front());
    tx_order_.pop_front();
  }
}

void ChainState::remember(std::shared_ptr<const TxResult> result) {
  const auto hash = result->hash;
  if (!txs_.insert_or_assign(hash, std::move(result)).second) return; // the same bytes again, after a failure
  tx_order_.push_back(hash);
}

void ChainState::forget_in_cache(const std::string& hash) {
  if (cache_.erase(hash)) cached_.erase(std::find(cached_.begin(), cached_.end(), hash));
}

const Block* ChainState::block(std::int64_t height) const {
  if (blocks_.empty() || height < blocks_.front()->height || height > height_) return nullptr;
  return blocks_[static_cast<std::size_t>(height - blocks_.front()->height)].get();
}

std::int64_t ChainState::oldest_block() const { return blocks_.empty() ? height_ : blocks_.front()->height; }

const TxResult* ChainState::tx(const std::string& hash) const {
  const auto it = txs_.find(hash);
  return it == txs_.end() ? nullptr : it->second.get();
}

std::vector<const TxResult*> ChainState::recent_txs() const {
  std::vector<const TxResult*> out;
  for (auto it = tx_order_.rbegin(); it != tx_order_.rend(); ++it) out.push_back(txs_.at(*it).get());
  return out;
}

} // namespace inferd::sim
