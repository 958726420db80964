#include "vector_level.h"

#include <stdatomic.h>

static atomic_int limit = 2;

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
  const int found = supported(), most = atomic_load_explicit(&limit, memory_order_relaxed);
  return found < most ? found : most;
}

void limit_vector_level(int most) { atomic_store_explicit(&limit, most, memory_order_relaxed); }
