#include "runtime/live/ws_rpc.hpp"

#include "runtime/live/rpc_session.hpp"

#include <stdexcept>

namespace inferd {
namespace {

std::vector<RpcUrl> urls(const RpcSettings& settings) {
  if (settings.endpoints.empty()) throw std::invalid_argument("chain.rpc: no endpoint is given");
  std::vector<RpcUrl> urls;
  for (const auto& endpoint : settings.endpoints) {
    const auto options = urls.size() < settings.options.size() ? settings.options[urls.size()] : RpcOptions{};
    auto parsed = parse_rpc_url(endpoint, options.websocket);
    if (const auto* wrong = std::get_if<std::string>(&parsed))
      throw std::invalid_argument("chain.rpc, endpoint " + std::to_string(urls.size() + 1) + ": " + *wrong);
    urls.push_back(std::get<RpcUrl>(std::move(parsed)));
    urls.back().headers = options.headers;
  }
  return urls;
}

/// A handle for the session on the io thread.
class WsRpc : public RpcPort {
public:
  WsRpc(IoThread& io, RpcSettings settings) : io_(io) {
    auto endpoints = urls(settings);
    session_ = std::make_shared<RpcSession>(io, std::move(settings), std::move(endpoints));
  }
  ~WsRpc() override {
    io_.post([c = session_] { c->stop(); });
  }

  void listen(Listener listener) override {
    io_.dispatch([c = session_, listener = std::move(listener)]() mutable { c->start(std::move(listener)); });
  }

  void call(std::string method, boost::json::object params, std::int64_t deadline_ms,
            std::function<void(Answer)> done) override {
    // Serialized on the caller's thread: the io thread only sends.
    const auto id = session_->next_id();
    auto text = request_text(id, method, params);
    io_.dispatch(
      [c = session_, id, method = std::move(method), text = std::move(text), deadline_ms, done = std::move(done)]() mutable {
        c->call(id, std::move(method), std::move(text), deadline_ms, std::move(done));
      });
  }

  void call_other(std::string method, boost::json::object params, std::int64_t deadline_ms,
                  std::function<void(std::optional<Answer>)> done) override {
    auto text = request_text(session_->next_id(), method, params);
    io_.dispatch([c = session_, text = std::move(text), deadline_ms, done = std::move(done)]() mutable {
      c->call_other(std::move(text), deadline_ms, std::move(done));
    });
  }

  void call_others(std::string method, boost::json::object params, std::int64_t deadline_ms, Each each) override {
    auto text = request_text(session_->next_id(), method, params);
    io_.dispatch([c = session_, text = std::move(text), deadline_ms, each = std::move(each)]() mutable {
      c->call_others(text, deadline_ms, std::move(each));
    });
  }

  std::vector<EndpointState> endpoints() const override { return session_->endpoints(); }

  void leave(std::string reason) override {
    io_.dispatch([c = session_, reason = std::move(reason)] { c->leave(reason); });
  }

private:
  IoThread& io_;
  std::shared_ptr<RpcSession> session_;
};

} // namespace

std::shared_ptr<RpcPort> make_rpc(IoThread& io, RpcSettings settings) {
  return std::make_shared<WsRpc>(io, std::move(settings));
}

} // namespace inferd
