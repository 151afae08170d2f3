#define _GNU_SOURCE
#include "cledger.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char prefix[] = "/proc/self/fd/";
static const char *const names[] = {"ledger.db", "ledger.db-journal", "ledger.db-wal"};
static sqlite3_vfs *base;
static sqlite3_vfs beneath;

// Before SQLite wakes up, and too late for it after that: some distributions build it without.
__attribute__((constructor)) static void read_uris(void) { sqlite3_config(SQLITE_CONFIG_URI, 1); }

/// The descriptor and the name that a path of ours is made of; -1 where it is none.
static int split(const char *path, const char **name) {
    if (strncmp(path, prefix, sizeof prefix - 1) != 0) return -1;
    char *end;
    long directory = strtol(path + sizeof prefix - 1, &end, 10);
    if (directory < 0 || end == path + sizeof prefix - 1 || *end != '/') return -1;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(end + 1, names[i]) == 0) {
            *name = names[i];
            return (int)directory;
        }
    }
    return -1;
}

/// Whether nothing is there yet, or a file that has no other name.
static int is_plain(const char *path) {
    const char *name;
    int directory = split(path, &name);
    struct stat s;
    if (directory < 0) return 0;
    if (fstatat(directory, name, &s, AT_SYMLINK_NOFOLLOW) != 0) return errno == ENOENT;
    return S_ISREG(s.st_mode) && s.st_nlink == 1;
}

// Without a name it is a scratch file, which SQLite makes and removes elsewhere.
static int open_file(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out) {
    (void)vfs;
    if (path && !is_plain(path)) {
        file->pMethods = NULL;
        return SQLITE_CANTOPEN;
    }
    return base->xOpen(base, path, file, flags, out);
}

static int delete_file(sqlite3_vfs *vfs, const char *path, int sync) {
    (void)vfs;
    const char *name;
    return split(path, &name) < 0 ? SQLITE_IOERR_DELETE : base->xDelete(base, path, sync);
}

// What a journal names beside the ledger is not there: so SQLite leaves that file, and the journal, alone.
static int access_file(sqlite3_vfs *vfs, const char *path, int flags, int *out) {
    (void)vfs;
    const char *name;
    *out = 0;
    return split(path, &name) < 0 ? SQLITE_OK : base->xAccess(base, path, flags, out);
}

// SQLite's own would read the link in /proc and go on by the name that the directory has at that moment.
static int full_path(sqlite3_vfs *vfs, const char *path, int capacity, char *out) {
    (void)vfs;
    const char *name;
    if (split(path, &name) < 0 || strlen(path) >= (size_t)capacity) return SQLITE_CANTOPEN;
    strcpy(out, path);
    return SQLITE_OK;
}

int cledger_register(void) {
    int failed = sqlite3_initialize();
    if (failed != SQLITE_OK || sqlite3_vfs_find(CLEDGER_VFS)) return failed;
    base = sqlite3_vfs_find("unix");
    if (!base) return SQLITE_NOTFOUND;
    beneath = *base;
    beneath.zName = CLEDGER_VFS;
    beneath.pNext = NULL;
    beneath.xOpen = open_file;
    beneath.xDelete = delete_file;
    beneath.xAccess = access_file;
    beneath.xFullPathname = full_path;
    return sqlite3_vfs_register(&beneath, 0);
}
