// The floor for reading claims from PostgreSQL: one snapshot, one statement, by COPY as text; nothing is compared.
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
    char copy[8192];
    if (snprintf(copy, sizeof copy, "COPY (%s) TO STDOUT", argv[2]) >= (int)sizeof copy) errx(64, "a long statement");
    PGresult *result = PQexec(connection, copy);
    if (PQresultStatus(result) != PGRES_COPY_OUT) errx(1, "%s", PQresultErrorMessage(result));
    PQclear(result);
    uint64_t rows = 0, bytes = 0;
    char *line;
    int length;
    while ((length = PQgetCopyData(connection, &line, 0)) > 0) {
        bytes += (uint64_t)length;
        rows++;
        PQfreemem(line);
    }
    result = PQgetResult(connection);
    if (length != -1 || PQresultStatus(result) != PGRES_COMMAND_OK) errx(1, "%s", PQerrorMessage(connection));
    PQclear(result);
    while ((result = PQgetResult(connection))) PQclear(result);
    run("COMMIT");
    PQfinish(connection);
    printf("%ju rows, %ju bytes\n", (uintmax_t)rows, (uintmax_t)bytes);
}
