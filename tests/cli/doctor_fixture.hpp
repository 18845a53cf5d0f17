#pragma once
// What the doctor's tests share: a folder, HTTP peers, a model and a topic.

#include "model/training/trainer.hpp"
#include "runtime/cli/doctor/doctor_checks.hpp"
#include "runtime/config/config.hpp"
#include "runtime/config/checks.hpp"
#include "runtime/ports/clock_port.hpp"
#include "runtime/ports/http_port.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <stdlib.h>
#include <string>

namespace inferd::cli::test {

using Kind = Finding::Kind;

inline constexpr std::int64_t week_ms = 168 * 3'600'000;

struct Folder {
  Folder() {
    char pattern[] = "/tmp/inferd-doctor-XXXXXX";
    path = ::mkdtemp(pattern);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path;
};

inline const Instant now = *parse_instant("2026-06-01T12:00:00Z");

struct FixedClock : ClockPort {
  Instant now() const override { return test::now; }
};

/// Replies by a function of the request.
struct FunctionHttp : HttpPort {
  explicit FunctionHttp(std::function<HttpAnswer(const HttpRequest&)> f) : answer(std::move(f)) {}
  void ask(HttpRequest request, Done done) override { done(answer(request)); }
  std::function<HttpAnswer(const HttpRequest&)> answer;
};

/// Replies by URL; other requests fail.
struct ScriptedHttp : HttpPort {
  std::map<std::string, HttpAnswer> answers;
  void ask(HttpRequest request, Done done) override {
    const auto it = answers.find(request.url);
    if (it == answers.end()) done(HttpFailed{"connection refused"});
    else done(it->second);
  }
};

inline HttpAnswer status(const std::string& network, const std::string& time = "2026-06-01T11:59:58.123456789Z",
                         const std::string& tx_index = "on", bool catching_up = false) {
  return {200,
          {},
          R"({"jsonrpc":"2.0","result":{"node_info":{"network":")" + network + R"(","other":{"tx_index":")" + tx_index +
            R"("}},"sync_info":{"latest_block_height":"77","latest_block_time":")" + time + R"(","catching_up":)" +
            (catching_up ? "true" : "false") + "}}}"};
}

inline bool is(const Finding& f, Kind kind) { return f.kind == kind && f.remedy.empty() == (kind == Kind::fine); }

inline ModelFile week_model(const std::string& symbol = "btcusd") {
  return constant_model({.topic = 67, .symbol = symbol}, 0.01);
}

inline TopicSettings topic_67(const std::string& folder) {
  TopicSettings topic;
  topic.id = TopicId{67};
  topic.symbol = "btcusd";
  topic.horizon_ms = week_ms;
  topic.model = folder + "/model.json";
  return topic;
}

} // namespace inferd::cli::test
