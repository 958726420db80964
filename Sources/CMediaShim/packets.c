#include "packets.h"

#include <pthread.h>
#include <stdlib.h>

/// Bytes that may wait: minutes of sound. Only a source whose sound is stored far from its pictures has more.
static const size_t most_bytes = (size_t)256 << 20;

struct packets {
  pthread_mutex_t mutex;
  AVPacket **items;  // a ring
  size_t capacity, first, count, bytes;
  bool lost;
};

struct packets *packets_create(void) {
  struct packets *packets = calloc(1, sizeof *packets);
  if (packets) pthread_mutex_init(&packets->mutex, NULL);
  return packets;
}

/// Makes room for another one.
static bool grow(struct packets *packets) {
  if (packets->count < packets->capacity) return true;
  const size_t capacity = packets->capacity ? 2 * packets->capacity : 64;
  AVPacket **items = malloc(capacity * sizeof(AVPacket *));
  if (!items) return false;
  for (size_t index = 0; index < packets->count; ++index)
    items[index] = packets->items[(packets->first + index) % packets->capacity];
  free(packets->items);
  packets->items = items;
  packets->capacity = capacity;
  packets->first = 0;
  return true;
}

void packets_push(struct packets *packets, AVPacket *packet) {
  pthread_mutex_lock(&packets->mutex);
  AVPacket *item = NULL;
  if (packets->bytes + (size_t)packet->size <= most_bytes && grow(packets)) item = ff.av_packet_alloc();
  if (item) {
    packets->bytes += (size_t)packet->size;
    ff.av_packet_move_ref(item, packet);
    packets->items[(packets->first + packets->count++) % packets->capacity] = item;
  } else {
    ff.av_packet_unref(packet);
    packets->lost = true;
  }
  pthread_mutex_unlock(&packets->mutex);
}

bool packets_pop(struct packets *packets, AVPacket *packet) {
  pthread_mutex_lock(&packets->mutex);
  const bool has_one = packets->count > 0;
  if (has_one) {
    AVPacket *item = packets->items[packets->first];
    packets->first = (packets->first + 1) % packets->capacity;
    packets->count -= 1;
    packets->bytes -= (size_t)item->size;
    ff.av_packet_unref(packet);
    ff.av_packet_move_ref(packet, item);
    ff.av_packet_free(&item);
  }
  pthread_mutex_unlock(&packets->mutex);
  return has_one;
}

const AVPacket *packets_at(struct packets *packets, size_t index) {
  pthread_mutex_lock(&packets->mutex);
  const AVPacket *packet = index < packets->count ? packets->items[(packets->first + index) % packets->capacity] : NULL;
  pthread_mutex_unlock(&packets->mutex);
  return packet;
}

void packets_clear(struct packets *packets) {
  AVPacket *packet = ff.av_packet_alloc();
  while (packet && packets_pop(packets, packet)) continue;
  ff.av_packet_free(&packet);
}

bool packets_lost(struct packets *packets) {
  pthread_mutex_lock(&packets->mutex);
  const bool lost = packets->lost;
  pthread_mutex_unlock(&packets->mutex);
  return lost;
}

void packets_destroy(struct packets *packets) {
  if (!packets) return;
  packets_clear(packets);
  pthread_mutex_destroy(&packets->mutex);
  free(packets->items);
  free(packets);
}
