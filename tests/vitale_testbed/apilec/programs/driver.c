/*
 * A program for the API de lecture Vitale: the prototypes are those that are public, and nothing of our header is used. It does
 * what its standard input says, a line a call, and prints what came of it. Each buffer stands between two guards.
 *
 *     init PATH             init RETURNED ERROR
 *     read WAIT CAPACITY    read RETURNED ERROR STATE LENGTH INTACT   and, when it succeeded, the document behind it
 *     finir                 finir RETURNED ERROR
 *     again COUNT CAPACITY  COUNT readings: again FAILED
 *     cycles COUNT PATH     COUNT times init, read and finir: cycles FAILED
 *     files                 files COUNT: descriptors that are open
 *     go PATH               go: changes the folder
 */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <unistd.h>

unsigned short Hn_Init(unsigned char *pcChemin, unsigned short *pusMode, unsigned short *pusCodeErreur);
unsigned short Hn_LectureVitaleDonneesIdentification(short sTempsAttente, char *pcDataOut, unsigned int *puiLgDataOut,
                                                     short *psEtatCarte, unsigned short *pusCodeErreur);
unsigned short Hn_Finir(unsigned short *pusCodeErreur);

enum { GUARD = 4096, MARK = 0xA5 };

static int is_marked(const unsigned char *bytes, size_t length)
{
    while (length-- > 0)
        if (*bytes++ != MARK)
            return 0;
    return 1;
}

static unsigned short init(char *path)
{
    unsigned short mode = 7, error = 1;
    unsigned short returned = Hn_Init((unsigned char *)path, &mode, &error);

    printf("init %u %u\n", returned, mode == 7 ? error : 1u);
    return returned;
}

/* Intact: nothing but the document and the byte 0 behind it was written; or the byte 0 alone when there is no document. */
static unsigned short read_card(short wait, unsigned int capacity, int quiet)
{
    unsigned char *all = malloc(capacity + 2 * (size_t)GUARD);
    unsigned short error = 1, returned;
    unsigned int length = capacity;
    short state = -1;
    size_t written;

    if (all == NULL)
        abort();
    memset(all, MARK, capacity + 2 * (size_t)GUARD);
    returned = Hn_LectureVitaleDonneesIdentification(wait, (char *)all + GUARD, &length, &state, &error);
    written = returned == 0 ? (size_t)length + 1 : capacity > 0;
    if (!quiet) {
        int intact = written <= capacity && (written == 0 || all[GUARD + written - 1] == 0) && is_marked(all, GUARD) &&
                     is_marked(all + GUARD + written, capacity - written + GUARD);

        printf("read %u %u %d %u %d\n", returned, error, state, length, intact);
        if (returned == 0)
            fwrite(all + GUARD, 1, length, stdout);
    }
    free(all);
    return returned;
}

static unsigned short finir(void)
{
    unsigned short error = 1;
    unsigned short returned = Hn_Finir(&error);

    printf("finir %u %u\n", returned, error);
    return returned;
}

static int cycles(int count, char *path)
{
    unsigned short mode = 0, error;
    int failed = 0;

    while (count-- > 0)
        failed += Hn_Init((unsigned char *)path, &mode, &error) != 0 || read_card(0, 65536, 1) != 0 || Hn_Finir(&error) != 0;
    return failed;
}

static int open_files(void)
{
    int count = 0, i;

    for (i = 0; i < 1024; i++)
        count += fcntl(i, F_GETFD) != -1;
    return count;
}

int main(void)
{
    static char line[8192];

    while (fgets(line, sizeof line, stdin) != NULL) {
        char *rest = strchr(line, ' ');
        char *second;
        int failed = 0;

        line[strcspn(line, "\n")] = '\0';
        rest = rest != NULL ? rest + 1 : line + strlen(line);
        second = strchr(rest, ' ');
        second = second != NULL ? second + 1 : rest;
        if (strncmp(line, "init", 4) == 0) {
            init(rest);
        } else if (strncmp(line, "read", 4) == 0) {
            read_card((short)atoi(rest), (unsigned int)strtoul(second, NULL, 10), 0);
        } else if (strncmp(line, "finir", 5) == 0) {
            finir();
        } else if (strncmp(line, "again", 5) == 0) {
            int count = atoi(rest);

            while (count-- > 0)
                failed += read_card(0, (unsigned int)strtoul(second, NULL, 10), 1) != 0;
            printf("again %d\n", failed);
        } else if (strncmp(line, "cycles", 6) == 0) {
            printf("cycles %d\n", cycles(atoi(rest), second));
        } else if (strncmp(line, "files", 5) == 0) {
            printf("files %d\n", open_files());
        } else if (strncmp(line, "go", 2) == 0) {
            printf("go %d\n", chdir(rest));
        }
        fflush(stdout);
    }
    return 0;
}
