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
    uint32_t owner;
    uint32_t group;
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

/// Gives what `free` keeps back to the system: `malloc_trim`, which the Swift overlay of glibc does not have.
void cl_trim_memory(void);

/// The number of the mount that a descriptor lies on: a bind mount shares its device but not this. 0 where the kernel
/// does not say (before 5.8).
uint64_t cl_mount_of(int descriptor);

/// The kind of file system, as `statfs` gives it (linux/magic.h), or a negative errno.
int64_t cl_file_system_type(int descriptor);

// What follows changes things; only FoundlingCustody calls it.

/// `openat2` of a regular file below `directory`, never through a link; `flags` as for `open`, `O_CLOEXEC` added.
int cl_open_file_beneath(int directory, const char *path, int flags, uint32_t mode);
int cl_make_directory_at(int directory, const char *name, uint32_t mode);
/// Never replaces; -EINVAL where the file system cannot promise that.
int cl_rename_new(int from, const char *name, int to, const char *target);
/// Plain `renameat`.
int cl_rename(int from, const char *name, int to, const char *target);
int cl_link_at(int from, const char *name, int to, const char *target);
int cl_unlink_at(int directory, const char *name, int is_directory);
int cl_sync(int descriptor);
int cl_sync_file_system(int descriptor);
int cl_truncate(int descriptor, uint64_t length);
int cl_allocate(int descriptor, uint64_t length);
int cl_change_mode(int descriptor, uint32_t mode);
int cl_change_owner(int descriptor, uint32_t owner, uint32_t group);
/// Takes an exclusive `flock` if nobody holds one; -EAGAIN if somebody does.
int cl_lock(int descriptor);
int cl_unlock(int descriptor);
/// Asks for a write lease and gives it back: 0 if nobody else has the file open, -EAGAIN if somebody has, another errno
/// if it cannot be asked.
int cl_try_lease(int descriptor);
/// A lease that is broken sends SIGIO, which would end the process.
void cl_ignore_lease_breaks(void);
long cl_read(int descriptor, void *buffer, size_t count);
/// The target of a link, not followed; its length or a negative errno.
long cl_read_link_at(int directory, const char *name, void *buffer, size_t capacity);

#endif
