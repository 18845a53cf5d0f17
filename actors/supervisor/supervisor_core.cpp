#include "actors/supervisor/supervisor_core.hpp"

#include "messages/limits.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace inferd {

SupervisorCore::SupervisorCore(Place place, RestartPolicy policy, std::vector<Child> children, std::uint64_t seed)
  : place_(std::move(place)), policy_(policy), budget_(policy), children_(std::move(children)), random_(seed),
    down_from_(children_.size()) {}

SupervisorCore::Effects SupervisorCore::start(Instant now) {
  Effects effects;
  for (std::size_t i = 0; i < children_.size(); ++i) run(i, false, now, effects);
  return effects;
}

SupervisorCore::Effects SupervisorCore::ended(std::size_t child, const std::optional<ActorFailure>& failure, Instant now) {
  Effects effects;
  auto& c = children_.at(child);
  if (c.state == ChildState::stopping) {
    c.state = ChildState::idle;
    if (failure && !c.killed) report(*failure, budget_.used(now), now, effects); // it threw instead of stopping
    if (c.again && child < down_from_ && !finish_) run(child, true, now, effects, false);
    else take_down(now, effects);
  } else if (c.state == ChildState::running) {
    fail(child, failure, now, effects);
  }
  return effects;
}

SupervisorCore::Effects SupervisorCore::hung(std::size_t child, const std::string& reason, Instant now) {
  if (children_.at(child).state != ChildState::running) return {};
  Effects effects{Abandon{child}};
  fail(child, ActorFailure{children_[child].place, {}, reason}, now, effects);
  return effects;
}

SupervisorCore::Effects SupervisorCore::due(std::size_t child, Instant now) {
  Effects effects;
  auto& c = children_.at(child);
  if (c.alarms > 0) --c.alarms;
  if (c.alarms > 0 || finish_) return effects;
  if (child >= down_from_) take_down(now, effects);
  else if (c.state == ChildState::waiting) run(child, true, now, effects);
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
  if (finish_ || child >= down_from_) return effects; // it is started again anyway, or never
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

void SupervisorCore::fail(std::size_t child, const std::optional<ActorFailure>& end, Instant now, Effects& effects) {
  auto& c = children_[child];
  if (!end && c.kind != ChildKind::permanent) {
    c.state = ChildState::done;
    return take_down(now, effects);
  }
  c.streak = now.value - c.since.value >= policy_.period_ms ? 1 : c.streak + 1;
  const auto failure = end.value_or(ActorFailure{c.place, {}, "ended"}); // a permanent child must not finish
  if (c.kind == ChildKind::temporary) {
    c.state = ChildState::done;
    report(failure, 0, now, effects);
    return take_down(now, effects);
  }
  if (child >= down_from_) { // it was to be stopped anyway: starts again with its group, or not at all
    c.state = ChildState::idle;
    report(failure, budget_.used(now), now, effects);
    return take_down(now, effects);
  }
  const bool allowed = budget_.allow(now);
  report(failure, budget_.used(now) + (allowed ? 0 : 1), now, effects);
  c.state = ChildState::waiting;
  if (!allowed) {
    finish_ = Finish{to_string(place_) + ": more than " + std::to_string(policy_.restarts) + " failures within " +
                       std::to_string(policy_.period_ms / 1000) + " s, the last of " + to_string(c.place) + ": " + failure.what,
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

void SupervisorCore::report(const ActorFailure& failure, std::uint32_t restarts, Instant now, Effects& effects) {
  if (failures_.size() == limits::remembered_failures) failures_.pop_front();
  failures_.push_back({now, failure.place, failure.what, failure.message, restarts});
  effects.push_back(ChildFailed{failure, restarts});
}

void SupervisorCore::run(std::size_t child, bool again, Instant now, Effects& effects, bool counts) {
  auto& c = children_[child];
  assert(c.state != ChildState::running && c.state != ChildState::stopping);
  c.state = ChildState::running;
  c.since = now;
  c.killed = c.again = false;
  ++c.turn;
  effects.push_back(Start{child});
  if (!again) return;
  c.restarts += counts;
  restarts_ += counts;
  effects.push_back(ChildRestarted{c.place});
}

void SupervisorCore::halt(std::size_t child, Effects& effects) {
  auto& c = children_[child];
  c.state = ChildState::stopping;
  c.killed = c.again = false;
  effects.push_back(Stop{child, ++c.turn, c.stop_deadline_ms});
}

/// Stops the next child of a group, the last started first; when all are down, starts the group again, or finishes.
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
  Effects restarted; // after all starts, so that a peer that answers at once reaches each of them
  for (std::size_t i = from; i < children_.size(); ++i) {
    if (children_[i].kind == ChildKind::temporary) children_[i].state = ChildState::done;
    else {
      Effects both;
      run(i, true, now, both);
      effects.push_back(both.front());
      restarted.push_back(both.back());
    }
  }
  effects.insert(effects.end(), restarted.begin(), restarted.end());
}

} // namespace inferd
