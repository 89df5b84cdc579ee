/* What happened in the last call, in words. Whoever calls these holds the library's lock. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stddef.h>

#if defined(__GNUC__)
__attribute__((format(printf, 1, 2)))
#endif
void message_set(const char *format, ...);

/* Takes the words of another process: `length` bytes, cut where they are too many. */
void message_take(const char *bytes, size_t length);

void message_clear(void);
const char *message_text(void);

#endif
