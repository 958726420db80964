#include "source.h"

#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/// Beginnings up to this are read up to, in seconds.
static const double nearby = 2;

const char *media_error_words(const media_error *error) { return error->words; }
const char *media_error_container(const media_error *error) { return error->container; }

bool media_fail(media_error *error, media_failure failure, int code) {
  *error = (media_error){.failure = failure};
  if (code < 0) ff.av_strerror(code, error->words, sizeof error->words);
  return false;
}

// Waiting

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

bool media_is_cancelled(media_source *source) {
  if (!source->was_cancelled && source->options.is_cancelled && source->options.is_cancelled(source->options.context))
    source->was_cancelled = true;
  return source->was_cancelled;
}

/// Called by FFmpeg while it waits; not 0 ends the wait.
static int interrupts(void *opaque) {
  media_source *source = opaque;
  if (source->deadline > 0 && now() > source->deadline) source->timed_out = true;
  return source->timed_out || media_is_cancelled(source);
}

static void start_waiting(media_source *source) {
  source->deadline = source->options.patience > 0 ? now() + source->options.patience : 0;
}

// Opening

/// The stream that is shown: one that is marked as the default before others, then the largest. Covers are no videos.
static AVStream *best_stream(const AVFormatContext *format) {
  AVStream *best = NULL;
  int64_t best_score = -1;
  for (unsigned index = 0; index < format->nb_streams; ++index) {
    AVStream *stream = format->streams[index];
    const AVCodecParameters *coded = stream->codecpar;
    if (coded->codec_type != AVMEDIA_TYPE_VIDEO || stream->disposition & AV_DISPOSITION_ATTACHED_PIC) continue;
    int64_t score = (int64_t)coded->width * coded->height;
    if (stream->disposition & AV_DISPOSITION_DEFAULT) score += INT64_C(1) << 60;
    if (score > best_score) {
      best = stream;
      best_score = score;
    }
  }
  return best;
}

bool media_is_copied(const media_source *source, const AVStream *stream) {
  return stream != source->stream && !(stream->disposition & AV_DISPOSITION_ATTACHED_PIC) &&
         (stream->codecpar->codec_type == AVMEDIA_TYPE_AUDIO || stream->codecpar->codec_type == AVMEDIA_TYPE_SUBTITLE);
}

static bool has_sound(const AVFormatContext *format) {
  for (unsigned index = 0; index < format->nb_streams; ++index)
    if (format->streams[index]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO) return true;
  return false;
}

static bool is_mp4(const AVFormatContext *format) { return strncmp(format->iformat->name, "mov", 3) == 0; }

/// The packets that an MP4 file's tables, edited, have for the stream; of other containers what they say.
static int64_t table_count(const media_source *source) {
  if (source->stream->nb_frames <= 0 || !is_mp4(source->format)) return source->stream->nb_frames;
  int64_t count = 0;
  const int entries = ff.avformat_index_get_entries_count(source->stream);
  for (int index = 0; index < entries; ++index) {
    const AVIndexEntry *entry = ff.avformat_index_get_entry(source->stream, index);
    if (entry && !(entry->flags & AVINDEX_DISCARD_FRAME)) ++count;
  }
  return count;
}

/// FFmpeg's name for what the first bytes of a file look like.
static void name_container(const char *address, media_error *error) {
  enum { most = 4096 };
  uint8_t bytes[most + AVPROBE_PADDING_SIZE] = {0};
  const int file = open(address, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) return;
  const ssize_t count = pread(file, bytes, most, 0);
  close(file);
  if (count <= 0) return;
  AVProbeData data = {.filename = "", .buf = bytes, .buf_size = (int)count};
  int score = 0;
  const AVInputFormat *format = ff.av_probe_input_format3(&data, 1, &score);
  if (format && score > AVPROBE_SCORE_EXTENSION && format->long_name)
    snprintf(error->container, sizeof error->container, "%s", format->long_name);
}

/// Why reading could not begin.
static bool fail_opening(media_source *source, int code, media_error *error) {
  if (source->was_cancelled) return media_fail(error, MEDIA_CANCELLED, 0);
  if (source->timed_out) return media_fail(error, MEDIA_TIMED_OUT, 0);
  media_fail(error, MEDIA_NOT_OPENED, code);
  if (!source->options.is_stream && source->pipe < 0) name_container(source->address, error);
  return false;
}

