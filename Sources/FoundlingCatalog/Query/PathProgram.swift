/// How one path is put together from the cells of a row, in memory that a loop over millions of rows can follow without
/// counting references.
struct PathProgram {
    /// One part of the path.
    struct Step {
        enum Kind: UInt8 { case literal, column, unknown }
        let kind: Kind
        let literal: UnsafeRawBufferPointer
        let column: Int
        let from: Int
        let to: Int?
    }

    let steps: UnsafeMutableBufferPointer<Step>

    init(_ parts: [SourceQuery.PathPart]) {
        steps = .allocate(capacity: parts.count)
        for (index, part) in parts.enumerated() {
            steps.initializeElement(at: index, to: Step(part))
        }
    }

    func deallocate() {
        for step in steps { step.literal.deallocate() }
        steps.deallocate()
    }
}

extension PathProgram.Step {
    fileprivate init(_ part: SourceQuery.PathPart) {
        var text = UnsafeRawBufferPointer(start: nil, count: 0)
        (column, from, to) =
            if case .column(let column, let from, let to) = part { (column, from, to) } else { (0, 0, nil) }
        switch part {
        case .literal(let bytes):
            kind = .literal
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
            copy.copyBytes(from: bytes)
            text = UnsafeRawBufferPointer(copy)
        case .column: kind = .column
        case .unknown: kind = .unknown
        }
        literal = text
    }
}
