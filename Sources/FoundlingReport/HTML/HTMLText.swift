internal import Mustache

/// Text as HTML shows it: markup becomes characters, and nothing in it can turn the direction of writing.
///
/// Scalar by scalar: a quote followed by a combining accent is one `Character`, which an escape that looks at
/// characters lets pass, and which ends an attribute all the same. Mustache's own escape is of that kind.
enum HTMLText {
    static func escape(_ text: String) -> String {
        var escaped = ""
        for scalar in Sentence.safe(text).unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// The same for Mustache, which asks for it by name at the head of each template.
    struct Content: MustacheContentType {
        static let name = "FOUNDLING"

        func escapeText(_ text: String) -> String { HTMLText.escape(text) }
    }
}
