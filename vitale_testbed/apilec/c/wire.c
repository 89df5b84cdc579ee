#include "wire.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* macOS: the socket has SO_NOSIGPIPE */
#endif

long wire_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long)now.tv_sec * 1000 + now.tv_nsec / (1000 * 1000);
}

/* Waits until something can be done with the socket; a signal only makes it look at the clock again. */
static int wait_for(int socket, short events, long deadline)
{
    struct pollfd one = {socket, events, 0};

    for (;;) {
        long left = deadline - wire_now();
        int ready;

        if (left <= 0)
            return WIRE_LATE;
        ready = poll(&one, 1, left > INT_MAX ? INT_MAX : (int)left);
        if (ready > 0)
            return 0;
        if (ready < 0 && errno != EINTR && errno != EAGAIN)
            return WIRE_CLOSED;
    }
}

int wire_send(int socket, const void *bytes, size_t length, long deadline)
{
    const char *next = bytes;

    while (length > 0) {
        ssize_t count = send(socket, next, length, MSG_NOSIGNAL);
        int done;

        if (count > 0) {
            next += count;
            length -= (size_t)count;
            continue;
        }
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
            return WIRE_CLOSED;
        done = wait_for(socket, POLLOUT, deadline);
        if (done != 0)
            return done;
    }
    return 0;
}

int wire_receive(int socket, void *bytes, size_t length, long deadline)
{
    char *next = bytes;

    while (length > 0) {
        ssize_t count = recv(socket, next, length, 0);
        int done;

        if (count == 0)
            return WIRE_CLOSED;
        if (count > 0) {
            next += count;
            length -= (size_t)count;
            continue;
        }
        if (errno == EINTR)
            continue;
        if (errno != EAGAIN && errno != EWOULDBLOCK)
            return WIRE_CLOSED;
        done = wait_for(socket, POLLIN, deadline);
        if (done != 0)
            return done;
    }
    return 0;
}

void wire_put(unsigned char *bytes, int size, unsigned long number)
{
    while (size-- > 0) {
        bytes[size] = (unsigned char)(number & 0xFF);
        number >>= 8;
    }
}

unsigned long wire_get(const unsigned char *bytes, int size)
{
    unsigned long number = 0;
    int i;

    for (i = 0; i < size; i++)
        number = number << 8 | bytes[i];
    return number;
}
