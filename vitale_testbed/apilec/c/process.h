/*
 * The reader process: a Python program of ours at the other end of a socket pair, which does everything that has to do with
 * cards (vitale_testbed/apilec/process.py).
 *
 * The protocol. One question, one answer, in turn; numbers are big-endian.
 *
 *     question  1 byte operation   4 bytes length   that many bytes
 *               'I' initialise: the path of api_lec.ini
 *               'R' read: 2 bytes, the seconds to wait for a card
 *     answer    2 bytes code       2 bytes card state
 *               4 bytes length     that many bytes of message, UTF-8
 *               4 bytes length     that many bytes of data: the XML document of a reading that succeeded
 *
 * The end of the connection, on either side, ends the process. The codes are those of apilec.h.
 */
#ifndef PROCESS_H
#define PROCESS_H

#include <stddef.h>
#include <sys/types.h>

struct process {
    pid_t pid;  /* 0: there is none */
    int socket; /* our end, does not block */
    int errors; /* what it writes on its standard error before it has initialised; -1 afterwards */
};

struct reply {
    unsigned short code;
    short state;
    char *data; /* to be freed; NULL: none */
    size_t length;
};

/* Starts the process: `python` is the interpreter. Returns 0; or a code, with a message set. */
unsigned short process_start(struct process *process, const char *python);

/*
 * Asks and waits for the answer, `seconds` at most. Returns 0 when one came, whatever its code, and takes its message;
 * or a code of ours, with a message set, and the process is ended then.
 */
unsigned short process_ask(struct process *process, char operation, const void *bytes, size_t length, long seconds,
                           struct reply *reply);

/* Nothing more will come on its standard error. */
void process_close_errors(struct process *process);

/* Ends the process and waits for it, so that no zombie stays. */
void process_stop(struct process *process);

/* Forgets a process that another one started: closes the copies of its descriptors that a fork made. */
void process_abandon(struct process *process);

#endif
