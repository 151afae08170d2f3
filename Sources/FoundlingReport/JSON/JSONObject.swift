/// A JSON object written field by field, in alphabetical order by whoever writes it.
///
/// For what there may be a million of: it takes a tenth of the time of an encoder.
package struct JSONObject {
    private var text = "{"

    package init() {}

    /// The object, closed.
    package var json: String { text + "}" }

    /// `nil` is written as `null`: a program never has to ask whether a field is there.
    package mutating func field(_ name: String, _ string: String?) {
        field(name, json: string.map(JSONString.quote) ?? "null")
    }

    package mutating func field(_ name: String, _ number: (some BinaryInteger)?) {
        field(name, json: number.map { String($0) } ?? "null")
    }

    package mutating func field(_ name: String, _ object: JSONObject?) { field(name, json: object?.json ?? "null") }

    package mutating func field(_ name: String, json: String) {
        text += text.utf8.count > 1 ? ",\"" : "\""
        text += name
        text += "\":"
        text += json
    }

    package static func array(_ strings: [String]) -> String {
        "[" + strings.map(JSONString.quote).joined(separator: ",") + "]"
    }
}
