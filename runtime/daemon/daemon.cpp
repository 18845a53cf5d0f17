#include "runtime/daemon/daemon.hpp"

#include "actors/base/message_visitor.hpp"
#include "runtime/admin/access.hpp"
#include "runtime/admin/admin_server.hpp"
#include "runtime/admin/routes.hpp"
#include "runtime/introspection/tree_view.hpp"
#include "runtime/chain/comet/comet_chain.hpp"
#include "runtime/chain/comet/status_probe.hpp"
#include "base/secret_bytes.hpp"
#include "runtime/config/host_environment.hpp"
#include "runtime/config/secret_source.hpp"
#include "runtime/config/show.hpp"
#include "runtime/daemon/burst_flusher.hpp"
#include "runtime/daemon/chain_record.hpp"
#include "runtime/daemon/plan/foreign_plan.hpp"
#include "runtime/daemon/key_lock.hpp"
#include "runtime/daemon/plan/notify_plan.hpp"
#include "runtime/daemon/models/model_store.hpp"
#include "runtime/daemon/models/model_swaps.hpp"
#include "runtime/daemon/once.hpp"
#include "runtime/daemon/open_books.hpp"
#include "runtime/daemon/admin/operator_routes.hpp"
#include "runtime/daemon/plan/plan.hpp"
#include "runtime/daemon/reload.hpp"
#include "runtime/daemon/models/retrainer.hpp"
#include "messages/limits.hpp"
#include "messages/operator_limits.hpp"
#include "runtime/live/system_clock.hpp"
#include "runtime/live/http_client.hpp"
#include "runtime/live/ws_rpc.hpp"
#include "runtime/log/narrator.hpp"
#include "runtime/log/lasting_troubles.hpp"
#include "runtime/metrics/metrics.hpp"
#include "runtime/metrics/timed_ports.hpp"
#include "runtime/notify/notify.hpp"
#include "runtime/tape/tape_writer.hpp"
#include "runtime/version/version.hpp"

#include <atomic>
#include <condition_variable>
#include <malloc.h>
#include <cstdlib>
#include <deque>
#include <mutex>

namespace inferd {
namespace {

constexpr std::chrono::milliseconds reload_interval{100}; ///< between two looks for a moment without a window

struct SystemConfig : caf::actor_system_config {
  SystemConfig() {
    // One queue; the second thread goes on while a handler hangs in the first. Work stealing polls: 15 times the CPU.
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", std::size_t{2});
    register_messages(*this);
  }
};

} // namespace

struct Daemon::Impl {
  Impl(Config c, std::shared_ptr<Logger> l, RunOptions o);
  ~Impl();
  void watch(const Delivery&);
  void restart_after_reset(const std::string& genesis, const std::string& endpoint);
  void record_chain(const ConnectionUp&);
  void finished(const WindowEnd&);
  void ended(int code, const std::string& why);
  void stop(const std::string& why);
  void start_admin();
  OperatorHandlers operator_handlers();
  AdminAnswer reload();
  void try_reload(std::unique_lock<std::mutex>&);

  Config config;
  std::shared_ptr<Logger> log;
  RunOptions options;
  std::shared_ptr<ClockPort> clock;
  std::optional<KeyLock> key_lock;
  ActorContext context;
  IoThread io;
  std::unique_ptr<TapeWriter> tape;
  Once once;
  std::shared_ptr<TreePlan> plan;
  std::shared_ptr<ModelStore> versions;
  ChainRecord chain_record;              ///< accessed by the watcher's thread once the tree runs
  std::atomic<bool> chain_reset = false; ///< the chain did

  std::mutex mutex;
  std::condition_variable changed;
  std::optional<int> exit_code;
  std::optional<std::string> stopping; ///< why
  bool drain_sent = false;
  std::atomic<bool> unresolved = false;
  std::uint64_t dropped_lines = 0; ///< as last reported; accessed by the root only
  bool stuck = false;              ///< the tree did not stop in time
  std::optional<Config> next;      ///< to be reloaded between two windows; with `mutex`, as the following two
  std::chrono::steady_clock::time_point reload_until;
  bool reloading = false; ///< `stopping` is for it

