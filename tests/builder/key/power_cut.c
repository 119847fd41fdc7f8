/* A disk that forgets what was not flushed, for tests: preloaded into a program, it keeps in SHADOW what fsync,
   fdatasync, syncfs and sync have made safe below WATCH, and ends the program at the CUT_AT-th of these calls. With
   WRITES, it counts what writes or changes a name below WATCH instead, and ends in the middle of it: half of the bytes
   are written, or the name is not changed.

   SHADOW/files/INODE-BIRTH is the content of a file as it was flushed last, SHADOW/folders/INODE-BIRTH the names in a
   folder as they were flushed last, a line each: kind, mode, INODE-BIRTH, name. The first sync only begins. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

static int begun, calls;

static int counted(void) {
    const char *at = getenv("CUT_AT"), *file = getenv("COUNT");
    calls++;
    if (file) {
        int (*of)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
        char text[16];
        int to = of(file, O_WRONLY | O_CREAT | O_TRUNC, 0600), size = sprintf(text, "%d", calls);
        ssize_t (*put)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
        put(to, text, size);
        close(to);
    }
    return at && calls == atoi(at);
}

static int watched(const char *path) { return path && !strncmp(path, getenv("WATCH"), strlen(getenv("WATCH"))); }

/* Whether the program ends in the middle of this call. */
static int ends_at_file(int descriptor) {
    char link[64], path[PATH_MAX];
    if (!begun || !getenv("WRITES")) return 0;
    sprintf(link, "/proc/self/fd/%d", descriptor);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size < 0) return 0;
    path[size] = 0;
    return watched(path) && counted();
}

static void name_changes(const char *path) {
    if (begun && getenv("WRITES") && watched(path) && counted()) _exit(75);
}

#define NEXT(name, ...) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))(__VA_ARGS__)
#define HALVED(call, half) if (ends_at_file(to)) { half; _exit(75); } return call

ssize_t write(int to, const void *bytes, size_t size) {
    HALVED(NEXT(write, to, bytes, size), NEXT(write, to, bytes, size / 2));
}

ssize_t pwrite(int to, const void *bytes, size_t size, off_t at) {
    HALVED(NEXT(pwrite, to, bytes, size, at), NEXT(pwrite, to, bytes, size / 2, at));
}

ssize_t pwrite64(int to, const void *bytes, size_t size, off64_t at) {
    HALVED(NEXT(pwrite64, to, bytes, size, at), NEXT(pwrite64, to, bytes, size / 2, at));
}

ssize_t sendfile(int to, int from, off_t *at, size_t size) {
    struct stat found;
    fstat(from, &found);
    HALVED(NEXT(sendfile, to, from, at, size), NEXT(sendfile, to, from, at, found.st_size / 2));
}

ssize_t sendfile64(int to, int from, off64_t *at, size_t size) {
    struct stat found;
    fstat(from, &found);
    HALVED(NEXT(sendfile64, to, from, at, size), NEXT(sendfile64, to, from, at, found.st_size / 2));
}

int ftruncate(int to, off_t size) { HALVED(NEXT(ftruncate, to, size), (void)0); }

int ftruncate64(int to, off64_t size) { HALVED(NEXT(ftruncate64, to, size), (void)0); }

int rename(const char *old, const char *new) {
    name_changes(new);
    return NEXT(rename, old, new);
}

int unlink(const char *path) {
    name_changes(path);
    return NEXT(unlink, path);
}

int link(const char *old, const char *new) {
    name_changes(new);
    return NEXT(link, old, new);
}

static void name_of(int folder, const char *path, int flags, char *name, unsigned *mode) {
    struct statx found;
    statx(folder, path, flags, STATX_BASIC_STATS | STATX_BTIME, &found);
    *mode = found.stx_mode;
    sprintf(name, "%llu-%llu.%u", (unsigned long long)found.stx_ino, (unsigned long long)found.stx_btime.tv_sec,
            found.stx_btime.tv_nsec);
}

static FILE *shadow(const char *kind, const char *name, char *final) {
    char path[PATH_MAX + 8];
    sprintf(final, "%s/%s/%s", getenv("SHADOW"), kind, name);
    sprintf(path, "%s.part", final);
    return fopen(path, "w");
}

static void done(FILE *stream, const char *final) {
    char path[PATH_MAX + 8];
    sprintf(path, "%s.part", final);
    fclose(stream);
    rename(path, final);
}

static void keep_file(const char *path) {
    char name[128], final[PATH_MAX], block[65536];
    unsigned mode;
    size_t size;
    name_of(AT_FDCWD, path, 0, name, &mode);
    FILE *in = fopen(path, "r"), *out = shadow("files", name, final);
    while ((size = fread(block, 1, sizeof block, in)) > 0) fwrite(block, 1, size, out);
    fclose(in);
    done(out, final);
}

static void keep_folder(const char *path, int deep) {
    char name[128], final[PATH_MAX], below[PATH_MAX];
    unsigned mode;
    struct dirent *entry;
    name_of(AT_FDCWD, path, 0, name, &mode);
    FILE *out = shadow("folders", name, final);
    DIR *folder = opendir(path);
    while ((entry = readdir(folder)) != NULL) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        name_of(dirfd(folder), entry->d_name, AT_SYMLINK_NOFOLLOW, name, &mode);
        fprintf(out, "%c %o %s %s\n", S_ISDIR(mode) ? 'd' : 'f', mode & 07777, name, entry->d_name);
        snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
        if (deep && S_ISDIR(mode)) keep_folder(below, 1);
        if (deep && S_ISREG(mode)) keep_file(below);
    }
    closedir(folder);
    done(out, final);
}

static void count(void) {
    if (begun && !getenv("WRITES") && counted()) _exit(75);
}

static void keep(int descriptor) {
    char link[64], path[PATH_MAX];
    struct stat found;
    sprintf(link, "/proc/self/fd/%d", descriptor);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size < 0) return;
    path[size] = 0;
    if (strncmp(path, getenv("WATCH"), strlen(getenv("WATCH"))) || stat(path, &found)) return;
    count();
    S_ISDIR(found.st_mode) ? keep_folder(path, 0) : keep_file(path);
}

int fsync(int descriptor) {
    keep(descriptor);
    return 0;
}

int fdatasync(int descriptor) {
    keep(descriptor);
    return 0;
}

int syncfs(int descriptor) {
    count();
    keep_folder(getenv("WATCH"), 1);
    return 0;
}

void sync(void) {
    count();
    keep_folder(getenv("WATCH"), 1);
    begun = 1;
}
