// Packets of a source's other streams on their way into a file: one thread reads them, another writes them.
#pragma once

#include "libraries.h"

struct packets;

/// Null when there is no memory.
struct packets *packets_create(void);
void packets_destroy(struct packets *packets);
/// Takes what is in `packet`, which is empty afterwards. Beyond a limit of bytes it is dropped, which `packets_lost`
/// tells.
void packets_push(struct packets *packets, AVPacket *packet);
/// Moves the oldest packet into `packet`; false when there is none.
bool packets_pop(struct packets *packets, AVPacket *packet);
/// The packet that `index` others come before; null when there are not so many. It stays until the thread that asks
/// pops it.
const AVPacket *packets_at(struct packets *packets, size_t index);
void packets_clear(struct packets *packets);
bool packets_lost(struct packets *packets);