// Containers that hold all that belongs to them.
static const char closed_containers[] =
    "mov,matroska,avi,mpegts,mpeg,flv,ogg,gif,asf,nut,mxf,m4v,h264,hevc,mpegvideo,mjpeg,ivf,yuv4mpegpipe";

static bool open_container(media_source *source, media_error *error) {
  source->format = ff.avformat_alloc_context();
  if (!source->format) return media_fail(error, MEDIA_OTHER, AVERROR(ENOMEM));
  source->format->interrupt_callback = (AVIOInterruptCB){.callback = interrupts, .opaque = source};
  int code = media_open_pipe(source);
  if (code < 0) return fail_opening(source, code, error);
  AVDictionary *settings = NULL;
  // Packets of UDP get lost, and with them parts of pictures. A file may be a playlist: no other machine is asked for
  // its parts.
  if (source->options.is_stream) {
    ff.av_dict_set(&settings, "rtsp_transport", "tcp", 0);
  } else {
    ff.av_dict_set(&settings, "protocol_whitelist", "file", 0);
  }
  if (source->options.is_foreign) ff.av_dict_set(&settings, "format_whitelist", closed_containers, 0);
  start_waiting(source);
  code = ff.avformat_open_input(&source->format, source->address, NULL, &settings);
  ff.av_dict_free(&settings);
  if (code < 0) return fail_opening(source, code, error);
  // Any text is a film of a terminal to FFmpeg.
  if (strcmp(source->format->iformat->name, "tty") == 0) return fail_opening(source, AVERROR_INVALIDDATA, error);
  start_waiting(source);
  code = ff.avformat_find_stream_info(source->format, NULL);
  if (code < 0 || source->was_cancelled || source->timed_out) return fail_opening(source, code, error);
  source->info.has_sound = has_sound(source->format);
  source->stream = best_stream(source->format);
  if (!source->stream) {
    if (source->info.has_sound) return media_fail(error, MEDIA_NO_PICTURES, 0);
    return fail_opening(source, AVERROR_INVALIDDATA, error);
  }
  for (unsigned index = 0; index < source->format->nb_streams; ++index) {
    AVStream *stream = source->format->streams[index];
    // Sound is taken along: the length of some containers is that of their longest stream.
    if (stream != source->stream && stream->codecpar->codec_type == AVMEDIA_TYPE_VIDEO) stream->discard = AVDISCARD_ALL;
  }
  return true;
}

static bool open_decoder(media_source *source, media_error *error) {
  const AVCodecParameters *coded = source->stream->codecpar;
  const AVCodec *decoder = ff.avcodec_find_decoder(coded->codec_id);
  if (!decoder) {
    media_fail(error, MEDIA_OTHER, 0);
    snprintf(error->words, sizeof error->words, "the installed FFmpeg libraries cannot decode its pictures (%s)",
             ff.avcodec_get_name(coded->codec_id));
    return false;
  }
  source->codec = ff.avcodec_alloc_context3(decoder);
  if (!source->codec) return media_fail(error, MEDIA_OTHER, AVERROR(ENOMEM));
  int code = ff.avcodec_parameters_to_context(source->codec, coded);
  source->codec->pkt_timebase = source->stream->time_base;
  source->codec->thread_count = 0;
  // Threads that decode a frame each hold back as many frames.
  source->codec->thread_type = source->options.is_live ? FF_THREAD_SLICE : FF_THREAD_FRAME | FF_THREAD_SLICE;
  if (code >= 0) code = ff.avcodec_open2(source->codec, decoder, NULL);
  return code >= 0 || media_fail(error, MEDIA_OTHER, code);
}

// Reading

/// Reads the next packet of any stream; an AVERROR at the end.
static int read_any(media_source *source) {
  start_waiting(source);
  ff.av_packet_unref(source->packet);
  int code;
  while ((code = ff.av_read_frame(source->format, source->packet)) == AVERROR(EAGAIN) && !interrupts(source))
    poll(NULL, 0, 1);
  if (code < 0) {
    source->is_at_end = true;
    return code;
  }
  const AVPacket *packet = source->packet;
  const AVStream *stream = source->format->streams[packet->stream_index];
  // AVI has no time stamps for frames that are stored in another order, but those of decoding.
  const int64_t time = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
  if (time == AV_NOPTS_VALUE) return 0;
  const double end = (double)(time + packet->duration) * av_q2d(stream->time_base);
  source->packets_end = fmax(source->packets_end, end);
  if (source->origin != AV_NOPTS_VALUE && stream->codecpar->codec_type == AVMEDIA_TYPE_AUDIO)
    source->others_reach = end - (double)source->origin * av_q2d(source->stream->time_base);
  return 0;
}

