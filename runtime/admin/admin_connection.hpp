#pragma once
// One connection of the admin port. For admin_server.cpp.

#include "messages/limits.hpp"
#include "messages/operator_limits.hpp"
#include "runtime/admin/admin_http.hpp"

#include <atomic>
#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace inferd {

/// One request, one answer, closed; a stream stays open. Everything but the handler and the stream's function runs on the
/// socket's executor, which has one thread.
class AdminConnection : public std::enable_shared_from_this<AdminConnection> {
public:
  using Socket = boost::asio::generic::stream_protocol::socket;
  struct Settings {
    AdminHandler& handler;
    boost::asio::thread_pool& workers; ///< runs the handler
    std::chrono::milliseconds deadline;
    bool tcp{};
    std::atomic<int>& answering;         ///< requests that were read and not answered yet; streams are not among them
    std::function<bool()> stream_begins; ///< false: there are too many
    std::function<void(bool was_stream)> on_end;
  };
  AdminConnection(Socket, Settings);
  ~AdminConnection();
  void start();
  void refuse(const std::string& sentence); ///< answers 403 without reading

private:
  void read(boost::system::error_code);
  void answer(AdminAnswer);
  void answered();
  void close();
  void begin_stream();
  void watch_client();
  void wait();
  void next();
  void send(std::string text);

  boost::beast::basic_stream<boost::asio::generic::stream_protocol> stream_;
  Settings settings_;
  boost::beast::flat_buffer buffer_;
  boost::beast::http::request_parser<boost::beast::http::string_body> parser_;
  std::optional<boost::beast::http::response<boost::beast::http::string_body>> response_;

  // Of a stream.
  AdminAnswer streaming_;
  std::string out_;
  boost::asio::steady_timer timer_;
  std::int64_t silent_ms_ = 0;
  bool counted_ = false, is_stream_ = false, left_ = false;
  char ignored_{};
};

} // namespace inferd
