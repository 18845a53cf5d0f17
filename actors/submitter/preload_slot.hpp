#pragma once

#include "actors/submitter/submission_state.hpp"

#include <cassert>
#include <optional>
#include <utility>

namespace inferd {

/// The one payload that the chain port holds and sends on the event stream's thread when its window opens. The port
/// and the submitter run on different threads, so a cancellation and the opening can cross; etc/design/architecture.md draws
/// the states. Invariant: while the slot is not empty, nothing is signed for the held submission, and while a cancellation
/// is unanswered nothing else is sent.
class PreloadSlot {
public:
  enum class State {
    Empty,
    Held,          ///< the port sends it with the opening
    Cancelling,    ///< CancelPreload is unanswered; the port may have sent it already
    SentWhileAsked ///< sent before the cancellation reached the port, whose answer is still to come
  };

  State state() const { return state_; }
  bool empty() const { return state_ == State::Empty; }
  bool cancelling() const { return state_ == State::Cancelling || state_ == State::SentWhileAsked; }

  /// Empty → Held.
  void hold(Submission& submission) {
    assert(empty());
    submission.state = SubmissionState::Preloaded;
    state_ = State::Held;
    key_ = submission.key();
  }

  /// Held → Cancelling. True: the port has to be asked (CancelPreload).
  bool cancel() {
    if (state_ != State::Held) return false;
    state_ = State::Cancelling;
    return true;
  }

  /// PreloadSent for the submission `key`: Held → Empty, Cancelling → SentWhileAsked. False: it was preloaded by a
  /// submitter before this one, and its fate is in the books.
  bool sent(const SubmissionKey& key) {
    if (key_ != key || (state_ != State::Held && state_ != State::Cancelling)) return false;
    state_ = state_ == State::Held ? State::Empty : State::SentWhileAsked;
    key_.reset();
    return true;
  }

  /// PreloadCancelled: the port holds no preload. Returns the submission that was not sent.
  std::optional<SubmissionKey> cancelled() {
    state_ = State::Empty;
    return std::exchange(key_, std::nullopt);
  }

private:
  State state_{State::Empty};
  std::optional<SubmissionKey> key_; ///< with Held and Cancelling
};

} // namespace inferd
