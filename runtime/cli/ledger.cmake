add_library(cli_books ${CMAKE_CURRENT_LIST_DIR}/ledger.cpp)
target_link_libraries(cli_books PUBLIC cli_options books PRIVATE fmt::fmt)
