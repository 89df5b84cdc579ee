#include "ini.h"

#include "apilec.h"
#include "message.h"

#include <ctype.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_NAME "api_lec.ini"

static unsigned short no_memory(void)
{
    message_set("There is not enough memory.");
    return APILEC_NO_MEMORY;
}

static char *join(const char *folder, size_t length, const char *name)
{
    size_t size = length + strlen(name) + 2;
    char *path = malloc(size);

    if (path != NULL)
        snprintf(path, size, "%.*s/%s", (int)length, folder, name);
    return path;
}

/* The file beside this library, which is where `vitale apilec build` writes a sample. */
static char *beside_this_library(void)
{
    Dl_info where;
    const char *slash = NULL;

    /* ISO C has no way from a function to an object pointer; dladdr is defined to take it (POSIX 2024). */
    union {
        unsigned short (*function)(const char *, char **);
        void *object;
    } here = {ini_find};

    if (dladdr(here.object, &where) != 0 && where.dli_fname != NULL)
        slash = strrchr(where.dli_fname, '/');
    if (slash == NULL)
        return strdup(FILE_NAME);
    return join(where.dli_fname, (size_t)(slash - where.dli_fname), FILE_NAME);
}

/* Opens a regular file for reading, or says why not. Not to block on a pipe, it does not wait. */
static int open_file(const char *path, const char **why)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;

    if (descriptor < 0) {
        *why = strerror(errno);
        return -1;
    }
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        *why = "not a file";
        close(descriptor);
        return -1;
    }
    return descriptor;
}

static unsigned short unreadable(const char *path, const char *why)
{
    message_set("%s cannot be read (%s). Give Hn_Init the path of api_lec.ini or of its folder, or set APILEC_INI.", path,
                why);
    return APILEC_INI_MISSING;
}

/* The process that reads the file may be started again after the program went to another folder. */
static unsigned short make_absolute(char **path)
{
    char *absolute = realpath(*path, NULL);
    unsigned short code = absolute != NULL ? 0 : unreadable(*path, strerror(errno));

    free(*path);
    *path = absolute;
    return code;
}

unsigned short ini_find(const char *given, char **path)
{
    const char *chosen = getenv("APILEC_INI");
    const char *why = NULL;
    struct stat status;
    unsigned short code;
    int descriptor;

    if (chosen == NULL || *chosen == '\0')
        chosen = given;
    if (*chosen == '\0')
        *path = beside_this_library();
    else if (stat(chosen, &status) == 0 && S_ISDIR(status.st_mode))
        *path = join(chosen, strlen(chosen), FILE_NAME);
    else
        *path = strdup(chosen);
    if (*path == NULL)
        return no_memory();
    descriptor = open_file(*path, &why);
    if (descriptor >= 0) {
        close(descriptor);
        return make_absolute(path);
    }
    code = unreadable(*path, why);
    free(*path);
    *path = NULL;
    return code;
}

static char *trimmed(char *text)
{
    char *end = text + strlen(text);

    while (isspace((unsigned char)*text))
        text++;
    while (end > text && isspace((unsigned char)end[-1]))
        end--;
    *end = '\0';
    return text;
}

unsigned short ini_value(const char *path, const char *key, char **value)
{
    const char *why = NULL;
    int descriptor = open_file(path, &why);
    FILE *file;
    char *line = NULL;
    size_t size = 0;
    int failed = 0;

    *value = NULL;
    if (descriptor < 0)
        return unreadable(path, why);
    file = fdopen(descriptor, "r");
    if (file == NULL) {
        close(descriptor);
        return no_memory();
    }
    while (*value == NULL && !failed && getline(&line, &size, file) != -1) {
        char *start = strncmp(line, "\xEF\xBB\xBF", 3) == 0 ? line + 3 : line;
        char *equals = strchr(start, '=');

        if (equals == NULL)
            continue;
        *equals = '\0';
        if (strcasecmp(trimmed(start), key) == 0) {
            *value = strdup(trimmed(equals + 1));
            failed = *value == NULL;
        }
    }
    free(line);
    fclose(file);
    return failed ? no_memory() : 0;
}
