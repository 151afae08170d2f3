internal import FoundlingCore
internal import FoundlingReport
internal import Foundation

/// How a message is worded for its receiver.
struct NoticeBody {
    let message: NoticeMessage
    /// The name of the store, as the manifest's reader knows it.
    let store: String

    /// The same bytes at each try.
    func bytes(_ format: Webhook.Format) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data =
            switch format {
            case .json: try? encoder.encode(document)
            case .slack: try? encoder.encode(slack)
            }
        // Strings and integers always encode.
        return [UInt8](data ?? Data("{}".utf8))
    }

    // MARK: JSON

    private struct Document: Encodable {
        let version: Int
        let id, kind, key, state, summary, hint: String
        let details: [String]
        let figures: [String: Int64]
        let at, store: String
    }

    private var document: Document {
        let notice = message.notice
        return Document(
            version: 1, id: message.id, kind: notice.kind.rawValue, key: notice.key, state: message.state.rawValue,
            summary: notice.summary, hint: notice.hint, details: notice.details, figures: notice.figures,
            at: Timestamp.iso(notice.at), store: store)
    }

    // MARK: Slack

    private struct Slack: Encodable {
        let text: String
        let blocks: [Block]
    }

    private struct Block: Encodable {
        let type: String
        var text: Text?
        var fields: [Text]?
        var elements: [Text]?
    }

    /// Plain throughout: in `mrkdwn` a name could make bold, strike out or link what it likes.
    private struct Text: Encodable {
        let type = "plain_text"
        let text: String
        let emoji = false
    }

    private var slack: Slack {
        let notice = message.notice
        let title = (message.state == .resolved ? "Resolved: " : "") + notice.kind.title
        var blocks = [
            Block(type: "header", text: Text(text: Self.escaped(title))),
            Block(type: "section", text: Text(text: Self.escaped(notice.summary))),
        ]
        if let details = Self.lines(notice.details) { blocks.append(Block(type: "section", text: Text(text: details))) }
        let figures = notice.figures.sorted { $0.key < $1.key }.prefix(10)
        if !figures.isEmpty {
            blocks.append(Block(type: "section", fields: figures.map { Text(text: Self.figure($0.key, $0.value)) }))
        }
        if !notice.hint.isEmpty {
            blocks.append(Block(type: "section", text: Text(text: Self.escaped("What to do: " + notice.hint))))
        }
        let origin = "Foundling, \(store), \(Timestamp.iso(notice.at))"
        blocks.append(Block(type: "context", elements: [Text(text: Self.escaped(origin))]))
        return Slack(text: Self.escaped("\(title): \(notice.summary)"), blocks: blocks)
    }

    /// As many lines as Slack takes in one section.
    private static func lines(_ details: [String]) -> String? {
        var text = ""
        for line in details.map(escaped) where text.utf16.count + line.utf16.count < 2_900 {
            text += (text.isEmpty ? "" : "\n") + line
        }
        return text.isEmpty ? nil : text
    }

    private static func figure(_ name: String, _ value: Int64) -> String {
        let words = name.split(separator: "_").joined(separator: " ")
        return escaped("\(words): \(name.hasSuffix("bytes") ? Size.text(UInt64(max(0, value))) : Count.text(value))")
    }

    /// What Slack would act on, and what would act on a screen; backslashes are from names that were escaped before.
    private static func escaped(_ text: String) -> String {
        text.split(separator: "\\", omittingEmptySubsequences: false).map { Printable.escape(String($0)) }
            .joined(separator: "\\")
            .replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
