#include "sink.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"

/// A source whose times are finer than this is not taken at its word.
static const int finest_unit = 1000000;
/// Units where no source has any: those of broadcasting.
static const AVRational usual_unit = {1, 90000};
/// Pictures of so many rows and more have the colours of high definition (ITU-R BT.709) where nothing is said.
static const int high_definition = 720;

static bool is_named(const char *one, const char *other) { return strcmp(one, other) == 0; }

bool media_has_encoder(const char *name) {
  char words[256];
  return media_load(words, sizeof words) && ff.avcodec_find_encoder_by_name(name);
}

// Opening

/// Whether the encoder is one whose readers take 10 bits, and was built for them.
static bool takes_deep(const AVCodec *encoder) {
  if (!is_named(encoder->name, "libx265") && !is_named(encoder->name, "libvpx-vp9")) return false;
  for (const enum AVPixelFormat *format = encoder->pix_fmts; format && *format != AV_PIX_FMT_NONE; ++format)
    if (*format == AV_PIX_FMT_YUV420P10) return true;
  return false;
}

static bool is_high_range(enum AVColorTransferCharacteristic curve) {
  return curve == AVCOL_TRC_SMPTE2084 || curve == AVCOL_TRC_ARIB_STD_B67;
}

/// The encoder's pixels for pictures without transparency: 10 bits where the source has more than 8.
static enum AVPixelFormat pixel_format(const AVCodec *encoder, const media_source *source) {
  if (is_named(encoder->name, "mjpeg")) return AV_PIX_FMT_YUVJ420P;
  if (is_named(encoder->name, "gif")) return AV_PIX_FMT_RGB8;
  const AVPixFmtDescriptor *kind = source ? ff.av_pix_fmt_desc_get(source->stream->codecpar->format) : NULL;
  return kind && kind->comp[0].depth > 8 && takes_deep(encoder) ? AV_PIX_FMT_YUV420P10 : AV_PIX_FMT_YUV420P;
}

/// Whether the codec's own bits say how its colours are coded. Whoever reads another one takes them for BT.601, of the
/// full range in JPEG.
static bool says_colors(const char *encoder) {
  return is_named(encoder, "libx264") || is_named(encoder, "libx265") || is_named(encoder, "libvpx-vp9");
}

/// How the colours are coded: as in the source, also where it does not say, if the codec can say it and they were not
/// changed.
static void set_colors(media_sink *sink) {
  AVCodecContext *codec = sink->codec;
  const AVCodecParameters *coded = sink->source ? sink->source->stream->codecpar : NULL;
  const bool can_say = says_colors(sink->options.encoder);
  const bool is_full =
      codec->pix_fmt == AV_PIX_FMT_YUVJ420P ||
      (can_say && coded && coded->color_range == AVCOL_RANGE_JPEG && coded->color_space != AVCOL_SPC_RGB);
  codec->color_range = is_full ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
  const bool is_mapped = coded && is_high_range(coded->color_trc) && codec->pix_fmt != AV_PIX_FMT_YUV420P10;
  if (can_say && coded && !is_mapped && coded->color_space != AVCOL_SPC_RGB) {
    codec->colorspace = coded->color_space;
    codec->color_primaries = coded->color_primaries;
    codec->color_trc = coded->color_trc;
  } else if (can_say && (is_mapped || sink->options.height >= high_definition)) {
    codec->colorspace = AVCOL_SPC_BT709;
    codec->color_primaries = AVCOL_PRI_BT709;
    codec->color_trc = AVCOL_TRC_BT709;
  } else {
    codec->colorspace = AVCOL_SPC_SMPTE170M;
    codec->color_primaries = AVCOL_PRI_SMPTE170M;
    codec->color_trc = AVCOL_TRC_SMPTE170M;
  }
  if (codec->pix_fmt == AV_PIX_FMT_RGB8) codec->colorspace = AVCOL_SPC_RGB;
}

