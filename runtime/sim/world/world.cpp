#include "runtime/sim/world/world.hpp"

#include "runtime/sim/chain/truth.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cassert>
#include <chrono>

namespace inferd::sim {

namespace json = boost::json;

namespace {

ChainSettings completed(const WorldSettings& settings) {
  auto chain = settings.chain;
  chain.genesis = settings.start;
  if (!settings.candles.empty() && !chain.truth) chain.truth = truth_from(settings.candles, settings.horizon_hours);
  return chain;
}

/// The path without host and query; at least "/".
std::string path_of(const std::string& url) {
  const auto host = url.find("://");
  const auto slash = url.find('/', host == std::string::npos ? 0 : host + 3);
  if (slash == std::string::npos) return "/";
  return url.substr(slash, url.find('?', slash) - slash);
}

} // namespace

World::World(WorldSettings settings)
  : settings_(std::move(settings)), clock_(std::make_shared<SimClock>(settings_.start)), chain_(completed(settings_)) {
  assert(settings_.block_ms > 0 && settings_.speed > 0);
  for (const auto& [address, uallo] : settings_.funded) chain_.fund(address, uallo);
  for (const auto& worker : settings_.registered)
    for (const auto& topic : settings_.chain.topics) chain_.emissions().find(topic.id)->registered.insert(worker);
}

World::~World() {
  stop();
  server_.reset();
}

void World::step() {
  std::lock_guard lock(mutex_);
  if (!running_) clock_->advance(settings_.block_ms);
  const auto& block = chain_.advance_block(clock_->now());
  for (auto& [client, session] : sessions_)
    for (const auto& frame : rpc_.frames(block, session)) server_->send(client, json::serialize(frame));
  std::erase_if(watchers_, [](const auto& w) { return w.expired(); });
  for (const auto& weak : watchers_)
    if (const auto watcher = weak.lock()) (*watcher)(block);
}

void World::step_to(std::int64_t height) {
  while (with_chain([](const ChainState& c) { return c.height(); }) < height) step();
}

std::shared_ptr<World::OnBlock> World::on_block(OnBlock then) {
  auto token = std::make_shared<OnBlock>(std::move(then));
  std::lock_guard lock(mutex_);
  watchers_.push_back(token);
  return token;
}

std::uint16_t World::serve(std::uint16_t port, std::vector<std::pair<std::string, Mount>> mounts) {
  assert(!server_);
  mounts_ = std::move(mounts);
  Server::Handlers handlers;
  handlers.http = [this](const HttpRequest& request) { return on_http(request); };
  handlers.opened = [this](Server::Client client) {
    std::lock_guard lock(mutex_);
    sessions_[client];
    return true;
  };
  handlers.message = [this](Server::Client client, std::string_view text) { return on_message(client, text); };
  handlers.closed = [this](Server::Client client) {
    std::lock_guard lock(mutex_);
    sessions_.erase(client);
  };
  auto server = std::make_unique<Server>(port, std::move(handlers));
  std::lock_guard lock(mutex_);
  server_ = std::move(server);
  return server_->port();
}

Server::Delayed World::on_http(const HttpRequest& request) {
  const auto path = path_of(request.url);
  for (const auto& [prefix, mount] : mounts_)
    if (path.starts_with(prefix)) return mount(request);
  if (request.method == "POST" && path == "/") {
    std::lock_guard lock(mutex_);
    auto reply = rpc_.answer(request.body, nullptr);
    return {{reply.status, {}, std::move(reply.text)}, 0};
  }
  if (request.method == "GET" && (path == "/status" || path == "/health")) { // for curl
    std::lock_guard lock(mutex_);
    const auto answer = rpc_.answer(json::object{{"jsonrpc", "2.0"}, {"id", -1}, {"method", path.substr(1)}}, nullptr);
    return {{200, {}, json::serialize(answer)}, 0};
  }
  return {{404,
           {{"content-type", "text/plain"}},
           "inferd sim: JSON-RPC is POST /, events are at /websocket; GET /status and /health\n"},
          0};
}

std::string World::on_message(Server::Client client, std::string_view text) {
  std::lock_guard lock(mutex_);
  const auto session = sessions_.find(client);
  if (session == sessions_.end()) return {};
  return rpc_.answer(text, &session->second).text;
}

void World::run() {
  std::lock_guard lock(mutex_);
  if (running_) return;
  running_ = true;
  clock_->run(settings_.speed);
  blocks_ = std::thread([this] {
    using namespace std::chrono;
    const duration<double, std::milli> real(static_cast<double>(settings_.block_ms) / settings_.speed);
    const auto pace = duration_cast<steady_clock::duration>(real);
    auto due = steady_clock::now() + pace;
    for (;;) {
      {
        std::unique_lock waiting(mutex_);
        if (stopped_.wait_until(waiting, due, [this] { return !running_; })) return;
      }
      step();
      due = std::max(due + pace, steady_clock::now()); // after a delay makes no burst of blocks
    }
  });
}

void World::stop() {
  {
    std::lock_guard lock(mutex_);
    running_ = false;
    clock_->pause();
  }
  stopped_.notify_all();
  if (blocks_.joinable()) blocks_.join();
}

} // namespace inferd::sim
