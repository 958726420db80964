// Kernels are compiled for several processors, and the one to use is chosen when the program runs.
#pragma once

#include "vector_level.h"

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2,fma")))
#define AVX512 __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma")))

// Makes variants of the inline function `name`, which is called with the arguments that follow its parameters; `level`
// is a constant among these.
#define FOR_EACH_LEVEL(name, parameters, ...) \
  AVX512 static void name##_2 parameters {    \
    enum { level = 2 };                       \
    name(__VA_ARGS__);                        \
  }                                           \
  AVX2 static void name##_1 parameters {      \
    enum { level = 1 };                       \
    name(__VA_ARGS__);                        \
  }                                           \
  static void name##_0 parameters {           \
    enum { level = 0 };                       \
    name(__VA_ARGS__);                        \
  }

#define DISPATCH(name, ...)  \
  switch (vector_level()) {  \
    case 2:                  \
      name##_2(__VA_ARGS__); \
      break;                 \
    case 1:                  \
      name##_1(__VA_ARGS__); \
      break;                 \
    default:                 \
      name##_0(__VA_ARGS__); \
  }
#else
#define FOR_EACH_LEVEL(name, parameters, ...) \
  static void name##_0 parameters {           \
    enum { level = 0 };                       \
    name(__VA_ARGS__);                        \
  }
#define DISPATCH(name, ...) name##_0(__VA_ARGS__)
#endif
