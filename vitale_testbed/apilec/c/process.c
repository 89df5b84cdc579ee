#include "process.h"

#include "apilec.h"
#include "message.h"
#include "wire.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifdef __APPLE__
#include <crt_externs.h>
#define environ (*_NSGetEnviron())
#else
extern char **environ;
#endif

#if defined(__GLIBC__) && defined(__GLIBC_PREREQ)
#if __GLIBC_PREREQ(2, 34)
#define HAS_CLOSEFROM 1
#endif
#endif

#define STOP_MS 2000
#define LAST_WORDS_MS 1000
#define MAX_MESSAGE 4096u
#define MAX_DATA (16u * 1024u * 1024u)

/* --- starting -------------------------------------------------------------------------------------------------------- */

/* Moves a descriptor above those of standard input, output and error, in case the program closed one of these. */
static int above_standard(int descriptor)
{
    int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);

    close(descriptor);
    return moved;
}

static int pair_above_standard(int ends[2])
{
    int i;

    for (i = 0; i < 2; i++)
        if (fcntl(ends[i], F_SETFD, FD_CLOEXEC) == -1)
            break;
    ends[0] = above_standard(ends[0]);
    ends[1] = above_standard(ends[1]);
    return i == 2 && ends[0] >= 0 && ends[1] >= 0 ? 0 : -1;
}

static void close_if_open(int *descriptor)
{
    if (*descriptor >= 0)
        close(*descriptor);
    *descriptor = -1;
}

/* What the process is given: its end of the socket as standard input, nothing as output, a pipe as error, nothing else. */
static int set_files(posix_spawn_file_actions_t *actions, int socket_end, int errors_end)
{
    int failed = posix_spawn_file_actions_adddup2(actions, socket_end, STDIN_FILENO);

    if (failed == 0)
        failed = posix_spawn_file_actions_addopen(actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (failed == 0)
        failed = posix_spawn_file_actions_adddup2(actions, errors_end, STDERR_FILENO);
#ifdef HAS_CLOSEFROM
    if (failed == 0)
        failed = posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1);
#endif
    return failed;
}

/* A process group of its own, so that Ctrl-C is the program's; no signal blocked or ignored, whatever the program did. */
static int set_attributes(posix_spawnattr_t *attributes)
{
    short flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    sigset_t none, all;
    int failed;

#ifdef POSIX_SPAWN_CLOEXEC_DEFAULT
    flags |= POSIX_SPAWN_CLOEXEC_DEFAULT;
#endif
    sigemptyset(&none);
    sigfillset(&all);
    sigdelset(&all, SIGKILL);
    sigdelset(&all, SIGSTOP);
    failed = posix_spawnattr_setflags(attributes, flags);
    if (failed == 0)
        failed = posix_spawnattr_setpgroup(attributes, 0);
    if (failed == 0)
        failed = posix_spawnattr_setsigmask(attributes, &none);
    if (failed == 0)
        failed = posix_spawnattr_setsigdefault(attributes, &all);
    return failed;
}

/* Where the system cannot start a program with three files alone, this closes the others before anything of ours runs. */
#define PROGRAM \
    "import os\n" \
    "os.closerange(3, min(os.sysconf('SC_OPEN_MAX'), 65536))\n" \
    "from vitale_testbed.apilec.process import main\n" \
    "main()\n"