/// Reads the next packet of the stream; an AVERROR at the end. Those of others are kept, if they are wanted.
static int read_packet(media_source *source) {
  for (;;) {
    const int code = read_any(source);
    if (code < 0) return code;
    const AVPacket *packet = source->packet;
    const AVStream *stream = source->format->streams[packet->stream_index];
    if (stream == source->stream) {
      if (!(packet->flags & AV_PKT_FLAG_DISCARD)) source->packets += 1;
      return 0;
    }
    if (source->is_keeping && media_is_copied(source, stream)) packets_push(source->others, source->packet);
  }
}

void media_drop_others(media_source *source) {
  source->is_keeping = false;
  if (source->others) packets_clear(source->others);
}

void media_read_on(media_source *source, double end) {
  if (!source->is_keeping || source->options.is_live || !source->info.has_sound) return;
  while (!source->is_at_end && source->others_reach < end && read_packet(source) == 0) continue;
}

/// Decodes the next frame. False at the end of what can be.
static bool decode(media_source *source) {
  // What a decoder may hold back, and be unable to give.
  enum { most_held = 64 };
  for (int held = 0; held < most_held;) {
    const int code = ff.avcodec_receive_frame(source->codec, source->frame);
    if (code >= 0) {
      source->frames += 1;
      return true;
    }
    if (code == AVERROR_EOF) return false;
    if (code != AVERROR(EAGAIN)) source->failures += 1;
    if (source->is_draining) ++held;
    if (code != AVERROR(EAGAIN) || source->is_draining) continue;
    source->stopped_by = read_packet(source);
    source->is_draining = source->stopped_by < 0;
    // Damaged packets give no frame; those behind them may.
    if (ff.avcodec_send_packet(source->codec, source->is_draining ? NULL : source->packet) < 0) source->failures += 1;
  }
  return false;
}

/// The frame's time stamp in units of the stream; AV_NOPTS_VALUE when it has none.
static int64_t stamp(const media_source *source) {
  return source->frame->best_effort_timestamp != AV_NOPTS_VALUE ? source->frame->best_effort_timestamp
                                                                : source->frame->pts;
}

static double interval(const media_source *source) {
  return 1 / (source->info.frame_rate > 0 ? source->info.frame_rate : 25);
}

/// Takes the number and time of the frame that was decoded.
static void place_frame(media_source *source) {
  const int64_t time = stamp(source);
  const double last = source->seconds;
  double seconds = NAN;
  if (time != AV_NOPTS_VALUE) {
    if (source->origin == AV_NOPTS_VALUE) source->origin = time;
    seconds = (double)(time - source->origin) * av_q2d(source->stream->time_base);
  }
  if (source->index < 0) {
    source->seconds = isnan(seconds) ? 0 : seconds;
  } else {
    source->seconds = seconds > last ? seconds : last + interval(source);
  }
  source->index += 1;
}

// Beginning later

static int compare(const void *one, const void *other) {
  const int64_t first = *(const int64_t *)one, second = *(const int64_t *)other;
  return (first > second) - (first < second);
}

/// The time stamps of the frames up to a wanted one.
struct stamps {
  int64_t *values;
  size_t count, capacity;
  int64_t origin, key;  // of the first frame; of the last key frame up to the wanted one
};

static bool add_stamp(struct stamps *stamps, int64_t value) {
  if (stamps->count == stamps->capacity) {
    const size_t capacity = stamps->capacity ? 2 * stamps->capacity : 4096;
    int64_t *values = realloc(stamps->values, capacity * sizeof *values);
    if (!values) return false;
    stamps->values = values;
    stamps->capacity = capacity;
  }
  stamps->values[stamps->count++] = value;
  return true;
}

