// The floor for measuring a tree: getdents64 per directory and statx per file, on a few threads, and nothing else.
// No hard links are told apart, no name is kept, no order is made: who does those things pays for them on top.
//
//     walk-floor DIRECTORY [THREADS]
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { max_threads = 64, buffer_size = 64 << 10 };

// A path below the root: opening by path costs one lookup per level and directory, and no parent must stay open.
struct directory {
    struct directory *next;
    size_t length;
    char path[];
};

struct totals {
    uint64_t files, directories, bytes, blocks;
};

static int root;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct directory *waiting; // last in, first out: keeps the list short and the parent's entries in the cache
static unsigned unfinished;       // directories waiting or being read; at 0 the walk is over
static unsigned sleepers;         // lets `push` skip the system call when nobody waits

static void push(const struct directory *parent, const char *name) {
    size_t count = strlen(name), prefix = parent ? parent->length + 1 : 0;
    struct directory *new = malloc(sizeof *new + prefix + count + 1);
    if (!new) err(1, "malloc");
    new->length = prefix + count;
    if (parent) {
        memcpy(new->path, parent->path, parent->length);
        new->path[parent->length] = '/';
    }
    memcpy(new->path + prefix, name, count + 1);
    pthread_mutex_lock(&mutex);
    new->next = waiting;
    waiting = new;
    unfinished++;
    if (sleepers > 0) pthread_cond_signal(&changed);
    pthread_mutex_unlock(&mutex);
}

// Ends the directory `done`, if any, and takes the next; NULL once no directory is left.
static struct directory *pop(struct directory *done) {
    pthread_mutex_lock(&mutex);
    if (done && --unfinished == 0) pthread_cond_broadcast(&changed);
    while (!waiting && unfinished > 0) {
        sleepers++;
        pthread_cond_wait(&changed, &mutex);
        sleepers--;
    }
    struct directory *next = waiting;
    if (next) waiting = next->next;
    pthread_mutex_unlock(&mutex);
    free(done);
    return next;
}

static void measure(int descriptor, const char *name, struct totals *totals) {
    struct statx s;
    unsigned mask = STATX_SIZE | STATX_BLOCKS | STATX_MTIME | STATX_CTIME | STATX_NLINK | STATX_INO | STATX_TYPE;
    if (statx(descriptor, name, AT_SYMLINK_NOFOLLOW | AT_STATX_DONT_SYNC, mask, &s) != 0) err(1, "statx %s", name);
    totals->files++;
    totals->bytes += s.stx_size;
    totals->blocks += s.stx_blocks;
}

static void read_directory(const struct directory *directory, char *buffer, struct totals *totals) {
    int descriptor = openat(root, directory->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (descriptor < 0) err(1, "open %s", directory->path);
    totals->directories++;
    ssize_t filled;
    while ((filled = getdents64(descriptor, buffer, buffer_size)) > 0) {
        for (char *at = buffer; at < buffer + filled; at += ((struct dirent64 *)at)->d_reclen) {
            const struct dirent64 *entry = (struct dirent64 *)at;
            const char *name = entry->d_name;
            if (entry->d_type != DT_DIR) measure(descriptor, name, totals);
            else if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0) push(directory, name);
        }
    }
    if (filled < 0) err(1, "getdents64 %s", directory->path);
    close(descriptor);
}

static void *work(void *result) {
    struct totals totals = {0}; // summed here and stored once: neighbouring results would share a cache line
    char buffer[buffer_size] __attribute__((aligned(8)));
    for (struct directory *directory = pop(NULL); directory; directory = pop(directory))
        read_directory(directory, buffer, &totals);
    *(struct totals *)result = totals;
    return NULL;
}

int main(int argc, char **argv) {
    int threads = argc == 3 ? atoi(argv[2]) : 2;
    if (argc < 2 || argc > 3 || threads < 1 || threads > max_threads) errx(64, "usage: walk-floor DIRECTORY [THREADS]");
    root = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) err(1, "%s", argv[1]);
    push(NULL, ".");

    pthread_t workers[max_threads];
    struct totals parts[max_threads], all = {0};
    for (int i = 1; i < threads; i++)
        if (pthread_create(&workers[i], NULL, work, &parts[i]) != 0) errx(1, "pthread_create");
    work(&parts[0]);
    for (int i = 0; i < threads; i++) {
        if (i > 0) pthread_join(workers[i], NULL);
        all.files += parts[i].files;
        all.directories += parts[i].directories;
        all.bytes += parts[i].bytes;
        all.blocks += parts[i].blocks;
    }
    printf("%ju files, %ju directories, %ju bytes, %ju blocks\n", (uintmax_t)all.files, (uintmax_t)all.directories,
           (uintmax_t)all.bytes, (uintmax_t)all.blocks);
}
