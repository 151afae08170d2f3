internal import CMariaDB
internal import FoundlingCore
internal import Glibc

/// One connection to a MariaDB or MySQL server. One thread at a time uses it.
final class MySQLConnection: @unchecked Sendable {
    let settings: MySQLSettings
    private var handle: UnsafeMutablePointer<MYSQL>?
    private var running: Int?

    init(_ settings: MySQLSettings) { self.settings = settings }

    deinit { close() }

    var isOpen: Bool { handle != nil }

    func close() {
        if let running { RunningQueries.remove(running) }
        running = nil
        if let handle { mysql_close(handle) }
        handle = nil
    }

    /// Connects anew, whatever was before.
    func open() throws(FoundlingError) {
        close()
        handle = try Self.connect(settings)
        let (settings, thread) = (settings, mysql_thread_id(handle))
        // libmariadb cannot cancel: another connection has to ask the server.
        running = RunningQueries.add {
            guard let other = try? Self.connect(settings) else { return }
            mysql_query(other, "KILL QUERY \(thread)")
            mysql_close(other)
        }
    }

    private static func connect(_ settings: MySQLSettings) throws(FoundlingError) -> UnsafeMutablePointer<MYSQL> {
        guard let handle = mysql_init(nil) else {
            throw FoundlingError(.system, "out of memory", hint: "close something and try again")
        }
        func set(_ option: mysql_option, _ value: String?) {
            if let value { mysql_options(handle, option, value) }
        }
        func set(_ option: mysql_option, seconds: Int) {
            var number = UInt32(seconds)
            mysql_options(handle, option, &number)
        }
        set(MYSQL_SET_CHARSET_NAME, "utf8mb4")
        set(MYSQL_OPT_CONNECT_TIMEOUT, seconds: settings.connectTimeout)
        // A server that is gone without a word: no single answer takes longer than a whole statement may.
        set(MYSQL_OPT_READ_TIMEOUT, seconds: settings.statementTimeout + 60)
        set(MYSQL_OPT_WRITE_TIMEOUT, seconds: 60)
        set(MYSQL_READ_DEFAULT_FILE, settings.optionFile)
        set(MYSQL_READ_DEFAULT_GROUP, settings.optionGroup ?? settings.optionFile.map { _ in "client" })
        set(MYSQL_OPT_SSL_CA, settings.authority)
        set(MYSQL_OPT_SSL_CERT, settings.certificate)
        set(MYSQL_OPT_SSL_KEY, settings.key)
        var (enforce, verify): (my_bool, my_bool) = (0, 0)
        switch settings.tls {
        case .disabled: break
        // Told to enforce it, this library uses TLS where the server has it; whether it had to is looked at below.
        case .preferred, .required: enforce = 1
        // This library checks the name along with the authority: more than was asked for, never less.
        case .verifyAuthority, .verifyIdentity: (enforce, verify) = (1, 1)
        }
        mysql_options(handle, MYSQL_OPT_SSL_ENFORCE, &enforce)
        mysql_options(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify)
        let connected = mysql_real_connect(
            handle, settings.host, settings.user, settings.password, settings.database, settings.port, settings.socket,
            0)
        guard connected != nil else {
            let (number, message) = (mysql_errno(handle), String(cString: mysql_error(handle)))
            mysql_close(handle)
            throw MySQLFault(location: settings.location, isConnecting: true)
                .explain(number, message, doing: "connecting")
        }
        // The library is content without TLS where the server has none, whatever it was told.
        if settings.tls.isDemanded, mysql_get_ssl_cipher(handle) == nil {
            mysql_close(handle)
            throw FoundlingError(
                .catalogUnreachable,
                "the server of the database \(settings.location) speaks no TLS, and the URL asks for it",
                hint: "turn TLS on at the server; or, on a network that nobody else is on, write ssl-mode=preferred")
        }
        return handle
    }

    /// Where the server says that we are, where the URL leaves that to an option file.
    func location(of database: String?) -> String {
        guard settings.optionFile != nil, let handle, let host = mysql_get_host_info(handle) else {
            return settings.location
        }
        return "\(database ?? "no database") at \(String(cString: host))"
    }

    /// What every transaction of ours wants of its session.
    func prepareSession(_ doing: String) throws(FoundlingError) {
        // A reader that is slower than the server must not be cut off in the middle: the end would look like the end.
        try run("SET SESSION net_write_timeout = 3600, lock_wait_timeout = \(ServerURL.lockTimeout)", doing)
        // Times of creation would change with a setting of the server otherwise.
        try run("SET SESSION time_zone = '+00:00'", doing)
        try limit(seconds: settings.statementTimeout, doing)
        // MySQL keeps AUTO_INCREMENT figures of yesterday otherwise; MariaDB does not know the word.
        try? run("SET SESSION information_schema_stats_expiry = 0", doing)
    }