/// The shape of pixels that are not square.
static AVRational pixel_shape(const media_source *source) {
  if (!source) return (AVRational){0, 1};
  AVRational shape = source->stream->sample_aspect_ratio;
  if (shape.num <= 0) shape = source->stream->codecpar->sample_aspect_ratio;
  if (shape.num <= 0 || shape.den <= 0) return (AVRational){0, 1};
  return source->turn.transposes ? (AVRational){shape.den, shape.num} : shape;
}

static AVRational time_unit(const media_sink *sink) {
  if (is_named(sink->options.container, "gif")) return (AVRational){1, 100};
  const AVRational unit = sink->source ? sink->source->stream->time_base : usual_unit;
  const bool is_good = unit.num > 0 && unit.den > 0 && unit.den <= finest_unit && av_q2d(unit) <= 1e-3;
  return is_good ? unit : usual_unit;
}

/// Interlaced material stays what it is where the encoder can say so.
static void set_fields(media_sink *sink) {
  AVCodecContext *codec = sink->codec;
  const enum AVFieldOrder order = sink->source ? sink->source->stream->codecpar->field_order : AV_FIELD_UNKNOWN;
  const bool can_say = is_named(sink->options.encoder, "libx264") || is_named(sink->options.encoder, "mpeg4");
  if (order == AV_FIELD_UNKNOWN || order == AV_FIELD_PROGRESSIVE || !can_say || sink->source->turn.transposes) return;
  codec->field_order = order;
  codec->flags |= AV_CODEC_FLAG_INTERLACED_DCT | AV_CODEC_FLAG_INTERLACED_ME;
}

/// Says of a frame which of its fields comes first.
static void mark_fields(const AVCodecContext *codec, AVFrame *frame) {
  if (!(codec->flags & AV_CODEC_FLAG_INTERLACED_DCT)) return;
  const bool is_top_first = codec->field_order == AV_FIELD_TT || codec->field_order == AV_FIELD_TB;
#ifdef AV_FRAME_FLAG_INTERLACED
  frame->flags |= AV_FRAME_FLAG_INTERLACED;
  if (is_top_first) frame->flags |= AV_FRAME_FLAG_TOP_FIELD_FIRST;
#else
  frame->interlaced_frame = 1;
  frame->top_field_first = is_top_first;
#endif
}

static int parse(const char *settings, AVDictionary **dictionary) {
  char *copy = strdup(settings), *rest = NULL;
  if (!copy) return AVERROR(ENOMEM);
  for (char *word = strtok_r(copy, ":", &rest); word; word = strtok_r(NULL, ":", &rest)) {
    char *value = strchr(word, '=');
    if (!value) continue;
    *value++ = 0;
    ff.av_dict_set(dictionary, word, value, 0);
  }
  free(copy);
  return 0;
}

static bool open_encoder(media_sink *sink, media_error *error) {
  const media_sink_options *options = &sink->options;
  const AVCodec *encoder = ff.avcodec_find_encoder_by_name(options->encoder);
  if (!encoder) {
    media_fail(error, MEDIA_OTHER, 0);
    snprintf(error->words, sizeof error->words, "the installed FFmpeg libraries have no encoder %s", options->encoder);
    return false;
  }
  AVCodecContext *codec = sink->codec = ff.avcodec_alloc_context3(encoder);
  if (!codec) return media_fail(error, MEDIA_OTHER, AVERROR(ENOMEM));
  const AVRational rate = ff.av_d2q(options->frame_rate, 65535);
  codec->width = options->width;
  codec->height = options->height;
  codec->pix_fmt = pixel_format(encoder, sink->source);
  codec->framerate = rate;
  codec->sample_aspect_ratio = pixel_shape(sink->source);
  codec->thread_count = 0;
  sink->counts_frames =
      options->has_constant_rate || is_named(encoder->name, "mpeg4") || is_named(encoder->name, "mjpeg");
  sink->time_unit = options->has_constant_rate ? (AVRational){rate.den, rate.num} : time_unit(sink);
  codec->time_base = sink->counts_frames ? (AVRational){rate.den, rate.num} : sink->time_unit;
  set_colors(sink);
  set_fields(sink);
  if (options->tag[0]) memcpy(&codec->codec_tag, options->tag, 4);
  if (sink->format->oformat->flags & AVFMT_GLOBALHEADER) codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  AVDictionary *settings = NULL;
  int code = parse(options->settings, &settings);
  if (code >= 0) code = ff.avcodec_open2(codec, encoder, &settings);
  ff.av_dict_free(&settings);
  return code >= 0 || media_fail(error, MEDIA_OTHER, code);
}

