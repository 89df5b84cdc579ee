/* Bytes on a socket that does not block, with a time by which they have to have gone or come. */
#ifndef WIRE_H
#define WIRE_H

#include <stddef.h>

enum { WIRE_LATE = 1, WIRE_CLOSED, WIRE_NO_MEMORY };

/* Milliseconds of a clock that only goes forward. */
long wire_now(void);

/* Both return 0, WIRE_LATE or WIRE_CLOSED, go on after a signal, and never raise SIGPIPE. */
int wire_send(int socket, const void *bytes, size_t length, long deadline);
int wire_receive(int socket, void *bytes, size_t length, long deadline);

/* Unsigned numbers of `size` bytes, big-endian. */
void wire_put(unsigned char *bytes, int size, unsigned long number);
unsigned long wire_get(const unsigned char *bytes, int size);

#endif
