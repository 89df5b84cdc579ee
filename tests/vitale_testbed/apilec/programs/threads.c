/*
 * Two threads. The first one initialises and ends, then a second one waits for a card while the main one calls everything. Every
 * call of the main one must be refused at once and leave what it was given alone.
 *
 *     threads INI WAIT     exits with 0 when all is as it should be, else with the number of the line of `CHECK`
 */
#define _POSIX_C_SOURCE 200809L
#include "apilec.h"

#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CHECK(number, condition) \
    if (!(condition)) \
    return (number)

static unsigned short outcome;
static short waiting;

static void *initialise(void *path)
{
    unsigned short mode = 0, error = 0;

    outcome = Hn_Init(path, &mode, &error);
    return NULL;
}

static void *read_card(void *nothing)
{
    static char document[65536];
    unsigned int length = sizeof document;
    unsigned short error = 0;
    short state = 0;

    outcome = Hn_LectureVitaleDonneesIdentification(waiting, document, &length, &state, &error);
    return nothing;
}

int main(int count, char **arguments)
{
    const struct timespec moment = {0, 300 * 1000 * 1000};
    unsigned short mode = 0, error = 0;
    char text[32] = "untouched";
    unsigned int length = sizeof text;
    struct timespec begun, ended;
    pthread_t other;
    short state = 9;

    CHECK(1, count == 3);
    waiting = (short)atoi(arguments[2]);
    CHECK(2, pthread_create(&other, NULL, initialise, arguments[1]) == 0 && pthread_join(other, NULL) == 0);
    CHECK(3, outcome == 0);
    CHECK(4, pthread_create(&other, NULL, read_card, NULL) == 0);
    nanosleep(&moment, NULL);
    clock_gettime(CLOCK_MONOTONIC, &begun);
    CHECK(5, Hn_Init((unsigned char *)arguments[1], &mode, &error) == APILEC_BUSY && error == APILEC_BUSY);
    CHECK(6, Hn_LectureVitaleDonneesIdentification(0, text, &length, &state, &error) == APILEC_BUSY);
    CHECK(7, length == sizeof text && state == 9 && strcmp(text, "untouched") == 0);
    CHECK(8, Hn_Finir(&error) == APILEC_BUSY);
    CHECK(9, apilec_message(text, &length) == APILEC_BUSY);
    clock_gettime(CLOCK_MONOTONIC, &ended);
    CHECK(10, ended.tv_sec - begun.tv_sec < 1);
    CHECK(11, pthread_join(other, NULL) == 0);
    CHECK(12, outcome == APILEC_VITALE_ABSENT);
    CHECK(13, Hn_Finir(&error) == 0);
    return 0;
}
