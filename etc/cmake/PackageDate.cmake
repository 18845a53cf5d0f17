# Sets SOURCE_DATE_EPOCH where the environment does not: the last commit's time, without git that of CHANGELOG.md. Before cpack
# packs, it also gives every staged file that time.
if(NOT DEFINED ENV{SOURCE_DATE_EPOCH})
  get_filename_component(source ${CMAKE_CURRENT_LIST_DIR}/../.. ABSOLUTE)
  execute_process(COMMAND git -C ${source} log -1 --format=%ct OUTPUT_VARIABLE epoch ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT epoch)
    file(TIMESTAMP ${source}/CHANGELOG.md epoch %s UTC)
  endif()
  set(ENV{SOURCE_DATE_EPOCH} ${epoch})
endif()
if(CPACK_TEMPORARY_INSTALL_DIRECTORY AND EXISTS "${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr")
  execute_process(COMMAND find ${CPACK_TEMPORARY_INSTALL_DIRECTORY} -exec touch -h -d @$ENV{SOURCE_DATE_EPOCH} {} +
    COMMAND_ERROR_IS_FATAL ANY)
endif()