static bool prepare_frame(media_sink *sink, media_error *error) {
  sink->frame = ff.av_frame_alloc();
  sink->packet = ff.av_packet_alloc();
  if (!sink->frame || !sink->packet) return media_fail(error, MEDIA_OTHER, AVERROR(ENOMEM));
  AVCodecContext *codec = sink->codec;
  sink->frame->format = codec->pix_fmt;
  sink->frame->width = codec->width;
  sink->frame->height = codec->height;
  sink->frame->colorspace = codec->colorspace;
  sink->frame->color_range = codec->color_range;
  sink->frame->color_primaries = codec->color_primaries;
  sink->frame->color_trc = codec->color_trc;
  sink->frame->sample_aspect_ratio = codec->sample_aspect_ratio;
  mark_fields(codec, sink->frame);
  const int code = ff.av_frame_get_buffer(sink->frame, 0);
  if (code < 0) return media_fail(error, MEDIA_OTHER, code);
  if (is_high_range(codec->color_trc))
    return media_prepare_deep(&sink->deep, sink->frame) || media_fail(error, MEDIA_OTHER, AVERROR(ENOMEM));
  // GIF's 256 colours are dithered by an ordered pattern: errors that are diffused change from frame to frame, and make
  // the file ten times as large.
  sink->scaler = ff.sws_getCachedContext(NULL, codec->width, codec->height, AV_PIX_FMT_BGR24, codec->width,
                                         codec->height, codec->pix_fmt, SWS_BICUBIC, NULL, NULL, NULL);
  if (!sink->scaler) return media_fail(error, MEDIA_OTHER, AVERROR(ENOMEM));
  ff.sws_setColorspaceDetails(sink->scaler, ff.sws_getCoefficients(SWS_CS_DEFAULT), 1,
                              ff.sws_getCoefficients(codec->colorspace), codec->color_range == AVCOL_RANGE_JPEG, 0,
                              1 << 16, 1 << 16);
  return true;
}

/// Copies what the source says of the display that pictures of high dynamic range were made for; an AVERROR when that
/// fails.
static int copy_light(media_sink *sink) {
  if (!sink->source || !is_high_range(sink->codec->color_trc)) return 0;
  for (int index = 0; index < 2; ++index) {
    const size_t size = sink->source->light[index].size;
    if (size == 0) continue;
    uint8_t *copy = ff.av_malloc(size);
    if (!copy) return AVERROR(ENOMEM);
    memcpy(copy, sink->source->light[index].data, size);
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
    AVCodecParameters *coded = sink->stream->codecpar;
    if (!ff.av_packet_side_data_add(&coded->coded_side_data, &coded->nb_coded_side_data, media_light_kinds[index], copy,
                                    size, 0)) {
      ff.av_free(copy);
      return AVERROR(ENOMEM);
    }
#else
    const int code = ff.av_stream_add_side_data(sink->stream, media_light_kinds[index], copy, size);
    if (code < 0) {
      ff.av_free(copy);
      return code;
    }
#endif
  }
  return 0;
}

