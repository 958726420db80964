// What is copied from a source into a file: sound, subtitles, attachments, chapters.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sink.h"

/// A stream of the source and that of the file.
struct copied {
  const AVStream *from;
  AVStream *to;
  int64_t last;  // time of decoding, in units of `to`
};

/// Sound that begins so much earlier than the pictures has them wait, in seconds; less than that is what an encoder
/// needs to get going, which containers know of.
static const double early = 0.1;

static double origin(const media_source *source) {
  return source->origin == AV_NOPTS_VALUE ? 0 : (double)source->origin * av_q2d(source->stream->time_base);
}

static void leave_out(media_sink *sink, const char *name) {
  if (strstr(sink->left_out, name)) return;
  const size_t length = strlen(sink->left_out);
  snprintf(sink->left_out + length, sizeof sink->left_out - length, "%s%s", length ? ", " : "", name);
}

static void leave_out_stream(media_sink *sink, const AVStream *stream) {
  static const char *const kinds[] = {[AVMEDIA_TYPE_VIDEO] = "pictures",
                                      [AVMEDIA_TYPE_AUDIO] = "sound",
                                      [AVMEDIA_TYPE_DATA] = "data",
                                      [AVMEDIA_TYPE_SUBTITLE] = "subtitles",
                                      [AVMEDIA_TYPE_ATTACHMENT] = "attachments"};
  const enum AVMediaType type = stream->codecpar->codec_type;
  if (type < 0 || type > AVMEDIA_TYPE_ATTACHMENT) return;
  char name[96];
  if (type == AVMEDIA_TYPE_ATTACHMENT || stream->codecpar->codec_id == AV_CODEC_ID_NONE) {
    snprintf(name, sizeof name, "%s", kinds[type]);
  } else {
    snprintf(name, sizeof name, "%s (%s)", kinds[type], ff.avcodec_get_name(stream->codecpar->codec_id));
  }
  leave_out(sink, name);
}

static void copy_word(AVDictionary **to, AVDictionary *from, const char *key) {
  const AVDictionaryEntry *entry = ff.av_dict_get(from, key, NULL, 0);
  if (entry) ff.av_dict_set(to, key, entry->value, 0);
}

/// Whether a container takes a stream that may be copied.
static bool takes(const AVOutputFormat *format, const AVStream *stream) {
  const AVCodecParameters *coded = stream->codecpar;
  const bool is_matroska = strcmp(format->name, "matroska") == 0;
  if (coded->codec_type == AVMEDIA_TYPE_ATTACHMENT) return is_matroska;
  // Matroska takes whatever Windows has a number for, of which FFmpeg's answer does not know.
  if (is_matroska && coded->codec_type == AVMEDIA_TYPE_AUDIO) return true;
  // For transport streams it has no answer.
  if (strcmp(format->name, "mpegts") == 0) {
    static const enum AVCodecID known[] = {AV_CODEC_ID_AAC,  AV_CODEC_ID_MP2, AV_CODEC_ID_MP3, AV_CODEC_ID_AC3,
                                           AV_CODEC_ID_EAC3, AV_CODEC_ID_DTS, AV_CODEC_ID_OPUS};
    for (size_t index = 0; index < sizeof known / sizeof *known; ++index)
      if (coded->codec_id == known[index]) return true;
    return false;
  }
  return ff.avformat_query_codec(format, coded->codec_id, FF_COMPLIANCE_NORMAL) == 1;
}

bool media_fits(const media_source *source, const char *container) {
  const AVOutputFormat *format = ff.av_guess_format(container, NULL, NULL);
  for (unsigned index = 0; format && index < source->format->nb_streams; ++index) {
    const AVStream *stream = source->format->streams[index];
    if (media_is_copied(source, stream) && !takes(format, stream)) return false;
  }
  return true;
}

static bool add_copy(media_sink *sink, const AVStream *from) {
  AVStream *to = ff.avformat_new_stream(sink->format, NULL);
  if (!to || ff.avcodec_parameters_copy(to->codecpar, from->codecpar) < 0) return false;
  // The container has its own letters for the codec.
  to->codecpar->codec_tag = 0;
  to->time_base = from->time_base;
  to->disposition = from->disposition;
  static const char *const words[] = {"language", "title", "handler_name", "filename", "mimetype"};
  for (size_t index = 0; index < sizeof words / sizeof *words; ++index)
    copy_word(&to->metadata, from->metadata, words[index]);
  sink->copied[sink->copied_count++] = (struct copied){.from = from, .to = to, .last = INT64_MIN};
  return true;
}

/// The part of a chapter that is in the file; a null pointer when none is.
static AVChapter *chapter(const media_sink *sink, const AVChapter *from) {
  const double unit = av_q2d(from->time_base), zero = origin(sink->source) + sink->options.start;
  const int64_t shift = llround(zero / unit);
  if (from->end <= shift) return NULL;
  AVChapter *to = ff.av_mallocz(sizeof *to);
  if (!to) return NULL;
  to->id = from->id;
  to->time_base = from->time_base;
  to->start = from->start > shift ? from->start - shift : 0;
  to->end = from->end - shift;
  copy_word(&to->metadata, from->metadata, "title");
  return to;
}

