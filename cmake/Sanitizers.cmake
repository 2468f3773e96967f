# RETROGRAD_SANITIZE: "address,undefined" or "thread". GCC cannot combine the two. What they find does not depend on
# optimisation, which takes almost half of the time to compile.

if(RETROGRAD_SANITIZE MATCHES "thread" AND RETROGRAD_SANITIZE MATCHES "address")
  message(FATAL_ERROR "RETROGRAD_SANITIZE: \"thread\" and \"address\" cannot be combined; build twice")
endif()
if(RETROGRAD_SANITIZE)
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-fsanitize=${RETROGRAD_SANITIZE};-fno-omit-frame-pointer;-g1;-O1>")
  add_link_options(-fsanitize=${RETROGRAD_SANITIZE})
  if(RETROGRAD_SANITIZE MATCHES "undefined")
    add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-fno-sanitize-recover=undefined>")
  endif()
  if(RETROGRAD_SANITIZE MATCHES "thread")
    # The dynamic linker resolves function clones before the sanitizer's run time is ready.
    add_compile_definitions(RETROGRAD_NO_CLONES)
  endif()
endif()