  Instant started;
  std::optional<Pauses> pauses;
  std::shared_ptr<Tracer> tracer = std::make_shared<Tracer>();
  std::shared_ptr<TreePort> tree;
  std::shared_ptr<Metrics> metrics;

  std::mutex lost_mutex;
  std::deque<Failure> lost; ///< windows without an answer, the newest limits::remembered_failures

  LastingTroubles troubles;

  BurstFlusher flusher{[this] {
    if (tape) tape->flush();
    log->release_deferred();
  }};
  SystemConfig caf_config;
  std::unique_ptr<caf::actor_system> system;
  std::unique_ptr<AdminServer> admin;
  std::unique_ptr<alerts::Notifier> notifier;
  std::unique_ptr<Retrainer> retrainer;
};

Daemon::Impl::Impl(Config c, std::shared_ptr<Logger> l, RunOptions o)
  : config(std::move(c)), log(std::move(l)), options(std::move(o)),
    clock(options.clock ? options.clock : std::make_shared<SystemClock>()),
    io(config.chain.ca_file, Proxies(config.network.http_proxy, config.network.https_proxy, config.network.no_proxy)) {
  ::mallopt(M_ARENA_MAX, 2); // glibc's heap per thread would cost megabytes
  const auto& wallet = only_wallet(config);
  HostPorts ports{.clock = clock, .signer = load_signer(wallet)};
  if (!ports.signer->key_locked()) log->warn(std::string(memory_not_locked) + ": " + memory_lock_cure);
  try {
    if (!options.dry_run) key_lock.emplace(ports.signer->wallet(), config.chain.id); // a dry run sends nothing
    pauses.emplace(config.ledger_path + ".paused");
    chain_record = read_chain_record(config.ledger_path, config.chain.id);
    if (!chain_record.reset_to.empty()) {
      const auto archive = archive_books(config.ledger_path, config.chain.id, chain_record, clock->now());
      chain_record = read_chain_record(config.ledger_path, config.chain.id);
      log->warn("chain " + config.chain.id + " was reset, its first block is " + chain_record.known.genesis.substr(0, 16) +
                (archive.empty() ? "" : "; the books of the chain before are kept as " + archive));
    }
    const auto books = open_books(config.ledger_path, ports.signer->wallet(), clock->now(), log);
    books->listen([this](const WindowEnd& end) { finished(end); });
    ports.store = books;
    ports.books = books;
    ports.versions = versions = std::make_shared<ModelStore>(config.state_dir + "/models");
    ports.warn = [log = log](const std::string& line) { log->warn(line); };
    ports.http = make_http(io);
    ports.models = std::make_shared<models::ModelHost>(models::ModelHostSettings{
      "/proc/self/exe", runtime_folders(), ports.http, [log = log](const std::string& line) { log->warn(line); }});
    CometSettings comet{.chain_id = config.chain.id, .wallet = ports.signer->wallet(), .clock = clock};
    comet.rpc_deadline_ms = config.chain.deadline_ms;
    for (const auto& topic : config.topics) comet.topics.insert(topic.id);
    comet.known = chain_record.known;
    comet.on_chain_reset = [this](const std::string& genesis, const std::string& endpoint) {
      restart_after_reset(genesis, endpoint);
    };
    comet.on_malformed = [log = log](const std::string& line) { log->warn(line); };
    metrics = std::make_shared<Metrics>(Metrics::Facts{ports.signer->wallet().address, config.chain.id, version()});
    RpcSettings rpc{.endpoints = config.chain.rpc};
    auto headers = read_rpc_headers(config.chain, real_host());
    if (const auto* fault = std::get_if<std::string>(&headers)) throw CannotStart(*fault);
    for (std::size_t i = 0; i < config.chain.endpoints.size(); ++i)
      rpc.options.push_back({config.chain.endpoints[i].websocket, std::move(std::get<0>(headers)[i])});
    rpc.read_status = [id = config.chain.id](const HttpAnswer& a) { return chain::parse_status_probe(a.status, a.body, id); };
    const auto answered = [metrics = metrics](const std::string& endpoint, bool usable, double seconds) {
      metrics->endpoint_answered(endpoint, usable, seconds);
    };
    ports.chain = make_comet_chain(timed(make_rpc(io, std::move(rpc)), answered), std::move(comet));
  } catch (const CannotStart&) {
    throw;
  } catch (const std::exception& e) {
    throw CannotStart(e.what());
  }
  plan = make_plan(config, wallet, ports, options.dry_run);
  for (auto& feed : plan->feeds)
    feed.market = timed(feed.market, [metrics = metrics, name = feed_name(feed.fetcher.feed)](const std::string& source,
                                                                                              bool usable, double seconds) {
      metrics->market_answered(name, source, usable, seconds);
    });
  plan->paused = [this](TopicId topic) { return pauses->paused(topic); };
  auto jobs = options.once ? std::vector<RetrainJob>() : retrain_jobs(config, *plan, ports);
  plan->ledger.log_line = [log = log](const std::string& line) { log->error(line); };
  once.expect(plan->watcher.topics);
  if (config.tape.on) {
    TapeOptions tape_options{.dir = config.tape.dir,
                             .keep = config.tape.keep,
                             .started = clock->now(),
                             .wallet = ports.signer->wallet(),
                             .config_digest = config_digest(config),
                             .program = version()};
    tape = std::make_unique<TapeWriter>(tape_options, [log = log](const std::string& line) { log->warn(line); });
    context.on_start = [this](const Place& place, Instant now) { tape->started(place, now); };
    context.on_read = [this](const Place& place, Instant now, const char* type, const std::string& json) {
      tape->read(place, now, type, json);
    };
  }
  context.clock = clock;
  context.monotonic_ns = [] {
    return std::int64_t{std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1)};
  };
  context.on_delivery = [this](const Delivery& d) { watch(d); };
  system = std::make_unique<caf::actor_system>(caf_config);
  RootDuties duties{.wallet = ports.signer->wallet()};
  duties.heartbeat_ms = config.heartbeat_s * 1'000;
  duties.on_alive = [](Instant) { notify::alive(); };
  duties.on_stopped = [this] { ended(unresolved ? run_unresolved : run_ok, "stopped"); };
  duties.on_exhausted = [this](const std::string& reason) { ended(run_exhausted, reason); };
  notify::status("connecting to " + config.chain.id);
  spawn_supervisor(*system, context, make_tree(context, plan), std::move(duties));
  start_admin();
  if (config.notify.on())
    notifier = std::make_unique<alerts::Notifier>(
      alerts::NotifierSettings{.policy = alert_policy(config.notify),
                               .sender = message_sender(config, ports.signer->wallet()),
                               .check_ms = config.notify.check_s * 1'000,
                               .warn = [log = log](const std::string& line) { log->warn(line); }},
      tree_of(*system, context), clock, make_messenger(config.notify, ports.http));
  if (!jobs.empty())
    retrainer = std::make_unique<Retrainer>(retrainer_settings(config, context, versions, log, std::move(jobs)));
  log->info("inferd is up wallet=" + ports.signer->wallet().address + " topics=" + std::to_string(plan->topics.size()) +
            " chain=" + config.chain.id + " books=" + config.ledger_path + (options.dry_run ? " DRY RUN" : "") +
            (options.reloads ? " reloads=" + std::to_string(options.reloads) : ""));
  constexpr auto recovery_time = limits::liveness_interval + limits::liveness_deadline;
  if (const auto watchdog = notify::watchdog_ms(); watchdog && *watchdog < recovery_time)
    log->warn("WatchdogSec is " + std::to_string(*watchdog) + " ms: the tree needs up to " + std::to_string(recovery_time) +
              " ms to replace a hung actor, and would be killed while it does");
  notify::ready();
}

