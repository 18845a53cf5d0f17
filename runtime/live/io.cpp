#include "runtime/live/io.hpp"

#include "messages/limits.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <openssl/x509.h>
#include <optional>
#include <pthread.h>
#include <stdexcept>
#include <thread>

namespace inferd {

namespace asio = boost::asio;

struct IoThread::Loop {
  std::string ca_file;
  Proxies proxies;
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  std::optional<asio::ssl::context> tls;
  std::thread thread;
};

IoThread::IoThread(std::string ca_file, Proxies proxies) : loop_(std::make_unique<Loop>()) {
  loop_->ca_file = std::move(ca_file);
  loop_->proxies = std::move(proxies);
  loop_->thread = std::thread([loop = loop_.get()] {
    sigset_t all; // the main thread handles signals
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    pthread_setname_np(pthread_self(), "inferd.io");
    loop->context.run();
    // Completes cancelled operations: handlers that are never called may keep each other alive.
    loop->work.reset();
    loop->context.restart();
    loop->context.run_for(std::chrono::milliseconds(limits::io_stop_deadline));
  });
}

IoThread::~IoThread() {
  post([this] { loop_->context.stop(); });
  loop_->thread.join();
}

asio::io_context& IoThread::context() { return loop_->context; }
const Proxies& IoThread::proxies() const { return loop_->proxies; }

void IoThread::post(std::function<void()> work) { asio::post(loop_->context, std::move(work)); }

void IoThread::dispatch(std::function<void()> work) { asio::dispatch(loop_->context, std::move(work)); }

asio::ssl::context& IoThread::tls() {
  if (loop_->tls) return *loop_->tls;
  asio::ssl::context tls(asio::ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(tls.native_handle(), TLS1_2_VERSION);
  tls.set_verify_mode(asio::ssl::verify_peer);
  // A hashed directory is read on demand; loading the bundle file costs 20 ms and megabytes.
  std::error_code ignored;
  const char* directory = X509_get_default_cert_dir();
  const bool overridden = std::getenv(X509_get_default_cert_file_env()) || std::getenv(X509_get_default_cert_dir_env());
  if (!overridden && std::filesystem::is_directory(directory, ignored)) tls.add_verify_path(directory);
  else tls.set_default_verify_paths();
  if (!loop_->ca_file.empty()) {
    boost::system::error_code error;
    tls.load_verify_file(loop_->ca_file, error);
    if (error) throw std::runtime_error(loop_->ca_file + ": no certificates could be read: " + error.message());
  }
  return loop_->tls.emplace(std::move(tls));
}

} // namespace inferd
