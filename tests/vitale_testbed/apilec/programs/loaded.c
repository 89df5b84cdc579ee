/*
 * A program that loads the library by its path, as one for the real API loads its DLL, and reads one card.
 *
 *     loaded LIBRARY INI WAIT     prints the three codes, then the document
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

typedef unsigned short (*init_function)(unsigned char *, unsigned short *, unsigned short *);
typedef unsigned short (*read_function)(short, char *, unsigned int *, short *, unsigned short *);
typedef unsigned short (*finir_function)(unsigned short *);

static void *library;

/* ISO C has no way from an object to a function pointer but the one that POSIX gives for dlsym. */
#define LOAD(function, name) (*(void **)&(function) = dlsym(library, (name)))

int main(int count, char **arguments)
{
    static char document[65536];
    unsigned int length = sizeof document;
    unsigned short mode = 0, error = 0, first, second, third;
    short state = 0;
    init_function init;
    read_function read_card;
    finir_function finir;

    if (count != 4 || (library = dlopen(arguments[1], RTLD_NOW)) == NULL)
        return 2;
    LOAD(init, "Hn_Init");
    LOAD(read_card, "Hn_LectureVitaleDonneesIdentification");
    LOAD(finir, "Hn_Finir");
    if (init == NULL || read_card == NULL || finir == NULL)
        return 3;
    first = init((unsigned char *)arguments[2], &mode, &error);
    second = read_card((short)atoi(arguments[3]), document, &length, &state, &error);
    third = finir(&error);
    dlclose(library);
    printf("%u %u %u\n%s", first, second, third, document);
    return 0;
}
