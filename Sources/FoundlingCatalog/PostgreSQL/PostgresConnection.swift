internal import CPostgres
internal import FoundlingCore
internal import Glibc

/// One connection to a PostgreSQL server. One thread at a time uses it; only cancelling may come from another.
final class PostgresConnection: @unchecked Sendable {
    let settings: PostgresSettings
    private var handle: OpaquePointer?
    private var cancel: CancelRequest?
    private var running: Int?

    init(_ settings: PostgresSettings) { self.settings = settings }

    deinit { close() }

    var isOpen: Bool { handle != nil }

    func close() {
        if let running { RunningQueries.remove(running) }
        (running, cancel) = (nil, nil)
        if let handle { PQfinish(handle) }
        handle = nil
    }

    /// Connects anew, whatever was before.
    func open() throws(FoundlingError) {
        close()
        let keywords = settings.options.map { strdup($0.keyword) }
        let values = settings.options.map { strdup($0.value) }
        defer { for pointer in keywords + values { free(pointer) } }
        let connected = (keywords.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer { keywords in
            (values.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer { values in
                PQconnectdbParams(keywords.baseAddress, values.baseAddress, 0)
            }
        }
        guard let connected, PQstatus(connected) == CONNECTION_OK else {
            let message = connected.flatMap { PQerrorMessage($0) }.map { String(cString: $0) } ?? "out of memory"
            if let connected { PQfinish(connected) }
            throw fault(isConnecting: true).explain(Self.state(ofConnecting: message), message, doing: "connecting")
        }
        handle = connected
        // Its notices are for psql's users; a broken one must not write to our screen.
        PQsetNoticeProcessor(connected, { _, _ in }, nil)
        guard let request = PQgetCancel(connected).map(CancelRequest.init) else { return }
        cancel = request
        running = RunningQueries.add { request.send() }
    }

    /// What PQcancel needs, for as long as somebody may call it.
    private final class CancelRequest: @unchecked Sendable {
        private let cancel: OpaquePointer

        init(_ cancel: OpaquePointer) { self.cancel = cancel }
        deinit { PQfreeCancel(cancel) }

        func send() {
            var message = [CChar](repeating: 0, count: 256)
            _ = PQcancel(cancel, &message, 256)
        }
    }

    private func fault(isConnecting: Bool = false) -> PostgresFault {
        PostgresFault(location: settings.location, isConnecting: isConnecting)
    }

    /// Where the connection leads, as libpq found it out: a service file or the environment may have had a say.
    var location: String {
        guard let handle, let database = PQdb(handle) else { return settings.location }
        let host = PQhost(handle).map { String(cString: $0) } ?? ""
        let port = PQport(handle).map { String(cString: $0) } ?? ""
        let server = host.isEmpty || host.hasPrefix("/") ? "this machine's socket" : host
        let isUsual = port.isEmpty || !settings.options.contains { $0.keyword == "port" }
        return "\(String(cString: database)) at \(server)\(isUsual || server != host ? "" : ":\(port)")"
    }

    // MARK: Statements

    /// Runs statements that yield nothing of interest.
    func run(_ sql: String, _ doing: String) throws(FoundlingError) {
        let result = PQexec(try opened(doing), sql)
        defer { PQclear(result) }
        try check(result, doing)
    }

    /// Whether a transaction is under way, or failed and not yet taken back.
    var isInTransaction: Bool {
        handle.map { [PQTRANS_INTRANS, PQTRANS_INERROR].contains(PQtransactionStatus($0)) } ?? false
    }

    /// Runs one statement, and counts the rows that it changed.
    func change(_ sql: String, _ doing: String) throws(FoundlingError) -> Int {
        let result = PQexec(try opened(doing), sql)
        defer { PQclear(result) }
        try check(result, doing)
        return PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
    }

    /// A few small rows as text.
    func rows(_ sql: String, _ arguments: [String?], _ doing: String) throws(FoundlingError) -> [[String?]] {
        let values = arguments.map { $0.map { strdup($0) } }
        defer { for value in values { free(value ?? nil) } }
        let handle = try opened(doing)
        let result = values.map { UnsafePointer($0 ?? nil) }.withUnsafeBufferPointer {
            PQexecParams(handle, sql, Int32(arguments.count), nil, $0.baseAddress, nil, nil, 0)
        }
        defer { PQclear(result) }
        try check(result, doing)
        return (0..<PQntuples(result)).map { row in
            (0..<PQnfields(result)).map { column in
                PQgetisnull(result, row, column) == 1 ? nil : String(cString: PQgetvalue(result, row, column))
            }
        }
    }

    /// The names of a statement's columns, without running it.
    func describe(_ sql: String, _ doing: String) throws(FoundlingError) -> [String] {
        let described = try describing(sql, doing)
        defer { PQclear(described) }
        return (0..<PQnfields(described)).map { String(cString: PQfname(described, $0)) }
    }

    /// What a statement yields; whoever asks clears it.
    private func describing(_ sql: String, _ doing: String) throws(FoundlingError) -> OpaquePointer? {
        let handle = try opened(doing)
        let prepared = PQprepare(handle, "", sql, 0, nil)
        defer { PQclear(prepared) }
        try check(prepared, doing)
        let described = PQdescribePrepared(handle, "")
        do throws(FoundlingError) { try check(described, doing) } catch {
            PQclear(described)
            throw error
        }
        return described
    }

    /// Row by row, never holding more than one.
    ///
    /// By COPY, which costs the client a third of what a result for each row does (docs/adr/0018). The rows must be as
    /// many as the server says in the end, and nothing but that is the end.
    func stream(
        _ sql: String, _ doing: String, _ visit: (UnsafeBufferPointer<Cell>) throws(FoundlingError) -> Void
    ) throws(FoundlingError) {
        let cells = PostgresCells(try types(sql, doing))
        defer { cells.free() }
        let handle = try opened(doing)
        // A comment may end the statement: what follows stands on a line of its own.
        let copy = "COPY (\n\(sql)\n) TO STDOUT"
        guard PQsendQueryParams(handle, copy, 0, nil, nil, nil, nil, 0) == 1 else { throw lost(doing) }
        try expect(PGRES_COPY_OUT, doing)
        var rows = 0
        while true {
            var line: UnsafeMutablePointer<CChar>?
            let length = PQgetCopyData(handle, &line, 0)
            guard length > 0, let line else { break }
            defer { PQfreemem(line) }
            do throws(FoundlingError) {
                guard let row = cells.fill(UnsafeMutableRawBufferPointer(start: line, count: Int(length))) else {
                    throw fault().explain("", "a row has another number of columns", doing: doing)
                }
                try visit(row)
            } catch {
                // Or the rest would have to be received before anything else can be asked.
                cancel?.send()
                throw error
            }
            rows += 1
        }
        let counted = try expect(PGRES_COMMAND_OK, doing)
        while let rest = PQgetResult(handle) { PQclear(rest) }
        guard counted == rows else {
            throw fault().explain("", "it sent \(rows) rows and counts \(counted ?? 0)", doing: doing)
        }
    }

    /// The next result, which must have a status.
    ///
    /// - Returns: the rows that it counts, if it counts any.
    @discardableResult
    private func expect(_ status: ExecStatusType, _ doing: String) throws(FoundlingError) -> Int? {
        guard let handle, let result = PQgetResult(handle) else { throw lost(doing) }
        defer { PQclear(result) }
        guard PQresultStatus(result) == status else {
            while let rest = PQgetResult(handle) { PQclear(rest) }
            try check(result, doing)
            throw lost(doing)
        }
        return PQcmdTuples(result).flatMap { Int(String(cString: $0)) }
    }

    /// The types of a statement's columns, as object ids.
    private func types(_ sql: String, _ doing: String) throws(FoundlingError) -> [UInt32] {
        let described = try describing(sql, doing)
        defer { PQclear(described) }
        return (0..<PQnfields(described)).map { PQftype(described, $0) }
    }

    private func opened(_ doing: String) throws(FoundlingError) -> OpaquePointer {
        guard let handle else { throw fault().explain("", "it is closed", doing: doing) }
        return handle
    }

    private func lost(_ doing: String) -> FoundlingError {
        fault().explain("", handle.flatMap { PQerrorMessage($0) }.map { String(cString: $0) } ?? "", doing: doing)
    }

    private func check(_ result: OpaquePointer?, _ doing: String) throws(FoundlingError) {
        let status = PQresultStatus(result)
        if status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK { return }
        guard let result else { throw lost(doing) }
        let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) } ?? ""
        let message = PQresultErrorField(result, Int32(UInt8(ascii: "M"))).map { String(cString: $0) }
        throw fault().explain(state, message ?? String(cString: PQresultErrorMessage(result)), doing: doing)
    }

    /// libpq gives no SQLSTATE for a connection that failed: only the server's words.
    private static func state(ofConnecting message: String) -> String {
        // Only to choose the better hint: an unknown wording stays a connection that failed.
        let words = [
            ("too many clients", "53300"), ("too many connections", "53300"), ("connection slots", "53300"),
            ("starting up", "57P03"), ("shutting down", "57P03"), ("password authentication failed", "28P01"),
            ("no password supplied", "28P01"), ("permission denied for database", "28000"), ("pg_hba.conf", "28000"),
            ("role \"", "28000"),
            ("database \"", "3D000"),
        ]
        return words.first { message.contains($0.0) }?.1 ?? ""
    }
}
