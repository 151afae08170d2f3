package import FoundlingCore

/// Decides whether two globs can take the same name: exactly, so that no sound manifest is refused.
package enum GlobIntersection {
    /// One step of a pattern: any run of bytes, or one byte out of a set.
    private enum Step {
        case run
        case one(Set<UInt8>)
    }

    /// Whether some name matches both.
    package static func mayMeet(_ a: GlobComponent, _ b: GlobComponent) -> Bool {
        if a.isLiteral { return b.matches(a.bytes) }
        if b.isLiteral { return a.matches(b.bytes) }
        let (a, b) = (steps(a), steps(b))
        // meets[j] tells of the rests a[i...] and b[j...]; both at their end is where it begins.
        var meets = [Bool](repeating: false, count: b.count + 1)
        for i in stride(from: a.count, through: 0, by: -1) {
            var row = [Bool](repeating: false, count: b.count + 1)
            for j in stride(from: b.count, through: 0, by: -1) {
                switch (i < a.count ? a[i] : nil, j < b.count ? b[j] : nil) {
                case (nil, nil): row[j] = true
                case (.run, nil): row[j] = meets[j]
                case (nil, .run): row[j] = row[j + 1]
                case (.run, _?), (_?, .run): row[j] = meets[j] || row[j + 1]
                case (.one(let one), .one(let other)): row[j] = meets[j + 1] && !one.isDisjoint(with: other)
                case (.one, nil), (nil, .one): row[j] = false
                }
            }
            meets = row
        }
        return meets[0]
    }

    /// Whether `exception` can take an entry of `entries` or a directory on the way to one.
    static func mayMeet(_ exception: Glob, below entries: Glob) -> Bool {
        let depth = exception.components.count + (exception.isDeep ? 1 : 0)
        guard entries.isDeep || depth <= entries.components.count else { return false }
        return zip(exception.components, entries.components).allSatisfy { mayMeet($0, $1) }
    }

    /// Whether everything on the way to `glob` is surely taken by `exception`.
    static func covers(_ exception: Glob, _ glob: Glob) -> Bool {
        guard exception.components.count <= glob.components.count else { return false }
        return zip(exception.components, glob.components).allSatisfy { exception, component in
            exception == component || exception.bytes == [.star]
                || component.isLiteral && exception.matches(component.bytes)
        }
    }

    private static func steps(_ component: GlobComponent) -> [Step] {
        let bytes = component.bytes
        var steps: [Step] = []
        var i = 0
        while i < bytes.count {
            switch bytes[i] {
            case .star:
                steps.append(.run)
                i += 1
            case UInt8(ascii: "?"):
                steps.append(.one(Set(1...255)))
                i += 1
            case UInt8(ascii: "["):
                let end = endOfClass(bytes, i) ?? i
                // The component itself knows best what a class takes.
                let element = GlobComponent(Array(bytes[i...end]))
                steps.append(.one(end == i ? [bytes[i]] : Set((1...255).filter { element.matches([$0]) })))
                i = end + 1
            default:
                steps.append(.one([bytes[i]]))
                i += 1
            }
        }
        return steps
    }

    /// The bracket that closes the class at `open`, by the rules of ``GlobComponent``.
    private static func endOfClass(_ bytes: [UInt8], _ open: Int) -> Int? {
        var i = open + 1
        if i < bytes.count, bytes[i] == UInt8(ascii: "!") || bytes[i] == UInt8(ascii: "^") { i += 1 }
        let first = i
        while i < bytes.count {
            if bytes[i] == UInt8(ascii: "]"), i > first { return i }
            let isRange = i + 2 < bytes.count && bytes[i + 1] == UInt8(ascii: "-") && bytes[i + 2] != UInt8(ascii: "]")
            i += isRange ? 3 : 1
        }
        return nil
    }
}
