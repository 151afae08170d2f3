import FoundlingCore
import Foundation
import FoundlingManifest
import Testing

/// The published JSON Schema and the decoder know the same words.
@Suite struct SchemaTests {
    static func schema() throws -> [String: Any] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/reference/manifest.schema.json")
        let json = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
        return try #require(json as? [String: Any])
    }

    @Test(
        arguments: [
            ([], ManifestKey.words), (["properties", "database"], DatabaseKey.words),
            (["properties", "store"], StoreKey.words),
            (["$defs", "safety"], SafetyKey.words), (["$defs", "resource"], ResourceKey.words),
            (["$defs", "record"], RecordKey.words), (["$defs", "expression"], ExpressionKey.words),
            (["properties", "serve"], ServeKey.words),
            (["properties", "serve", "properties", "schedules"], ScheduledJob.words),
            (["properties", "serve", "properties", "warn"], WarnKey.words),
            (["$defs", "times"], ScheduleKey.words), (["$defs", "webhook"], WebhookKey.words),
        ] as [([String], [String])])
    func everyLevelHasTheDecodersWords(path: [String], words: [String]) throws {
        var level = try Self.schema()
        for step in path { level = try #require(level[step] as? [String: Any]) }
        let properties = try #require(level["properties"] as? [String: Any])
        #expect(properties.keys.sorted() == words.sorted())
        #expect(level["additionalProperties"] as? Bool == false)
        for (name, property) in properties {
            let property = try #require(property as? [String: Any])
            #expect(property["description"] != nil || property["$ref"] != nil, "\(name) is not described")
        }
    }

    /// What an editor offers is what the decoder takes.
    @Test func theWordsOfAWebhookAreTheDecoders() throws {
        let defs = try #require(try Self.schema()["$defs"] as? [String: Any])
        let webhook = try #require((defs["webhook"] as? [String: Any])?["properties"] as? [String: Any])
        let formats = try #require((webhook["format"] as? [String: Any])?["enum"] as? [String])
        #expect(formats.sorted() == Webhook.Format.allCases.map(\.rawValue).sorted())
        let events = try #require((defs["event"] as? [String: Any])?["enum"] as? [String])
        #expect(events.sorted() == NoticeKind.allCases.map(\.rawValue).sorted())
    }

    @Test func itSaysWhichSchemaItIs() throws {
        #expect(try Self.schema()["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
    }
}
