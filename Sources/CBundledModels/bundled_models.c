#include "bundled_models.h"

static const unsigned char compact[] = {
#embed "../../models/compact.safetensors"
};
static const unsigned char accurate[] = {
#embed "../../models/accurate.safetensors"
};
static const unsigned char dense[] = {
#embed "../../models/dense.safetensors"
};
static const unsigned char open[] = {
#embed "../../models/open.safetensors"
};
static const unsigned char detector[] = {
#embed "../../models/detector.safetensors"
};
static const unsigned char head[] = {
#embed "../../models/head.safetensors"
};

const unsigned char *const bundled_model_compact = compact;
const size_t bundled_model_compact_size = sizeof compact;
const unsigned char *const bundled_model_accurate = accurate;
const size_t bundled_model_accurate_size = sizeof accurate;
const unsigned char *const bundled_model_dense = dense;
const size_t bundled_model_dense_size = sizeof dense;
const unsigned char *const bundled_model_open = open;
const size_t bundled_model_open_size = sizeof open;
const unsigned char *const bundled_detector = detector;
const size_t bundled_detector_size = sizeof detector;
const unsigned char *const bundled_head = head;
const size_t bundled_head_size = sizeof head;