/// Walks through the packets up to `start`, decoding none. False when their times do not tell the frames' numbers.
static bool walk(media_source *source, struct stamps *stamps) {
  // So many packets may be stored behind a key frame that is shown after them.
  enum { reordered = 64 };
  const double unit = av_q2d(source->stream->time_base);
  size_t key_count = 0;
  bool is_usable = true;
  int left = -1;
  while (is_usable && left != 0 && read_packet(source) == 0) {
    const AVPacket *packet = source->packet;
    if (left > 0) --left;
    if (packet->flags & AV_PKT_FLAG_DISCARD) continue;
    is_usable = packet->pts != AV_NOPTS_VALUE && add_stamp(stamps, packet->pts);
    if (!is_usable) break;
    if (stamps->count == 1 || packet->pts < stamps->origin) stamps->origin = packet->pts;
    if (!(packet->flags & AV_PKT_FLAG_KEY)) continue;
    if ((double)(packet->pts - stamps->origin) * unit > source->options.start) {
      if (left < 0) left = reordered;
      continue;
    }
    stamps->key = packet->pts;
    ++key_count;
  }
  qsort(stamps->values, stamps->count, sizeof *stamps->values, compare);
  return is_usable && key_count > 1;
}

/// Goes to the key frame before `start` and decodes it. False when that cannot be done so that its number is certain.
static bool jump(media_source *source) {
  struct stamps stamps = {.key = AV_NOPTS_VALUE, .origin = AV_NOPTS_VALUE};
  source->is_keeping = false;
  const bool is_known = walk(source, &stamps);
  source->is_keeping = source->others != NULL;
  source->is_at_end = false;
  bool has_jumped =
      is_known && ff.av_seek_frame(source->format, source->stream->index, stamps.key, AVSEEK_FLAG_BACKWARD) >= 0;
  source->packets = 0;
  source->packets_end = 0;
  if (has_jumped && decode(source)) {
    const int64_t time = stamp(source);
    const int64_t *found = bsearch(&time, stamps.values, stamps.count, sizeof *stamps.values, compare);
    has_jumped = found && time <= stamps.key;
    if (has_jumped) {
      source->origin = stamps.origin;
      source->index = found - stamps.values - 1;
      source->seconds = -1;
      source->has_pending = true;
    }
  } else {
    has_jumped = false;
  }
  free(stamps.values);
  return has_jumped;
}

// The whole

static void close_input(media_source *source) {
  ff.avcodec_free_context(&source->codec);
  ff.avformat_close_input(&source->format);
  media_close_pipe(source);
}

/// Opens the container and the decoder, and forgets what was read before.
static bool open_input(media_source *source, media_error *error) {
  source->origin = AV_NOPTS_VALUE;
  source->index = -1;
  source->packets = source->frames = source->failures = 0;
  source->packets_end = 0;
  source->is_draining = source->is_at_end = false;
  return open_container(source, error) && open_decoder(source, error);
}

/// What the container says, and the first frame, which knows its size best.
static bool read_info(media_source *source, media_error *error) {
  const AVCodecParameters *coded = source->stream->codecpar;
  source->stored_width = source->has_pending ? source->frame->width : coded->width;
  source->stored_height = source->has_pending ? source->frame->height : coded->height;
  if (source->stored_width <= 0 || source->stored_height <= 0) return media_fail(error, MEDIA_NO_SIZE, 0);
  media_read_turn(source);
  media_read_light(source);
  const AVPixFmtDescriptor *pixels =
      ff.av_pix_fmt_desc_get(source->has_pending ? source->frame->format : (enum AVPixelFormat)coded->format);
  // That of GIF says which pixels stay as they were.
  source->info.is_high_range = coded->color_trc == AVCOL_TRC_SMPTE2084 || coded->color_trc == AVCOL_TRC_ARIB_STD_B67;
  source->info.has_alpha = pixels && pixels->flags & AV_PIX_FMT_FLAG_ALPHA && coded->codec_id != AV_CODEC_ID_GIF;
  source->info.width = source->turn.transposes ? source->stored_height : source->stored_width;
  source->info.height = source->turn.transposes ? source->stored_width : source->stored_height;
  return true;
}

static void read_rate(media_source *source) {
  const AVStream *stream = source->stream;
  const AVRational rate = stream->avg_frame_rate.num > 0 ? stream->avg_frame_rate : stream->r_frame_rate;
  source->info.frame_rate = rate.num > 0 && rate.den > 0 ? av_q2d(rate) : 0;
  source->table_count = table_count(source);
  source->info.frame_count = source->table_count;
  const int64_t length = source->format->duration;
  if (source->info.frame_count <= 0 && length > 0)
    source->info.frame_count = llround((double)length / AV_TIME_BASE * source->info.frame_rate);
}

