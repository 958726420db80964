#include "shipped_models.h"

static const unsigned char compact[] = {
#embed "../../models/compact.safetensors"
};
static const unsigned char accurate[] = {
#embed "../../models/accurate.safetensors"
};
static const unsigned char detector[] = {
#embed "../../models/detector.safetensors"
};

const unsigned char *const shipped_model_compact = compact;
const size_t shipped_model_compact_size = sizeof compact;
const unsigned char *const shipped_model_accurate = accurate;
const size_t shipped_model_accurate_size = sizeof accurate;
const unsigned char *const shipped_detector = detector;
const size_t shipped_detector_size = sizeof detector;
