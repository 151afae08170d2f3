internal import CPostgres
internal import FoundlingCore
internal import Glibc

/// The values of one line of COPY's text format, where libpq holds it.
///
/// Values stand between tabs; a NULL is `\N`, and a backslash is before whatever would be mistaken for something else.
struct PostgresCells {
    private let cells: UnsafeMutableBufferPointer<Cell>
    private let kinds: UnsafeMutableBufferPointer<Cell.Kind>

    /// Object ids of PostgreSQL's own types, which never change: `pg_type.dat`.
    private static let bytea: UInt32 = 17
    private static let numbers: Set<UInt32> = [20, 21, 23, 26, 700, 701, 1700]
    private static let tab = Int32(UInt8(ascii: "\t"))
    private static let escape = Int32(UInt8.backslash)

    init(_ types: [UInt32]) {
        cells = .allocate(capacity: types.count)
        cells.initialize(repeating: Cell())
        kinds = .allocate(capacity: types.count)
        _ = kinds.initialize(
            from: types.map { $0 == Self.bytea ? .binary : Self.numbers.contains($0) ? .number : .text })
    }

    func free() {
        cells.deallocate()
        kinds.deallocate()
    }

    /// Takes a line apart, in its own memory; valid as long as that is. Nil where it has another number of values.
    @inline(__always)
    func fill(_ line: UnsafeMutableRawBufferPointer) -> UnsafeBufferPointer<Cell>? {
        guard var start = line.baseAddress else { return nil }
        // Without the end of line.
        let end = start + line.count - 1
        for column in 0..<kinds.count {
            let isLast = column == kinds.count - 1
            let found = memchr(start, Self.tab, end - start)
            guard (found == nil) == isLast else { return nil }
            let stop = found ?? end
            cells[column] = cell(start, stop - start, kinds[column])
            if !isLast { start = stop + 1 }
        }
        return UnsafeBufferPointer(cells)
    }

    @inline(__always)
    private func cell(_ start: UnsafeMutableRawPointer, _ count: Int, _ kind: Cell.Kind) -> Cell {
        guard count > 0, memchr(start, Self.escape, count) != nil else {
            return Cell(kind: kind, bytes: UnsafeRawBufferPointer(start: start, count: count))
        }
        return escaped(UnsafeMutableRawBufferPointer(start: start, count: count), kind)
    }

    @inline(never)
    private func escaped(_ text: UnsafeMutableRawBufferPointer, _ kind: Cell.Kind) -> Cell {
        if text.count == 2, text[0] == .backslash, text[1] == UInt8(ascii: "N") { return Cell() }
        var (from, to) = (0, 0)
        while from < text.count {
            if text[from] == .backslash, from + 1 < text.count {
                text[to] = Self.meaning(of: text[from + 1])
                from += 2
            } else {
                text[to] = text[from]
                from += 1
            }
            to += 1
        }
        let count = kind == .binary ? Self.decode(text, to) : to
        return Cell(kind: kind, bytes: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(text)[..<count]))
    }

    /// The escapes that COPY writes: documentation of COPY, "Text Format".
    private static func meaning(of letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "b"): 8
        case UInt8(ascii: "t"): 9
        case UInt8(ascii: "n"): 10
        case UInt8(ascii: "v"): 11
        case UInt8(ascii: "f"): 12
        case UInt8(ascii: "r"): 13
        default: letter
        }
    }

    /// `\x6f1c…`, as `bytea_output = hex` writes bytes, becomes those bytes; how many they are.
    private static func decode(_ text: UnsafeMutableRawBufferPointer, _ length: Int) -> Int {
        func digit(_ byte: UInt8) -> UInt8 { byte < 0x3A ? byte & 15 : (byte & 15) + 9 }
        let count = max(0, length / 2 - 1)
        for index in 0..<count {
            text[index] = digit(text[2 * index + 2]) << 4 | digit(text[2 * index + 3])
        }
        return count
    }
}