Daemon::Impl::~Impl() {
  notifier.reset();
  admin.reset();
  retrainer.reset();
  if (stuck) { // an actor hangs in its handler and cannot be joined: exit without joining
    log->error("an actor did not stop; ending the process");
    log->flush();
    std::_Exit(run_unresolved);
  }
  if (system) {
    context.directory->clear();
    plan.reset();
  }
  system.reset(); // joins the actors, which hold the ports; the I/O thread ends after them
}

void Daemon::Impl::start_admin() {
  started = clock->now();
  tree = tree_of(*system, context);
  const auto set_level = [log = log](const std::string& level) {
    LogLevel parsed{};
    if (!parse_level(level, parsed)) return false;
    log->set_level(parsed);
    return true;
  };
  const auto lost_windows = [this] {
    const std::lock_guard lock(lost_mutex);
    return std::vector<Failure>(lost.begin(), lost.end());
  };
  auto listen = config.admin_listen;
  std::shared_ptr<const SecretBytes> token;
  if (!listen.empty() && config.admin_token) {
    const auto trouble = with_secret(config.admin_token, real_host(), [&](std::string_view text) {
      token = std::make_shared<const SecretBytes>(SecretBytes::copy_of(text));
    });
    if (!trouble.empty() || token->size() < shortest_token) { // without its token the port would be open
      log->error("admin.listen is not served: the token: " +
                 (trouble.empty() ? "has less than " + std::to_string(shortest_token) + " characters" : trouble));
      listen.clear();
    }
  }
  try {
    auto routes = admin_routes(tree, set_level, lost_windows, operator_routes(operator_handlers()));
    admin = std::make_unique<AdminServer>(config.admin_socket, listen, guarded(std::move(routes), std::move(token)));
    if (!admin->tcp_trouble().empty()) log->error(admin->tcp_trouble());
  } catch (const std::exception& e) { // not fatal
    log->error(std::string("no admin port: ") + e.what());
  }
}

