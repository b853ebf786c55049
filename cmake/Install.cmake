include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/wengert")

foreach(room IN LISTS rooms)
  install(DIRECTORY ${room} DESTINATION include/wengert FILES_MATCHING PATTERN "*.hpp")
endforeach()
install(TARGETS wengert ${room_targets} EXPORT wengertTargets ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(EXPORT wengertTargets NAMESPACE wengert:: DESTINATION "${package_folder}")

configure_package_config_file(cmake/wengertConfig.cmake.in wengertConfig.cmake INSTALL_DESTINATION "${package_folder}")
write_basic_package_version_file(wengertConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES
  "${CMAKE_CURRENT_BINARY_DIR}/wengertConfig.cmake"
  "${CMAKE_CURRENT_BINARY_DIR}/wengertConfigVersion.cmake"
  cmake/BuildType.cmake
  cmake/Debugger.cmake
  DESTINATION "${package_folder}")
install(DIRECTORY tools/gdb tools/lldb DESTINATION "${package_folder}" FILES_MATCHING PATTERN "*.py")
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DATADIR}/licenses/wengert")
