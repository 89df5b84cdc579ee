#include "message.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static char text[2048];

void message_set(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    if (vsnprintf(text, sizeof text, format, arguments) < 0)
        text[0] = '\0';
    va_end(arguments);
}

void message_take(const char *bytes, size_t length)
{
    if (length >= sizeof text)
        length = sizeof text - 1;
    memcpy(text, bytes, length);
    text[length] = '\0';
}

void message_clear(void)
{
    text[0] = '\0';
}

const char *message_text(void)
{
    return text;
}
