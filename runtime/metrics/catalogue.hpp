#pragma once
// Every metric: its name, kind, labels and meaning. The page etc/doc/reference/metrics.md is made from this table, one line a
// metric.

namespace inferd {

struct MetricInfo {
  const char *name, *kind, *labels, *help;
};

// clang-format off
inline constexpr MetricInfo metric_catalogue[] = {
  // The tree, at the moment of the scrape.
  {"inferd_healthy", "gauge", "", "1 while every actor that should run does, and answers."},
  {"inferd_restarts_total", "counter", "actor", "Restarts of an actor by its supervisor."},
  {"inferd_messages_total", "counter", "actor", "Messages handled by an actor since its start."},
  {"inferd_busy_seconds_total", "counter", "actor", "Time in handlers since the actor's start."},
  {"inferd_mailbox_messages", "gauge", "actor", "Messages that wait in an actor's mailbox."},
  {"inferd_handler_seconds", "histogram", "kind", "Time to handle one message, by kind of actor."},
  {"inferd_connected", "gauge", "wallet", "1 while a node is connected and not contradicted."},
  {"inferd_height", "gauge", "wallet", "The chain's newest known block."},
  {"inferd_head_age_seconds", "gauge", "wallet", "Time since the newest known block was first seen."},
  {"inferd_head_went_back", "gauge", "wallet", "1 while the head is below windows that are in the books."},
  {"inferd_node_incomplete", "gauge", "wallet", "1 while the node in use lacks something, such as its transaction index."},
  {"inferd_endpoint_up", "gauge", "endpoint", "1 while it is in use or ready to be; 0: failed, or behind."},
  {"inferd_endpoint_height", "gauge", "endpoint", "Its block, by the last probe; 0: not known."},
  {"inferd_endpoint_behind_blocks", "gauge", "endpoint", "Blocks behind the best of the other endpoints."},
  {"inferd_endpoint_latency_seconds", "gauge", "endpoint", "Moving average of its probes, connecting included."},
  {"inferd_endpoint_failures", "gauge", "endpoint", "Failures in a row."},
  {"inferd_source_failures", "gauge", "actor, source", "Answers in a row without candles that a topic can predict from."},
  {"inferd_newest_candle_timestamp_seconds", "gauge", "actor, source", "Opening of the newest candle."},
  {"inferd_model_trained_to_timestamp_seconds", "gauge", "actor", "Opening of its last candle."},
  {"inferd_balance_uallo", "gauge", "wallet", "The wallet's balance, as the chain last reported it."},
  {"inferd_fee_uallo", "gauge", "wallet", "Fee of a payload at the present gas price."},
  {"inferd_missing_uallo", "gauge", "wallet", "From the balance to the fee; 0: the balance covers it."},
  {"inferd_balance_days", "gauge", "wallet", "Days that the balance lasts at the fees of the last 24 hours."},
  {"inferd_clash", "gauge", "wallet", "1 for an hour after another user of the key was seen."},
  {"inferd_paused", "gauge", "topic, wallet", "1 while the operator has paused the topic."},

  // The books, at the moment of the scrape.
  {"inferd_windows", "gauge", "status, wallet", "Rows of the books, by status."},
  {"inferd_fees_uallo", "gauge", "wallet", "Fees paid, as booked."},
  {"inferd_rewards_uallo", "gauge", "wallet", "Rewards settled, as booked."},
  {"inferd_last_nonce", "gauge", "wallet", "Newest nonce with a row in the books."},
  {"inferd_windows_since_answered", "gauge", "topic, wallet", "Windows that ended after the last answered one."},
  {"inferd_windows_ended_24h", "gauge", "topic, wallet", "Windows that ended in the last 24 hours."},
  {"inferd_windows_answered_24h", "gauge", "topic, wallet", "Of these, confirmed ones."},
  {"inferd_equal_answers", "gauge", "topic, wallet", "Newest answers in a row with the same value."},
  {"inferd_earning", "gauge", "wallet", "0 when a topic's last two windows were not answered."},
  {"inferd_fees_24h_uallo", "gauge", "wallet", "Fees paid in the last 24 hours, as booked."},

  // Counted since the daemon's start.
  {"inferd_windows_total", "counter", "reason, status, topic, wallet", "Ended windows, by outcome and class of reason."},
  {"inferd_opening_to_mempool_seconds", "histogram", "topic, wallet", "From a window's opening to the mempool."},
  {"inferd_opening_to_confirmed_seconds", "histogram", "topic, wallet", "From a window's opening to the block."},
  {"inferd_prediction_seconds", "histogram", "topic, wallet", "Candles, features and model of a prediction."},
  {"inferd_predictions_total", "counter", "topic, wallet", "Predictions of one value."},
  {"inferd_labelled_predictions_total", "counter", "topic, wallet", "Predictions of a value for each label."},
  {"inferd_submissions_total", "counter", "topic, wallet", "Payloads that a mempool took."},
  {"inferd_answered_total", "counter", "topic, wallet", "Windows that ended as confirmed."},
  {"inferd_tx_errors_total", "counter", "code, wallet", "Transactions that were refused, by codespace and code."},
  {"inferd_clashes_total", "counter", "wallet", "Sights of another user of the key, one a minute at most."},
  {"inferd_score", "gauge", "topic, wallet", "The newest score that the chain has set."},
  {"inferd_reward_uallo", "gauge", "topic, wallet", "The newest reward of a window."},
  {"inferd_connections_total", "counter", "wallet", "Connections to a node."},
  {"inferd_connections_lost_total", "counter", "wallet", "Connections that ended."},
  {"inferd_market_request_seconds", "histogram", "feed, source", "Time to get a source's candles."},
  {"inferd_market_failures_total", "counter", "feed, source", "Requests for candles without a usable answer."},
  {"inferd_endpoint_request_seconds", "histogram", "endpoint", "Time of an RPC request that was answered."},
  {"inferd_endpoint_request_failures_total", "counter", "endpoint", "RPC requests without an answer."},

  // The process.
  {"inferd_build_info", "gauge", "chain, version", "1."},
  {"process_cpu_seconds_total", "counter", "", "Processor time, user and system."},
  {"process_resident_memory_bytes", "gauge", "", "Resident memory."},
  {"process_virtual_memory_bytes", "gauge", "", "Virtual memory."},
  {"process_open_fds", "gauge", "", "Open file descriptors."},
  {"process_max_fds", "gauge", "", "Limit of file descriptors."},
  {"process_threads", "gauge", "", "Threads."},
  {"process_start_time_seconds", "gauge", "", "Start of the process, in seconds since 1970."},

  // Names of Allora's Go node, for dashboards that have them.
  {"allora_worker_inference_request_count", "untyped", "address, topic", "As inferd_predictions_total."},
  {"allora_worker_labeled_inference_request_count", "untyped", "address, topic", "As inferd_labelled_predictions_total."},
  {"allora_worker_chain_submission_count", "untyped", "address, topic", "As inferd_submissions_total."},
  {"allora_worker_process_finished_count", "untyped", "address, topic", "As inferd_answered_total."},
  {"allora_actor_tx_error_count", "untyped", "address, error_code", "As inferd_tx_errors_total."},
  {"allora_grpc_connection_lost_count", "untyped", "", "As inferd_connections_lost_total."},
  {"allora_grpc_reconnection_count", "untyped", "", "As inferd_connections_total, without the first."},
  {"allora_grpc_connection_permanent_failure", "untyped", "endpoint", "0: inferd gives up no endpoint."},
  {"allora_application_started_count", "untyped", "", "1."},
  {"allora_application_finished_count", "untyped", "", "0 while the process runs."},
};
// clang-format on

} // namespace inferd
