// The floor for reading claims from MariaDB: one snapshot, one statement, row by row, unbuffered; nothing is compared.
//
//     mysql-floor HOST PORT USER DATABASE SQL
#include <err.h>
#include <mysql.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static MYSQL *connection;

static void run(const char *sql) {
    if (mysql_query(connection, sql)) errx(1, "%s: %s", sql, mysql_error(connection));
}

int main(int argc, char **argv) {
    if (argc != 6) errx(64, "usage: mysql-floor HOST PORT USER DATABASE SQL");
    connection = mysql_init(NULL);
    if (!connection) errx(1, "out of memory");
    mysql_options(connection, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    if (!mysql_real_connect(connection, argv[1], argv[3], NULL, argv[4], (unsigned)atoi(argv[2]), NULL, 0))
        errx(1, "%s", mysql_error(connection));
    run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    run("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
    run(argv[5]);
    MYSQL_RES *result = mysql_use_result(connection);
    if (!result) errx(1, "%s", mysql_error(connection));
    unsigned columns = mysql_num_fields(result);
    uint64_t rows = 0, bytes = 0;
    while (mysql_fetch_row(result)) {
        const unsigned long *lengths = mysql_fetch_lengths(result);
        for (unsigned column = 0; column < columns; column++) bytes += lengths[column];
        rows++;
    }
    if (mysql_errno(connection)) errx(1, "%s", mysql_error(connection));
    mysql_free_result(result);
    run("COMMIT");
    mysql_close(connection);
    printf("%ju rows, %ju bytes\n", (uintmax_t)rows, (uintmax_t)bytes);
}
