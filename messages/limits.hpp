#pragma once
// Every bound in one place.

#include <cstddef>
#include <cstdint>

namespace inferd::limits {

// Waits, milliseconds.
inline constexpr std::int64_t rpc_deadline = 5'000;        ///< one JSON-RPC request
inline constexpr std::int64_t broadcast_deadline = 4'000;  ///< one broadcast_tx_sync
inline constexpr std::int64_t connect_deadline = 5'000;    ///< resolve, connect, TLS, WebSocket handshake
inline constexpr std::int64_t probe_interval = 10'000;     ///< between two looks at an RPC endpoint, where there are several
inline constexpr std::int64_t probe_deadline = 3'000;      ///< one look
inline constexpr std::int64_t http_deadline = 10'000;      ///< one market request
inline constexpr std::int64_t stream_silence = 30'000;     ///< without a block the stream counts as dead
inline constexpr std::int64_t source_patience = 15'000;    ///< the fetcher waits this long for one source
inline constexpr std::int64_t stop_deadline = 25'000;      ///< draining, inside systemd's 30 s
inline constexpr std::int64_t child_stop_deadline = 2'000; ///< one actor's end
inline constexpr std::int64_t liveness_deadline = 10'000;  ///< an actor seen at the same message for so long is hung
inline constexpr std::int64_t liveness_interval = 5'000;   ///< how often a supervisor looks at its children
inline constexpr std::int64_t kill_deadline = 500;         ///< a killed actor that is not gone by then is given up
inline constexpr std::int64_t io_stop_deadline = 500;      ///< what was given up on the network hears of it
inline constexpr std::int64_t tree_stop_deadline = 4'000;  ///< after draining: the whole tree's end
inline constexpr std::int64_t books_group_commit = 2'000;  ///< what a start would learn again waits for the next transaction
inline constexpr std::int64_t books_patience = 5'000;      ///< the heartbeat goes without the ledger's word after that
inline constexpr std::int64_t admin_patience = 1'000;      ///< the admin port waits this long for an actor's answer
inline constexpr std::int64_t admin_deadline = 5'000;      ///< one admin connection, from its first byte to its last

// Sizes.
inline constexpr std::size_t json_depth = 32;
inline constexpr std::size_t rpc_message = 16u << 20;  ///< one WebSocket message or HTTP body from a node
inline constexpr std::size_t http_body = 4u << 20;     ///< one market answer
inline constexpr std::size_t json_values = 200'000;    ///< in one market answer: 16,000 of the longest rows
inline constexpr std::size_t market_questions = 1'024; ///< under way in one market: so many topics may share a symbol
inline constexpr std::size_t calls_under_way = 1'024;  ///< JSON-RPC requests without an answer
inline constexpr std::size_t polls_under_way = 64;     ///< topics whose status is being asked for, of all of them
inline constexpr std::size_t cached_candles = 2'048;   ///< per topic: warm-up of the slowest feature, and room
inline constexpr std::size_t admin_request = 16u << 10;
inline constexpr std::size_t admin_connections = 16; ///< at once; more wait their turn in the kernel
inline constexpr std::size_t admin_answer = 8u << 20;
inline constexpr std::int64_t mailbox = 100'000;       ///< an actor with more messages waiting is replaced
inline constexpr std::size_t config_file = 1u << 20;   ///< TOML and .env
inline constexpr std::size_t config_key_parts = 32;    ///< joined by dots, on one line of TOML
inline constexpr std::size_t file_read = 64u << 20;    ///< models, tapes' lines, candle files
inline constexpr std::size_t remembered_failures = 64; ///< for the admin port
inline constexpr std::size_t pending_outcomes = 4'096; ///< what the ledger holds while the disk refuses
inline constexpr std::size_t ledger_burst = 256;       ///< messages of one transaction of the books
inline constexpr std::size_t view_bytes = 4u << 20;    ///< submission_log.csv; then it becomes .1, .2, .3 and is gone
inline constexpr std::size_t view_files = 3;
inline constexpr std::size_t books_problems = 1'000; ///< named by `ledger verify`
inline constexpr std::size_t tape_waiting = 32u
                                            << 20; ///< bytes the tape holds while the disk is slow; 200 topics' first candles
inline constexpr std::size_t tape_line = 4u << 20; ///< read back
inline constexpr std::size_t tape_bytes = 256u << 20; ///< of one run; recording ends there, with a line that says so
inline constexpr std::size_t gap_blocks = 200;        ///< heights filled one by one; a longer gap is told by epochs

} // namespace inferd::limits
