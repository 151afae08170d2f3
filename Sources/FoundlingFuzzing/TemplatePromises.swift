internal import FoundlingCore

/// A template says the same when it is written again, and a mistake lies in the text.
enum TemplatePromises {
    static func check(_ input: [UInt8]) throws(Broken) {
        guard let text = String(validating: input, as: UTF8.self) else { return }
        do {
            let template = try ClaimTemplate(text)
            try check(template)
        } catch let invalid as ClaimTemplate.Invalid {
            try promise((0...input.count).contains(invalid.offset), "a mistake outside the text: \(invalid)")
        } catch let broken as Broken { throw broken } catch { throw Broken("an error of no kind: \(error)") }
    }

    static func check(_ template: ClaimTemplate) throws(Broken) {
        try promise(!template.pieces.isEmpty, "a template without pieces")
        try promise(template.columns.allSatisfy { !$0.isEmpty }, "a column without a name")
        let written = String(decoding: template.pieces.flatMap(write), as: UTF8.self)
        let again = try? ClaimTemplate(written)
        try promise(again?.pieces == template.pieces, "'\(template.text)' was written again as '\(written)'")
    }

    private static func write(_ piece: ClaimTemplate.Piece) -> [UInt8] {
        switch piece {
        case .literal(let bytes):
            bytes.flatMap { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") ? [$0, $0] : [$0] }
        case .column(let name, 0, nil): Array("{\(name)}".utf8)
        case .column(let name, let from, let to): Array("{\(name)[\(from):\(to.map(String.init) ?? "")]}".utf8)
        case .unknown: [.star]
        }
    }
}
