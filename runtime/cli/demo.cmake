add_library(cli_demo demo.cpp)
target_link_libraries(cli_demo PUBLIC cli_options PRIVATE daemon chain sim sim_market model fmt::fmt)
