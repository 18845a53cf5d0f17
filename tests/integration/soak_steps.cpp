#include "tests/integration/soak_steps.hpp"

#include <cstring>

namespace inferd::soak {
namespace {

template <class Message> bool is(const caf::type_erased_tuple& content) { return content.match_element<Message>(0); }

} // namespace

const std::vector<NamedStep>& named_steps() {
  static const std::vector<NamedStep> steps = {
    {"predicted, not claimed", PlaceKind::submitter, is<Predicted>},
    {"claim asked", PlaceKind::ledger, is<ClaimNonce>},
    {"claim half written", {}, nullptr, "ClaimNonce"},
    {"claim written, not granted", PlaceKind::submitter, is<Granted>},
    {"signed, not stored", PlaceKind::ledger, is<StoreSigned>},
    {"bytes half written", {}, nullptr, "StoreSigned"},
    {"bytes stored, not known", PlaceKind::submitter, is<SignedStored>},
    {"window open, nothing sent", PlaceKind::submitter, is<WindowOpened>},
    {"sent, not answered", PlaceKind::submitter, is<BroadcastAnswered>},
    {"answered, not marked", PlaceKind::ledger, is<MarkSent>},
    {"mark half written", {}, nullptr, "MarkSent"},
    {"in a block, not received", PlaceKind::submitter, is<TxIncluded>},
    {"outcome known, not booked", PlaceKind::ledger, is<BookOutcome>},
    {"outcome half written", {}, nullptr, "BookOutcome"},
    {"booked, not known", PlaceKind::submitter, is<OutcomeBooked>},
    {"asking what was under way", PlaceKind::ledger, is<ResumeSubmissions>, nullptr, true},
    {"received what was under way", PlaceKind::submitter, is<Unresolved>, nullptr, true},
    {"looked up, not received", PlaceKind::submitter, is<TxLookedUp>, nullptr, true},
  };
  return steps;
}

StepKiller::StepKiller(test::TestNetwork& network) : network_(network) {
  network_.actors.context.on_delivery = [this, before = network_.actors.context.on_delivery](const Delivery& d) {
    before(d);
    come(step_ && step_->receiver && d.receiver.kind == *step_->receiver && step_->is(d.content));
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
