package import FoundlingCore

/// Why Foundling stopped, for a person or for a program.
package struct ErrorReport: Sendable {
    private let error: FoundlingError
    private let style: Style

    package init(_ error: FoundlingError, colour: Bool = false) {
        self.error = error
        style = Style(colour: colour)
    }

    /// For a terminal: what was seen, each mistake on its own line, what to do; ends with a newline.
    package var text: String {
        var lines = [style.paint("error[\(error.code.rawValue)]:", .alarm) + " " + Sentence.safe(error.summary)]
        lines += error.details.map { "  " + Sentence.safe($0) }
        if !error.hint.isEmpty { lines.append(style.paint("hint:", .heading) + " " + Sentence.safe(error.hint)) }
        return lines.joined(separator: "\n") + "\n"
    }

    /// One line of JSON, `{"error":{"code","details","hint","summary"}}`; ends with a newline.
    package var json: String {
        let document = Document(
            error: .init(
                code: error.code.rawValue, summary: error.summary, hint: error.hint, details: error.details))
        // Four strings always encode; were that ever to change, the code alone must still reach the program.
        let line = try? JSONText().encode(document)
        return (line ?? #"{"error":{"code":"\#(error.code.rawValue)","details":[],"hint":"","summary":""}}"#) + "\n"
    }

    private struct Document: Encodable {
        let error: Body

        struct Body: Encodable {
            let code: String
            let summary: String
            let hint: String
            let details: [String]
        }
    }
}