static int spawn(pid_t *pid, const char *python, int socket_end, int errors_end)
{
    /* -E and -P: neither PYTHONPATH nor the program's folder, where modules of our names may lie. -u: nothing waits. */
    const char *const arguments[] = {python, "-E", "-P", "-u", "-c", PROGRAM, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int failed = posix_spawn_file_actions_init(&actions);

    if (failed != 0)
        return failed;
    failed = posix_spawnattr_init(&attributes);
    if (failed == 0) {
        failed = set_files(&actions, socket_end, errors_end);
        if (failed == 0)
            failed = set_attributes(&attributes);
        if (failed == 0) /* the cast is what POSIX says of argv: the strings are not written to */
            failed = posix_spawnp(pid, python, &actions, &attributes, (char *const *)(void *)arguments, environ);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

unsigned short process_start(struct process *process, const char *python)
{
    int ends[2] = {-1, -1}, errors[2] = {-1, -1}, failed = 0;

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0 || pair_above_standard(ends) != 0 || pipe(errors) != 0 ||
        pair_above_standard(errors) != 0)
        failed = errno;
    if (failed == 0 && (fcntl(ends[0], F_SETFL, O_NONBLOCK) == -1 || fcntl(errors[0], F_SETFL, O_NONBLOCK) == -1))
        failed = errno;
#ifdef SO_NOSIGPIPE
    if (failed == 0 && setsockopt(ends[0], SOL_SOCKET, SO_NOSIGPIPE, &(int){1}, sizeof(int)) != 0)
        failed = errno;
#endif
    if (failed == 0)
        failed = spawn(&process->pid, python, ends[1], errors[1]);
    close_if_open(&ends[1]);
    close_if_open(&errors[1]);
    if (failed != 0) {
        close_if_open(&ends[0]);
        close_if_open(&errors[0]);
        process->pid = 0;
        message_set("The reader process cannot be started: %s: %s. Name the Python that has vitale-testbed with the key Python "
                    "of api_lec.ini or the variable APILEC_PYTHON, or run `vitale apilec build` again.",
                    python, strerror(failed));
        return APILEC_PROCESS_NOT_STARTED;
    }
    process->socket = ends[0];
    process->errors = errors[0];
    return 0;
}

/* --- ending ---------------------------------------------------------------------------------------------------------- */

void process_close_errors(struct process *process)
{
    close_if_open(&process->errors);
}

void process_abandon(struct process *process)
{
    close_if_open(&process->socket);
    close_if_open(&process->errors);
    process->pid = 0;
}

/*
 * Waits until the process has ended. Returns 1 and its status when it has, 0 when the time is over. A program that ignores
 * SIGCHLD, or waits for all its children itself, has it taken away before we see it: the status is -1 then.
 */
static int wait_for_end(const struct process *process, int milliseconds, int *status)
{
    const struct timespec nap = {0, 5 * 1000 * 1000};
    long deadline = wire_now() + milliseconds;

    for (;;) {
        pid_t ended = waitpid(process->pid, status, WNOHANG);

        if (ended == process->pid)
            return 1;
        if (ended == -1 && errno != EINTR) {
            *status = -1;
            return 1;
        }
        if (wire_now() >= deadline)
            return 0;
        nanosleep(&nap, NULL);
    }
}

/* Ends the process with force where it does not end by itself. Returns its status, -1 where that is not known. */
static int end(struct process *process, int milliseconds)
{
    int status = -1;

    close_if_open(&process->socket); /* this asks it to end */
    if (!wait_for_end(process, milliseconds, &status)) {
        /* It is still our child and was not waited for, so its number cannot be another's. */
        kill(-process->pid, SIGKILL);
        wait_for_end(process, STOP_MS, &status);
    }
    close_if_open(&process->errors);
    process->pid = 0;
    return status;
}

void process_stop(struct process *process)
{
    if (process->pid != 0)
        end(process, STOP_MS);
}

/* The last line that the process wrote on its standard error, or the empty text. */
static const char *last_words(const struct process *process, char *buffer, size_t size)
{
    size_t filled = 0, start;

    while (process->errors >= 0 && filled + 1 < size) {
        ssize_t count = read(process->errors, buffer + filled, size - 1 - filled);

        if (count <= 0)
            break;
        filled += (size_t)count;
    }
    while (filled > 0 && (buffer[filled - 1] == '\n' || buffer[filled - 1] == ' '))
        filled--;
    buffer[filled] = '\0';
    for (start = filled; start > 0 && buffer[start - 1] != '\n'; start--)
        ;
    return buffer + start;
}

static unsigned short lost(struct process *process)
{
    char buffer[4096];
    int starting = process->errors >= 0;
    int status = -1;
    const char *words;

    wait_for_end(process, LAST_WORDS_MS, &status);
    words = last_words(process, buffer, sizeof buffer);
    if (WIFSIGNALED(status) && status != -1)
        message_set("The reader process was ended by signal %d. Call again: a new one is started.", WTERMSIG(status));
    else
        message_set("The reader process ended (status %d)%s%s. %s", status == -1 ? -1 : WEXITSTATUS(status),
                    *words != '\0' ? ": " : "", words,
                    starting ? "Name a Python 3.11 or later that has vitale-testbed with the key Python of api_lec.ini or the "
                               "variable APILEC_PYTHON, or run `vitale apilec build` again."
                             : "Call again: a new one is started.");
    end(process, 0);
    return starting ? APILEC_PROCESS_NOT_STARTED : APILEC_PROCESS_LOST;
}

static unsigned short silent(struct process *process, long seconds)
{
    if (process->errors >= 0) {
        message_set("The reader process did not start within %ld s and was ended. Look whether the Python that is named for it "
                    "has vitale-testbed and is not waiting for something.",
                    seconds);
        end(process, 0);
        return APILEC_PROCESS_NOT_STARTED;
    }
    message_set("The reader process gave no answer within %ld s and was ended. Give it more time with the key Delai_Reponse of "
                "api_lec.ini, or look whether the card reader hangs.",
                seconds);
    end(process, 0);
    return APILEC_PROCESS_SILENT;
}

/* --- asking ---------------------------------------------------------------------------------------------------------- */

static int ask(const struct process *process, char operation, const void *bytes, size_t length, long deadline)
{
    unsigned char head[5];
    int done;

    head[0] = (unsigned char)operation;
    wire_put(head + 1, 4, (unsigned long)length);
    done = wire_send(process->socket, head, sizeof head, deadline);
    return done == 0 && length > 0 ? wire_send(process->socket, bytes, length, deadline) : done;
}

/* Receives a length and that many bytes, to be freed. */
static int take(const struct process *process, unsigned long most, char **bytes, size_t *length, long deadline)
{
    unsigned char head[4];
    unsigned long count;
    int done = wire_receive(process->socket, head, sizeof head, deadline);

    *bytes = NULL;
    *length = 0;
    if (done != 0)
        return done;
    count = wire_get(head, 4);
    if (count > most)
        return WIRE_CLOSED; /* it is not our process that speaks there */
    *bytes = malloc(count + 1);
    if (*bytes == NULL)
        return WIRE_NO_MEMORY;
    (*bytes)[count] = '\0';
    *length = count;
    return wire_receive(process->socket, *bytes, count, deadline);
}

static int answer(const struct process *process, struct reply *reply, long deadline)
{
    unsigned char head[4];
    char *words = NULL;
    size_t length = 0;
    int done = wire_receive(process->socket, head, sizeof head, deadline);

    if (done != 0)
        return done;
    reply->code = (unsigned short)wire_get(head, 2);
    reply->state = (short)wire_get(head + 2, 2);
    done = take(process, MAX_MESSAGE, &words, &length, deadline);
    if (done == 0) {
        message_take(words, length);
        done = take(process, MAX_DATA, &reply->data, &reply->length, deadline);
    }
    free(words);
    return done;
}

unsigned short process_ask(struct process *process, char operation, const void *bytes, size_t length, long seconds,
                           struct reply *reply)
{
    long deadline = wire_now() + seconds * 1000;
    int done;

    memset(reply, 0, sizeof *reply);
    done = ask(process, operation, bytes, length, deadline);
    if (done == 0)
        done = answer(process, reply, deadline);
    if (done == 0)
        return 0;
    free(reply->data);
    memset(reply, 0, sizeof *reply);
    if (done == WIRE_LATE)
        return silent(process, seconds);
    if (done == WIRE_CLOSED)
        return lost(process);
    message_set("There is not enough memory for the document.");
    end(process, STOP_MS);
    return APILEC_NO_MEMORY;
}
