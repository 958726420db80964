// What the kernels use of the processor.
#pragma once

/// 2: AVX-512, of which F, VL, DQ and BW; 1: AVX2 and FMA; 0: what the compiler uses by default.
int vector_level(void);

/// The highest level that the calling thread uses; 2 unless `limit_vector_level` has changed it.
int vector_limit(void);

/// Limits the level of the calling thread, so that every variant can be tested where there is a better one. `parallel`
/// gives its threads the limit of its caller.
void limit_vector_level(int most);