static void add_chapters(media_sink *sink) {
  const AVFormatContext *from = sink->source->format;
  AVFormatContext *to = sink->format;
  if (from->nb_chapters == 0) return;
  static const char *const kinds[] = {"mp4", "mov", "matroska", "webm"};
  bool takes_them = false;
  for (size_t index = 0; index < sizeof kinds / sizeof *kinds; ++index)
    takes_them = takes_them || strcmp(sink->options.container, kinds[index]) == 0;
  if (!takes_them) return leave_out(sink, "chapters");
  to->chapters = ff.av_mallocz(from->nb_chapters * sizeof *to->chapters);
  for (unsigned index = 0; to->chapters && index < from->nb_chapters; ++index) {
    AVChapter *copy = chapter(sink, from->chapters[index]);
    if (copy) to->chapters[to->nb_chapters++] = copy;
  }
}

bool media_add_copies(media_sink *sink) {
  media_source *source = sink->source;
  if (!source || !source->others) return true;
  const AVFormatContext *format = source->format;
  sink->copied = ff.av_mallocz(format->nb_streams * sizeof *sink->copied);
  if (!sink->copied) return false;
  for (unsigned index = 0; index < format->nb_streams; ++index) {
    const AVStream *stream = format->streams[index];
    if (stream == source->stream) continue;
    const bool is_candidate =
        media_is_copied(source, stream) || stream->codecpar->codec_type == AVMEDIA_TYPE_ATTACHMENT;
    if (!is_candidate || !takes(sink->format->oformat, stream)) {
      leave_out_stream(sink, stream);
    } else if (!add_copy(sink, stream)) {
      return false;
    }
  }
  add_chapters(sink);
  return true;
}

static struct copied *copy_of(const media_sink *sink, int stream) {
  for (int index = 0; index < sink->copied_count; ++index)
    if (sink->copied[index].from->index == stream) return &sink->copied[index];
  return NULL;
}

/// Where a packet begins, in seconds of the source; 0 where it does not say.
static double begin(const media_sink *sink, const AVPacket *packet, const AVStream *stream) {
  const int64_t time = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
  return time == AV_NOPTS_VALUE ? 0 : (double)time * av_q2d(stream->time_base) - origin(sink->source);
}

double media_earliest_copy(media_sink *sink) {
  double earliest = 0;
  const AVPacket *packet;
  for (size_t index = 0; sink->copied_count > 0 && (packet = packets_at(sink->source->others, index)); ++index) {
    const struct copied *copy = copy_of(sink, packet->stream_index);
    if (copy && !(packet->flags & AV_PKT_FLAG_DISCARD)) earliest = fmin(earliest, begin(sink, packet, copy->from));
  }
  return earliest < -early ? earliest : 0;
}

static int write_copy(media_sink *sink, struct copied *copy) {
  AVPacket *packet = sink->packet;
  const int64_t shift = llround((origin(sink->source) + sink->zero) / av_q2d(copy->from->time_base));
  if (packet->pts != AV_NOPTS_VALUE) packet->pts -= shift;
  if (packet->dts != AV_NOPTS_VALUE) packet->dts -= shift;
  ff.av_packet_rescale_ts(packet, copy->from->time_base, copy->to->time_base);
  if (packet->dts == AV_NOPTS_VALUE) packet->dts = packet->pts;
  if (packet->dts == AV_NOPTS_VALUE) packet->dts = copy->last == INT64_MIN ? 0 : copy->last + 1;
  if (copy->last != INT64_MIN && packet->dts <= copy->last) packet->dts = copy->last + 1;
  if (packet->pts == AV_NOPTS_VALUE || packet->pts < packet->dts) packet->pts = packet->dts;
  copy->last = packet->dts;
  packet->stream_index = copy->to->index;
  packet->pos = -1;
  return ff.av_interleaved_write_frame(sink->format, packet);
}

int media_write_copies(media_sink *sink, double end, bool is_last) {
  if (sink->copied_count == 0) return 0;
  struct packets *waiting = sink->source->others;
  const AVPacket *next;
  while ((next = packets_at(waiting, 0))) {
    struct copied *copy = copy_of(sink, next->stream_index);
    const double seconds = copy ? begin(sink, next, copy->from) : 0;
    if (copy && seconds >= end && !is_last) break;
    packets_pop(waiting, sink->packet);
    const bool is_unheard = sink->packet->flags & AV_PKT_FLAG_DISCARD && seconds < sink->zero - early;
    const bool is_before = sink->options.start > 0 && seconds < sink->zero;
    if (!copy || seconds >= end || is_unheard || is_before) continue;
    const int code = write_copy(sink, copy);
    if (code < 0) return code;
  }
  ff.av_packet_unref(sink->packet);
  return 0;
}

void media_free_copies(media_sink *sink) {
  ff.av_free(sink->copied);
  sink->copied = NULL;
  sink->copied_count = 0;
}
