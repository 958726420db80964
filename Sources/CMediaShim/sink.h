// A file being written, from the inside.
#pragma once

#include "source.h"

struct copied;

/// Frames whose times are remembered while an encoder has them.
enum { remembered = 256 };

struct media_sink {
  media_sink_options options;
  AVFormatContext *format;
  AVStream *stream;
  AVCodecContext *codec;
  AVFrame *frame;
  AVPacket *packet;
  struct SwsContext *scaler;   // from blue, green, red
  struct SwsContext *recoder;  // from the pixels of a source
  struct deep *deep;           // from blue, green, red to high dynamic range
  uint8_t *shown;              // a frame of high dynamic range in blue, green, red of standard range
  bool tones_mapped;           // there was such a frame

  // Times
  bool counts_frames;    // the encoder is given numbers of frames instead of times; times are put on its packets
  AVRational time_unit;  // of the times
  int64_t times[remembered];
  int64_t frames, last;
  double zero;  // what is 0 in the file, in seconds of the source

  // Streams that are copied (copy.c)
  media_source *source;
  struct copied *copied;
  int copied_count;
  char left_out[256];
};

/// Adds streams for what is copied of the source, and its chapters.
bool media_add_copies(media_sink *sink);
/// Writes the waiting packets of the other streams that begin before `end`, in seconds of the source; when these are
/// the last ones, the others are dropped. An AVERROR when that fails.
int media_write_copies(media_sink *sink, double end, bool is_last);
/// When the first of the waiting packets begins, in seconds of the source; 0 when none begins before the pictures.
double media_earliest_copy(media_sink *sink);
void media_free_copies(media_sink *sink);
