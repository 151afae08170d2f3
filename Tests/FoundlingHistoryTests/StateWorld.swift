import Foundation
import FoundlingCore
import FoundlingHistory
import FoundlingTesting
import Testing

/// A directory for the daemon's files, gone when the test is, and findings to put into it.
final class StateWorld {
    let world: World
    var directory: String { world.directory + "/state" }
    /// A Monday in 2026, in nanoseconds since 1970.
    static let monday: Int64 = 1_790_000_000_000_000_000
    static let day: Int64 = 86_400_000_000_000

    init(_ name: String = #function) throws { world = try World(name) }

    var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
    }

    @discardableResult
    func write(
        _ id: String, day: Int64 = 0, _ rows: [FindingRow], after previous: FindingsFile? = nil
    ) throws -> FindingsFile {
        try FindingsFile.write(
            in: directory, id: id, time: Self.monday + day * Self.day, documents: ["summary": "{\"id\":\"\(id)\"}"],
            rows: rows, previous: previous)
    }

    func overwrite(_ name: String, _ change: (inout Data) -> Void) throws {
        let url = URL(fileURLWithPath: directory + "/" + name)
        var data = try Data(contentsOf: url)
        change(&data)
        try data.write(to: url)
    }
}

/// A finding whose JSON is its path, so that a page can be read at a glance.
func row(
    _ path: String, kind: Finding.Kind = .orphan, resource: String? = "items", cause: Cause = .unknown,
    size: UInt64? = 4096, freed: UInt64? = nil, newest: Int64? = nil
) throws -> FindingRow {
    FindingRow(
        kind: kind, resource: resource, path: try #require(StorePath(path)), cause: cause,
        bytes: size.map { Bytes(allocated: $0, apparent: $0) }, freed: freed ?? size, newest: newest, json: path)
}

/// Rows drawn by lot, many of which share a key.
func drawn(_ count: Int, seed: UInt64) throws -> [FindingRow] {
    var state = seed
    func below(_ limit: UInt64) -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state >> 33) % limit
    }
    return try (0..<count).map { number in
        let directory = ["a", "a-b", "a/b", "a/b/c", "é", "z"][Int(below(6))]
        return try row(
            "\(directory)/x\(below(UInt64(count)))", kind: Finding.Kind.allCases[Int(below(3))],
            resource: [nil, "items", "sets"][Int(below(3))], cause: Cause.allCases[Int(below(3))],
            size: below(8) == 0 ? nil : below(6) * 4096, freed: below(5) == 0 ? nil : below(4),
            newest: below(5) == 0 ? nil : StateWorld.monday - Int64(below(9)) * StateWorld.day)
    }
}

extension FindingsFile {
    /// Every page of a query, one behind the other.
    func all(_ query: FindingsQuery) throws -> [FindingItem] {
        var (query, items) = (query, [FindingItem]())
        repeat {
            let page = try page(query)
            items += page.items
            query.cursor = page.next
        } while query.cursor != nil
        return items
    }
}
