/* ICU for a Qt that does without: each function that would need data says that they are missing, and Qt then sorts,
   converts and names time zones by its own tables. The signatures are those of ICU's headers (ucnv.h, ucol.h, ucal.h,
   uenum.h, ustring.h, utypes.h). `icu.py` compiles this file; VERSION is a part of all names. */

typedef int whole;
typedef unsigned short character;
enum { MISSING_RESOURCE_ERROR = 2 };

#define JOIN_(name, version) name##_##version
#define JOIN(name, version) JOIN_(name, version)
#define EXPORT(kind, name) __attribute__((visibility("default"))) kind JOIN(name, VERSION)

EXPORT(const char *, u_errorName)(whole code) { return "U_MISSING_RESOURCE_ERROR"; }

/* Qt asks for the name of the encoding alone, and the viewer starts with one of UTF-8 (`start_hook.py`). */
EXPORT(const char *, ucnv_getDefaultName)(void) { return "UTF-8"; }
EXPORT(whole, ucnv_compareNames)(const char *one, const char *other) {
    while (*one && (*one | 32) == (*other | 32)) one++, other++;
    return *one - *other;
}
EXPORT(whole, ucnv_countAvailable)(void) { return 0; }
EXPORT(const char *, ucnv_getAvailableName)(whole number) { return 0; }
EXPORT(signed char, ucnv_getMaxCharSize)(const void *converter) { return 1; }
EXPORT(void, ucnv_close)(void *converter) {}
EXPORT(void, ucol_close)(void *collator) {}
EXPORT(void, ucal_close)(void *calendar) {}
EXPORT(void, uenum_close)(void *list) {}
EXPORT(whole, ucol_strcoll)(const void *collator, const character *one, whole length, const character *other, whole end) {
    return 0;
}
EXPORT(whole, ucol_getSortKey)(const void *collator, const character *text, whole length, void *key, whole room) {
    return 0;
}

#define FAILS(kind, name, ...) \
    EXPORT(kind, name)(__VA_ARGS__, whole *status) { \
        *status = MISSING_RESOURCE_ERROR; \
        return (kind)0; \
    }
FAILS(whole, u_strToLower, character *out, whole room, const character *text, whole length, const char *locale)
FAILS(whole, u_strToUpper, character *out, whole room, const character *text, whole length, const char *locale)
FAILS(void *, ucnv_open, const char *name)
FAILS(const char *, ucnv_getStandardName, const char *name, const char *standard)
FAILS(const char *, ucnv_getAlias, const char *name, unsigned short number)
FAILS(unsigned short, ucnv_countAliases, const char *name)
FAILS(void, ucnv_setSubstChars, void *converter, const char *characters, signed char length)
FAILS(void, ucnv_setFromUCallBack, void *converter, void *action, const void *data, void *before, void *data_before)
FAILS(void, ucnv_fromUnicode, void *converter, char **to, const char *end, const character **from,
      const character *last, whole *places, signed char flush)
FAILS(void, ucnv_toUnicode, void *converter, character **to, const character *end, const char **from,
      const char *last, whole *places, signed char flush)
FAILS(void, UCNV_FROM_U_CALLBACK_SUBSTITUTE, const void *data, void *arguments, const character *text, whole length,
      whole code, whole reason)
FAILS(void *, ucol_open, const char *locale)
FAILS(void, ucol_setAttribute, void *collator, whole attribute, whole value)
FAILS(void *, ucal_open, const character *zone, whole length, const char *locale, whole type)
FAILS(void *, ucal_clone, const void *calendar)
FAILS(whole, ucal_get, const void *calendar, whole field)
FAILS(void, ucal_setMillis, void *calendar, double moment)
FAILS(signed char, ucal_inDaylightTime, const void *calendar)
FAILS(whole, ucal_getDSTSavings, const character *zone)
FAILS(whole, ucal_getDefaultTimeZone, character *out, whole room)
FAILS(whole, ucal_getTimeZoneDisplayName, const void *calendar, whole type, const char *locale, character *out, whole room)
FAILS(void *, ucal_openCountryTimeZones, const char *country)
FAILS(void *, ucal_openTimeZoneIDEnumeration, whole type, const char *region, const whole *offset)
FAILS(const character *, uenum_next, void *list, whole *length)

EXPORT(void *, ucal_openTimeZones)(whole *status) {
    *status = MISSING_RESOURCE_ERROR;
    return 0;
}
