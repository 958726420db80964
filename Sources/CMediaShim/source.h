// A source of frames from the inside.
#pragma once

#include "include/media_shim.h"
#include "libraries.h"
#include "packets.h"

/// How stored pixels become upright ones: first rows and columns change places, then they are reversed.
struct turn {
  bool transposes, reverses_columns, reverses_rows;
};

struct media_source {
  AVFormatContext *format;
  AVStream *stream;
  AVCodecContext *codec;
  AVPacket *packet;
  AVFrame *frame;
  media_options options;
  media_info info;
  char *address;

  // Reading (source.c)
  AVIOContext *pipe_context;
  int pipe;
  bool pipe_has_begun;  // a writer has been there
  int spool;            // a file with all that a pipe had, or -1
  double deadline;
  bool timed_out, was_cancelled;
  int stopped_by;  // why the packets ended: an AVERROR
  bool is_draining;
  bool has_pending;  // the frame was decoded ahead, at opening
  int64_t origin;    // the time stamp of the first frame
  int64_t index;     // of the frame
  double seconds;    // of the frame
  int64_t table_count;
  int64_t packets, frames, failures;
  double packets_end;   // where the last packet of any stream ends, in seconds of the container
  bool is_at_end;       // there are no more packets
  double others_reach;  // where the last packet of another stream ends, in seconds from the first frame

  struct packets *others;  // packets of the other streams; null unless they are kept
  bool is_keeping;         // not while the file is looked through

  // Converting (convert.c)
  struct turn turn;
  int stored_width, stored_height;  // of the first frame
  struct SwsContext *scaler;
  int scaler_matrix, scaler_range;
  uint8_t *rows;       // a converted frame that has yet to be turned
  uint8_t *deep_rows;  // one of high dynamic range before its tones are mapped
  bool size_changed, tones_mapped;
  struct tone *tone;  // for that
  struct light {
    uint8_t *data;
    size_t size;
  } light[2];  // of the kinds in `media_light_kinds`; null where nothing is said
};

/// Puts a failure with FFmpeg's words for `code` into `error`; without words when it is 0.
bool media_fail(media_error *error, media_failure failure, int code);

bool media_is_cancelled(media_source *source);
/// Opens the address as a pipe if it is one (pipe.c); an AVERROR when that fails.
int media_open_pipe(media_source *source);
void media_close_pipe(media_source *source);

/// Reads packets until those of the other streams reach `end`, in seconds from the first frame, or there are no more.
void media_read_on(media_source *source, double end);
/// Keeps no packets of other streams any more. Not while another thread reads.
void media_drop_others(media_source *source);
/// Whether a stream is copied when others are kept.
bool media_is_copied(const media_source *source, const AVStream *stream);

/// Side data of a stream, which moved with version 6.1; null when it has none of the kind.
const uint8_t *media_stream_data(const AVStream *stream, enum AVPacketSideDataType kind, size_t *size);
/// Reads the display matrix of the stream or of its first frame.
void media_read_turn(media_source *source);
/// What is said of the display and the light that pictures of high dynamic range were made for.
extern const enum AVPacketSideDataType media_light_kinds[2];
/// Reads it from the stream or its first frame.
void media_read_light(media_source *source);
void media_free_converter(media_source *source);
