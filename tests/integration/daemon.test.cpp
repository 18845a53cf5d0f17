#define BOOST_TEST_MODULE daemon
// The real daemon in this process: its startup and shutdown around the actor tree.
#include "model/training/trainer.hpp"
#include "runtime/chain/signing/mnemonic.hpp"
#include "runtime/chain/signing/mnemonic_file.hpp"
#include "runtime/config/load.hpp"
#include "runtime/config/show.hpp"
#include "runtime/config/sim_config.hpp"
#include "runtime/daemon/daemon.hpp"
#include "runtime/daemon/key_lock.hpp"
#include "runtime/daemon/plan/plan.hpp"
#include "runtime/live/system_entropy.hpp"
#include "runtime/tape/tape.hpp"
#include "runtime/tape/tape_dir.hpp"
#include "runtime/version/version.hpp"
#include "tests/support/test_network.hpp"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <fstream>
#include <future>
#include <mutex>
#include <thread>
#include <unistd.h>

using namespace inferd;

namespace {

/// A key unique to this run: key locks are visible to all tests on the host.
struct Key {
  SecretBytes words;
  Wallet wallet;
  Key() {
    SystemEntropy entropy;
    words = chain::new_mnemonic(entropy);
    wallet = std::get<0>(chain::make_signer(words))->wallet();
  }
};

/// A configuration with its own books; no server listens at its node's address.
struct Home {
  test::TempDir dir;
  Config config;

  explicit Home(const Key& key) {
    write_model(constant_model({.topic = 1, .symbol = "btcusd"}, 0.0123), dir / "model.json");
    chain::write_mnemonic_file(dir / "mnemonic", key.words);
    std::ofstream(dir / "inferd.toml") << sim_config_text({.url = "http://127.0.0.1:1", .log_level = "error"});
    auto loaded = load_config(dir / "inferd.toml", real_host(), ConfigFor::run);
    if (const auto* mistakes = std::get_if<std::vector<ConfigMistake>>(&loaded))
      throw std::runtime_error(to_string(mistakes->front()));
    config = std::get<Config>(std::move(loaded));
  }
  std::unique_ptr<Daemon> daemon(RunOptions options = {}) { return daemon(make_logger(config.log), std::move(options)); }
  std::unique_ptr<Daemon> daemon(std::shared_ptr<Logger> log, RunOptions options = {}) {
    return std::make_unique<Daemon>(config, std::move(log), std::move(options));
  }
};

/// Stores its lines.
class KeptLog : public Logger {
public:
  void write(LogLevel, std::string_view line) override {
    const std::lock_guard lock(mutex_);
    lines_.emplace_back(line);
  }
  void write_deferred(LogLevel level, std::string_view line) override { write(level, line); }
  bool writes(LogLevel) const override { return true; }
  void set_level(LogLevel) override {}
  LogLevel level() const override { return LogLevel::debug; }
  void flush() override {}
  void release_deferred() override {}
  std::uint64_t dropped() const override { return 0; }
  const std::string& trouble() const override { return trouble_; }

  std::vector<std::string> with(const std::string& part) const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> found;
    for (const auto& line : lines_)
      if (line.find(part) != line.npos) found.push_back(line);
    return found;
  }

private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
  std::string trouble_;
};

/// Stops a daemon and runs it to its end. So early, run() may return run_unresolved, as the submitter may not have drained.
void end(Daemon& daemon) {
  daemon.stop("the test is over");
  BOOST_TEST(daemon.run() != run_exhausted);
}

std::string refusal(Home& home) {
  try {
    end(*home.daemon());
  } catch (const CannotStart& e) {
    return e.what();
  }
  return "";
}

} // namespace

BOOST_AUTO_TEST_CASE(a_key_is_used_by_one_daemon_whatever_its_books) {
  const Key key;
  Home first(key), second(key);
  {
    const auto running = first.daemon();
    BOOST_TEST(refusal(second) == "wallet: " + key.wallet.address + " is in use by another inferd (process " +
                                    std::to_string(::getpid()) +
                                    ") on chain localnet: two with one key would spend each "
                                    "other's sequences; stop that one first");
    BOOST_TEST(!std::filesystem::exists(second.config.ledger_path));
    end(*second.daemon({.dry_run = true})); // sends nothing
    end(*running);
  }
  BOOST_TEST(refusal(second) == "");
}

