/* A disk that forgets what was not flushed, for tests: preloaded into a program, it keeps in SHADOW what fsync,
   fdatasync, syncfs and sync have made safe below WATCH, and ends the program at the CUT_AT-th of these calls.

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
#include <sys/stat.h>
#include <unistd.h>

static int begun, calls;

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
    const char *at = getenv("CUT_AT");
    if (begun && at && ++calls == atoi(at)) _exit(75);
    if (begun && getenv("COUNT")) {
        FILE *out = fopen(getenv("COUNT"), "w");
        fprintf(out, "%d", ++calls);
        fclose(out);
    }
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
