internal import FoundlingCore

/// A MariaDB or MySQL server's database, through libmariadb.
struct MySQLCatalog: CatalogEngine {
    private let connection: MySQLConnection
    private let tables: [TableName]

    init(_ database: Manifest.Database, _ tables: [TableName]) throws(FoundlingError) {
        self.tables = tables
        connection = MySQLConnection(try MySQLSettings(database))
        try connection.open()
    }

    var files: [String] { [] }

    /// One `REPEATABLE READ, READ ONLY` transaction, whose snapshot is taken here and not with its first table.
    func snapshot<T>(
        _ doing: String, _ body: (any CatalogSession) throws(FoundlingError) -> T
    ) throws(FoundlingError) -> T {
        // A restart may have ended it since it was last used; nothing has been read yet.
        if (try? connection.prepareSession(doing)) == nil {
            try connection.open()
            try connection.prepareSession(doing)
        }
        try connection.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", doing)
        try connection.run("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY", doing)
        // Touched, a table cannot be renamed or altered before the end; one that is not there is told of later.
        for table in tables {
            let name = [table.schema, table.name].compactMap { $0.map(Dialect.mysql.quoted) }.joined(separator: ".")
            do throws(FoundlingError) { try connection.run("SELECT 1 FROM \(name) LIMIT 0", doing) } catch {
                guard connection.isOpen, error.code != .catalogInterrupted, error.code != .catalogLocked else {
                    throw error
                }
            }
        }
        do throws(FoundlingError) {
            let result = try body(MySQLSession(connection: connection))
            try connection.run("COMMIT", doing)
            return result
        } catch {
            // Nothing was changed: whatever is left of the transaction goes with the connection.
            connection.close()
            throw error
        }
    }
}
