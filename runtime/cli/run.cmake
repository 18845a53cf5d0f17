add_library(cli_run run.cpp)
target_link_libraries(cli_run PUBLIC cli_options PRIVATE daemon)
