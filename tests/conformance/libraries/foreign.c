/*
 * A library of the API de lecture that is not ours, and no good one. It shows as the used name which reader it was told to use. What
 * it does in a reading is the last letter of that reader's name: `s` it succeeds, `c` it crashes, `h` it hangs, `l` it takes a second
 * too long, `e` it returns 4242, `x` it gives no XML, and `r` another document.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char reader[256];

unsigned short Hn_Init(unsigned char *pcChemin, unsigned short *pusMode, unsigned short *pusCodeErreur)
{
    char path[4096];
    FILE *file;

    snprintf(path, sizeof path, "%s/api_lec.ini", (char *)pcChemin);
    file = fopen(path, "r");
    if (file == NULL || fscanf(file, "Ressource_Vitale=%255[^\n]", reader) != 1)
        abort();
    fclose(file);
    printf("this library talks\n");
    fflush(stdout);
    *pusMode = 1;
    *pusCodeErreur = 0;
    return 0;
}

#ifndef LACKS_READING
unsigned short Hn_LectureVitaleDonneesIdentification(short sTempsAttente, char *pcDataOut, unsigned int *puiLgDataOut,
                                                     short *psEtatCarte, unsigned short *pusCodeErreur)
{
    const char *format = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><T_AsnDonneesVitale><listeBenef><T_AsnBeneficiaire><ident>"
                         "<nomUsuel>%s \xC9</nomUsuel></ident></T_AsnBeneficiaire></listeBenef></T_AsnDonneesVitale>";

    switch (reader[strlen(reader) - 1]) {
    case 'c':
        abort();
    case 'h':
        for (;;)
            sleep((unsigned int)sTempsAttente);
    case 'l':
        sleep(4);
        break;
    case 'e':
        *pusCodeErreur = 4242;
        return 4242;
    case 'x':
        format = "%s & more";
        break;
    case 'r':
        format = "<other>%s</other>";
        break;
    default:
        break;
    }
    *puiLgDataOut = (unsigned int)snprintf(pcDataOut, *puiLgDataOut, format, reader);
    *psEtatCarte = 3;
    *pusCodeErreur = 0;
    return 0;
}
#endif

unsigned short Hn_Finir(unsigned short *pusCodeErreur)
{
    *pusCodeErreur = 0;
    return 0;
}
