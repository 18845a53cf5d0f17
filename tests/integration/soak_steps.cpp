#include "tests/integration/soak_steps.hpp"

#include <cstring>

namespace inferd::soak {
namespace {

template <class Message> bool is(const caf::type_erased_tuple& content) { return content.match_element<Message>(0); }

} // namespace

const std::vector<NamedStep>& named_steps() {
  static const std::vector<NamedStep> steps = {
    {"predicted, not claimed", "submitter", is<Predicted>},
    {"claim asked", "ledger", is<ClaimNonce>},
    {"claim half written", nullptr, nullptr, "ClaimNonce"},
    {"claim written, not granted", "submitter", is<Granted>},
    {"signed, not stored", "ledger", is<StoreSigned>},
    {"bytes half written", nullptr, nullptr, "StoreSigned"},
    {"bytes stored, not known", "submitter", is<SignedStored>},
    {"window open, nothing sent", "submitter", is<WindowOpened>},
    {"sent, not answered", "submitter", is<BroadcastAnswered>},
    {"answered, not marked", "ledger", is<MarkSent>},
    {"mark half written", nullptr, nullptr, "MarkSent"},
    {"in a block, not heard", "submitter", is<TxIncluded>},
    {"outcome known, not booked", "ledger", is<BookOutcome>},
    {"outcome half written", nullptr, nullptr, "BookOutcome"},
    {"booked, not known", "submitter", is<OutcomeBooked>},
    {"asking what was under way", "ledger", is<ResumeSubmissions>, nullptr, true},
    {"told what was under way", "submitter", is<Unresolved>, nullptr, true},
    {"looked up, not heard", "submitter", is<TxLookedUp>, nullptr, true},
  };
  return steps;
}

StepKiller::StepKiller(test::TestNetwork& network) : network_(network) {
  network_.actors.context.on_delivery = [this, before = network_.actors.context.on_delivery](const Delivery& d) {
    before(d);
    come(step_ && step_->receiver && d.receiver == step_->receiver && step_->is(d.content));
  };
  network_.crashable->on_write = [this](const char* what) {
    come(step_ && step_->write && std::strcmp(what, step_->write) == 0);
  };
}

void StepKiller::arm_at(const NamedStep& step, std::uint64_t nth) {
  step_ = &step;
  left_ = nth;
  struck_ = false;
}

void StepKiller::disarm() { step_ = nullptr; }

void StepKiller::come(bool here) {
  if (!here || left_-- > 0) return;
  struck_ = true;
  disarm();
  network_.crash();
}

} // namespace inferd::soak
