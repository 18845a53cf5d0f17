# features, train and backtest: what is predicted from, and how well.
add_library(cli_model ${CMAKE_CURRENT_LIST_DIR}/features.cpp ${CMAKE_CURRENT_LIST_DIR}/train.cpp
                      ${CMAKE_CURRENT_LIST_DIR}/backtest.cpp ${CMAKE_CURRENT_LIST_DIR}/model_table.cpp)
target_link_libraries(cli_model PUBLIC cli_options model PRIVATE fmt::fmt)
