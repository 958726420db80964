// What the kernels use of the processor.
#pragma once

/// 2: AVX-512, of which F, VL, DQ and BW; 1: AVX2 and FMA; 0: what the compiler uses by default.
int vector_level(void);

/// Goes no further than this from now on, so that every variant can be tested where there is a better one.
void limit_vector_level(int most);
