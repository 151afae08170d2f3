// Linux calls that Glibc does not show to Swift: thin wrappers without logic.
//
// This header includes neither <sys/types.h> nor defines _GNU_SOURCE: Swift would then see two versions of libc's types.
// Every call returns a negative errno on failure, so that nobody has to read a thread-local after the fact.
#ifndef CLINUX_H
#define CLINUX_H

#include <stddef.h>
#include <stdint.h>

/// What `statx` says of one inode. Times are nanoseconds since 1970; sizes are bytes.
struct cl_stat {
    uint64_t inode;
    uint64_t device;
    uint64_t size;
    uint64_t allocated;
    int64_t modified;
    int64_t changed;
    int64_t born;
    uint32_t links;
    uint32_t mode;
    uint32_t is_mount_root;
};

/// The least that a walk needs of a file. `born` is 0: it lies in a cache line of its own, one miss for each of a million
/// files, and cannot be later than `changed` unless a clock was set back in between.
int cl_stat_file_at(int directory, const char *name, struct cl_stat *out);

/// The same with the time of birth, for entries and directories.
int cl_stat_at(int directory, const char *name, int follow, struct cl_stat *out);

/// `openat2` of a directory below `directory`, never through a link, never onto another mount.
int cl_open_directory_beneath(int directory, const char *path);

/// `openat` of a directory by a path that the caller trusts (a root); links in it are followed.
int cl_open_directory(const char *path);

/// Fills `buffer` with `linux_dirent64` records; 0 is the end of the directory, the only proof of having seen it all.
long cl_getdents(int directory, void *buffer, size_t capacity);

int cl_close(int descriptor);

/// Whole file-system figures in bytes and inodes, as `statvfs` gives them.
struct cl_space {
    uint64_t total;
    uint64_t free;
    uint64_t available;
    uint64_t inodes;
    uint64_t inodes_free;
    uint64_t file_system;
    uint32_t read_only;
};
int cl_space_of(int descriptor, struct cl_space *out);

/// `write` in full to a descriptor: `print` loses what is buffered when a process traps.
int cl_write_all(int descriptor, const void *bytes, size_t count);

#endif
