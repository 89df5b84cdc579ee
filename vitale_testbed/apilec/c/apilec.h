/*
 * libapilec: the three functions of the API de lecture Vitale that are publicly known, for tests on virtual cards.
 *
 * The prototypes are public facts. The numbers below are ours: the real error numbers, modes and card states are not
 * public, so ours lie in a range that no published list of SESAM-Vitale or GALSS errors uses. docs/apilec.md of
 * vitale-testbed has the whole account.
 */
#ifndef APILEC_H
#define APILEC_H

#if defined(__GNUC__)
#define APILEC_API __attribute__((visibility("default")))
#else
#define APILEC_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Every function returns 0 when it did what it was asked for, and otherwise a code of the table below. The same number is
 * written to *pusCodeErreur. No pointer may be NULL. One call at a time: a call made while another one runs, in whatever
 * thread, returns APILEC_BUSY at once and touches nothing else.
 */

/*
 * Reads api_lec.ini and starts the reader process.
 *
 * pcChemin  api_lec.ini itself, or the folder it is in; "" is the folder of this library. The environment variable
 *           APILEC_INI stands above it.
 * pusMode   must not be NULL. Any value is accepted, means nothing here and is left as it is.
 */
APILEC_API unsigned short Hn_Init(unsigned char *pcChemin, unsigned short *pusMode, unsigned short *pusCodeErreur);

/*
 * Waits for a Vitale card and reads it.
 *
 * sTempsAttente  seconds to wait for a card, 0 and more; 0 looks once.
 * pcDataOut      receives the XML document T_AsnDonneesVitale in ISO-8859-1 and a byte 0 behind it. It becomes the empty
 *                text when nothing was read.
 * puiLgDataOut   in: the bytes that pcDataOut can hold. Out: the length of the document, without the byte 0; with
 *                APILEC_BUFFER_TOO_SMALL, the bytes that are needed, with it; otherwise 0.
 * psEtatCarte    APILEC_STATE_ABSENT, APILEC_STATE_READ or APILEC_STATE_NOT_READ; or, when the free data were read and the
 *                protected data were not, the code that says why (APILEC_CPS_ABSENT and so on).
 */
APILEC_API unsigned short Hn_LectureVitaleDonneesIdentification(short sTempsAttente, char *pcDataOut,
                                                                unsigned int *puiLgDataOut, short *psEtatCarte,
                                                                unsigned short *pusCodeErreur);

/* Ends the reader process and forgets everything. */
APILEC_API unsigned short Hn_Finir(unsigned short *pusCodeErreur);

/*
 * Ours, not of the real API: what happened in the last call and what to do next, in English and UTF-8, empty when there is
 * nothing to say. Length and buffer work as in the reading.
 */
APILEC_API unsigned short apilec_message(char *pcTexte, unsigned int *puiLgTexte);

/* Ours too: the name of a code, "vitale_absent" for APILEC_VITALE_ABSENT; "" for a number that is none. */
APILEC_API const char *apilec_name(unsigned short usCode);

/* Ours too: "vitale-testbed 0.1.0". */
APILEC_API const char *apilec_version(void);

/* --- card states ----------------------------------------------------------------------------------------------------- */

#define APILEC_STATE_ABSENT 0   /* no card was seen, or it left */
#define APILEC_STATE_READ 1     /* the card was read, the protected data too */
#define APILEC_STATE_NOT_READ 2 /* a card is there and was not read */

/* --- codes ----------------------------------------------------------------------------------------------------------- */

#define APILEC_OK 0

/* how the library was called */
#define APILEC_BAD_PARAMETER 20001
#define APILEC_NOT_INITIALISED 20002
#define APILEC_ALREADY_INITIALISED 20003
#define APILEC_BUSY 20004
#define APILEC_BUFFER_TOO_SMALL 20005
#define APILEC_NO_MEMORY 20006

/* api_lec.ini */
#define APILEC_INI_MISSING 20011
#define APILEC_INI_INVALID 20012
#define APILEC_INI_KEY_MISSING 20013
#define APILEC_INI_VALUE_INVALID 20014
#define APILEC_RESOURCE_UNKNOWN 20015
#define APILEC_RESOURCE_INVALID 20016

/* the reader process */
#define APILEC_PROCESS_NOT_STARTED 20021
#define APILEC_PROCESS_LOST 20022
#define APILEC_PROCESS_SILENT 20023
#define APILEC_INTERNAL_ERROR 20024

/* the Vitale card and the readers */
#define APILEC_VITALE_ABSENT 20031
#define APILEC_VITALE_UNKNOWN 20032
#define APILEC_VITALE_REMOVED 20033
#define APILEC_VITALE_MUTE 20034
#define APILEC_VITALE_CHANGED 20035
#define APILEC_READER_UNAVAILABLE 20036
#define APILEC_CARD_DATA_INVALID 20037

/* the professional card */
#define APILEC_CPS_ABSENT 20041
#define APILEC_CPS_UNKNOWN 20042
#define APILEC_CPS_REMOVED 20043
#define APILEC_PIN_MISSING 20044
#define APILEC_PIN_WRONG 20045
#define APILEC_PIN_BLOCKED 20046
#define APILEC_CPS_EXPIRED 20047
#define APILEC_CPS_REVOKED 20048
#define APILEC_CPS_NOT_ENTITLED 20049
#define APILEC_CARDS_MIXED 20050
#define APILEC_CHAIN_UNTRUSTED 20051
#define APILEC_CPS_UNSUITABLE 20052

/* the access table and the journal */
#define APILEC_ACCESS_DENIED 20061
#define APILEC_JOURNAL_UNAVAILABLE 20062

#ifdef __cplusplus
}
#endif

#endif