media_source *media_open(const char *address, const media_options *options, media_error *error) {
  *error = (media_error){0};
  if (!media_load(error->words, sizeof error->words)) {
    error->failure = MEDIA_NO_LIBRARIES;
    return NULL;
  }
  media_source *source = calloc(1, sizeof *source);
  if (!source) return NULL;
  source->options = *options;
  source->pipe = source->spool = -1;
  source->address = strdup(address);
  source->packet = ff.av_packet_alloc();
  source->frame = ff.av_frame_alloc();
  if (options->keeps_others) source->others = packets_create();
  source->is_keeping = source->others != NULL;
  bool is_open = source->address && source->packet && source->frame && open_input(source, error);
  if (is_open) {
    read_rate(source);
    const bool can_jump = options->start > nearby && !options->is_stream && source->pipe < 0;
    if (can_jump && !jump(source)) {
      close_input(source);
      if (source->others) packets_clear(source->others);
      is_open = open_input(source, error);
    }
  }
  if (is_open) {
    if (!source->has_pending) source->has_pending = decode(source);
    if (!source->has_pending && (source->timed_out || source->was_cancelled)) {
      is_open = media_fail(error, source->timed_out ? MEDIA_TIMED_OUT : MEDIA_CANCELLED, 0);
    }
  }
  if (!is_open || !read_info(source, error)) {
    media_close(source);
    return NULL;
  }
  return source;
}

void media_close(media_source *source) {
  media_free_converter(source);
  for (int index = 0; index < 2; ++index) ff.av_free(source->light[index].data);
  close_input(source);
  packets_destroy(source->others);
  ff.av_packet_free(&source->packet);
  ff.av_frame_free(&source->frame);
  if (source->spool >= 0) close(source->spool);
  free(source->address);
  free(source);
}

media_info media_source_info(const media_source *source) { return source->info; }

/// Whether the packets end earlier than the container's head says.
static bool ends_early(const media_source *source) {
  const AVFormatContext *format = source->format;
  double length = 0;
  if (source->table_count > 0 && strcmp(format->iformat->name, "avi") == 0) {
    // FFmpeg guesses the length of a file without an index anew.
    length = (double)source->table_count * interval(source);
  } else if (format->duration > 0 && format->duration_estimation_method == AVFMT_DURATION_FROM_STREAM) {
    length = (double)format->duration / AV_TIME_BASE;
  }
  if (source->packets_end == 0) return false;
  const double begin = format->start_time == AV_NOPTS_VALUE ? 0 : (double)format->start_time / AV_TIME_BASE;
  return source->packets_end - begin < length - fmax(0.25, 2 * interval(source));
}

/// Whether the data ended too early; `lost` frames are known to be missing.
static bool is_broken_off(const media_source *source, int64_t *lost) {
  const AVIOContext *bytes = source->format->pb;
  *lost = 0;
  if (source->table_count > 0 && is_mp4(source->format)) {
    const int64_t before_jump = source->index + 1 - source->frames;
    const bool lacks_packets = source->packets < source->table_count - before_jump;
    if (lacks_packets || source->failures > 0) *lost = source->table_count - (source->index + 1);
  } else {
    if (ends_early(source)) return true;
    // Frames that are never shown have packets, too: where nothing failed, nothing is lost.
    if (source->table_count > 0 && source->failures > 0) *lost = source->packets - source->frames;
  }
  if (*lost > 0) return true;
  return source->stopped_by != AVERROR_EOF || (bytes && bytes->error < 0 && bytes->error != AVERROR_EOF);
}

media_step media_next(media_source *source, media_position *position, media_error *error) {
  *error = (media_error){0};
  if (source->has_pending || decode(source)) {
    source->has_pending = false;
    place_frame(source);
    *position = (media_position){.index = source->index, .seconds = source->seconds};
    return MEDIA_FRAME;
  }
  if (source->was_cancelled) {
    media_fail(error, MEDIA_CANCELLED, 0);
    return MEDIA_FAILED;
  }
  if (source->timed_out) {
    media_fail(error, MEDIA_TIMED_OUT, 0);
    return MEDIA_FAILED;
  }
  int64_t lost;
  if (!is_broken_off(source, &lost)) return MEDIA_END;
  media_fail(error, MEDIA_BROKEN_OFF, source->stopped_by == AVERROR_EOF ? 0 : source->stopped_by);
  error->lost = lost;
  return MEDIA_FAILED;
}

int64_t media_count_packets(media_source *source) {
  while (read_packet(source) == 0) continue;
  return source->packets;
}
