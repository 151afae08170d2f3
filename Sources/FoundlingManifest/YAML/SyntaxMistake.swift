import Yams

/// Says what libyaml disliked in words that help someone who does not know YAML by heart.
struct SyntaxMistake {
    private let message: String
    private let position: Position

    init(_ error: any Error, _ source: SourceText) {
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            // An alias begins where its context does; the mark is where libyaml gave up.
            let begin = context.map { $0.text.contains("alias") ? $0.mark : mark } ?? mark
            let place = Position(line: begin.line, column: begin.column)
            message = Self.message(problem, context: context?.text ?? "", at: place, source)
            position = source.clamped(place)
        case YamlError.duplicatedKeysInMapping(let names, let context):
            position = Position(line: context.mark.line, column: context.mark.column)
            message = "\(names.map(quoted).joined(separator: ", ")) twice in one mapping"
        case YamlError.reader(let problem, _, _, _):
            position = .start
            message = "not YAML: \(problem)"
        default:
            position = .start
            message = "not YAML"
        }
    }

    func report(to mistakes: MistakeList) { mistakes.error(message, at: position) }

    private static func message(
        _ problem: String, context: String, at position: Position, _ source: SourceText
    ) -> String {
        if problem.contains("another document") { return "a second document: one file is one manifest" }
        let line = source.line(position.line)
        let said = context.isEmpty ? problem : "\(problem), \(context)"
        if problem.contains("alias") || context.contains("alias") {
            return "'*' begins an alias in YAML: put a text that begins with it in quotes"
        }
        if source.index(of: position).map({ source.scalars[$0] }) == "\t" {
            return "a tab: YAML is indented with spaces"
        }
        if line.contains("{") { return "not YAML: \(said); put a text that holds '{' in quotes" }
        if line.contains(where: { "@`%[]*&!|>".contains($0) }) {
            return "not YAML: \(said); put a text with special characters in quotes"
        }
        return "not YAML: \(said)"
    }
}
