#define _GNU_SOURCE
#include "clinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static int64_t nanoseconds(struct statx_timestamp t) { return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec; }

static int stat_at(int directory, const char *name, int flags, unsigned mask, struct cl_stat *out) {
    struct statx s;
    if (statx(directory, name, flags, mask, &s) != 0) return -errno;
    out->inode = s.stx_ino;
    out->device = makedev(s.stx_dev_major, s.stx_dev_minor);
    out->size = s.stx_size;
    out->allocated = s.stx_blocks * 512;
    out->modified = nanoseconds(s.stx_mtime);
    out->changed = nanoseconds(s.stx_ctime);
    out->born = (s.stx_mask & STATX_BTIME) ? nanoseconds(s.stx_btime) : 0;
    out->links = s.stx_nlink;
    out->mode = s.stx_mode;
    out->owner = s.stx_uid;
    out->group = s.stx_gid;
    out->is_mount_root = (s.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
    return 0;
}

enum { LEAST = STATX_TYPE | STATX_MODE | STATX_NLINK | STATX_UID | STATX_GID | STATX_MTIME | STATX_CTIME | STATX_INO | STATX_SIZE | STATX_BLOCKS };

int cl_stat_file_at(int directory, const char *name, struct cl_stat *out) {
    return stat_at(directory, name, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT | AT_SYMLINK_NOFOLLOW, LEAST, out);
}

int cl_stat_at(int directory, const char *name, int follow, struct cl_stat *out) {
    int flags = AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT | (follow ? 0 : AT_SYMLINK_NOFOLLOW) | (*name ? 0 : AT_EMPTY_PATH);
    return stat_at(directory, name, flags, LEAST | STATX_BTIME, out);
}

int cl_open_directory_beneath(int directory, const char *path) {
    struct open_how how = {
        .flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS,
    };
    long descriptor = syscall(SYS_openat2, directory, path, &how, sizeof how);
    return descriptor < 0 ? -errno : (int)descriptor;
}

int cl_open_directory(const char *path) {
    int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return descriptor < 0 ? -errno : descriptor;
}

long cl_getdents(int directory, void *buffer, size_t capacity) {
    long count = syscall(SYS_getdents64, directory, buffer, capacity);
    return count < 0 ? -errno : count;
}

int cl_close(int descriptor) { return close(descriptor) != 0 ? -errno : 0; }

int cl_space_of(int descriptor, struct cl_space *out) {
    struct statvfs v;
    if (fstatvfs(descriptor, &v) != 0) return -errno;
    out->total = (uint64_t)v.f_blocks * v.f_frsize;
    out->free = (uint64_t)v.f_bfree * v.f_frsize;
    out->available = (uint64_t)v.f_bavail * v.f_frsize;
    out->inodes = v.f_files;
    out->inodes_free = v.f_ffree;
    out->file_system = v.f_fsid;
    out->read_only = (v.f_flag & ST_RDONLY) != 0;
    return 0;
}

int cl_write_all(int descriptor, const void *bytes, size_t count) {
    const char *next = bytes;
    while (count > 0) {
        ssize_t written = write(descriptor, next, count);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return -errno;
        next += written;
        count -= (size_t)written;
    }
    return 0;
}

#ifndef STATX_MNT_ID
#define STATX_MNT_ID 0x1000
#endif

uint64_t cl_mount_of(int descriptor) {
    struct statx s;
    if (statx(descriptor, "", AT_EMPTY_PATH, STATX_MNT_ID, &s) != 0 || !(s.stx_mask & STATX_MNT_ID)) return 0;
    return s.stx_mnt_id;
}

int64_t cl_file_system_type(int descriptor) {
    struct statfs s;
    return fstatfs(descriptor, &s) != 0 ? -errno : (int64_t)(uint32_t)s.f_type;
}

int cl_open_file_beneath(int directory, const char *path, int flags, uint32_t mode) {
    struct open_how how = {
        .flags = (uint64_t)flags | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY,
        .mode = flags & O_CREAT ? mode : 0,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS,
    };
    long descriptor = syscall(SYS_openat2, directory, path, &how, sizeof how);
    return descriptor < 0 ? -errno : (int)descriptor;
}

int cl_make_directory_at(int directory, const char *name, uint32_t mode) {
    return mkdirat(directory, name, mode) != 0 ? -errno : 0;
}

int cl_rename_new(int from, const char *name, int to, const char *target) {
    return renameat2(from, name, to, target, RENAME_NOREPLACE) != 0 ? -errno : 0;
}

int cl_rename(int from, const char *name, int to, const char *target) {
    return renameat(from, name, to, target) != 0 ? -errno : 0;
}

int cl_link_at(int from, const char *name, int to, const char *target) {
    return linkat(from, name, to, target, 0) != 0 ? -errno : 0;
}

int cl_unlink_at(int directory, const char *name, int is_directory) {
    return unlinkat(directory, name, is_directory ? AT_REMOVEDIR : 0) != 0 ? -errno : 0;
}

void cl_trim_memory(void) { malloc_trim(0); }
int cl_sync(int descriptor) { return fsync(descriptor) != 0 ? -errno : 0; }
int cl_sync_file_system(int descriptor) { return syncfs(descriptor) != 0 ? -errno : 0; }
int cl_truncate(int descriptor, uint64_t length) { return ftruncate(descriptor, (off_t)length) != 0 ? -errno : 0; }
int cl_allocate(int descriptor, uint64_t length) { return -posix_fallocate(descriptor, 0, (off_t)length); }
int cl_change_mode(int descriptor, uint32_t mode) { return fchmod(descriptor, mode) != 0 ? -errno : 0; }
int cl_change_owner(int descriptor, uint32_t owner, uint32_t group) {
    return fchown(descriptor, owner, group) != 0 ? -errno : 0;
}
int cl_lock(int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB) != 0 ? -errno : 0; }
int cl_unlock(int descriptor) { return flock(descriptor, LOCK_UN) != 0 ? -errno : 0; }

int cl_try_lease(int descriptor) {
    if (fcntl(descriptor, F_SETLEASE, F_WRLCK) != 0) return -errno;
    return fcntl(descriptor, F_SETLEASE, F_UNLCK) != 0 ? -errno : 0;
}

void cl_ignore_lease_breaks(void) { signal(SIGIO, SIG_IGN); }

long cl_read(int descriptor, void *buffer, size_t count) {
    ssize_t got;
    do got = read(descriptor, buffer, count);
    while (got < 0 && errno == EINTR);
    return got < 0 ? -errno : got;
}

long cl_read_link_at(int directory, const char *name, void *buffer, size_t capacity) {
    ssize_t length = readlinkat(directory, name, buffer, capacity);
    return length < 0 ? -errno : length;
}
