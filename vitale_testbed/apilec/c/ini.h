/*
 * api_lec.ini, as far as it is needed before the reader process runs: where it is, and the two keys that say how to start
 * that process. Everything else in it is read by the process (vitale_testbed/apilec/ini.py).
 */
#ifndef INI_H
#define INI_H

/* Finds the file for what Hn_Init was given. Returns 0 and the path, to be freed; or a code, with a message set. */
unsigned short ini_find(const char *given, char **path);

/* The value of a key in the file, to be freed. Returns 0 with NULL where there is no such key; or a code. */
unsigned short ini_value(const char *path, const char *key, char **value);

#endif
