// The floor for comparing one directory with one table: read every name, read every id, compare nothing.
//
//     list-floor DIRECTORY DATABASE
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char buffer[64 << 10];

// Folding every byte into a number that is printed keeps the compiler from skipping the reads.
static uint64_t fold(uint64_t sum, const char *bytes, size_t count) {
    for (size_t i = 0; i < count; i++) sum += (unsigned char)bytes[i];
    return sum;
}

static uint64_t list(const char *path, uint64_t *sum) {
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) err(1, "%s", path);
    uint64_t entries = 0;
    ssize_t filled;
    while ((filled = getdents64(directory, buffer, sizeof buffer)) > 0) {
        for (char *at = buffer; at < buffer + filled; at += ((struct dirent64 *)at)->d_reclen) {
            const char *name = ((struct dirent64 *)at)->d_name;
            if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) continue;
            *sum = fold(*sum, name, strlen(name));
            entries++;
        }
    }
    if (filled < 0) err(1, "getdents64 %s", path);
    close(directory);
    return entries;
}

static uint64_t step(const char *path, uint64_t *sum) {
    sqlite3 *database;
    sqlite3_stmt *query;
    if (sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK
        || sqlite3_prepare_v2(database, "SELECT id FROM items", -1, &query, NULL) != SQLITE_OK)
        errx(1, "%s: %s", path, sqlite3_errmsg(database));
    uint64_t rows = 0;
    int result;
    while ((result = sqlite3_step(query)) == SQLITE_ROW) {
        const char *id = (const char *)sqlite3_column_text(query, 0);
        *sum = fold(*sum, id, (size_t)sqlite3_column_bytes(query, 0));
        rows++;
    }
    if (result != SQLITE_DONE) errx(1, "%s: %s", path, sqlite3_errmsg(database));
    sqlite3_finalize(query);
    sqlite3_close(database);
    return rows;
}

int main(int argc, char **argv) {
    if (argc != 3) errx(64, "usage: list-floor DIRECTORY DATABASE");
    uint64_t sum = 0;
    uint64_t entries = list(argv[1], &sum);
    uint64_t rows = step(argv[2], &sum);
    printf("%ju entries, %ju rows, sum of bytes %ju\n", (uintmax_t)entries, (uintmax_t)rows, (uintmax_t)sum);
}
