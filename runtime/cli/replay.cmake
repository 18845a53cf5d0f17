add_library(cli_replay replay.cpp)
target_link_libraries(cli_replay PUBLIC cli_options PRIVATE daemon books tape)
