internal import FoundlingCore
internal import Foundation

/// `tokens.json` as it is written, and the checks on what is read.
struct TokenDocument: Codable {
    static let file = "tokens.json"
    static let newest = 1
    /// More than anybody hands out; a file without a limit is one that somebody can fill memory with.
    static let capacity = 1_000
    static let sizeLimit = 1 << 20

    var version = newest
    var tokens: [TokenRecord] = []

    /// The tokens of a file, all of them well-formed, or why nobody may be let in by it.
    static func decode(_ bytes: [UInt8], in directory: String) throws(FoundlingError) -> TokenDocument {
        struct Version: Codable { let version: Int }
        func invalid(_ what: String) -> FoundlingError {
            FoundlingError(
                .tokensInvalid,
                "'\(Printable.escape(directory))/\(file)' \(what); no token is valid until it is mended",
                hint: "restore it from a backup, or move it away and create the tokens anew")
        }
        let decoder = JSONDecoder()
        guard let version = try? decoder.decode(Version.self, from: Data(bytes)) else {
            throw invalid("is damaged: it is no JSON with a version")
        }
        guard version.version <= newest else {
            throw FoundlingError(
                .tokensInvalid,
                "'\(Printable.escape(directory))/\(file)' is of version \(version.version), and this Foundling knows \(newest)",
                hint: "use the newer Foundling that wrote it; until then no token is valid")
        }
        guard version.version == newest, let document = try? decoder.decode(TokenDocument.self, from: Data(bytes))
        else {
            throw invalid("is damaged: its tokens cannot be read")
        }
        let ids = document.tokens.map(\.id)
        guard ids.count <= capacity, Set(ids).count == ids.count, ids.allSatisfy(TokenSecret.isID) else {
            throw invalid("is damaged: ids are missing, or there twice, or there are more than \(capacity)")
        }
        guard document.tokens.allSatisfy({ isHash($0.hash) }) else { throw invalid("is damaged: a hash is none") }
        return document
    }

    static func read(_ directory: StateDirectory) throws(FoundlingError) -> TokenDocument {
        guard let file = try directory.read(file, limit: sizeLimit) else { return TokenDocument() }
        return try decode(file.bytes, in: directory.path)
    }

    func write(_ directory: StateDirectory) throws(FoundlingError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else {
            throw FoundlingError(
                .system, "the tokens cannot be written as JSON", hint: "this is a mistake of Foundling")
        }
        try directory.write([UInt8](data) + [0x0A], as: Self.file)
    }

    private static func isHash(_ text: String) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
