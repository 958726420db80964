// FFmpeg's functions, looked up in the libraries of the version whose headers this was compiled with: other versions
// lay their structures out differently. The compiler sees to it that every function has the type of its declaration.
#pragma once

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/mastering_display_metadata.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
#include <stdbool.h>
#include <stddef.h>

#define MEDIA_AVUTIL(X)     \
  X(av_d2q)                 \
  X(av_dict_free)           \
  X(av_dict_get)            \
  X(av_dict_set)            \
  X(av_frame_alloc)         \
  X(av_frame_copy_props)    \
  X(av_frame_free)          \
  X(av_frame_get_buffer)    \
  X(av_frame_get_side_data) \
  X(av_frame_make_writable) \
  X(av_frame_move_ref)      \
  X(av_frame_ref)           \
  X(av_frame_unref)         \
  X(av_free)                \
  X(av_log_set_level)       \
  X(av_malloc)              \
  X(av_mallocz)             \
  X(av_opt_set)             \
  X(av_pix_fmt_desc_get)    \
  X(av_rescale_q)           \
  X(av_strdup)              \
  X(av_strerror)

#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
#define MEDIA_SIDE_DATA_AVCODEC(X) X(av_packet_side_data_add)
#define MEDIA_SIDE_DATA_AVFORMAT(X)
#else
#define MEDIA_SIDE_DATA_AVCODEC(X)
#define MEDIA_SIDE_DATA_AVFORMAT(X) X(av_stream_add_side_data)
#endif

#define MEDIA_AVCODEC(X)             \
  MEDIA_SIDE_DATA_AVCODEC(X)         \
  X(av_packet_alloc)                 \
  X(av_packet_free)                  \
  X(av_packet_move_ref)              \
  X(av_packet_rescale_ts)            \
  X(av_packet_unref)                 \
  X(avcodec_alloc_context3)          \
  X(avcodec_find_decoder)            \
  X(avcodec_find_encoder_by_name)    \
  X(avcodec_free_context)            \
  X(avcodec_get_name)                \
  X(avcodec_open2)                   \
  X(avcodec_parameters_copy)         \
  X(avcodec_parameters_from_context) \
  X(avcodec_parameters_to_context)   \
  X(avcodec_receive_frame)           \
  X(avcodec_receive_packet)          \
  X(avcodec_send_frame)              \
  X(avcodec_send_packet)

#define MEDIA_AVFORMAT(X)             \
  MEDIA_SIDE_DATA_AVFORMAT(X)         \
  X(av_guess_format)                  \
  X(av_interleaved_write_frame)       \
  X(av_probe_input_format3)           \
  X(av_read_frame)                    \
  X(av_seek_frame)                    \
  X(av_write_trailer)                 \
  X(avformat_alloc_context)           \
  X(avformat_alloc_output_context2)   \
  X(avformat_close_input)             \
  X(avformat_find_stream_info)        \
  X(avformat_free_context)            \
  X(avformat_index_get_entries_count) \
  X(avformat_index_get_entry)         \
  X(avformat_new_stream)              \
  X(avformat_open_input)              \
  X(avformat_query_codec)             \
  X(avformat_write_header)            \
  X(avio_alloc_context)               \
  X(avio_closep)                      \
  X(avio_context_free)                \
  X(avio_open2)

#define MEDIA_SWSCALE(X)  \
  X(sws_freeContext)      \
  X(sws_getCachedContext) \
  X(sws_getCoefficients)  \
  X(sws_scale)            \
  X(sws_setColorspaceDetails)

struct media_functions {
#define MEDIA_MEMBER(name) __typeof__(name) *name;
  MEDIA_AVUTIL(MEDIA_MEMBER)
  MEDIA_AVCODEC(MEDIA_MEMBER)
  MEDIA_AVFORMAT(MEDIA_MEMBER)
  MEDIA_SWSCALE(MEDIA_MEMBER)
#undef MEDIA_MEMBER
};

/// The functions; valid after `media_load` has said true.
extern struct media_functions ff;

/// Loads the libraries once. False when one is missing; then `words` says which package has it.
bool media_load(char *words, size_t capacity);
