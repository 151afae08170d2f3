/// A table as SQL spells it: `trainings`, `public.trainings`, `"My Schema"."order"`.
struct TableName {
    let schema: String?
    let name: String

    /// Why a text names no table.
    struct Invalid: Error {
        let reason: String
    }

    init(_ text: String) throws(Invalid) {
        var parts: [String] = []
        var rest = text.unicodeScalars[...]
        while true {
            parts.append(try Self.identifier(&rest))
            guard let next = rest.popFirst() else { break }
            guard next == "." else { throw Invalid(reason: "expected '.' between schema and table") }
        }
        guard parts.count <= 2 else { throw Invalid(reason: "write table or schema.table") }
        schema = parts.count == 2 ? parts[0] : nil
        name = parts[parts.count - 1]
    }

    private static func identifier(_ rest: inout Substring.UnicodeScalarView) throws(Invalid) -> String {
        var name = ""
        if rest.first == "\"" {
            rest.removeFirst()
            while let scalar = rest.popFirst() {
                if scalar == "\"" {
                    guard rest.first == "\"" else { return try checked(name) }
                    rest.removeFirst()
                }
                name.unicodeScalars.append(scalar)
            }
            throw Invalid(reason: "a '\"' is not closed")
        }
        while let scalar = rest.first, scalar != ".", scalar != "\"" {
            guard !scalar.properties.isWhitespace, !"`'();".unicodeScalars.contains(scalar) else {
                throw Invalid(reason: "put a name with special characters in double quotes, or write a query")
            }
            name.unicodeScalars.append(scalar)
            rest.removeFirst()
        }
        return try checked(name)
    }

    private static func checked(_ name: String) throws(Invalid) -> String {
        guard !name.isEmpty else { throw Invalid(reason: "a name is empty") }
        guard !name.utf8.contains(0) else { throw Invalid(reason: "a NUL byte, which no name can hold") }
        return name
    }
}
