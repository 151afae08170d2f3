/// How a row's columns become a path: a template over columns, or an SQL expression over the row.
package enum ClaimRule: Hashable, Sendable {
    case template(ClaimTemplate)
    case expression(String)

    /// As the manifest spells it.
    package var text: String {
        switch self {
        case .template(let template): template.text
        case .expression(let sql): "sql: \(sql)"
        }
    }
}

/// `trainings/{id}`, `{checkpoint_dir}`, `shards/{hash[0:2]}/{hash}`, `tmp/*_{id}`.
package struct ClaimTemplate: Hashable, Sendable {
    /// A piece of a template.
    package enum Piece: Hashable, Sendable {
        case literal([UInt8])
        /// A column, whole or the slice from character `from` up to, not including, `to`.
        case column(String, from: Int, to: Int?)
        /// `*`: a part of the name that the row does not know.
        case unknown
    }

    /// Why a text is no template, and at which of its bytes.
    package struct Invalid: Error, Equatable {
        package let reason: String
        package let offset: Int
    }

    package let text: String
    package let pieces: [Piece]

    package var columns: [String] {
        pieces.compactMap { if case .column(let name, _, _) = $0 { name } else { nil } }
    }

    package var hasUnknown: Bool { pieces.contains(.unknown) }

    package init(_ text: String) throws(Invalid) {
        self.text = text
        var pieces: [Piece] = []
        var literal: [UInt8] = []
        let bytes = Array(text.utf8)
        var i = 0
        func flush() {
            if !literal.isEmpty { pieces.append(.literal(literal)) }
            literal = []
        }
        while i < bytes.count {
            switch bytes[i] {
            case UInt8(ascii: "{") where i + 1 < bytes.count && bytes[i + 1] == UInt8(ascii: "{"),
                UInt8(ascii: "}") where i + 1 < bytes.count && bytes[i + 1] == UInt8(ascii: "}"):
                literal.append(bytes[i])
                i += 2
            case UInt8(ascii: "{"):
                guard let end = bytes[i...].firstIndex(of: UInt8(ascii: "}")) else {
                    throw Invalid(reason: "'{' without '}'", offset: i)
                }
                flush()
                pieces.append(try Self.column(Array(bytes[(i + 1)..<end]), at: i + 1))
                i = end + 1
            case UInt8(ascii: "}"):
                throw Invalid(reason: "'}' without '{' (write '}}' for the character itself)", offset: i)
            case .star:
                flush()
                if pieces.last != .unknown { pieces.append(.unknown) }
                i += 1
            case 0:
                throw Invalid(reason: "a NUL byte, which no path can hold", offset: i)
            case let byte:
                literal.append(byte)
                i += 1
            }
        }
        flush()
        guard !pieces.isEmpty else { throw Invalid(reason: "an empty claim claims nothing", offset: 0) }
        self.pieces = pieces
    }

    /// `name` or `name[from:to]`, either end left out meaning the end of the text.
    private static func column(_ bytes: [UInt8], at offset: Int) throws(Invalid) -> Piece {
        guard let open = bytes.firstIndex(of: UInt8(ascii: "[")) else {
            guard !bytes.isEmpty else { throw Invalid(reason: "'{}' names no column", offset: offset) }
            return .column(String(decoding: bytes, as: UTF8.self), from: 0, to: nil)
        }
        let name = String(decoding: bytes[..<open], as: UTF8.self)
        let bounds = bytes[(open + 1)...].dropLast().split(
            separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        let numbers = bounds.map { $0.isEmpty ? Int?.none : Int(String(decoding: $0, as: UTF8.self)) }
        guard !name.isEmpty, bytes.last == UInt8(ascii: "]"), bounds.count == 2,
            zip(bounds, numbers).allSatisfy({ $0.isEmpty || $1 != nil }), (numbers[0] ?? 0) >= 0,
            numbers[1].map({ $0 > numbers[0] ?? 0 }) ?? true
        else { throw Invalid(reason: "a slice is written {column[0:2]}, counting from 0", offset: offset) }
        return .column(name, from: numbers[0] ?? 0, to: numbers[1])
    }
}
