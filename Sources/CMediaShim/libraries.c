#include "libraries.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

struct media_functions ff;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char problem[200];

#define STRING(x) #x
#define VERSIONED(name, major) name ".so." STRING(major)

/// Opens a library; the problem is described when that fails, with the packages that bring all four.
static void *opened(const char *file) {
  void *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    snprintf(problem, sizeof problem, "videos need %s; install the packages libavformat%d and libswscale%d", file,
             LIBAVFORMAT_VERSION_MAJOR, LIBSWSCALE_VERSION_MAJOR);
  }
  return handle;
}

static void load(void) {
  void *util = opened(VERSIONED("libavutil", LIBAVUTIL_VERSION_MAJOR));
  void *codec = util ? opened(VERSIONED("libavcodec", LIBAVCODEC_VERSION_MAJOR)) : NULL;
  void *format = codec ? opened(VERSIONED("libavformat", LIBAVFORMAT_VERSION_MAJOR)) : NULL;
  void *scale = format ? opened(VERSIONED("libswscale", LIBSWSCALE_VERSION_MAJOR)) : NULL;
  if (!scale) return;
  const char *missing = NULL;
#define LOOK_UP(handle, name) \
  if (!(ff.name = (__typeof__(name) *)dlsym(handle, #name))) missing = #name;
#define OF_UTIL(name) LOOK_UP(util, name)
#define OF_CODEC(name) LOOK_UP(codec, name)
#define OF_FORMAT(name) LOOK_UP(format, name)
#define OF_SCALE(name) LOOK_UP(scale, name)
  MEDIA_AVUTIL(OF_UTIL)
  MEDIA_AVCODEC(OF_CODEC)
  MEDIA_AVFORMAT(OF_FORMAT)
  MEDIA_SWSCALE(OF_SCALE)
  if (missing) {
    snprintf(problem, sizeof problem, "the installed FFmpeg libraries have no %s", missing);
  } else {
    // Its log would go to the terminal; the errors' codes say what is needed.
    ff.av_log_set_level(AV_LOG_QUIET);
  }
}

bool media_load(char *words, size_t capacity) {
  pthread_once(&once, load);
  snprintf(words, capacity, "%s", problem);
  return problem[0] == 0;
}
