#pragma once
// Every bound: deadlines and sizes.

#include <cstddef>
#include <cstdint>

namespace inferd::limits {

// Milliseconds.
inline constexpr std::int64_t rpc_deadline = 5'000;          ///< one JSON-RPC request
inline constexpr std::int64_t broadcast_deadline = 4'000;    ///< one broadcast_tx_sync
inline constexpr std::int64_t connect_deadline = 5'000;      ///< resolve, connect, TLS, WebSocket handshake
inline constexpr std::int64_t probe_interval = 10'000;       ///< between two probes of an RPC endpoint, if there are several
inline constexpr std::int64_t probe_deadline = 3'000;        ///< one probe
inline constexpr std::int64_t http_deadline = 10'000;        ///< one market request
inline constexpr std::int64_t stream_silence = 30'000;       ///< without a block for so long a stream is dead
inline constexpr std::int64_t source_deadline = 15'000;      ///< one source's candles, all pages
inline constexpr std::int64_t stop_deadline = 25'000;        ///< draining, within systemd's 30 s
inline constexpr std::int64_t child_stop_deadline = 2'000;   ///< one actor's stop
inline constexpr std::int64_t liveness_deadline = 10'000;    ///< an actor at the same message for so long is hung
inline constexpr std::int64_t liveness_interval = 5'000;     ///< between two liveness checks of a supervisor
inline constexpr std::int64_t kill_deadline = 500;           ///< a killed actor that has not ended by then is abandoned
inline constexpr std::int64_t io_stop_deadline = 500;        ///< for handlers of cancelled network operations
inline constexpr std::int64_t tree_stop_deadline = 4'000;    ///< the whole tree's stop, after draining
inline constexpr std::int64_t books_group_commit = 2'000;    ///< what the next start repeats waits so long for a group commit
inline constexpr std::int64_t books_deadline = 5'000;        ///< the heartbeat's wait for the ledger
inline constexpr std::int64_t admin_answer_deadline = 1'000; ///< the admin port's wait for an actor's answer
inline constexpr std::int64_t admin_deadline = 5'000;        ///< one admin connection, first byte to last

// Sizes and counts.
inline constexpr std::size_t json_depth = 32;
inline constexpr std::size_t rpc_message = 16u << 20; ///< one WebSocket message or HTTP body from a node
inline constexpr std::size_t http_body = 4u << 20;    ///< one market answer
inline constexpr std::size_t json_values = 200'000;   ///< in one market answer: 16,000 of the longest rows
inline constexpr std::size_t market_requests = 1'024; ///< requests queued in one market
inline constexpr std::size_t pending_calls = 1'024;   ///< unanswered JSON-RPC requests
inline constexpr std::size_t pending_polls = 64;      ///< topics with an unanswered status request
inline constexpr std::size_t cached_candles = 2'048;  ///< per source of a feed: warm-up of the slowest feature, with a margin
inline constexpr std::size_t admin_request = 16u << 10;
inline constexpr std::size_t admin_connections = 16; ///< concurrent; more queue in the kernel
inline constexpr std::size_t admin_answer = 8u << 20;
inline constexpr std::int64_t mailbox = 100'000;       ///< an actor with more messages queued is replaced
inline constexpr std::size_t config_file = 1u << 20;   ///< TOML and .env
inline constexpr std::size_t config_key_parts = 32;    ///< of a dotted key, on one line of TOML
inline constexpr std::size_t file_read = 64u << 20;    ///< models, candle files
inline constexpr std::size_t remembered_failures = 64; ///< for the admin port
inline constexpr std::size_t pending_outcomes = 4'096; ///< facts the ledger queues while the disk fails
inline constexpr std::size_t ledger_burst = 256;       ///< messages in one transaction of the books
inline constexpr std::size_t scores = 2'048;           ///< predictions of a topic that wait for their truth in the scorer
inline constexpr std::size_t guard_rows = 2'048;       ///< windows of a topic's guard that wait for their truth
inline constexpr std::size_t topic_models = 16;        ///< that run at once, the live one among them
inline constexpr std::size_t view_bytes = 4u << 20;    ///< submission_log.csv before it is rotated
inline constexpr std::size_t view_files = 3;
inline constexpr std::size_t books_problems = 1'000;  ///< reported by `ledger verify`
inline constexpr std::size_t tape_buffer = 32u << 20; ///< bytes queued while the disk is slow: a hundred feeds' first candles
inline constexpr std::size_t tape_line = 4u << 20;    ///< accepted by the reader
inline constexpr std::size_t tape_bytes = 256u << 20; ///< per run; recording ends there, with an end line
inline constexpr std::size_t gap_blocks = 200;        ///< heights filled one by one; a longer gap is derived from epochs

} // namespace inferd::limits