OperatorHandlers Daemon::Impl::operator_handlers() {
  OperatorHandlers d{.tree = tree, .tracer = tracer, .ledger_path = config.ledger_path, .metrics = metrics};
  d.facts = [this] {
    return OverviewFacts{
      version(),    plan->ledger.wallet.address, config.chain.id, started, clock->now(), options.reloads, options.dry_run,
      pauses->all()};
  };
  d.serves = [this](TopicId topic) {
    return std::any_of(plan->topics.begin(), plan->topics.end(), [&](const auto& t) { return t.timer.topic == topic; });
  };
  d.pause = [this](TopicId topic, bool paused) {
    pauses->set(topic, paused);
    if (const auto timer = context.directory->find(timer_of(topic))) caf::anon_send(timer, TopicPaused{topic, paused});
    log->info("topic " + std::to_string(topic.value) + " is " + (paused ? "paused" : "resumed") + " by the operator");
  };
  d.dry_run = [this](TopicId topic, const std::optional<PredictorView>& predictor, Height nonce) {
    LiveModel live{.live = predictor ? predictor->live : ModelId{}};
    if (const auto text = versions->text(live.live.version)) live.offered.push_back({topic, live.live, *text, {}});
    return dry_run(*plan, topic, predictor ? predictor->topic : std::nullopt, std::move(live), nonce, clock->now(),
                   std::chrono::milliseconds(limits::admin_deadline - 500));
  };
  d.swap = model_swaps(*system, context, config.ledger_path, versions);
  d.drain = [this] {
    const std::lock_guard lock(mutex);
    if (stopping && !reloading) return;
    stopping = "asked to by the admin port";
    reloading = false;
    changed.notify_all();
  };
  d.reload = [this] { return reload(); };
  return d;
}

