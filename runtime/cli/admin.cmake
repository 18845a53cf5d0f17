# ctl and health: a running inferd, looked into from outside.
add_library(cli_admin ${CMAKE_CURRENT_LIST_DIR}/ctl.cpp ${CMAKE_CURRENT_LIST_DIR}/health.cpp
                      ${CMAKE_CURRENT_LIST_DIR}/admin_tables.cpp ${CMAKE_CURRENT_LIST_DIR}/admin_peer.cpp)
target_link_libraries(cli_admin PUBLIC cli_options admin_server PRIVATE fmt::fmt)
