# tx and wallet: what would be signed, and with which key.
add_library(cli_chain ${CMAKE_CURRENT_LIST_DIR}/tx.cpp ${CMAKE_CURRENT_LIST_DIR}/tx_spec.cpp
                      ${CMAKE_CURRENT_LIST_DIR}/wallet.cpp)
target_link_libraries(cli_chain PUBLIC cli_options chain PRIVATE OpenSSL::Crypto fmt::fmt)
