/*
 * The functions of apilec.h: they check what they are given, let one call in at a time, and hand the work to the reader
 * process. Nothing is written to a caller's memory before a whole answer is there.
 */
#include "apilec.h"

#include "build.h" /* made by `vitale apilec build`: the APILEC_BUILT_ names */
#include "ini.h"
#include "message.h"
#include "process.h"
#include "wire.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define START_SECONDS 60
#define DEFAULT_SECONDS 60
#define MOST_SECONDS 3600

static struct {
    pid_t owner; /* who called Hn_Init; 0: nobody */
    char *ini;
    char *python;
    long seconds; /* that a reading may take beside the waiting time */
    struct process process;
} session = {0, NULL, NULL, 0, {0, -1, -1}};

/* --- one call at a time ---------------------------------------------------------------------------------------------- */

/*
 * The number of the process whose thread is in the library. A number and not a mutex: after a fork in one thread while another
 * was in here, the child finds its parent's number, which is not its own, and may go in.
 */
static atomic_int holder;

static int enter(void)
{
    int me = (int)getpid();
    int found = atomic_load(&holder);

    return found != me && atomic_compare_exchange_strong(&holder, &found, me);
}

static void leave(void)
{
    atomic_store(&holder, 0);
}

static unsigned short say(unsigned short code, unsigned short *pusCodeErreur)
{
    if (pusCodeErreur != NULL)
        *pusCodeErreur = code;
    return code;
}

/* --- the session ----------------------------------------------------------------------------------------------------- */

static void forget(void)
{
    free(session.ini);
    free(session.python);
    session.ini = NULL;
    session.python = NULL;
    session.owner = 0;
}

/* A session that was copied by a fork belongs to the parent: its process is left alone, our copies are closed. */
static int is_initialised(void)
{
    if (session.owner == 0)
        return 0;
    if (session.owner == getpid())
        return 1;
    process_abandon(&session.process);
    forget();
    return 0;
}

static unsigned short not_initialised(void)
{
    message_set("Hn_Init was not called in this process, or Hn_Finir was. Call Hn_Init first.");
    return APILEC_NOT_INITIALISED;
}

static unsigned short choose_seconds(const char *value)
{
    char *end = NULL;

    session.seconds = DEFAULT_SECONDS;
    if (value == NULL)
        return 0;
    session.seconds = strtol(value, &end, 10);
    if (*value == '\0' || *end != '\0' || session.seconds < 1 || session.seconds > MOST_SECONDS) {
        message_set("%s: Delai_Reponse=%s is not a number of seconds from 1 to %d. Correct it, or leave the line out for %d.",
                    session.ini, value, MOST_SECONDS, DEFAULT_SECONDS);
        return APILEC_INI_VALUE_INVALID;
    }
    return 0;
}

/* Environment, then api_lec.ini, then what was recorded when the library was built. */
static unsigned short choose_python(char *value)
{
    const char *chosen = getenv("APILEC_PYTHON");

    if (chosen == NULL || *chosen == '\0')
        chosen = value != NULL && *value != '\0' ? value : APILEC_BUILT_PYTHON;
    session.python = strdup(chosen);
    if (session.python == NULL) {
        message_set("There is not enough memory.");
        return APILEC_NO_MEMORY;
    }
    return 0;
}

static unsigned short settings(const char *given)
{
    char *value = NULL;
    unsigned short code = ini_find(given, &session.ini);

    if (code == 0)
        code = ini_value(session.ini, "Delai_Reponse", &value);
    if (code == 0)
        code = choose_seconds(value);
    free(value);
    value = NULL;
    if (code == 0)
        code = ini_value(session.ini, "Python", &value);
    if (code == 0)
        code = choose_python(value);
    free(value);
    return code;
}

/* Starts the process and lets it read api_lec.ini. */
static unsigned short start(void)
{
    struct reply reply;
    unsigned short code = process_start(&session.process, session.python);

    if (code != 0)
        return code;
    code = process_ask(&session.process, 'I', session.ini, strlen(session.ini), START_SECONDS, &reply);
    if (code != 0)
        return code;
    free(reply.data);
    process_close_errors(&session.process);
    if (reply.code != 0)
        process_stop(&session.process);
    return reply.code;
}

static unsigned short initialise(const char *given)
{
    unsigned short code = settings(given);

    if (code == 0)
        code = start();
    if (code != 0)
        forget();
    else
        session.owner = getpid();
    return code;
}

static unsigned short read_card(short wait, struct reply *reply)
{
    unsigned char seconds[2];
    unsigned short code;

    if (session.process.pid == 0) { /* the last one was lost: that cost one call and no more */
        code = start();
        if (code != 0)
            return code;
        message_clear();
    }
    wire_put(seconds, 2, (unsigned long)wait);
    code = process_ask(&session.process, 'R', seconds, sizeof seconds, session.seconds + wait, reply);
    return code != 0 ? code : reply->code;
}

