# inferd_library(NAME FOLDERS folder... [PUBLIC target...] [PRIVATE target...] [SOURCES file...])
#
# A library of the .cpp files in its folders (or of SOURCES, where it shares a folder). Its headers are visible to itself and
# to its dependents only: its include path is a folder of links to its own folders, so an #include of a library that is not
# a dependency does not compile. tests/layers/check.py checks the dependencies against the table in
# etc/design/architecture.md.
function(inferd_library name)
  cmake_parse_arguments(LIB "" "" "FOLDERS;PUBLIC;PRIVATE;SOURCES" ${ARGN})
  set(view ${PROJECT_BINARY_DIR}/include/${name})
  set(sources)
  foreach(folder ${LIB_FOLDERS})
    get_filename_component(parent ${view}/${folder} DIRECTORY)
    file(MAKE_DIRECTORY ${parent})
    if(NOT EXISTS ${view}/${folder}) # a nested folder is reached through its parent's link
      file(CREATE_LINK ${PROJECT_SOURCE_DIR}/${folder} ${view}/${folder} SYMBOLIC)
    endif()
    file(GLOB found CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.cpp)
    list(APPEND sources ${found})
  endforeach()
  if(LIB_SOURCES)
    set(sources ${LIB_SOURCES})
  endif()
  if(sources)
    add_library(${name} STATIC ${sources})
    target_include_directories(${name} PUBLIC ${view})
    target_link_libraries(${name} PUBLIC ${LIB_PUBLIC} PRIVATE ${LIB_PRIVATE})
  else()
    add_library(${name} INTERFACE)
    target_include_directories(${name} INTERFACE ${view})
    target_link_libraries(${name} INTERFACE ${LIB_PUBLIC})
  endif()
endfunction()
