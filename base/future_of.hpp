#pragma once

#include <future>
#include <memory>
#include <utility>

namespace inferd {

/// The answer of an asynchronous port as a future. `start` is called with a callback that takes a T, which may be called on any
/// thread, once, and later than the future lives.
template <class T, class Start> std::future<T> future_of(Start start) {
  const auto promise = std::make_shared<std::promise<T>>();
  auto future = promise->get_future();
  start([promise](T answer) { promise->set_value(std::move(answer)); });
  return future;
}

} // namespace inferd
