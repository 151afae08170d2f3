// The floor for reading claims from PostgreSQL: one snapshot, one statement, row by row, as text; nothing is compared.
//
//     pg-floor URL SQL
#include <err.h>
#include <libpq-fe.h>
#include <stdint.h>
#include <stdio.h>

static PGconn *connection;

static void run(const char *sql) {
    PGresult *result = PQexec(connection, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) errx(1, "%s: %s", sql, PQerrorMessage(connection));
    PQclear(result);
}

int main(int argc, char **argv) {
    if (argc != 3) errx(64, "usage: pg-floor URL SQL");
    connection = PQconnectdb(argv[1]);
    if (PQstatus(connection) != CONNECTION_OK) errx(1, "%s", PQerrorMessage(connection));
    run("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
    if (!PQsendQueryParams(connection, argv[2], 0, NULL, NULL, NULL, NULL, 0) || !PQsetSingleRowMode(connection))
        errx(1, "%s", PQerrorMessage(connection));
    uint64_t rows = 0, bytes = 0;
    int whole = 0;
    PGresult *result;
    while ((result = PQgetResult(connection))) {
        ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_SINGLE_TUPLE) {
            int columns = PQnfields(result);
            for (int column = 0; column < columns; column++) bytes += (uint64_t)PQgetlength(result, 0, column);
            rows++;
        } else if (status == PGRES_TUPLES_OK) {
            whole = 1;
        } else {
            errx(1, "%s", PQresultErrorMessage(result));
        }
        PQclear(result);
    }
    if (!whole) errx(1, "%s", PQerrorMessage(connection));
    run("COMMIT");
    PQfinish(connection);
    printf("%ju rows, %ju bytes\n", (uintmax_t)rows, (uintmax_t)bytes);
}
