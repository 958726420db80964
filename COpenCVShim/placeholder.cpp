#include "opencv_shim.h"