    /// Limits how long each statement may take: in seconds for MariaDB, in milliseconds for MySQL.
    func limit(seconds: Int, _ doing: String) throws(FoundlingError) {
        do throws(FoundlingError) { try run("SET SESSION max_statement_time = \(seconds)", doing) } catch {
            guard error.code == .sourceFailed else { throw error }
            try run("SET SESSION max_execution_time = \(seconds * 1000)", doing)
        }
    }

    // MARK: Statements

    func run(_ sql: String, _ doing: String) throws(FoundlingError) {
        let handle = try opened(doing)
        guard mysql_real_query(handle, sql, UInt(sql.utf8.count)) == 0 else { throw failed(doing) }
        if let result = mysql_store_result(handle) { mysql_free_result(result) }
        guard mysql_errno(handle) == 0 else { throw failed(doing) }
    }

    /// Runs one statement, and counts the rows that it changed.
    func change(_ sql: String, _ doing: String) throws(FoundlingError) -> Int {
        try run(sql, doing)
        return handle.map { Int(clamping: mysql_affected_rows($0)) } ?? 0
    }

    /// A few small rows as text.
    func rows(_ sql: String, _ doing: String) throws(FoundlingError) -> [[String?]] {
        var rows: [[String?]] = []
        try stream(sql, doing) { cells in
            rows.append(cells.map { $0.kind == .null ? nil : String(decoding: $0.bytes, as: UTF8.self) })
        }
        return rows
    }

    /// The names of a statement's columns, without running it.
    func describe(_ sql: String, _ doing: String) throws(FoundlingError) -> [String] {
        guard let statement = mysql_stmt_init(try opened(doing)) else { throw failed(doing) }
        defer { mysql_stmt_close(statement) }
        guard mysql_stmt_prepare(statement, sql, UInt(sql.utf8.count)) == 0 else {
            throw fault.explain(mysql_stmt_errno(statement), String(cString: mysql_stmt_error(statement)), doing: doing)
        }
        guard let result = mysql_stmt_result_metadata(statement) else { return [] }
        defer { mysql_free_result(result) }
        guard let fields = mysql_fetch_fields(result) else { return [] }
        return (0..<Int(mysql_num_fields(result))).map { String(cString: fields[$0].name) }
    }

    /// Row by row, never holding more than one.
    ///
    /// `mysql_fetch_row` returns nil at the end and after an error: only `mysql_errno` tells which it was.
    func stream(
        _ sql: String, _ doing: String, _ visit: (UnsafeBufferPointer<Cell>) throws(FoundlingError) -> Void
    ) throws(FoundlingError) {
        let handle = try opened(doing)
        guard mysql_real_query(handle, sql, UInt(sql.utf8.count)) == 0 else { throw failed(doing) }
        guard let result = mysql_use_result(handle) else {
            if mysql_errno(handle) != 0 { throw failed(doing) }
            throw fault.explain(1792, "it yields no rows", doing: doing)
        }
        var isWhole = false
        defer {
            // Freeing reads what is left, however much that is: a connection whose result is not wanted is closed.
            if isWhole { mysql_free_result(result) } else { abandon(result) }
        }
        let cells = MySQLCells(result)
        defer { cells.free() }
        while let row = mysql_fetch_row(result) {
            guard let lengths = mysql_fetch_lengths(result) else { throw failed(doing) }
            try visit(cells.fill(row, lengths))
        }
        guard mysql_errno(handle) == 0 else { throw failed(doing) }
        isWhole = true
    }

    /// Ends the connection under a result that is not read to its end.
    private func abandon(_ result: UnsafeMutablePointer<MYSQL_RES>) {
        guard let handle else { return mysql_free_result(result) }
        let descriptor = mysql_get_socket(handle)
        shutdown(descriptor, Int32(SHUT_RDWR))
        mysql_free_result(result)
        close()
    }

    private var fault: MySQLFault { MySQLFault(location: settings.location) }

    private func failed(_ doing: String) -> FoundlingError {
        guard let handle else { return fault.explain(2006, "it is closed", doing: doing) }
        return fault.explain(mysql_errno(handle), String(cString: mysql_error(handle)), doing: doing)
    }

    private func opened(_ doing: String) throws(FoundlingError) -> UnsafeMutablePointer<MYSQL> {
        guard let handle else { throw fault.explain(2006, "it is closed", doing: doing) }
        return handle
    }
}
