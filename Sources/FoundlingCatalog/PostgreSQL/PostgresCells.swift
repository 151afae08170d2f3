internal import CPostgres

/// The values of a result's only row, where libpq holds them.
struct PostgresCells {
    private var cells = UnsafeMutableBufferPointer<Cell>(start: nil, count: 0)
    private var kinds: [Cell.Kind] = []
    /// Bytes of columns that came in hexadecimal.
    private var decoded: [UnsafeMutableRawBufferPointer] = []

    /// Object ids of PostgreSQL's own types, which never change: `pg_type.dat`.
    private static let bytea: UInt32 = 17
    private static let numbers: Set<UInt32> = [20, 21, 23, 26, 700, 701, 1700]

    mutating func free() {
        cells.deallocate()
        for buffer in decoded { buffer.deallocate() }
    }

    /// Valid until the result is cleared or the next row is filled in.
    @inline(__always)
    mutating func fill(_ result: OpaquePointer) -> UnsafeBufferPointer<Cell> {
        if kinds.isEmpty { prepare(result) }
        for column in 0..<kinds.count {
            let index = Int32(column)
            if PQgetisnull(result, 0, index) == 1 {
                cells[column] = Cell()
                continue
            }
            let value = UnsafeRawBufferPointer(
                start: PQgetvalue(result, 0, index), count: Int(PQgetlength(result, 0, index)))
            let kind = kinds[column]
            cells[column] = Cell(kind: kind, bytes: kind == .binary ? decode(value, column) : value)
        }
        return UnsafeBufferPointer(cells)
    }

    private mutating func prepare(_ result: OpaquePointer) {
        kinds = (0..<PQnfields(result)).map { column in
            switch PQftype(result, column) {
            case Self.bytea: .binary
            case let type where Self.numbers.contains(type): .number
            default: .text
            }
        }
        cells = .allocate(capacity: kinds.count)
        cells.initialize(repeating: Cell())
        decoded = kinds.map { _ in UnsafeMutableRawBufferPointer(start: nil, count: 0) }
    }

    /// `\x6f1c…`, as `bytea_output = hex` writes bytes.
    private mutating func decode(_ text: UnsafeRawBufferPointer, _ column: Int) -> UnsafeRawBufferPointer {
        let count = max(0, text.count / 2 - 1)
        if decoded[column].count < count {
            decoded[column].deallocate()
            decoded[column] = .allocate(byteCount: max(count, 16), alignment: 1)
        }
        func digit(_ byte: UInt8) -> UInt8 { byte < 0x3A ? byte & 15 : (byte & 15) + 9 }
        for index in 0..<count {
            decoded[column][index] = digit(text[2 * index + 2]) << 4 | digit(text[2 * index + 3])
        }
        return UnsafeRawBufferPointer(rebasing: decoded[column][..<count])
    }
}
