# sim: the simulated chain and market on a port, for other programs.
add_library(cli_sim ${CMAKE_CURRENT_LIST_DIR}/sim.cpp ${CMAKE_CURRENT_LIST_DIR}/sim_options.cpp)
target_link_libraries(cli_sim PUBLIC cli_options sim PRIVATE sim_market model fmt::fmt)