AdminAnswer Daemon::Impl::reload() {
  if (options.once) return admin_error(409, "`inferd once` does not reload");
  auto prepared = prepare_reload(config, options.load_again, clock->now());
  if (!prepared.next) return prepared.answer;
  const std::lock_guard lock(mutex);
  if (stopping) return admin_error(409, "inferd is stopping: " + *stopping);
  next = std::move(prepared.next);
  reload_until = std::chrono::steady_clock::now() + std::chrono::milliseconds(limits::reload_wait);
  changed.notify_all();
  return prepared.answer;
}

/// Begins the reload, if no window is under way at this moment.
void Daemon::Impl::try_reload(std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  const bool now = between_windows(*tree);
  lock.lock();
  if (stopping || !next) return;
  if (now) {
    stopping = "the configuration is reloaded";
    reloading = true;
  } else if (std::chrono::steady_clock::now() > reload_until) {
    log->error("reload: for " + std::to_string(limits::reload_wait / 60'000) +
               " minutes there was no moment between two windows; the configuration stays as it was");
    next.reset();
  }
}

void Daemon::Impl::watch(const Delivery& d) {
  if (tape) tape->record(d);
  tracer->record(d);
  visit_message(d.content, [&](const auto& message) {
    using M = std::decay_t<decltype(message)>;
    if constexpr (requires { metrics->on(d.receiver, message, d.now); }) metrics->on(d.receiver, message, d.now);
    const bool again = troubles.repeats(message, d.now); // also of what is not logged: it may end a trouble
    if (const auto line = narrate(d.receiver, message); line && !again && log->writes(line->level))
      log->write_deferred(line->level, line->text);
    if constexpr (std::is_same_v<M, Drained>) unresolved = message.unresolved > 0;
    if constexpr (std::is_same_v<M, ConnectionUp>)
      if (d.receiver == watcher_role.place) {
        notify::status("connected to " + message.endpoint);
        record_chain(message);
      }
    if constexpr (std::is_same_v<M, Heartbeat>) {
      notify::status(message.books);
      if (const auto n = log->dropped(); std::exchange(dropped_lines, n) != n)
        log->warn(std::to_string(n) +
                  " lines of the log found no room in its queue since the start: the console or the disk is slow");
    }
    if constexpr (std::is_same_v<M, ConnectionUp>) once.connected(message.height);
  });
  flusher.request();
  if (options.on_delivery) options.on_delivery(d);
}

// The books are of the chain before: nothing may be booked or sent any more. The next Daemon archives them.
void Daemon::Impl::restart_after_reset(const std::string& genesis, const std::string& endpoint) {
  auto record = read_chain_record(config.ledger_path, config.chain.id);
  record.reset_to = genesis;
  try {
    write_chain_record(config.ledger_path, config.chain.id, record);
  } catch (const std::exception& e) {
    return log->error(std::string("the chain was reset, which cannot be recorded: ") + e.what());
  }
  log->error("chain " + config.chain.id + " was reset: the first block of " + endpoint + " is " + genesis.substr(0, 16) +
             ", that of the books was " + record.known.genesis.substr(0, 16));
  chain_reset = true;
  const std::lock_guard lock(mutex);
  if (!stopping) stopping = "the chain was reset";
  changed.notify_all();
}

void Daemon::Impl::record_chain(const ConnectionUp& up) {
  if (!up.contradiction.empty()) return;
  chain_record.known = chain::updated(chain_record.known, up.genesis, up.height, up.went_back, up.at);
  try {
    write_chain_record(config.ledger_path, config.chain.id, chain_record);
  } catch (const std::exception& e) {
    log->warn(std::string("the chain's identity cannot be recorded: ") + e.what());
  }
}

void Daemon::Impl::finished(const WindowEnd& end) {
  metrics->ended(end.outcome);
  const auto line = outcome_line(end.outcome);
  log->write_deferred(line.level, line.text);
  flusher.request();
  if (line.level >= LogLevel::warn) {
    const auto& o = end.outcome;
    const auto what = o.nonce.value ? "window " + std::to_string(o.nonce.value) : std::string("registration");
    const std::lock_guard lock(lost_mutex);
    if (lost.size() == limits::remembered_failures) lost.pop_front();
    lost.push_back({o.at,
                    {PlaceKind::topic, o.topic, {}},
                    std::string(boost::describe::enum_to_string(o.status, "?")) + (o.reason.empty() ? "" : ": " + o.reason),
                    what,
                    0});
  }
  if (options.on_outcome) options.on_outcome(end.outcome);
  if (!options.once || !once.ended(end.outcome, end.closes)) return;
  std::lock_guard lock(mutex);
  if (!stopping) stopping = "every topic has its outcome";
  changed.notify_all();
}

void Daemon::Impl::ended(int code, const std::string& why) {
  if (code == run_exhausted) log->error("giving up: " + why);
  std::lock_guard lock(mutex);
  exit_code = code;
  changed.notify_all();
}

Daemon::Daemon(Config config, std::shared_ptr<Logger> log, RunOptions options)
  : impl_(std::make_unique<Impl>(std::move(config), std::move(log), std::move(options))) {}

Daemon::~Daemon() {
  bool finished = false;
  {
    const std::lock_guard lock(impl_->mutex);
    finished = impl_->exit_code.has_value();
  }
  if (finished) return;
  stop("the daemon was destroyed"); // not run, or run() threw: without a drain the actors would be joined for ever
  run();
}

void Daemon::Impl::stop(const std::string& why) {
  const std::lock_guard lock(mutex);
  if (stopping && drain_sent && !reloading) {
    exit_code = run_unresolved;
    stuck = true;
  }
  if (!stopping || reloading) stopping = why; // no longer for a reload
  reloading = false;
  changed.notify_all();
}

void Daemon::stop(const std::string& why) { impl_->stop(why); }

Config Daemon::next_config() { return std::move(impl_->next.value()); }

int Daemon::run() {
  auto& d = *impl_;
  std::unique_lock lock(d.mutex);
  while (!d.exit_code) {
    if (d.options.until && !d.stopping && d.clock->now() >= *d.options.until) d.stopping = "schedule.until has come";
    if (d.next && !d.stopping) d.try_reload(lock);
    if (d.stopping && !d.drain_sent) {
      d.drain_sent = true;
      d.unresolved = true; // unless Drained arrives before the deadline
      const auto why = *d.stopping;
      lock.unlock();
      if (d.retrainer) d.retrainer->stop();
      d.log->info("stopping: " + why);
      if (!d.chain_reset && !d.reloading) notify::stopping(why); // else the process goes on, and systemd must not await its end
      if (const auto root = d.context.directory->find(root_role))
        caf::anon_send(root, Drain{why, Instant{d.clock->now().value + (d.chain_reset ? 0 : limits::stop_deadline)}});
      lock.lock();
    }
    if (d.exit_code) break; // set, and notified, while the lock was free
    if (d.next && !d.stopping) d.changed.wait_for(lock, reload_interval);
    else if (d.options.until && !d.stopping) d.changed.wait_for(lock, std::chrono::seconds(1));
    else if (d.drain_sent) {
      const auto drain_timeout = std::chrono::milliseconds(limits::stop_deadline + limits::tree_stop_deadline);
      if (d.changed.wait_for(lock, drain_timeout) == std::cv_status::timeout && !d.exit_code) {
        d.exit_code = run_unresolved;
        d.stuck = true;
      }
    } else {
      d.changed.wait(lock);
    }
  }
  if (d.chain_reset) return run_chain_reset;
  if (d.reloading && *d.exit_code != run_exhausted) return run_reload;
  if (*d.exit_code == run_ok && d.options.once) return d.once.code();
  return *d.exit_code;
}

std::string Daemon::unanswered() const { return impl_->once.unanswered(); }

} // namespace inferd