/// Opens the file and writes its head. Without copies where `copies` is false.
static bool begin_file(media_sink *sink, const char *path, bool copies, media_error *error) {
  const char *container = sink->options.container;
  int code = ff.avformat_alloc_output_context2(&sink->format, NULL, container, path);
  if (code < 0) return media_fail(error, MEDIA_OTHER, code);
  if (!sink->codec && !open_encoder(sink, error)) return false;
  sink->stream = ff.avformat_new_stream(sink->format, NULL);
  if (!sink->stream) return media_fail(error, MEDIA_OTHER, AVERROR(ENOMEM));
  code = ff.avcodec_parameters_from_context(sink->stream->codecpar, sink->codec);
  sink->stream->time_base = sink->time_unit;
  sink->stream->avg_frame_rate = sink->stream->r_frame_rate = sink->codec->framerate;
  sink->stream->sample_aspect_ratio = sink->codec->sample_aspect_ratio;
  if (code >= 0) code = copy_light(sink);
  if (code < 0 || (copies && !media_add_copies(sink))) return media_fail(error, MEDIA_OTHER, AVERROR(ENOMEM));
  code = ff.avio_open2(&sink->format->pb, path, AVIO_FLAG_WRITE, NULL, NULL);
  if (code < 0) return media_fail(error, MEDIA_OTHER, code);
  AVDictionary *settings = NULL;
  // The table in front, so that a browser can begin before it has all.
  if (is_named(container, "mp4") || is_named(container, "mov")) ff.av_dict_set(&settings, "movflags", "+faststart", 0);
  if (is_named(container, "webp")) ff.av_dict_set(&settings, "loop", "0", 0);
  code = ff.avformat_write_header(sink->format, &settings);
  ff.av_dict_free(&settings);
  return code >= 0 || media_fail(error, MEDIA_OTHER, code);
}

static void end_file(media_sink *sink) {
  media_free_copies(sink);
  if (!sink->format) return;
  ff.avio_closep(&sink->format->pb);
  ff.avformat_free_context(sink->format);
  sink->format = NULL;
}

media_sink *media_create(const char *path, const media_sink_options *options, media_source *source,
                         media_error *error) {
  *error = (media_error){0};
  if (!media_load(error->words, sizeof error->words)) {
    error->failure = MEDIA_NO_LIBRARIES;
    return NULL;
  }
  media_sink *sink = calloc(1, sizeof *sink);
  if (!sink) return NULL;
  sink->options = *options;
  sink->source = source;
  sink->last = INT64_MIN;
  bool is_open = begin_file(sink, path, true, error);
  if (!is_open && sink->codec && sink->copied_count > 0) {
    // A stream that the container should take and does not.
    end_file(sink);
    snprintf(sink->left_out, sizeof sink->left_out, "sound and all else (%s)", error->words);
    is_open = begin_file(sink, path, false, error);
  }
  // What nobody takes must not pile up.
  if (source && sink->copied_count == 0) media_drop_others(source);
  if (is_open && prepare_frame(sink, error)) return sink;
  media_discard(sink);
  return NULL;
}

void media_discard(media_sink *sink) {
  end_file(sink);
  ff.avcodec_free_context(&sink->codec);
  ff.av_frame_free(&sink->frame);
  ff.av_packet_free(&sink->packet);
  if (sink->scaler) ff.sws_freeContext(sink->scaler);
  if (sink->recoder) ff.sws_freeContext(sink->recoder);
  media_free_deep(sink->deep);
  free(sink->shown);
  free(sink);
}

// Writing

/// Puts the time on a packet of an encoder that was given numbers of frames.
static void put_time(const media_sink *sink, AVPacket *packet) {
  packet->pts = packet->dts = sink->times[packet->pts % remembered];
}

/// Writes what the encoder has ready; an AVERROR when that fails.
static int write_packets(media_sink *sink) {
  for (;;) {
    AVPacket *packet = sink->packet;
    int code = ff.avcodec_receive_packet(sink->codec, packet);
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return 0;
    if (code < 0) return code;
    if (sink->counts_frames) put_time(sink, packet);
    packet->duration = llround(1 / (sink->options.frame_rate * av_q2d(sink->time_unit)));
    ff.av_packet_rescale_ts(packet, sink->time_unit, sink->stream->time_base);
    packet->stream_index = sink->stream->index;
    code = ff.av_interleaved_write_frame(sink->format, packet);
    if (code < 0) return code;
    if (sink->format->pb->error < 0) return sink->format->pb->error;
  }
}

