internal import FoundlingCore
internal import FoundlingSeam
internal import Glibc

/// Turns the cells of one source's rows into ``ClaimRow``s, by the same rules for every engine.
///
/// Values stay bytes: a `String` would turn a name that is not UTF-8 into another name without a word.
final class RowReader {
    private let query: SourceQuery
    /// By claim rule.
    private let claims: UnsafeMutableBufferPointer<PathProgram>
    private let requirements: UnsafeMutableBufferPointer<(group: Int, member: Int, path: PathProgram)>
    /// What Linux accepts as a path (PATH_MAX); no file can have a longer name.
    private static let longestPath = 4096

    init(_ query: SourceQuery) {
        self.query = query
        claims = .allocate(capacity: query.claims.count)
        _ = claims.initialize(from: query.claims.map { PathProgram($0) })
        let members = query.requirements.enumerated().flatMap { group, members in
            members.enumerated().map { (group: group, member: $0, path: PathProgram($1)) }
        }
        requirements = .allocate(capacity: members.count)
        _ = requirements.initialize(from: members)
    }

    deinit {
        for path in claims { path.deallocate() }
        for requirement in requirements { requirement.path.deallocate() }
        claims.deallocate()
        requirements.deallocate()
    }

    func fill(_ row: ClaimRow, _ cells: UnsafeBufferPointer<Cell>) throws(FoundlingError) {
        row.reset(resource: query.resource, source: query.source)
        if let making = query.making { row.isMaking = try isTrue(making, cells) }
        if let released = query.released { row.isReleased = try isTrue(released, cells) }
        if let key = query.key { fillKey(row, cells[key]) }
        for rule in 0..<claims.count {
            try spell(claims[rule], row, cells) { row, start in row.endClaim(rule, from: start) }
        }
        guard !requirements.isEmpty, !row.isMaking, !row.isReleased else { return }
        if let required = query.required, try !isTrue(required, cells) { return }
        for (group, member, path) in requirements {
            try spell(path, row, cells) { row, start in row.endRequirement(group: group, member: member, from: start) }
        }
    }

    /// A condition's value: a number, or one of the words that stand for one; NULL is false.
    private func isTrue(_ column: Int, _ cells: UnsafeBufferPointer<Cell>) throws(FoundlingError) -> Bool {
        let cell = cells[column]
        switch cell.kind {
        case .null: return false
        case .bits: return cell.bytes.contains { $0 != 0 }
        case .number where cell.bytes.count == 1: return cell.bytes[0] != UInt8(ascii: "0")
        case .number, .text, .binary, .opaque: break
        }
        let word = String(decoding: cell.bytes, as: UTF8.self).lowercased()
        if cell.kind == .number, let number = Double(word) { return number != 0 }
        if ["true", "t", "yes", "y", "on", "1"].contains(word) { return true }
        if ["false", "f", "no", "n", "off", "0", ""].contains(word) { return false }
        throw FoundlingError(
            .sourceFailed,
            "column '\(query.columns[column])' in '\(query.name)' is neither true nor false: "
                + "'\(Printable.escape(word))'",
            hint: "make it 1 or 0; guessing could turn a row that keeps a file into one that does not")
    }

    /// A key is shown and compared, never used as a path: bytes are spelt in hexadecimal.
    private func fillKey(_ row: ClaimRow, _ cell: Cell) {
        guard cell.kind != .null else { return }
        let start = row.mark
        let isPrintable = cell.kind != .opaque || cell.bytes.allSatisfy { (0x20...0x7E).contains($0) }
        if cell.kind == .binary || cell.kind == .bits || !isPrintable {
            let spelling: BinarySpelling = cell.bytes.count == 16 ? .dashed : .plain
            row.append(spelling.text(cell.bytes) ?? [])
        } else {
            row.append(cell.bytes)
        }
        row.endKey(from: start)
    }

    // MARK: Paths

    /// What became of one path.
    private enum Appended { case nothing, path, needsSpelling }

