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

    @Test func itSaysWhichSchemaItIs() throws {
        #expect(try Self.schema()["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
    }
}
