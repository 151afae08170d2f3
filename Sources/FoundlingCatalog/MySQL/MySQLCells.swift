internal import CMariaDB

/// The values of a row, where libmariadb holds them.
struct MySQLCells {
    private let cells: UnsafeMutableBufferPointer<Cell>
    private let kinds: [Cell.Kind]

    /// The character set of what is bytes and no text: `binary`, in `information_schema.collations`.
    private static let binary: UInt32 = 63

    init(_ result: UnsafeMutablePointer<MYSQL_RES>) {
        let count = Int(mysql_num_fields(result))
        if let fields = mysql_fetch_fields(result) {
            kinds = (0..<count).map { Self.kind(of: fields[$0]) }
        } else {
            kinds = Array(repeating: .text, count: count)
        }
        cells = .allocate(capacity: count)
        cells.initialize(repeating: Cell())
    }

    private static func kind(of field: MYSQL_FIELD) -> Cell.Kind {
        switch field.type {
        case MYSQL_TYPE_BIT: .bits
        case MYSQL_TYPE_TINY, MYSQL_TYPE_SHORT, MYSQL_TYPE_INT24, MYSQL_TYPE_LONG, MYSQL_TYPE_LONGLONG,
            MYSQL_TYPE_DECIMAL, MYSQL_TYPE_NEWDECIMAL, MYSQL_TYPE_FLOAT, MYSQL_TYPE_DOUBLE:
            .number
        // BINARY(n), padded with NUL.
        case MYSQL_TYPE_STRING where field.charsetnr == binary && field.flags & UInt32(ENUM_FLAG | SET_FLAG) == 0:
            .binary
        // How applications keep names byte for byte, or a UUID.
        case MYSQL_TYPE_VAR_STRING where field.charsetnr == binary, MYSQL_TYPE_BLOB where field.charsetnr == binary,
            MYSQL_TYPE_TINY_BLOB where field.charsetnr == binary:
            .opaque
        default: .text
        }
    }

    func free() { cells.deallocate() }

    @inline(__always)
    func fill(
        _ row: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, _ lengths: UnsafeMutablePointer<UInt>
    ) -> UnsafeBufferPointer<Cell> {
        for column in 0..<kinds.count {
            if let value = row[column] {
                cells[column] = Cell(
                    kind: kinds[column], bytes: UnsafeRawBufferPointer(start: value, count: Int(lengths[column])))
            } else {
                cells[column] = Cell()
            }
        }
        return UnsafeBufferPointer(cells)
    }
}
