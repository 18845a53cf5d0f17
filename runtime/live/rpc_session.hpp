#pragma once
// Connection management on the io thread: endpoint choice, socket, pending calls.

#include "runtime/live/call_table.hpp"
#include "runtime/live/endpoint_prober.hpp"
#include "runtime/live/ws_rpc.hpp"
#include "runtime/live/ws_socket.hpp"

#include <atomic>
#include <mutex>
#include <random>
#include <unordered_set>

namespace inferd {

/// Connecting → open → backoff → connecting …, until stopped. One socket at a time.
class RpcSession : public std::enable_shared_from_this<RpcSession> {
public:
  RpcSession(IoThread&, RpcSettings, std::vector<RpcUrl>);
  ~RpcSession();

  std::uint64_t next_id() { return next_id_.fetch_add(1, std::memory_order_relaxed); } ///< from any thread

  void start(RpcPort::Listener);
  void call(std::uint64_t id, std::string method, std::string text, std::int64_t deadline_ms, CallTable::Done);
  void call_other(std::string text, std::int64_t deadline_ms, std::function<void(std::optional<RpcPort::Answer>)>);
  void call_others(const std::string& text, std::int64_t deadline_ms, RpcPort::Each);
  void leave(const std::string& reason, bool fault = true);
  void stop();

  std::vector<EndpointState> endpoints() const; ///< from any thread

private:
  struct Timers; // keeps Asio out of this header

  void connect();
  void opened();
  bool scanned(std::string_view text) const;
  void received(std::string_view text);
  void answered(std::uint64_t id, boost::json::object&&);
  void ended(const WsEnd&, bool fault = true);
  void publish_states(); ///< updates what endpoints() returns
  void watch_deadlines();
  void expire();
  void answer_all(const std::string& reason);
  std::string endpoint() const { return urls_[current_].peer(); }
  std::int64_t now() const;
  double jitter();

  IoThread& io_;
  RpcSettings settings_;
  std::vector<RpcUrl> urls_;
  EndpointHealth health_;
  std::shared_ptr<EndpointProber> prober_; ///< null with a single endpoint or without read_status
  RpcPort::Listener listener_;
  std::atomic<std::uint64_t> next_id_{1};
  std::minstd_rand jitter_{std::random_device{}()};
  std::unique_ptr<Timers> timers_;

  std::size_t current_ = 0; ///< index of the endpoint in use or used last
  std::shared_ptr<WsSocket> socket_;
  bool open_ = false, stopped_ = false;
  std::string closed_reason_ = "not connected yet"; ///< reason of calls that fail because no socket is open
  CallTable calls_;
  std::unordered_set<std::uint64_t> subscriptions_; ///< ids of this socket's `subscribe` calls
  int unanswered_ = 0;                              ///< consecutive calls without an answer
  std::int64_t last_received_at = 0;

  mutable std::mutex published_mutex_;
  std::vector<EndpointState> published_;
};

} // namespace inferd
