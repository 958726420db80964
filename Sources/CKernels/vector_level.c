#include "vector_level.h"

// Of the calling thread, so that a test that limits it does not change what others compute meanwhile.
static _Thread_local int limit = 2;

static int supported(void) {
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 0;
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                 __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")
             ? 2
             : 1;
#else
  return 0;
#endif
}

int vector_level(void) {
  const int found = supported();
  return found < limit ? found : limit;
}

int vector_limit(void) { return limit; }

void limit_vector_level(int most) { limit = most; }
