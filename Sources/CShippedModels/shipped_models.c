#include "shipped_models.h"

static const unsigned char compact[] = {
#embed "../../models/compact.safetensors"
};

const unsigned char *const shipped_model_compact = compact;
const size_t shipped_model_compact_size = sizeof compact;