/// The time of the next frame in the file.
static int64_t next_time(media_sink *sink, double seconds) {
  if (sink->options.has_constant_rate) return sink->frames;
  const int64_t time = llround((seconds - sink->zero) / av_q2d(sink->time_unit));
  return sink->last != INT64_MIN && time <= sink->last ? sink->last + 1 : time;
}

/// Encodes a frame and writes what is ready; an AVERROR when that fails.
static int encode(media_sink *sink, AVFrame *frame, double seconds) {
  sink->last = next_time(sink, seconds);
  sink->times[sink->frames % remembered] = sink->last;
  frame->pts = sink->counts_frames ? sink->frames : sink->last;
  frame->pict_type = AV_PICTURE_TYPE_NONE;
  sink->frames += 1;
  int code = ff.avcodec_send_frame(sink->codec, frame);
  if (code >= 0) code = write_packets(sink);
  if (code >= 0) code = media_write_copies(sink, seconds, false);
  return code;
}

/// Where the time of the file begins.
static void begin_time(media_sink *sink, double seconds) {
  if (sink->frames == 0) sink->zero = sink->options.start > 0 ? seconds : seconds + media_earliest_copy(sink);
}

/// Converts into the frame that is encoded; an AVERROR when that fails.
static int convert(media_sink *sink, struct SwsContext *scaler, const uint8_t *const *planes, const int *strides) {
  int code = ff.av_frame_make_writable(sink->frame);
  if (code >= 0)
    code = ff.sws_scale(scaler, planes, strides, 0, sink->options.height, sink->frame->data, sink->frame->linesize);
  return code;
}

/// Puts blue, green, red of standard range into a frame of high dynamic range; an AVERROR when that fails.
static int stretch(media_sink *sink, const uint8_t *pixels) {
  const int code = ff.av_frame_make_writable(sink->frame);
  if (code < 0) return code;
  const AVFrame *frame = sink->frame;
  const struct planes planes = media_planes(frame);
  for (int y = 0; y < frame->height; y += 2)
    for (int x = 0; x < frame->width; x += 2)
      media_deep_put_block(sink->deep, &planes, x, y, x + 2 < frame->width ? x + 2 : frame->width,
                           y + 2 < frame->height ? y + 2 : frame->height, pixels);
  return 0;
}

bool media_write(media_sink *sink, const uint8_t *pixels, double seconds, media_error *error) {
  *error = (media_error){0};
  begin_time(sink, seconds);
  const int stride = 3 * sink->options.width;
  int code = sink->deep ? stretch(sink, pixels) : convert(sink, sink->scaler, &pixels, &stride);
  if (code >= 0) code = encode(sink, sink->frame, seconds);
  return code >= 0 || media_fail(error, MEDIA_OTHER, code);
}

/// Whether two matrices are one; what is not said is BT.601.
static bool is_same_matrix(enum AVColorSpace one, enum AVColorSpace other) {
  const bool is_one_601 = one == AVCOL_SPC_UNSPECIFIED || one == AVCOL_SPC_BT470BG || one == AVCOL_SPC_SMPTE170M;
  const bool is_other_601 =
      other == AVCOL_SPC_UNSPECIFIED || other == AVCOL_SPC_BT470BG || other == AVCOL_SPC_SMPTE170M;
  return one == other || (is_one_601 && is_other_601);
}

/// Whether the encoder takes a frame as it is.
static bool takes(const media_sink *sink, const AVFrame *frame) {
  const AVCodecContext *codec = sink->codec;
  const bool is_420 = frame->format == AV_PIX_FMT_YUV420P || frame->format == AV_PIX_FMT_YUVJ420P;
  const bool wants_420 = codec->pix_fmt == AV_PIX_FMT_YUV420P || codec->pix_fmt == AV_PIX_FMT_YUVJ420P;
  const bool is_same_kind = (is_420 && wants_420) || frame->format == (int)codec->pix_fmt;
  return is_same_kind && frame->width == codec->width && frame->height == codec->height &&
         media_is_full_range(frame) == (codec->color_range == AVCOL_RANGE_JPEG) &&
         is_same_matrix(frame->colorspace, codec->colorspace);
}

