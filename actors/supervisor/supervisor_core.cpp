#include "actors/supervisor/supervisor_core.hpp"

#include "messages/limits.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace inferd {

SupervisorCore::SupervisorCore(std::string place, RestartPolicy policy, std::vector<Child> children, std::uint64_t seed)
  : place_(std::move(place)), policy_(policy), budget_(policy), children_(std::move(children)), random_(seed),
    down_from_(children_.size()) {}

SupervisorCore::Effects SupervisorCore::start(Instant now) {
  Effects effects;
  for (std::size_t i = 0; i < children_.size(); ++i) run(i, false, now, effects);
  return effects;
}

SupervisorCore::Effects SupervisorCore::ended(std::size_t child, const End& end, Instant now) {
  Effects effects;
  auto& c = children_.at(child);
  if (c.state == ChildState::stopping) {
    c.state = ChildState::idle;
    if (c.again && child < down_from_ && !finish_) run(child, true, now, effects);
    else take_down(now, effects);
  } else if (c.state == ChildState::running) {
    fail(child, end, now, effects);
  }
  return effects;
}

SupervisorCore::Effects SupervisorCore::hung(std::size_t child, const std::string& reason, Instant now) {
  if (children_.at(child).state != ChildState::running) return {};
  Effects effects{Abandon{child}};
  fail(child, End{reason, {}, true}, now, effects);
  return effects;
}

SupervisorCore::Effects SupervisorCore::due(std::size_t child, Instant now) {
  Effects effects;
  auto& c = children_.at(child);
  if (c.alarms > 0) --c.alarms;
  if (c.alarms > 0 || finish_) return effects;
  if (child >= down_from_) take_down(now, effects);
  else if (c.state == ChildState::mailbox_size) run(child, true, now, effects);
  return effects;
}

SupervisorCore::Effects SupervisorCore::overdue(std::size_t child, std::uint64_t turn, Instant now) {
  auto& c = children_.at(child);
  if (c.state != ChildState::stopping || c.turn != turn) return {};
  if (!c.killed) {
    c.killed = true;
    return {Kill{child, ++c.turn, limits::kill_deadline}};
  }
  Effects effects{Abandon{child}};
  const auto after = ended(child, {}, now);
  effects.insert(effects.end(), after.begin(), after.end());
  return effects;
}

SupervisorCore::Effects SupervisorCore::restart(std::size_t child, Instant now) {
  Effects effects;
  auto& c = children_.at(child);
  if (finish_ || child >= down_from_) return effects; // it comes back anyway, or never
  if (c.state == ChildState::running) {
    halt(child, effects);
    c.again = true;
  } else if (c.state != ChildState::stopping) {
    run(child, true, now, effects);
  }
  return effects;
}

SupervisorCore::Effects SupervisorCore::stop(const std::string& reason, Instant now) {
  Effects effects;
  if (finish_) return effects;
  finish_ = Finish{reason, false};
  down_from_ = 0;
  take_down(now, effects);
  return effects;
}

SupervisorCore::Effects SupervisorCore::stop_at_once(Instant now) {
  auto effects = stop("stopped at once", now);
  if (!effects.empty() && std::holds_alternative<Finish>(effects.back())) return effects;
  for (std::size_t i = children_.size(); i-- > 0;) {
    auto& c = children_[i];
    if (c.state != ChildState::running && c.state != ChildState::stopping) continue;
    if (c.state == ChildState::stopping && c.killed) continue;
    c.state = ChildState::stopping;
    c.killed = true;
    effects.push_back(Kill{i, ++c.turn, limits::kill_deadline});
  }
  return effects;
}

void SupervisorCore::fail(std::size_t child, const End& end, Instant now, Effects& effects) {
  auto& c = children_[child];
  if (!end.failed && c.kind != ChildKind::permanent) {
    c.state = ChildState::done;
    return take_down(now, effects);
  }
  c.streak = now.value - c.since.value >= policy_.period_ms ? 1 : c.streak + 1;
  const auto reason = end.reason.empty() ? std::string("ended") : end.reason;
  const auto notified = [&](std::uint32_t restarts) {
    if (failures_.size() == limits::remembered_failures) failures_.pop_front();
    failures_.push_back({now, c.name, reason, end.message, restarts});
    effects.push_back(ChildFailed{c.name, reason, restarts});
  };
  if (c.kind == ChildKind::temporary) {
    c.state = ChildState::done;
    notified(0);
    return take_down(now, effects);
  }
  if (child >= down_from_) { // on its way down anyway: comes back with its group, or not at all
    c.state = ChildState::idle;
    notified(budget_.used(now));
    return take_down(now, effects);
  }
  const bool allowed = budget_.allow(now);
  notified(budget_.used(now) + (allowed ? 0 : 1));
  c.state = ChildState::mailbox_size;
  if (!allowed) {
    finish_ = Finish{place_ + ": more than " + std::to_string(policy_.restarts) + " failures within " +
                       std::to_string(policy_.period_ms / 1000) + " s, the last of " + c.name + ": " + reason,
                     true};
    down_from_ = 0;
    return take_down(now, effects);
  }
  ++c.alarms;
  effects.push_back(Wait{child, policy_.backoff.wait(c.streak, random_.uniform())});
  if (policy_.strategy == Strategy::one_for_one) return;
  down_from_ = std::min(down_from_, policy_.strategy == Strategy::one_for_all ? 0 : child);
  take_down(now, effects);
}

void SupervisorCore::run(std::size_t child, bool again, Instant now, Effects& effects) {
  auto& c = children_[child];
  assert(c.state != ChildState::running && c.state != ChildState::stopping);
  c.state = ChildState::running;
  c.since = now;
  c.killed = c.again = false;
  ++c.turn;
  effects.push_back(Start{child});
  if (!again) return;
  ++c.restarts;
  ++restarts_;
  effects.push_back(ChildRestarted{c.name});
}

void SupervisorCore::halt(std::size_t child, Effects& effects) {
  auto& c = children_[child];
  c.state = ChildState::stopping;
  c.killed = c.again = false;
  effects.push_back(Stop{child, ++c.turn, c.stop_deadline_ms});
}

/// One step of taking a group down, last started first; when all are down, the step back up (or the end).
void SupervisorCore::take_down(Instant now, Effects& effects) {
  if (down_from_ == children_.size() && !finish_) return;
  for (std::size_t i = children_.size(); i-- > down_from_;) {
    if (children_[i].state == ChildState::stopping) return;
    if (children_[i].state == ChildState::running) return halt(i, effects);
  }
  if (finish_) {
    effects.push_back(*finish_);
    return;
  }
  for (std::size_t i = down_from_; i < children_.size(); ++i)
    if (children_[i].alarms > 0) return; // the backoff runs
  const auto from = std::exchange(down_from_, children_.size());
  Effects notified; // only when the whole group is back, so that everyone can be reached
  for (std::size_t i = from; i < children_.size(); ++i) {
    if (children_[i].kind == ChildKind::temporary) children_[i].state = ChildState::done;
    else {
      Effects both;
      run(i, true, now, both);
      effects.push_back(both.front());
      notified.push_back(both.back());
    }
  }
  effects.insert(effects.end(), notified.begin(), notified.end());
}

} // namespace inferd
