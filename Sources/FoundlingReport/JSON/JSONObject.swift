/// A JSON object written field by field, in alphabetical order by whoever writes it.
///
/// For what there may be a million of: it takes a tenth of the time of an encoder.
struct JSONObject {
    private var text = "{"

    init() {}

    /// The object, closed.
    var json: String { text + "}" }

    /// `nil` is written as `null`: a program never has to ask whether a field is there.
    mutating func field(_ name: String, _ string: String?) { field(name, json: string.map(JSONString.quote) ?? "null") }

    mutating func field(_ name: String, _ number: (some BinaryInteger)?) {
        field(name, json: number.map { String($0) } ?? "null")
    }

    mutating func field(_ name: String, _ object: JSONObject?) { field(name, json: object?.json ?? "null") }

    mutating func field(_ name: String, json: String) {
        text += text.utf8.count > 1 ? ",\"" : "\""
        text += name
        text += "\":"
        text += json
    }

    static func array(_ strings: [String]) -> String {
        "[" + strings.map(JSONString.quote).joined(separator: ",") + "]"
    }
}
