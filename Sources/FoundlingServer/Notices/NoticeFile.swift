internal import FoundlingCore
internal import Foundation

/// `notices.json`: what each webhook was told and is still to be told, over restarts.
///
/// A webhook is named by a digest of its URL, which may hold a secret and is not written down.
struct NoticeFile: Codable {
    static let file = "notices.json"
    private static let newest = 1
    private static let sizeLimit = 256 << 20

    private var version = newest
    private let mailboxes: [String: Mailbox]

    init(_ mailboxes: [String: Mailbox]) { self.mailboxes = mailboxes }

    static func name(_ webhook: Webhook) -> String {
        let text = webhook.format.rawValue + " " + webhook.url
        return String(Libcrypto.hexadecimal(Libcrypto.sha256(Array(text.utf8))).prefix(32))
    }

    /// What was kept. A damaged file is set aside and nothing is known: better to tell a thing twice than not at all.
    static func read(
        _ directory: StateDirectory, log: (String) -> Void
    ) throws(FoundlingError) -> [String: Mailbox] {
        struct Version: Codable { let version: Int }
        guard let file = try directory.read(file, limit: sizeLimit) else { return [:] }
        let decoder = JSONDecoder()
        let data = Data(file.bytes)
        let version = (try? decoder.decode(Version.self, from: data))?.version
        guard version.map({ $0 <= newest }) ?? true else {
            throw StateDirectory.refusal(
                directory.path, "holds notices of a newer Foundling", "use that one, or move \(Self.file) away")
        }
        if let found = try? decoder.decode(NoticeFile.self, from: data) { return found.mailboxes }
        let kept = directory.setAside(Self.file) ? "; it is kept as \(Self.file).damaged" : ""
        log("notices: \(Self.file) is damaged, so what was told before may be told again\(kept)")
        return [:]
    }

    func write(_ directory: StateDirectory) throws(FoundlingError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else {
            throw FoundlingError(.system, "notices cannot be written as JSON", hint: "this is a mistake of Foundling")
        }
        try directory.write([UInt8](data) + [0x0A], as: Self.file)
    }
}
