// The C face of FFmpeg's libraries (libavformat, libavcodec, libswscale, libavutil) for Swift: videos are read through
// it. The libraries are loaded when the first video is opened, so that a photo does not wait for them.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// What went wrong.
typedef enum media_failure {
  MEDIA_OTHER = 0,     // the words tell
  MEDIA_NO_LIBRARIES,  // FFmpeg's libraries are not installed; the words name the package
  MEDIA_NOT_OPENED,    // not a video, or not a whole one: `container` tells which kind it begins as
  MEDIA_NO_PICTURES,   // it has sound only
  MEDIA_NO_SIZE,       // no size of its pictures is known, for want of a key frame
  MEDIA_TIMED_OUT,     // a stream has sent nothing for as long as one is waited for
  MEDIA_CANCELLED,     // the caller wished to stop
  MEDIA_BROKEN_OFF     // the data ended before their end, or part of them could not be decoded
} media_failure;

/// Why a call failed. Only meaningful after a failed call.
typedef struct media_error {
  media_failure failure;
  char words[256];     // FFmpeg's words for its error code, or ours; may be empty
  char container[64];  // FFmpeg's name for what the file begins as; empty when that is not known
  int64_t lost;        // of MEDIA_BROKEN_OFF: frames that are known to be missing, 0 when their number is not known
} media_error;

const char *media_error_words(const media_error *error);
const char *media_error_container(const media_error *error);

/// How a source is opened.
typedef struct media_options {
  bool is_stream;     // an address; otherwise a file, a pipe or a device
  bool is_live;       // frames are wanted as soon as they come
  double patience;    // seconds that a stream may keep silent; 0 for ever
  double start;       // frames before this time may be left out
  bool is_foreign;    // it comes from somebody else: files that name other files, such as playlists, are refused
  bool keeps_others;  // packets of sound, subtitles and so on wait for a `media_sink`
  /// Asked again and again while waiting; true ends the wait.
  bool (*_Nullable is_cancelled)(void *_Nullable context);
  void *_Nullable context;
} media_options;

/// What a source says of itself.
typedef struct media_info {
  int width, height;    // of the upright frames
  double frame_rate;    // the average; 0 when unknown
  int64_t frame_count;  // by the container's tables, or its length and rate; 0 when unknown
  bool has_sound;
  bool has_alpha;      // its pixels have transparency, which no frame keeps
  bool is_high_range;  // HLG or PQ
} media_info;

/// Where a frame stands: its number from 0, its time from the first one on in seconds.
typedef struct media_position {
  int64_t index;
  double seconds;
} media_position;

/// A source of frames: one video stream of a file or address. Used by one thread at a time.
typedef struct media_source media_source;

/// Opens a source and decodes its first frame, if there is one.
media_source *_Nullable media_open(const char *address, const media_options *options, media_error *error);
void media_close(media_source *source);
media_info media_source_info(const media_source *source);

typedef enum media_step { MEDIA_END = 0, MEDIA_FRAME = 1, MEDIA_FAILED = -1 } media_step;

/// Goes on to the next frame and says where it stands.
media_step media_next(media_source *source, media_position *position, media_error *error);
/// Converts the frame that `media_next` went to into blue, green, red: upright, of the size in `media_info`, rows
/// without gaps.
bool media_convert(media_source *source, uint8_t *pixels, media_error *error);
// Frames in the decoder's own pixels

/// A frame that was taken from a source. Used by one thread at a time.
typedef struct media_frame media_frame;

/// Whole pixels of a frame.
typedef struct media_region {
  int x, y, width, height;
} media_region;

media_frame *_Nullable media_frame_create(void);
void media_frame_destroy(media_frame *frame);
/// Takes the frame that `media_next` went to, turned upright, if its pixels may be used as they are: of the size in
/// `media_info`, luma and chroma of 8 to 12 bits. Otherwise it stays for `media_convert`.
bool media_take(media_source *source, media_frame *frame);
/// The luma as 8-bit gray of 0 to 255 and of standard range, rows without gaps.
void media_frame_gray(const media_frame *frame, uint8_t *pixels);
/// Converts a region into blue, green, red, in the place that it has in `pixels`, a picture as large as the frame.
/// Pixels that share their chroma with those of the region come along.
void media_frame_show(const media_frame *frame, media_region region, uint8_t *pixels);
/// Puts those pixels of a region back that were changed since `media_frame_show`. False when there is no memory.
bool media_frame_put(media_frame *frame, media_region region, const uint8_t *pixels);

/// Whether a converted frame had another size than the first one, and was scaled to it.
bool media_size_changed(const media_source *source);

/// A file being written: its pictures, and what is copied of the other streams of a source. Used by one thread at a
/// time, also while another one reads from the source.
typedef struct media_sink media_sink;

/// How a file is written.
typedef struct media_sink_options {
  const char *container;   // FFmpeg's name for it
  const char *encoder;     // FFmpeg's name for it
  const char *tag;         // four letters by which the container knows the codec; empty for its usual ones
  const char *settings;    // of the encoder: "name=value:name=value"
  int width, height;       // of the frames
  double frame_rate;       // frames a second, about
  bool has_constant_rate;  // the container has no times
  double start;            // where the part of the source begins that is written; 0 for its beginning
} media_sink_options;

/// Creates a file. Streams of `source` are copied if it was opened to keep them.
media_sink *_Nullable media_create(const char *path, const media_sink_options *options, media_source *_Nullable source,
                                   media_error *error);
/// Writes a frame of blue, green, red, rows without gaps. `seconds` is its time in the source, more than that of the
/// frame before.
bool media_write(media_sink *sink, const uint8_t *pixels, double seconds, media_error *error);
/// Writes a frame that was taken from a source.
bool media_write_frame(media_sink *sink, const media_frame *frame, double seconds, media_error *error);
/// Writes what is left: all that the other streams have before `end`, in seconds of the source, for which the source
/// may be read on.
bool media_finish(media_sink *sink, double end, media_error *error);
/// Lets go of the file, which is whole only after `media_finish`.
void media_discard(media_sink *sink);
/// What of the source the container does not take, such as "sound (pcm_s16le), subtitles (subrip)"; empty when nothing.
const char *media_left_out(const media_sink *sink);
/// Whether a frame of high dynamic range (HLG or PQ) was brought to the standard one.
bool media_tones_mapped(const media_sink *sink);
/// Whether packets of the source's other streams were lost, as they were too many to wait.
bool media_lost_copies(const media_sink *sink);
/// Whether a container takes all streams of the source that are copied.
bool media_fits(const media_source *source, const char *container);
/// Whether the libraries have an encoder of that name.
bool media_has_encoder(const char *name);

/// Copies up to `count` of the bytes that wait in a pipe, which keeps them; their number, or -1.
int media_peek(int pipe, uint8_t *bytes, size_t count);

/// The number of packets that the video stream has; they are read to the end, so that no frame can be read afterwards.
int64_t media_count_packets(media_source *source);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif
