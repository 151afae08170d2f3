internal import FoundlingCore
internal import FoundlingReport

/// The shape of a value: what a request is checked against, and what the OpenAPI document says of it. One source for
/// both, so that they cannot disagree.
indirect enum Schema: Sendable {
    /// - Parameters:
    ///   - pattern: for readers and for checking, anchored at both ends.
    case text(TextRules = TextRules())
    case choice([String])
    case integer(ClosedRange<Int64> = 0...Int64.max)
    case number
    case boolean
    case array(Schema, atLeast: Int = 0, upTo: Int? = nil)
    /// Nothing but these fields in a request; at least these in an answer.
    case object([Field])
    /// One of several objects, told apart by a field that all of them have: its value, and what else is there.
    case oneOf(by: String, [[Field]])
    /// A text that is itself JSON: in answers only.
    case embedded(Schema)
    /// Names that nobody knows beforehand.
    case map(Schema)
    case nullable(Schema)
    /// A shape with a name of its own, once in the document.
    case ref(String)

    /// What a text must look like.
    struct TextRules: Sendable {
        var length: ClosedRange<Int> = 0...4_096
        var pattern: String?
        var format: String?
        var example: String?
        /// What `pattern` says, where a regular expression is too slow to check it or tells a person too little: the
        /// end of a sentence, or nil where the text is right.
        var rule: (@Sendable (String) -> String?)?
    }

    /// One field of an object.
    struct Field: Sendable {
        var name: String
        var schema: Schema
        var isRequired: Bool
        var about: String?

        init(_ name: String, _ schema: Schema, required: Bool = true, _ about: String? = nil) {
            self.name = name
            self.schema = schema
            isRequired = required
            self.about = about
        }
    }

    static let time = Schema.text(TextRules(length: 20...30, format: "date-time"))
    static let size = Schema.integer()

    // MARK: The document

    /// As JSON Schema 2020-12, which OpenAPI 3.1 speaks.
    ///
    /// - Parameter isClosed: whether an object may have no other fields: so for requests.
    func json(isClosed: Bool) -> JSONObject {
        var object = JSONObject()
        switch self {
        case .text(let rules):
            object.field("type", "string")
            if rules.length.lowerBound > 0 { object.field("minLength", rules.length.lowerBound) }
            // What is answered may quote what was asked, and says more than it.
            if isClosed, rules.format == nil { object.field("maxLength", rules.length.upperBound) }
            if let pattern = rules.pattern {
                object.field("pattern", "^\(pattern)$")
            } else if isClosed, rules.format == nil {
                object.field("pattern", Self.withoutNUL)
            }
            if let format = rules.format { object.field("format", format) }
            if let example = rules.example { object.field("examples", json: JSONObject.array([example])) }
        case .choice(let words):
            object.field("type", "string")
            object.field("enum", json: JSONObject.array(words))
        case .integer(let range):
            object.field("type", "integer")
            object.field("minimum", range.lowerBound)
            if isClosed || range.upperBound != .max { object.field("maximum", range.upperBound) }
            if range.upperBound == .max { object.field("format", "int64") }
        case .number: object.field("type", "number")
        case .boolean: object.field("type", "boolean")
        case .array(let item, let least, let most):
            object.field("type", "array")
            object.field("items", item.json(isClosed: isClosed))
            if least > 0 { object.field("minItems", least) }
            if let most { object.field("maxItems", most) }
        case .object(let fields): object = Self.json(fields, isClosed: isClosed)
        case .oneOf(_, let variants):
            let all = variants.map { Self.json($0, isClosed: isClosed).json }
            object.field("oneOf", json: "[\(all.joined(separator: ","))]")
        case .embedded(let schema):
            object.field("type", "string")
            object.field("contentMediaType", "application/json")
            object.field("contentSchema", schema.json(isClosed: isClosed))
        case .map(let value):
            object.field("type", "object")
            object.field("additionalProperties", value.json(isClosed: isClosed))
        case .nullable(let schema):
            let both = [schema.json(isClosed: isClosed).json, "{\"type\":\"null\"}"]
            object.field("anyOf", json: "[\(both.joined(separator: ","))]")
        case .ref(let name): object.field("$ref", "#/components/schemas/\(name)")
        }
        return object
    }

    private static let withoutNUL = "^[^\\u0000]*$"

    private static func json(_ fields: [Field], isClosed: Bool) -> JSONObject {
        var object = JSONObject()
        object.field("type", "object")
        var properties = JSONObject()
        for field in fields {
            var property = field.schema.json(isClosed: isClosed)
            if let about = field.about { property.field("description", about) }
            properties.field(field.name, property)
        }
        object.field("properties", properties)
        let required = fields.filter(\.isRequired).map(\.name)
        if !required.isEmpty { object.field("required", json: JSONObject.array(required)) }
        if isClosed { object.field("additionalProperties", false) }
        return object
    }

    // MARK: Checking

    /// Everything about a value that is not as it should be, in sentences.
    ///
    /// - Parameter name: what the value is called in them.
    func mistakes(in value: JSONValue, _ name: String) -> [String] {
        switch (self, value) {
        case (.nullable, .null): return []
        case (.nullable(let schema), _): return schema.mistakes(in: value, name)
        case (.text(let rules), .text(let text)): return rules.mistake(in: text).map { ["'\(name)' \($0)"] } ?? []
        case (.choice(let words), .text(let text)):
            return words.contains(text) ? [] : ["'\(name)' is one of \(words.joined(separator: ", "))"]
        case (.integer(let range), .integer(let number)):
            return range.contains(number)
                ? [] : ["'\(name)' is a whole number from \(range.lowerBound) to \(range.upperBound)"]
        // JSON Schema counts 1.0 as a whole number.
        case (.integer, .number(let number)):
            guard let whole = Int64(exactly: number) else { return ["'\(name)' is a whole number"] }
            return mistakes(in: .integer(whole), name)
        case (.number, .integer), (.number, .number), (.boolean, .bool): return []
        case (.array(let item, let least, let most), .array(let values)):
            if values.isEmpty, least > 0 { return ["'\(name)' is an empty list"] }
            if values.count < least { return ["'\(name)' has at least \(least) items"] }
            if let most, values.count > most { return ["'\(name)' has at most \(most) items"] }
            return values.enumerated().flatMap { item.mistakes(in: $1, "\(name)[\($0)]") }
        case (.object(let fields), .object(let values)): return Self.mistakes(in: values, fields, name)
        case (.oneOf(let tag, let variants), .object(let values)): return Self.mistakes(in: values, variants, tag, name)
        case (.map(let schema), .object(let values)):
            return values.flatMap { schema.mistakes(in: $1, "\(name).\(Printable.escape($0))") }
        case (.ref, _): return []
        default: return ["'\(name)' is \(noun), not \(value.noun)"]
        }
    }

    private static func mistakes(in values: [String: JSONValue], _ fields: [Field], _ name: String) -> [String] {
        let prefix = name.isEmpty ? "" : name + "."
        let known = fields.map(\.name)
        let unknown = values.keys.filter { !known.contains($0) }.sorted().prefix(5).map { word in
            "unknown field '\(Printable.escape(prefix + word))'"
                + (Nearest.word(to: word, in: known).map { ": did you mean '\($0)'?" } ?? "")
        }
        return unknown
            + fields.flatMap { field -> [String] in
                guard let value = values[field.name] else {
                    return field.isRequired ? ["'\(prefix)\(field.name)' is missing"] : []
                }
                return field.schema.mistakes(in: value, prefix + field.name)
            }
    }

    /// Of the variants that the tag allows, those of the nearest: the one to which least is foreign.
    private static func mistakes(
        in values: [String: JSONValue], _ variants: [[Field]], _ tag: String, _ name: String
    ) -> [String] {
        let tags = variants.compactMap { $0.first { $0.name == tag } }
        let meant = variants.filter { fields in
            guard let value = values[tag], let field = fields.first(where: { $0.name == tag }) else { return false }
            return field.schema.mistakes(in: value, tag).isEmpty
        }
        guard !meant.isEmpty else {
            let words = tags.flatMap { field -> [String] in
                if case .choice(let words) = field.schema { words } else { [] }
            }
            let known = words.enumerated().filter { !words[..<$0.offset].contains($0.element) }.map(\.element)
            return ["'\(tag)' is one of \(known.joined(separator: ", "))"]
        }
        func foreign(_ fields: [Field]) -> Int { values.keys.count { key in !fields.contains { $0.name == key } } }
        let nearest = meant.map { (fields: $0, foreign: foreign($0), mistakes: mistakes(in: values, $0, name)) }
            .min { ($0.foreign, $0.mistakes.count) < ($1.foreign, $1.mistakes.count) }
        return nearest?.mistakes ?? []
    }

    private var noun: String {
        switch self {
        case .text, .choice, .embedded: "a text"
        case .integer: "a whole number"
        case .number: "a number"
        case .boolean: "true or false"
        case .array: "a list"
        case .object, .oneOf, .map, .ref: "an object"
        case .nullable(let schema): schema.noun + " or null"
        }
    }
}

extension Schema.TextRules {
    /// What is wrong with a text, as the end of a sentence.
    func mistake(in text: String) -> String? {
        // As JSON Schema counts: code points.
        let count = text.unicodeScalars.count
        if count < length.lowerBound { return length.lowerBound == 1 ? "is empty" : "is too short" }
        if count > length.upperBound { return "is longer than \(length.upperBound) characters" }
        if text.unicodeScalars.contains("\0") { return "holds a NUL" }
        if let rule { return rule(text) }
        if let pattern, (try? Regex(pattern).matchingSemantics(.unicodeScalar).wholeMatch(in: text)) == nil {
            return "does not look as it should: \(pattern)"
        }
        if format == "date-time", RequestTime.nanoseconds(text) == nil {
            return "is no time: write it like 2027-01-31T00:00:00Z"
        }
        return nil
    }
}
