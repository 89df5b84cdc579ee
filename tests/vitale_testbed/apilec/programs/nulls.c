/* Every NULL pointer and a negative waiting time, by our header; exits with the number of calls that were not refused. */
#include "apilec.h"

#include <stddef.h>

int main(int count, char **arguments)
{
    unsigned char *path = (unsigned char *)arguments[1];
    unsigned short mode = 0, error = 0;
    unsigned int length = 16;
    char text[16] = "before";
    short state = 5;
    int taken = count != 2;

    taken += Hn_Init(NULL, &mode, &error) != APILEC_BAD_PARAMETER || error != APILEC_BAD_PARAMETER;
    taken += Hn_Init(path, NULL, &error) != APILEC_BAD_PARAMETER;
    taken += Hn_Init(path, &mode, NULL) != APILEC_BAD_PARAMETER;
    taken += Hn_Init(path, &mode, &error) != APILEC_OK || error != APILEC_OK;
    taken += Hn_LectureVitaleDonneesIdentification(0, NULL, &length, &state, &error) != APILEC_BAD_PARAMETER;
    taken += Hn_LectureVitaleDonneesIdentification(0, text, NULL, &state, &error) != APILEC_BAD_PARAMETER;
    taken += Hn_LectureVitaleDonneesIdentification(0, text, &length, NULL, &error) != APILEC_BAD_PARAMETER;
    taken += Hn_LectureVitaleDonneesIdentification(0, text, &length, &state, NULL) != APILEC_BAD_PARAMETER;
    error = 0;
    taken += Hn_LectureVitaleDonneesIdentification(-1, text, &length, &state, &error) != APILEC_BAD_PARAMETER;
    taken += error != APILEC_BAD_PARAMETER || length != 16 || state != 5 || text[0] != 'b';
    taken += apilec_message(NULL, &length) != APILEC_BAD_PARAMETER || apilec_message(text, NULL) != APILEC_BAD_PARAMETER;
    taken += Hn_Finir(NULL) != APILEC_BAD_PARAMETER;
    taken += Hn_Finir(&error) != APILEC_OK;
    return taken;
}
