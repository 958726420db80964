#include "bundled_stickers.h"

static const unsigned char sunglasses_picture[] = {
#embed "../../assets/filters/sunglasses.png"
};
static const unsigned char sunglasses_json[] = {
#embed "../../assets/filters/sunglasses.json"
};

static const unsigned char glasses_picture[] = {
#embed "../../assets/filters/glasses.png"
};
static const unsigned char glasses_json[] = {
#embed "../../assets/filters/glasses.json"
};

static const unsigned char moustache_picture[] = {
#embed "../../assets/filters/moustache.png"
};
static const unsigned char moustache_json[] = {
#embed "../../assets/filters/moustache.json"
};

static const unsigned char beard_picture[] = {
#embed "../../assets/filters/beard.png"
};
static const unsigned char beard_json[] = {
#embed "../../assets/filters/beard.json"
};

static const unsigned char hat_picture[] = {
#embed "../../assets/filters/hat.png"
};
static const unsigned char hat_json[] = {
#embed "../../assets/filters/hat.json"
};

static const unsigned char crown_picture[] = {
#embed "../../assets/filters/crown.png"
};
static const unsigned char crown_json[] = {
#embed "../../assets/filters/crown.json"
};

static const unsigned char dog_picture[] = {
#embed "../../assets/filters/dog.png"
};
static const unsigned char dog_json[] = {
#embed "../../assets/filters/dog.json"
};

static const unsigned char clown_nose_picture[] = {
#embed "../../assets/filters/clown-nose.png"
};
static const unsigned char clown_nose_json[] = {
#embed "../../assets/filters/clown-nose.json"
};

static const unsigned char emoji_picture[] = {
#embed "../../assets/filters/emoji.png"
};

static const unsigned char sample_picture[] = {
#embed "../../assets/filters/sample.jpg"
};

static const unsigned char nothing[] = {0};

static const bundled_sticker arts[] = {
    {"sunglasses", sunglasses_picture, sizeof sunglasses_picture, sunglasses_json, sizeof sunglasses_json},
    {"glasses", glasses_picture, sizeof glasses_picture, glasses_json, sizeof glasses_json},
    {"moustache", moustache_picture, sizeof moustache_picture, moustache_json, sizeof moustache_json},
    {"beard", beard_picture, sizeof beard_picture, beard_json, sizeof beard_json},
    {"hat", hat_picture, sizeof hat_picture, hat_json, sizeof hat_json},
    {"crown", crown_picture, sizeof crown_picture, crown_json, sizeof crown_json},
    {"dog", dog_picture, sizeof dog_picture, dog_json, sizeof dog_json},
    {"clown-nose", clown_nose_picture, sizeof clown_nose_picture, clown_nose_json, sizeof clown_nose_json},
    {"emoji", emoji_picture, sizeof emoji_picture, nothing, 0},
    {"sample", sample_picture, sizeof sample_picture, nothing, 0},
};

const bundled_sticker *const bundled_stickers = arts;
const size_t bundled_stickers_count = sizeof arts / sizeof arts[0];