    /// Appends a path and closes it with `end`; one that holds bytes that are no text, once for each spelling.
    @inline(__always)
    private func spell(
        _ path: PathProgram, _ row: ClaimRow, _ cells: UnsafeBufferPointer<Cell>,
        _ end: (ClaimRow, Int) -> Void
    ) throws(FoundlingError) {
        let start = row.mark
        switch try append(path, to: row, cells, nil) {
        case .nothing: return
        case .path: return end(row, start)
        case .needsSpelling: break
        }
        for spelling in BinarySpelling.allCases {
            let start = row.mark
            if try append(path, to: row, cells, spelling) == .path { end(row, start) }
        }
    }

    /// Appends one path to the row's bytes; nothing where a column is NULL or empty.
    private func append(
        _ path: PathProgram, to row: ClaimRow, _ cells: UnsafeBufferPointer<Cell>,
        _ spelling: BinarySpelling?
    ) throws(FoundlingError) -> Appended {
        let start = row.mark
        for step in path.steps {
            switch step.kind {
            case .literal: row.append(step.literal)
            case .unknown: row.append([0])
            case .column:
                let (column, from, to) = (step.column, step.from, step.to)
                let cell = cells[column]
                var isEmpty = false
                switch cell.kind == .opaque ? (cell.bytes.count == 16 ? .binary : .text) : cell.kind {
                case .null: isEmpty = true
                case .text, .number, .opaque:
                    if Safeguard.undecodablePath.isOn, Self.holdsNUL(cell.bytes) {
                        throw undecodable(row, column, "it holds a NUL byte")
                    }
                    let slice = from == 0 && to == nil ? cell.bytes : Self.slice(cell.bytes, from, to)
                    isEmpty = slice.isEmpty
                    row.append(slice)
                case .bits: throw undecodable(row, column, "it is a bit field, not text")
                case .binary:
                    guard cell.bytes.count == 16 else {
                        throw undecodable(row, column, "it is \(cell.bytes.count) bytes of binary, not text")
                    }
                    guard let spelling else {
                        row.rewind(to: start)
                        return .needsSpelling
                    }
                    guard let text = spelling.text(cell.bytes) else {
                        row.rewind(to: start)
                        return .nothing
                    }
                    text.withUnsafeBytes { row.append(Self.slice($0, from, to)) }
                }
                guard !isEmpty else {
                    row.rewind(to: start)
                    return .nothing
                }
            }
        }
        guard row.mark - start <= Self.longestPath else {
            throw undecodable(
                row, nil, "it is \(row.mark - start) bytes long, and no path may exceed \(Self.longestPath)")
        }
        return .path
    }

    @inline(__always)
    private static func holdsNUL(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let start = bytes.baseAddress, bytes.count > 0 else { return false }
        return memchr(start, 0, bytes.count) != nil
    }

    /// Characters `from` up to `to` of UTF-8, as SQL's `substr` counts them.
    static func slice(_ value: UnsafeRawBufferPointer, _ from: Int, _ to: Int?) -> UnsafeRawBufferPointer {
        if from == 0, to == nil { return value }
        var character = -1
        var start: Int?
        for (offset, byte) in value.enumerated() where byte & 0xC0 != 0x80 {
            character += 1
            if character == from { start = offset }
            if let to, character == to {
                return UnsafeRawBufferPointer(rebasing: value[(start ?? offset)..<offset])
            }
        }
        guard let start else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(rebasing: value[start...])
    }

    private func undecodable(_ row: ClaimRow, _ column: Int?, _ reason: String) -> FoundlingError {
        let key = row.keyBytes.map { " of row '\(Printable.escape($0))'" } ?? ""
        let what = column.map { "column '\(query.columns[$0])'" } ?? "a claim"
        return FoundlingError(
            .pathUndecodable, "\(what)\(key) in '\(query.name)' is no path: \(reason)",
            hint:
                "correct the row, leave it out with `released`, or spell its path with `sql:`; a claim that cannot be read "
                + "could be the one that keeps a file")
    }
}
