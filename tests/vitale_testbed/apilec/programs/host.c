/*
 * A program with habits of its own, which the library has to bear.
 *
 *     host alarms INI    a timer interrupts every system call a thousand times a second
 *     host reaper INI    it ignores SIGCHLD, so that children vanish by themselves
 *     host waiter INI    its own handler waits for all children
 *     host masked INI    it blocks every signal
 *     host closed INI    it closed standard input, output and error
 *     host forks INI     it forks after Hn_Init, and both go on
 *     host leaves INI    it ends without Hn_Finir
 *     host files INI     it has a descriptor open that every child inherits, and sleeps after a reading
 *
 * Exits with 0 when all is as it should be, else with the number of `CHECK`.
 */
#define _DEFAULT_SOURCE
#define _POSIX_C_SOURCE 200809L
#include "apilec.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHECK(number, condition) \
    if (!(condition)) \
    return (number)

static volatile sig_atomic_t interruptions;

static void count_one(int number)
{
    (void)number;
    interruptions++;
}

static void wait_for_all(int number)
{
    int before = errno;

    (void)number;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        ;
    errno = before;
}

static void handle(int number, void (*handler)(int))
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    sigaction(number, &action, NULL);
}

static unsigned short init(char *ini)
{
    unsigned short mode = 0, error = 0;

    return Hn_Init((unsigned char *)ini, &mode, &error);
}

static unsigned short read_card(void)
{
    static char document[65536];
    unsigned int length = sizeof document;
    unsigned short error = 0;
    short state = 0;

    return Hn_LectureVitaleDonneesIdentification(0, document, &length, &state, &error);
}

static int session(char *ini)
{
    unsigned short error = 0;
    int i;

    CHECK(11, init(ini) == 0);
    for (i = 0; i < 5; i++)
        CHECK(12, read_card() == 0);
    CHECK(13, Hn_Finir(&error) == 0);
    CHECK(14, waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
    return 0;
}

static int alarms(char *ini)
{
    const struct itimerval often = {{0, 1000}, {0, 1000}}, never = {{0, 0}, {0, 0}};
    int result;

    handle(SIGALRM, count_one);
    setitimer(ITIMER_REAL, &often, NULL);
    result = session(ini);
    setitimer(ITIMER_REAL, &never, NULL);
    CHECK(21, interruptions > 20);
    return result;
}

static int masked(char *ini)
{
    sigset_t all, now;

    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    CHECK(31, session(ini) == 0);
    sigprocmask(SIG_BLOCK, NULL, &now);
    CHECK(32, sigismember(&now, SIGINT) == 1 && sigismember(&now, SIGPIPE) == 1);
    return 0;
}

static int forks(char *ini)
{
    unsigned short error = 0;
    int status = -1;
    pid_t child;

    CHECK(41, init(ini) == 0 && read_card() == 0);
    child = fork();
    CHECK(42, child != -1);
    if (child == 0) { /* the parent's session is not the child's */
        if (read_card() != APILEC_NOT_INITIALISED || Hn_Finir(&error) != APILEC_NOT_INITIALISED)
            _exit(1);
        if (init(ini) != 0 || read_card() != 0 || Hn_Finir(&error) != 0)
            _exit(2);
        exit(0); /* runs what was registered for the end, the library's too */
    }
    CHECK(43, read_card() == 0);
    CHECK(44, waitpid(child, &status, 0) == child && status == 0);
    CHECK(45, read_card() == 0);
    CHECK(46, Hn_Finir(&error) == 0);
    return 0;
}

int main(int count, char **arguments)
{
    CHECK(1, count == 3);
    if (strcmp(arguments[1], "alarms") == 0)
        return alarms(arguments[2]);
    if (strcmp(arguments[1], "masked") == 0)
        return masked(arguments[2]);
    if (strcmp(arguments[1], "forks") == 0)
        return forks(arguments[2]);
    if (strcmp(arguments[1], "reaper") == 0)
        handle(SIGCHLD, SIG_IGN);
    if (strcmp(arguments[1], "waiter") == 0)
        handle(SIGCHLD, wait_for_all);
    if (strcmp(arguments[1], "closed") == 0) {
        close(0);
        close(1);
        close(2);
    }
    if (strcmp(arguments[1], "leaves") == 0) {
        CHECK(2, init(arguments[2]) == 0 && read_card() == 0);
        return 0;
    }
    if (strcmp(arguments[1], "files") == 0) {
        CHECK(3, dup2(open("/dev/zero", O_RDONLY), 77) == 77);
        CHECK(4, init(arguments[2]) == 0 && read_card() == 0);
        CHECK(5, write(1, "ready\n", 6) == 6);
        pause();
    }
    return session(arguments[2]);
}
