#define _GNU_SOURCE
#include "clinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
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
    out->is_mount_root = (s.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
    return 0;
}

enum { LEAST = STATX_TYPE | STATX_MODE | STATX_NLINK | STATX_MTIME | STATX_CTIME | STATX_INO | STATX_SIZE | STATX_BLOCKS };

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