/// Brings a frame of the source into the encoder's pixels; an AVERROR when that fails.
static int convert_frame(media_sink *sink, const AVFrame *frame) {
  const AVCodecContext *codec = sink->codec;
  struct SwsContext *before = sink->recoder;
  sink->recoder = ff.sws_getCachedContext(sink->recoder, frame->width, frame->height, frame->format, codec->width,
                                          codec->height, codec->pix_fmt, SWS_BICUBIC, NULL, NULL, NULL);
  if (!sink->recoder) return AVERROR(ENOMEM);
  if (sink->recoder != before)
    ff.sws_setColorspaceDetails(sink->recoder, ff.sws_getCoefficients(frame->colorspace), media_is_full_range(frame),
                                ff.sws_getCoefficients(codec->colorspace), codec->color_range == AVCOL_RANGE_JPEG, 0,
                                1 << 16, 1 << 16);
  return convert(sink, sink->recoder, (const uint8_t *const *)frame->data, frame->linesize);
}

/// Writes a frame of high dynamic range into a file of standard range.
static bool write_mapped(media_sink *sink, const media_frame *holder, double seconds, media_error *error) {
  const AVFrame *frame = holder->frame;
  sink->tones_mapped = true;
  if (!sink->shown) sink->shown = malloc((size_t)3 * (size_t)frame->width * (size_t)frame->height);
  if (!sink->shown) return media_fail(error, MEDIA_OTHER, AVERROR(ENOMEM));
  media_frame_show(holder, (media_region){0, 0, frame->width, frame->height}, sink->shown);
  return media_write(sink, sink->shown, seconds, error);
}

bool media_write_frame(media_sink *sink, const media_frame *holder, double seconds, media_error *error) {
  *error = (media_error){0};
  if (!sink->deep && is_high_range(holder->frame->color_trc)) return write_mapped(sink, holder, seconds, error);
  begin_time(sink, seconds);
  int code;
  if (takes(sink, holder->frame)) {
    AVFrame *frame = ff.av_frame_alloc();
    if (!frame) return media_fail(error, MEDIA_OTHER, AVERROR(ENOMEM));
    code = ff.av_frame_ref(frame, holder->frame);
    frame->format = sink->codec->pix_fmt;
    frame->sample_aspect_ratio = sink->codec->sample_aspect_ratio;
    mark_fields(sink->codec, frame);
    if (code >= 0) code = encode(sink, frame, seconds);
    ff.av_frame_free(&frame);
  } else {
    code = convert_frame(sink, holder->frame);
    if (code >= 0) code = encode(sink, sink->frame, seconds);
  }
  return code >= 0 || media_fail(error, MEDIA_OTHER, code);
}

bool media_finish(media_sink *sink, double end, media_error *error) {
  *error = (media_error){0};
  int code = ff.avcodec_send_frame(sink->codec, NULL);
  if (code >= 0) code = write_packets(sink);
  if (sink->copied_count > 0) media_read_on(sink->source, end);
  if (code >= 0) code = media_write_copies(sink, end, true);
  if (code >= 0) code = ff.av_write_trailer(sink->format);
  if (code >= 0) code = ff.avio_closep(&sink->format->pb);
  return code >= 0 || media_fail(error, MEDIA_OTHER, code);
}

const char *media_left_out(const media_sink *sink) { return sink->left_out; }

bool media_tones_mapped(const media_sink *sink) {
  return sink->tones_mapped || (sink->source && sink->source->tones_mapped && !sink->deep);
}

bool media_lost_copies(const media_sink *sink) { return sink->copied_count > 0 && packets_lost(sink->source->others); }
