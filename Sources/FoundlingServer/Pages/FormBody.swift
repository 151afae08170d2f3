internal import FoundlingCore

/// What a form of the dashboard sent.
struct FormBody: Sendable {
    private let fields: [(name: String, value: String)]
    /// A thousand boxes on a page, and what stands around them.
    private static let most = 1_100

    /// - Throws: `request-invalid` where it is none.
    init(_ bytes: [UInt8]) throws(FoundlingError) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Self.invalid }
        var fields: [(String, String)] = []
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(parts[0], plusIsSpace: true),
                let value = PercentEncoding.decode(parts.count > 1 ? parts[1] : "", plusIsSpace: true),
                fields.count < Self.most
            else { throw Self.invalid }
            fields.append((name, value))
        }
        self.fields = fields
    }

    private static let invalid = FoundlingError(
        .requestInvalid, "the form is not as it was sent out",
        hint: "go back, load the page again, and send it once more")

    /// What a field says; nil where it is not there, or empty.
    subscript(_ name: String) -> String? {
        fields.first { $0.name == name }.flatMap { $0.value.isEmpty ? nil : $0.value }
    }

    func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

    /// As a query reads: `a=b&c=d`.
    static func query(_ text: String?) throws(FoundlingError) -> FormBody { try FormBody(Array((text ?? "").utf8)) }
}
