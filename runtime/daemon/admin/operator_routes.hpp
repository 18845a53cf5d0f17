#pragma once
// The admin port's routes that need more of the daemon than its actors:
//
//   GET  /overview          one object: health, chain, endpoints, money, topics (runtime/admin/overview.hpp)
//   GET  /windows           rows of the books, newest first, with what came true; ?topic=ID&limit=N
//   GET  /models            the models of all topics, as `inferd models list --json`, of the newest
//                           limits::admin_predictions of each topic; made anew when somebody asks and they are older than
//                           five seconds (latest_text.hpp)
//   GET  /metrics           Prometheus' text format; OpenMetrics, if Accept has it
//   GET  /events            server-sent events: `overview` once a second when it has changed, `windows` with the rows that have
//   GET  /trace             server-sent events: messages as they are delivered; ?actor=PLACE&nonce=N
//   POST /submit/ID?dry_run=true   what the topic would be answered with now; nothing is sent. It asks markets and models,
//                           which is why it is no GET
//   POST /pause/ID, /resume/ID
//   POST /promote/ID?model=NAME&by=WHO, /rollback/ID (model: default the one before)
//                           another model answers the topic from its next window on: 409 refused, 504 the books do not answer
//   POST /drain             stops in order, as SIGTERM does
//   POST /reload            takes configuration and models anew between two windows

#include "runtime/admin/admin_routes.hpp"
#include "runtime/admin/overview.hpp"
#include "runtime/daemon/admin/pauses.hpp"
#include "runtime/daemon/dry_run.hpp"
#include "runtime/daemon/admin/tracer.hpp"
#include "runtime/metrics/metrics.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace inferd {

/// Which model of a topic shall be live.
struct SwapRequest {
  TopicId topic;
  bool rollback{};
  std::string model; ///< a name or a version; empty: the one before, with rollback only
  std::string by;    ///< empty: not said
};

/// What the routes need; all of it outlives them and is thread-safe.
struct OperatorHandlers {
  std::shared_ptr<TreePort> tree;
  std::shared_ptr<Tracer> tracer;
  std::string ledger_path;
  std::function<OverviewFacts()> facts;
  std::function<bool(TopicId)> serves;      ///< the topic is configured
  std::function<void(TopicId, bool)> pause; ///< throws std::runtime_error
  std::function<DryRun(TopicId, const std::optional<PredictorView>&, Height nonce)> dry_run;
  std::shared_ptr<Metrics> metrics;
  std::function<AdminAnswer(const SwapRequest&)> swap;
  std::function<void()> drain;
  std::function<AdminAnswer()> reload;
};

std::vector<AdminRoute> operator_routes(OperatorHandlers);

} // namespace inferd