/* --- giving text out ------------------------------------------------------------------------------------------------- */

/* Copies text and a byte 0 into a caller's buffer, or says how large that has to be. */
static unsigned short give(const char *text, size_t length, char *buffer, unsigned int *size)
{
    unsigned int capacity = *size;

    if (length >= capacity) {
        *size = (unsigned int)length + 1;
        return APILEC_BUFFER_TOO_SMALL;
    }
    memcpy(buffer, text, length);
    buffer[length] = '\0';
    *size = (unsigned int)length;
    return 0;
}

static unsigned short give_document(const struct reply *reply, char *buffer, unsigned int *size)
{
    unsigned int capacity = *size;
    unsigned short code = give(reply->data, reply->length, buffer, size);

    if (code != 0)
        message_set("The buffer has %u bytes and the document needs %u. Call again with a larger one: the card is read again.",
                    capacity, *size);
    return code;
}

/* --- the functions --------------------------------------------------------------------------------------------------- */

unsigned short Hn_Init(unsigned char *pcChemin, unsigned short *pusMode, unsigned short *pusCodeErreur)
{
    unsigned short code;

    if (!enter())
        return say(APILEC_BUSY, pusCodeErreur);
    message_clear();
    if (pcChemin == NULL || pusMode == NULL || pusCodeErreur == NULL) {
        message_set("Hn_Init was given a NULL pointer. Give it all three; \"\" is the folder of the library.");
        code = APILEC_BAD_PARAMETER;
    } else if (is_initialised()) {
        message_set("Hn_Init was called before. Call Hn_Finir first.");
        code = APILEC_ALREADY_INITIALISED;
    } else {
        code = initialise((const char *)pcChemin);
    }
    leave();
    return say(code, pusCodeErreur);
}

unsigned short Hn_LectureVitaleDonneesIdentification(short sTempsAttente, char *pcDataOut, unsigned int *puiLgDataOut,
                                                     short *psEtatCarte, unsigned short *pusCodeErreur)
{
    struct reply reply = {0, APILEC_STATE_ABSENT, NULL, 0};
    unsigned int capacity;
    unsigned short code;

    if (!enter())
        return say(APILEC_BUSY, pusCodeErreur);
    message_clear();
    if (pcDataOut == NULL || puiLgDataOut == NULL || psEtatCarte == NULL || pusCodeErreur == NULL || sTempsAttente < 0) {
        message_set(sTempsAttente < 0 ? "The waiting time is less than 0. Give 0 to look once."
                                      : "The reading was given a NULL pointer. Give it all four.");
        leave();
        return say(APILEC_BAD_PARAMETER, pusCodeErreur);
    }
    capacity = *puiLgDataOut;
    if (capacity > 0)
        pcDataOut[0] = '\0'; /* what was read before must not pass for what is read now */
    code = is_initialised() ? read_card(sTempsAttente, &reply) : not_initialised();
    if (code == 0)
        code = give_document(&reply, pcDataOut, puiLgDataOut);
    else
        *puiLgDataOut = 0;
    *psEtatCarte = reply.state;
    free(reply.data);
    leave();
    return say(code, pusCodeErreur);
}

unsigned short Hn_Finir(unsigned short *pusCodeErreur)
{
    unsigned short code = 0;

    if (!enter())
        return say(APILEC_BUSY, pusCodeErreur);
    message_clear();
    if (pusCodeErreur == NULL) {
        message_set("Hn_Finir was given a NULL pointer.");
        code = APILEC_BAD_PARAMETER;
    } else if (!is_initialised()) {
        code = not_initialised();
    } else {
        process_stop(&session.process);
        forget();
    }
    leave();
    return say(code, pusCodeErreur);
}

unsigned short apilec_message(char *pcTexte, unsigned int *puiLgTexte)
{
    unsigned short code = APILEC_BAD_PARAMETER;

    if (!enter())
        return APILEC_BUSY;
    if (pcTexte != NULL && puiLgTexte != NULL)
        code = give(message_text(), strlen(message_text()), pcTexte, puiLgTexte);
    leave();
    return code;
}

const char *apilec_version(void)
{
    return APILEC_BUILT_VERSION;
}

const char *apilec_name(unsigned short usCode)
{
    static const struct {
        unsigned short code;
        const char *name;
    } names[] = {APILEC_BUILT_NAMES};
    size_t i;

    for (i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].code == usCode)
            return names[i].name;
    return "";
}

/* A program that ends, or unloads the library, without Hn_Finir leaves neither a process nor a descriptor behind. */
__attribute__((destructor)) static void unload(void)
{
    if (!enter())
        return; /* a reading is under way in another thread: the end of this process ends the other one */
    if (is_initialised())
        process_stop(&session.process);
    forget();
    leave();
}
