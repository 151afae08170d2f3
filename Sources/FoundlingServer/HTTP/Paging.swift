internal import FoundlingCore
internal import FoundlingReport
internal import Foundation

/// One page of a list.
struct Page: Sendable {
    /// The items as JSON.
    var items: [String]
    /// Where the next page begins; nil at the end.
    var next: String?

    /// - Parameter more: fields beside the items, by name and JSON.
    func json(_ more: [(name: String, json: String)] = []) -> String {
        var object = JSONObject()
        object.field("items", json: "[\(items.joined(separator: ","))]")
        object.field("next", next)
        for (name, json) in more { object.field(name, json: json) }
        return object.json
    }

    static let parameters: [Endpoint.Parameter] = [
        .init(name: "limit", schema: .integer(1...1_000), about: "Items on a page, 100 unless asked otherwise."),
        .init(
            name: "cursor", schema: .text(.init(length: 1...2_048, pattern: "[A-Za-z0-9_-]+")),
            about: "Where to go on: `next` of the page before. It means nothing by itself."),
    ]

    static func schema(_ item: Schema, _ more: [Schema.Field] = []) -> Schema {
        .object(
            [
                .init("items", .array(item)),
                .init("next", .nullable(.text()), "Where the next page begins; null at the end."),
            ] + more)
    }
}

/// A place in a list that is kept in order by a number or a text: opaque for whoever gets it.
struct ListCursor: Sendable {
    /// Which list: a cursor of one is none of another.
    let list: String
    /// The last item of the page before.
    let last: String

    init(list: String, last: String) {
        self.list = list
        self.last = last
    }

    var text: String {
        Data("1\n\(list)\n\(last)".utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
    }

    /// - Throws: `cursor-invalid`.
    init(_ text: String, list: String) throws(FoundlingError) {
        let padded = text.replacing("-", with: "+").replacing("_", with: "/")
        let rest = padded.count % 4
        let data = Data(base64Encoded: padded + String(repeating: "=", count: rest == 0 ? 0 : 4 - rest))
        let parts = data.flatMap { String(validating: $0, as: UTF8.self) }?
            .split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard let parts, parts.count == 3, parts[0] == "1", parts[1] == list else { throw Self.invalid }
        self.init(list: list, last: parts[2])
    }

    static let invalid = FoundlingError(
        .cursorInvalid, "the cursor is none of this list", hint: "begin at the first page: leave out 'cursor'")
}

extension Call {
    /// Where a page begins: what the last item of the page before was called.
    func last(of list: String) throws(FoundlingError) -> String? {
        guard let cursor = text("cursor") else { return nil }
        return try ListCursor(cursor, list: list).last
    }

    /// A page of what is all in memory, in its order.
    func page<T>(_ all: [T], list: String, _ json: (T) -> String) throws(FoundlingError) -> Page {
        let last = try last(of: list)
        guard let start = last.map({ Int($0) }) ?? 0, (0...all.count).contains(start) else { throw ListCursor.invalid }
        let end = min(all.count, start + limit)
        return Page(
            items: all[start..<end].map(json),
            next: end < all.count ? ListCursor(list: list, last: String(end)).text : nil)
    }
}
