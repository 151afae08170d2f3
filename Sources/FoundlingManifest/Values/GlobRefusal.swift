import FoundlingCore

/// Explains why ``Glob`` refused a text.
enum GlobRefusal {
    static func reason(_ text: String) -> String {
        let bytes = Array(text.utf8)
        if bytes.isEmpty || bytes.allSatisfy({ $0 == .slash }) { return "it names nothing below the root" }
        if bytes.contains(0) { return "a NUL byte, which no path can hold" }
        if bytes.first == .slash { return "it is absolute; globs are read from the root of the store" }
        var parts = bytes.split(separator: .slash, omittingEmptySubsequences: false)
        while parts.last?.isEmpty == true { parts.removeLast() }
        if parts.contains(where: { $0.elementsEqual("..".utf8) }) { return "'..' leaves the store" }
        if parts.contains(where: { $0.elementsEqual(".".utf8) }) { return "leave out the '.'" }
        if parts.contains(where: \.isEmpty) { return "a part between two slashes is empty" }
        if parts.dropLast().contains(where: { $0.elementsEqual("**".utf8) }) { return "'**' may only be the last part" }
        return "it is no path below the root"
    }
}