BOOST_AUTO_TEST_CASE(a_daemon_that_was_never_run_ends_with_its_owner) {
  const Key key;
  Home home(key);
  home.daemon();
  BOOST_TEST(refusal(home) == ""); // the key's lock is released
}

BOOST_AUTO_TEST_CASE(a_tape_names_the_version_and_the_configuration_of_its_run) { // were "unknown" and ""
  const Key key;
  Home home(key);
  end(*home.daemon());
  const auto tapes = tapes_in(home.config.tape.dir);
  BOOST_REQUIRE(tapes.size() == 1u);
  const auto header = read_tape(tapes.front()).header;
  BOOST_TEST(header.program == version());
  BOOST_TEST(header.config == config_digest(home.config));
  BOOST_TEST(header.wallet.address == key.wallet.address);
}

BOOST_AUTO_TEST_CASE(one_key_on_two_chains_is_no_clash) {
  const Key key;
  const KeyLock one(key.wallet, "a"), other(key.wallet, "b"), stranger(Key().wallet, "a");
  BOOST_CHECK_THROW(KeyLock(key.wallet, "a"), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(a_refused_start_names_the_lock_holder_on_every_attempt) {
  const Key key;
  const KeyLock held(key.wallet, "a");
  for (int i = 0; i < 200; ++i) try {
      KeyLock(key.wallet, "a");
      BOOST_ERROR("not refused");
    } catch (const std::runtime_error& e) {
      BOOST_REQUIRE(std::string(e.what()).find("(process " + std::to_string(::getpid()) + ")") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(a_throw_in_a_handler_is_logged_once_with_place_message_and_text) {
  Home home{Key()};
  const auto log = std::make_shared<KeptLog>();
  std::atomic<bool> struck = false, restarted = false;
  const auto daemon = home.daemon(log, {.on_delivery = [&](const Delivery& d) {
                                    if (d.receiver == ledger_role.place && d.content.match_element<ResumeSubmissions>(0) &&
                                        !struck.exchange(true))
                                      throw std::runtime_error("struck by the test");
                                    if (d.content.match_element<RestartDue>(0)) restarted = true;
                                  }});
  for (int waited = 0; !restarted && waited < 1'000; ++waited) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  end(*daemon);
  const auto lines = log->with("struck by the test");
  BOOST_REQUIRE_EQUAL(lines.size(), 1u);
  BOOST_TEST(lines[0] ==
             "failed child=ledger restarts=1 supervisor=root message=ResumeSubmissions reason=\"struck by the test\"");
}

// On the real scheduler: the watcher hangs in a handler, and the feed's fetcher, which shares its threads, still answers.
BOOST_AUTO_TEST_CASE(a_handler_that_hangs_does_not_stop_the_other_actors) {
  Home home{Key()};
  std::promise<void> hanging, release, others;
  std::shared_future<void> released = release.get_future();
  std::atomic<bool> hung = false, went_on = false;
  const auto daemon = home.daemon({.on_delivery = [&](const Delivery& d) {
    if (d.receiver == watcher_role.place) {
      if (!hung.exchange(true)) hanging.set_value(), released.wait();
    } else if (hung && d.receiver != ledger_role.place && d.receiver != root_role.place && !went_on.exchange(true)) {
      others.set_value();
    }
  }});
  BOOST_REQUIRE(hanging.get_future().wait_for(std::chrono::minutes(1)) == std::future_status::ready);
  BOOST_TEST((others.get_future().wait_for(std::chrono::minutes(1)) == std::future_status::ready));
  release.set_value();
  end(*daemon);
}

BOOST_AUTO_TEST_CASE(a_tree_that_gives_up_ends_the_process_with_its_own_code) { // three seconds: the real backoff
  Home home{Key()};
  const auto daemon = home.daemon({.on_delivery = [](const Delivery& d) {
    if (d.receiver == ledger_role.place) throw std::runtime_error("struck by the test");
  }});
  BOOST_TEST(daemon->run() == run_exhausted);
}
