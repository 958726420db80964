// Pipes: read as they come, or first into a file where that cannot be.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source.h"

/// How often somebody who waits is asked whether to go on, in milliseconds.
static const int attention = 50;
/// Bytes that a pipe is read in.
enum { pipe_capacity = 1 << 16 };

int media_peek(int descriptor, uint8_t *bytes, size_t count) {
  int ends[2];
  if (pipe(ends) != 0) return -1;
  const ssize_t copied = tee(descriptor, ends[1], count, SPLICE_F_NONBLOCK);
  const ssize_t got = copied > 0 ? read(ends[0], bytes, count) : copied;
  close(ends[0]);
  close(ends[1]);
  return (int)got;
}

/// Waits until there is something to read or its writers are gone; an AVERROR when somebody wishes to stop.
static int wait_for_pipe(media_source *source) {
  for (;;) {
    if (media_is_cancelled(source)) return AVERROR_EXIT;
    struct pollfd state = {.fd = source->pipe, .events = POLLIN};
    const int ready = poll(&state, 1, attention);
    if (ready > 0) return 0;
    if (ready < 0 && errno != EINTR) return AVERROR(errno);
  }
}

/// Reads from a pipe: nothing but the wish to stop ends the wait for its writer.
static int read_pipe(void *opaque, uint8_t *bytes, int count) {
  media_source *source = opaque;
  for (;;) {
    // Without writers there is nothing, not even a wait: they are gone, once there was anything.
    const ssize_t got = read(source->pipe, bytes, (size_t)count);
    if (got > 0) source->pipe_has_begun = true;
    if (got > 0) return (int)got;
    if (got == 0 && source->pipe_has_begun) return AVERROR_EOF;
    if (got < 0 && errno != EINTR && errno != EAGAIN) return AVERROR(errno);
    const int code = wait_for_pipe(source);
    if (code < 0) return code;
    if (got == 0) source->pipe_has_begun = true;
  }
}

/// Whether an MP4 file begins whose table of frames comes behind them, so that it must be had as a whole.
static bool has_late_table(const uint8_t *bytes, size_t count) {
  enum { head = 8 };
  for (size_t place = 0; place + head <= count;) {
    const uint8_t *box = bytes + place;
    if (place == 0 && memcmp(box + 4, "ftyp", 4) != 0) return false;
    if (memcmp(box + 4, "moov", 4) == 0 || memcmp(box + 4, "moof", 4) == 0) return false;
    if (memcmp(box + 4, "mdat", 4) == 0) return true;
    const size_t size = (size_t)box[0] << 24 | (size_t)box[1] << 16 | (size_t)box[2] << 8 | box[3];
    if (size < head) return false;
    place += size;
  }
  return false;
}

/// A file without a name, for as long as it is open.
static int open_nameless(void) {
  const char *folder = getenv("TMPDIR");
  char path[4096];
  snprintf(path, sizeof path, "%s/facemarks-XXXXXX", folder && folder[0] ? folder : "/tmp");
  const int file = mkostemp(path, O_CLOEXEC);
  if (file >= 0) unlink(path);
  return file;
}

static int write_all(int file, const uint8_t *bytes, size_t count) {
  while (count > 0) {
    const ssize_t part = write(file, bytes, count);
    if (part < 0 && errno == EINTR) continue;
    if (part <= 0) return AVERROR(part == 0 ? ENOSPC : errno);
    bytes += part;
    count -= (size_t)part;
  }
  return 0;
}

/// Reads the pipe to its end into a file, which is opened instead.
static int spool(media_source *source) {
  source->spool = open_nameless();
  if (source->spool < 0) return AVERROR(errno);
  uint8_t *bytes = malloc(pipe_capacity);
  if (!bytes) return AVERROR(ENOMEM);
  int code;
  while ((code = read_pipe(source, bytes, pipe_capacity)) > 0) {
    code = write_all(source->spool, bytes, (size_t)code);
    if (code < 0) break;
  }
  free(bytes);
  media_close_pipe(source);
  if (code != AVERROR_EOF) return code;
  char name[64];
  snprintf(name, sizeof name, "/proc/self/fd/%d", source->spool);
  free(source->address);
  source->address = strdup(name);
  return source->address ? 0 : AVERROR(ENOMEM);
}

int media_open_pipe(media_source *source) {
  struct stat status;
  if (source->options.is_stream || stat(source->address, &status) != 0 || !S_ISFIFO(status.st_mode)) return 0;
  // Without waiting for its writer.
  source->pipe = open(source->address, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (source->pipe < 0) return AVERROR(errno);
  const int code = wait_for_pipe(source);
  if (code < 0) return code;
  uint8_t beginning[4096];
  const int count = media_peek(source->pipe, beginning, sizeof beginning);
  if (count > 0 && has_late_table(beginning, (size_t)count)) return spool(source);
  uint8_t *buffer = ff.av_malloc(pipe_capacity);
  if (buffer) source->pipe_context = ff.avio_alloc_context(buffer, pipe_capacity, 0, source, read_pipe, NULL, NULL);
  if (!source->pipe_context) {
    ff.av_free(buffer);
    return AVERROR(ENOMEM);
  }
  source->format->pb = source->pipe_context;
  return 0;
}

void media_close_pipe(media_source *source) {
  if (source->pipe_context) ff.av_free(source->pipe_context->buffer);
  ff.avio_context_free(&source->pipe_context);
  if (source->pipe >= 0) close(source->pipe);
  source->pipe = -1;
}
